//! Users and their sides: one e-mail address is one user, with an agent side, a
//! customer side, or both. Rooms for customers and members are built on this one;
//! it has no routes of its own.

pub mod list;
mod password;
mod record;
pub mod rights;
mod shape;
mod store;

pub use crate::base::who::Side;
pub use password::NewPassword;
pub use record::{PrivilegeSets, Record, record};
pub use shape::{Brief, Detail, Sides, UserRole, UserShape, brief, user_shape};
pub use store::{
    NewSide, Person, Profile, add_side, by_email, by_id, by_ids, credentials, remove_side,
    save_side, set_email, set_password, set_timezone, toggle_star,
};
