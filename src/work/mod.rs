//! Event handlers and the scheduler: what follows from events and from the clock.

pub mod event_handlers;
mod history;
mod index;
pub mod scheduler;
