//! The rooms, one per resource, named like the API's noun. A room uses only rooms
//! that stand below it in this list.

pub mod filter;
pub mod member;
pub mod workflow;

pub mod settings;
pub mod theme;

pub mod email_template;
pub mod saved_reply;

pub mod placeholder;

pub mod setup;
pub mod thread;
pub mod ticket;

pub mod message;

pub mod acting;
pub mod agent_privilege;
pub mod custom_field;
pub mod customer;
pub mod group;
pub mod label;
pub mod mailbox;
pub mod sub_group;
pub mod tag;
pub mod ticket_type;

pub mod person;

pub mod company;
pub mod roster;
pub mod sight;
pub mod status;
mod usage;
