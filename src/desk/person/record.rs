//! One side of a user with all its keys: an entry of `data` in the answers that show
//! a customer, a member or the caller.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Profile, UserRole};
use crate::base::time::PhpDate;
use crate::desk::company::Calendar;

/// The privilege sets of a side, in the two forms that are documented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PrivilegeSets {
    /// All ids, each as text: for customers (none) and members.
    All(Vec<String>),
    /// The first id as a number, or null: for the caller.
    First(Option<i64>),
}

/// An entry of `data`. Its `id` is the side's own, not the user's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    id: i64,
    company_id: i64,
    first_name: String,
    last_name: String,
    job_title: Option<String>,
    created_at: PhpDate,
    updated_at: Option<PhpDate>,
    is_active: bool,
    is_verified: bool,
    /// `true`, or null: never false.
    is_starred: Option<bool>,
    contact_number: Option<String>,
    source: Option<String>,
    facebook: Option<String>,
    twitter: Option<String>,
    signature: Option<String>,
    agent_privilege: PrivilegeSets,
    default_filtering: Option<String>,
    /// 1 to 4 for an agent.
    ticket_view: Option<i64>,
    authorised_clients: Vec<String>,
    activity_notifications: Option<String>,
    user_role: UserRole,
}

/// A side with all its keys, its times as the calendar has them.
pub fn record(profile: &Profile, calendar: &Calendar, sets: PrivilegeSets) -> Record {
    Record {
        id: profile.id,
        company_id: 1,
        first_name: profile.first_name.clone(),
        last_name: profile.last_name.clone(),
        job_title: profile.job_title.clone(),
        created_at: calendar.date(profile.created_at),
        updated_at: profile.updated_at.map(|stamp| calendar.date(stamp)),
        is_active: profile.is_active,
        is_verified: profile.is_verified,
        is_starred: profile.is_starred.then_some(true),
        contact_number: profile.contact_number.clone(),
        source: profile.source.clone(),
        facebook: None,
        twitter: None,
        signature: profile.signature.clone(),
        agent_privilege: sets,
        default_filtering: None,
        ticket_view: profile.ticket_view,
        authorised_clients: Vec::new(),
        activity_notifications: None,
        user_role: profile.role.into(),
    }
}
