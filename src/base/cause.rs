//! Why something changed: it travels with every change and stands beside every event.

/// What made a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Somebody's request, or a command.
    Person,
    /// A workflow, by its id.
    Workflow(i64),
    /// A mail that came in.
    Mail,
    /// Work that an earlier change left to be done.
    Job,
    /// Nothing but the passing of time.
    Clock,
}

impl Cause {
    /// The cause's name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Workflow(_) => "workflow",
            Self::Mail => "mail",
            Self::Job => "job",
            Self::Clock => "clock",
        }
    }

    /// The workflow, where it was one.
    pub fn workflow(self) -> Option<i64> {
        match self {
            Self::Workflow(id) => Some(id),
            Self::Person | Self::Mail | Self::Job | Self::Clock => None,
        }
    }
}
