//! What each caller is to get: a grid of statuses, a line for each case and a column for
//! each caller.

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Caller {
    /// Somebody without a token.
    Nobody,
    /// The customer whose the own ticket is.
    Customer,
    /// A customer with no ticket at all.
    Stranger,
    /// An agent who sees every ticket and holds all privileges but the one that is asked
    /// for; none where none is.
    Without,
    /// An agent who sees every ticket and holds the privilege that is asked for alone;
    /// all where none is.
    With,
    /// The same, but sees own tickets alone. The own ticket is theirs.
    Narrow,
    Admin,
    Owner,
}

/// The columns of a grid.
pub(super) const CALLERS: [Caller; 8] = [
    Caller::Nobody,
    Caller::Customer,
    Caller::Stranger,
    Caller::Without,
    Caller::With,
    Caller::Narrow,
    Caller::Admin,
    Caller::Owner,
];

/// What the ids of a call name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Case {
    /// Things of the customer, on the ticket of the narrow agent; what is each agent's
    /// own, like a label, is the caller's.
    Own,
    /// Things of somebody else.
    Foreign,
    /// Own things, but for the last one named, which is there no more.
    Deleted,
    /// Own things, but for the last one named, which is foreign: a thread of another
    /// ticket under the own ticket's path. A list has an own, a foreign and a deleted one.
    Mixed,
}

/// The statuses that are due: nobody, customer, stranger, without, with, narrow, admin, owner.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) own: [u16; 8],
    pub(super) foreign: Option<[u16; 8]>,
    pub(super) deleted: Option<[u16; 8]>,
    pub(super) mixed: Option<[u16; 8]>,
}

impl Grid {
    /// The cases that have a line, each with its line.
    pub(super) fn lines(&self) -> impl Iterator<Item = (Case, [u16; 8])> {
        let lines = [
            (Case::Own, Some(self.own)),
            (Case::Foreign, self.foreign),
            (Case::Deleted, self.deleted),
            (Case::Mixed, self.mixed),
        ];
        lines
            .into_iter()
            .filter_map(|(case, line)| Some((case, line?)))
    }
}
