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
    /// The admin, who acts as the customer: no column, for it is the customer's.
    ActingAdmin,
}

impl Caller {
    /// Whose things and whose words the caller's are.
    pub(super) fn acts_as(self) -> Self {
        match self {
            Self::ActingAdmin => Self::Customer,
            other => other,
        }
    }

    /// Whether they must never learn of the foreign ticket.
    pub(super) fn sees_no_foreign_ticket(self) -> bool {
        matches!(
            self,
            Self::Nobody | Self::Customer | Self::Stranger | Self::Narrow | Self::ActingAdmin
        )
    }
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
    /// The cases, and what each caller is to get in them. Whoever acts as the customer gets
    /// what the customer does, or this.
    pub(super) fn cells(&self, acting: Option<u16>) -> Vec<(Case, Caller, u16)> {
        let mut cells = Vec::new();
        for (case, line) in self.lines() {
            cells.extend(
                CALLERS
                    .into_iter()
                    .zip(line)
                    .map(|(who, due)| (case, who, due)),
            );
            let [_, customer, ..] = line;
            cells.push((case, Caller::ActingAdmin, acting.unwrap_or(customer)));
        }
        cells
    }

    /// The cases that have a line, each with its line.
    fn lines(&self) -> impl Iterator<Item = (Case, [u16; 8])> {
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

// The columns: nobody, customer, stranger, without, with, narrow, admin, owner.

/// An owner is there, so there is nothing to set up.
pub(super) const NOWHERE: Grid = Grid {
    own: [404, 404, 404, 404, 404, 404, 404, 404],
    foreign: None,
    deleted: None,
    mixed: None,
};
pub(super) const EVERYBODY: Grid = Grid {
    own: [200; 8],
    ..NOWHERE
};
pub(super) const SIGNED_IN: Grid = Grid {
    own: [401, 200, 200, 200, 200, 200, 200, 200],
    ..NOWHERE
};
pub(super) const AGENTS: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    ..NOWHERE
};
pub(super) const HOLDERS: Grid = Grid {
    own: [401, 403, 403, 403, 200, 200, 200, 200],
    ..NOWHERE
};
pub(super) const ADMINS: Grid = Grid {
    own: [401, 403, 403, 403, 403, 403, 200, 200],
    ..NOWHERE
};

/// A thing of the desk's, which all agents see.
pub(super) const AGENTS_ON_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    ..AGENTS
};
pub(super) const HOLDERS_ON_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 404, 404, 404, 404]),
    ..HOLDERS
};
pub(super) const ADMINS_ON_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 403, 403, 404, 404]),
    ..ADMINS
};

/// Each agent's own thing.
pub(super) const ON_A_LABEL: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    mixed: None,
};

/// A ticket, or what hangs on it, by whoever sees it.
pub(super) const ON_A_TICKET: Grid = Grid {
    own: [401, 200, 404, 200, 200, 200, 200, 200],
    foreign: Some([401, 404, 404, 200, 200, 404, 200, 200]),
    deleted: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    mixed: None,
};
pub(super) const AGENTS_ON_A_TICKET: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 200, 200, 404, 200, 200]),
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    mixed: None,
};
pub(super) const HOLDERS_ON_A_TICKET: Grid = Grid {
    own: [401, 403, 403, 403, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 403, 200, 404, 200, 200]),
    deleted: Some([401, 403, 403, 403, 404, 404, 404, 404]),
    mixed: None,
};
/// The door is open to agents, and the privilege is asked for once the ticket is found.
pub(super) const HOLDERS_WITHIN_A_TICKET: Grid = Grid {
    own: [401, 403, 403, 403, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 403, 200, 404, 200, 200]),
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    mixed: None,
};
/// The same with a thing of the ticket: that of another ticket is not there.
pub(super) const AGENTS_ON_A_PART: Grid = Grid {
    mixed: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    ..AGENTS_ON_A_TICKET
};
pub(super) const HOLDERS_ON_A_PART: Grid = Grid {
    mixed: Some([401, 403, 403, 403, 404, 404, 404, 404]),
    ..HOLDERS_ON_A_TICKET
};
pub(super) const HOLDERS_WITHIN_A_PART: Grid = Grid {
    mixed: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    ..HOLDERS_WITHIN_A_TICKET
};
/// What customers may not say, and agents with the privilege may.
pub(super) const HOLDERS_SAY: Grid = Grid {
    own: [401, 403, 404, 403, 200, 200, 200, 200],
    foreign: Some([401, 404, 404, 403, 200, 404, 200, 200]),
    deleted: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    mixed: None,
};
pub(super) const AGENTS_SAY: Grid = Grid {
    own: [401, 403, 404, 200, 200, 200, 200, 200],
    foreign: Some([401, 404, 404, 200, 200, 404, 200, 200]),
    deleted: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    mixed: None,
};
/// What can be done is done, and the ids that are not there are named.
pub(super) const HOLDERS_ON_TICKETS: Grid = Grid {
    own: [401, 403, 403, 403, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 403, 200, 200, 200, 200]),
    deleted: Some([401, 403, 403, 403, 200, 200, 200, 200]),
    mixed: Some([401, 403, 403, 403, 200, 200, 200, 200]),
};
pub(super) const AGENTS_ON_TICKETS: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 200, 200, 200, 200, 200]),
    deleted: Some([401, 403, 403, 200, 200, 200, 200, 200]),
    mixed: Some([401, 403, 403, 200, 200, 200, 200, 200]),
};
/// An id in a body that names nothing for the caller.
pub(super) const AGENTS_NAME_A_LABEL: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 400, 400, 400, 400, 400]),
    deleted: Some([401, 403, 403, 400, 400, 400, 400, 400]),
    mixed: None,
};
pub(super) const HOLDERS_NAME_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 400, 400, 400, 400]),
    ..HOLDERS
};
pub(super) const ADMINS_NAME_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 403, 403, 400, 400]),
    ..ADMINS
};

/// A member; a foreign one is an admin, whom the owner alone manages.
pub(super) const HOLDERS_ON_A_MEMBER: Grid = Grid {
    foreign: Some([401, 403, 403, 403, 403, 403, 403, 200]),
    ..HOLDERS_ON_A_THING
};
pub(super) const AGENTS_ON_A_MEMBER: Grid = Grid {
    foreign: Some([401, 403, 403, 200, 200, 200, 200, 200]),
    ..AGENTS_ON_A_THING
};
/// Whose customer side goes stays the admin that they are.
pub(super) const HOLDERS_ON_A_CUSTOMER: Grid = Grid {
    foreign: Some([401, 403, 403, 403, 200, 200, 200, 200]),
    ..HOLDERS_ON_A_THING
};
/// A part of the knowledge base; a foreign one is private, or a draft.
pub(super) const ON_A_SHELF: Grid = Grid {
    own: [401, 200, 200, 200, 200, 200, 200, 200],
    foreign: Some([401, 404, 404, 200, 200, 200, 200, 200]),
    deleted: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    mixed: None,
};
pub(super) const AGENTS_ON_A_SHELF: Grid = Grid {
    foreign: Some([401, 403, 403, 200, 200, 200, 200, 200]),
    ..AGENTS_ON_A_THING
};
pub(super) const HOLDERS_ON_A_SHELF: Grid = Grid {
    foreign: Some([401, 403, 403, 403, 200, 200, 200, 200]),
    ..HOLDERS_ON_A_THING
};
/// The door is open to agents, and the privilege is asked for once the thing is found.
pub(super) const HOLDERS_WITHIN_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    ..HOLDERS
};
/// Everybody's own thing, customers' too.
pub(super) const ON_ONES_OWN: Grid = Grid {
    own: [401, 200, 200, 200, 200, 200, 200, 200],
    foreign: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    deleted: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    mixed: None,
};
/// For the address that was given, which is the customer's.
pub(super) const FOR_A_CUSTOMER: Grid = Grid {
    own: [401, 200, 403, 403, 200, 200, 200, 200],
    ..NOWHERE
};
