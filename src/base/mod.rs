//! Leaves that know nothing above them: time, text, files, the database.

pub mod archive;
pub mod cause;
pub mod charset;
pub mod closed_list;
pub mod data_folder;
pub mod db;
pub mod error;
pub mod event;
pub mod files;
pub mod html;
pub mod input;
pub mod job;
pub mod locale;
pub mod mail;
pub mod name_key;
pub mod page;
pub mod parts;
pub mod password;
pub mod placeholder;
pub mod quota;
pub mod seal;
pub mod search;
pub mod setup_code;
pub mod throttle;
pub mod time;
pub mod who;
