//! What clients send about a member.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as SerdeError;
use serde::{Deserialize, Deserializer};

use crate::base::error::{Faults, Message, Result};
use crate::base::input::{Email, Flag, Ids, Line, LongText, Optional, Patch, Text, Zone};
use crate::base::parts::Parts;
use crate::base::who;
use crate::desk::person::rights::Rights;
use crate::desk::person::{NewPassword, Profile};
use crate::web::extract::Checked;

/// The longest signature, in bytes.
const LONGEST_SIGNATURE: usize = 65_536;

/// What only the list of members takes, beside the filters of every list of people.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct FullList {
    /// When given, all members without pages and with little data.
    full_list: Patch<Text>,
}

impl Checked for FullList {}

impl FullList {
    /// Whether all members are wanted: any value asks for them, but those that say no.
    pub(super) fn is_asked(&self) -> bool {
        let says_no = |text: &Text| matches!(text.as_str(), "0" | "false" | "no");
        self.full_list.is_given() && !self.full_list.as_ref().is_some_and(says_no)
    }
}

/// What people may change about their own account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProfileInput {
    /// First name.
    pub(super) first_name: Line<100, 1>,
    /// Last name; may be sent empty.
    pub(super) last_name: Line<100>,
    /// Email address.
    pub(super) email: Email,
    /// Phone number; may be sent empty.
    pub(super) contact_number: Line<50>,
    /// Job title; empty for none.
    #[serde(default)]
    pub(super) job_title: Patch<Line<100>>,
    /// Signature, as HTML or plain text; empty for none.
    #[serde(default)]
    pub(super) signature: Patch<LongText<LONGEST_SIGNATURE>>,
    /// Time zone such as Asia/Kolkata; empty for none.
    #[serde(default)]
    pub(super) timezone: Patch<Zone>,
    /// A password of 8 characters at least, given twice; empty for none, or none new.
    #[serde(default)]
    pub(super) password: NewPassword,
}

impl Checked for ProfileInput {
    fn check(&self, faults: &mut Faults) {
        self.password.check(faults);
    }

    fn prepare(&mut self, parts: &Parts) -> Result<()> {
        self.password.prepare(parts)
    }
}

impl ProfileInput {
    /// What the side becomes of `before`; an absent field stays, an empty one goes.
    pub(super) fn applied_to(&self, before: &Profile) -> Profile {
        let number = self.contact_number.as_str();
        let job_title = self.job_title.as_ref().map(Line::as_str);
        let signature = self.signature.as_ref().map(LongText::as_str);
        Profile {
            first_name: self.first_name.as_str().to_owned(),
            last_name: self.last_name.as_str().to_owned(),
            contact_number: Some(number.to_owned()).filter(|number| !number.is_empty()),
            job_title: if self.job_title.is_given() {
                job_title.map(str::to_owned)
            } else {
                before.job_title.clone()
            },
            signature: if self.signature.is_given() {
                signature.map(str::to_owned)
            } else {
                before.signature.clone()
            },
            ..before.clone()
        }
    }
}

/// What others decide about a member; it comes in one body with [`ProfileInput`]. What
/// is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RightsInput {
    /// `ROLE_ADMIN` or `ROLE_AGENT`; a new member is an agent without it.
    #[serde(default)]
    pub(super) role: Optional<Role>,
    /// Ids of privilege sets.
    #[serde(default)]
    pub(super) agent_privilege: Patch<Ids>,
    /// 1 all tickets; 2 own, own groups' and own teams'; 3 own and own teams'; 4 own alone.
    #[serde(default)]
    pub(super) ticket_view: Optional<TicketView>,
    /// Ids of groups.
    #[serde(default)]
    pub(super) groups: Patch<Ids>,
    /// Ids of teams (sub-groups), as a list or as an object whose values count.
    #[serde(default)]
    pub(super) user_sub_group: Patch<Ids>,
    /// 1 active, 0 inactive. A new member is active without it.
    #[serde(default)]
    pub(super) is_active: Optional<Flag>,
}

impl Checked for RightsInput {}

impl RightsInput {
    /// What the member holds after what they held `before`.
    pub(super) fn applied_to(&self, before: &Rights) -> Rights {
        let listed = |given: &Patch<Ids>, before: &[i64]| {
            let mut ids = match given {
                Patch::Absent => before.to_vec(),
                Patch::Empty => Vec::new(),
                Patch::Value(ids) => ids.as_slice().to_vec(),
            };
            ids.sort_unstable();
            ids
        };
        Rights {
            sets: listed(&self.agent_privilege, &before.sets),
            ticket_view: self
                .ticket_view
                .as_ref()
                .map(|view| view.0.id())
                .or(before.ticket_view),
            groups: listed(&self.groups, &before.groups),
            teams: listed(&self.user_sub_group, &before.teams),
        }
    }
}

/// A role of a member, by its code.
#[derive(Debug, Clone, Copy)]
pub(super) struct Role(pub(super) who::Role);

impl Role {
    const MEMBERS: [who::Role; 3] = [who::Role::Owner, who::Role::Admin, who::Role::Agent];

    fn codes() -> [&'static str; 3] {
        Self::MEMBERS.map(who::Role::code)
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Text = Text::deserialize(deserializer)?;
        let known = Self::MEMBERS
            .into_iter()
            .find(|role| role.code() == text.as_str());
        known.map(Self).ok_or_else(|| {
            let message = Message::new("input.one_of").with("values", Self::codes().join(", "));
            D::Error::custom(message)
        })
    }
}

impl JsonSchema for Role {
    fn schema_name() -> Cow<'static, str> {
        "MemberRole".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "enum": Self::codes()})
    }
}

/// A view of tickets, by its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct TicketView(pub(super) who::TicketView);

impl<'de> Deserialize<'de> for TicketView {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Text = Text::deserialize(deserializer)?;
        let known = text
            .as_str()
            .parse()
            .ok()
            .and_then(who::TicketView::from_id);
        known.map(Self).ok_or_else(|| {
            D::Error::custom(Message::new("input.one_of").with("values", "1, 2, 3, 4"))
        })
    }
}

impl JsonSchema for TicketView {
    fn schema_name() -> Cow<'static, str> {
        "TicketView".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "integer", "minimum": 1, "maximum": 4})
    }
}
