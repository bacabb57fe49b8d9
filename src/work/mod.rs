//! Listeners and clockwork: what hears events and uses rooms.

mod history;
mod index;
pub mod listen;
pub mod schedule;
