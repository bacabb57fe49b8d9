//! Event handlers, jobs and the scheduler: what follows from events, from changes that are too
//! long for one transaction, and from the clock.

mod clean_again;
pub mod event_handlers;
mod history;
pub mod index;
pub mod jobs;
pub mod pending;
pub mod scheduler;
