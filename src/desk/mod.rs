//! The rooms, one per resource, named like the API's noun. A room uses only rooms
//! that stand below it in this list.

pub mod search;

pub mod filter;
pub mod member;
pub mod workflow;

pub mod settings;
pub mod theme;

pub mod oauth;

pub mod email_template;
pub mod saved_reply;

pub mod placeholder;

pub mod activity;
pub mod setup;
pub mod task;
pub mod todo;

pub mod thread;
pub mod ticket;

pub mod task_model;
pub mod thread_model;

pub mod access_token;
pub mod agent_privilege;
pub mod api_client;
pub mod custom_field;
pub mod customer;
pub mod group;
pub mod impersonation;
pub mod label;
pub mod mail_out;
pub mod mailbox;
pub mod sign_in;
pub mod team;

pub mod article;
pub mod category;
pub mod folder;

pub mod tag;
pub mod ticket_type;

pub mod person;

pub mod article_visibility;
pub mod company;
pub mod membership;
pub mod search_matches;
pub mod status;
mod usage;
pub mod visibility;
