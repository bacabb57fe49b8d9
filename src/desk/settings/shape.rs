//! JSON in and JSON out. An empty field takes its setting back to what a new desk has; name
//! and time zone, which every desk must have, are refused empty, and an empty nextTicketId
//! leaves the count where it is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::error::{Faults, Message};
use crate::base::input::{Email, Int, Line, Optional, Patch, Senders, Zone};
use crate::desk::company::shows_time;
use crate::desk::company::spam::Lists;
use crate::desk::status;
use crate::web::extract::Checked;

/// A year: who waits longer for an answer has another address by now.
const MOST_PENDING_HOURS: i64 = 8_760;

/// The company's settings.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Company {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) support_email: Option<String>,
    pub(super) next_ticket_id: i64,
    pub(super) timezone: String,
    pub(super) pending_since: i64,
    pub(super) default_mailbox: Option<i64>,
    pub(super) default_status: i64,
    pub(super) default_priority: i64,
    pub(super) default_group: Option<i64>,
    pub(super) time_format: Option<String>,
    pub(super) pending_notification_email_template: Option<i64>,
}

/// What the company's settings become; what may be left out stays then.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("examples" = [{ "name": "Kettles", "supportEmail": "ada@example.com", "nextTicketId": 100_000, "timezone": "Europe/Berlin", "pendingSince": 48 }]))]
pub(super) struct CompanyBody {
    /// Name of the support desk.
    name: Line<100, 1>,
    /// Support email address, which answers to tickets go to; empty for none.
    support_email: Optional<Email>,
    /// Number of the next ticket, greater than the last one used; empty to go on counting.
    next_ticket_id: Optional<Int>,
    /// Time zone such as Asia/Kolkata.
    timezone: Zone,
    /// Hours after an agent's answer without the customer's until they are reminded; 0 or
    /// empty for never.
    pending_since: Optional<Int>,
    /// Id of the mailbox of new tickets; 0 or empty for none.
    #[serde(default)]
    default_mailbox: Patch<Int>,
    /// Id of the status of new tickets; empty for Open.
    #[serde(default)]
    default_status: Patch<Int>,
    /// Id of the priority of new tickets; empty for Low.
    #[serde(default)]
    default_priority: Patch<Int>,
    /// Id of the group of new tickets; 0 or empty for none.
    #[serde(default)]
    default_group: Patch<Int>,
    /// Date and time in PHP's letters, such as m-d-y G:i; empty for what each answer documents.
    #[serde(default)]
    time_format: Patch<Line<64>>,
    /// Id of the email template of the reminder; 0 or empty for none.
    #[serde(default)]
    pending_notification_email_template: Patch<Int>,
}

impl Checked for CompanyBody {
    fn check(&self, faults: &mut Faults) {
        let hours = self.pending_since.as_ref().map_or(0, |hours| hours.get());
        if hours < 0 {
            faults.add(
                "pendingSince",
                Message::new("company.too_small").with("min", 0),
            );
        }
        if hours > MOST_PENDING_HOURS {
            let message = Message::new("company.too_great").with("max", MOST_PENDING_HOURS);
            faults.add("pendingSince", message);
        }
        if let Some(format) = self.time_format.as_ref()
            && !shows_time(format.as_str())
        {
            faults.add("timeFormat", "company.bad_time_format");
        }
    }
}

impl CompanyBody {
    /// The settings that these make of those before.
    pub(super) fn over(self, before: &Company) -> Company {
        let number = |given: Patch<Int>, old: Option<i64>| match given {
            Patch::Absent => old,
            given => given.value().map(Int::get).filter(|id| *id != 0),
        };
        let next = self.next_ticket_id.get().map(Int::get);
        let required = |given: Patch<Int>, old: i64, usual: i64| match given {
            Patch::Absent => old,
            given => given.value().map_or(usual, Int::get),
        };
        Company {
            id: before.id,
            name: self.name.into_string(),
            support_email: self.support_email.get().map(Email::into_string),
            next_ticket_id: next.unwrap_or(before.next_ticket_id),
            timezone: self.timezone.into_string(),
            pending_since: self.pending_since.get().map_or(0, Int::get),
            default_mailbox: number(self.default_mailbox, before.default_mailbox),
            default_status: required(self.default_status, before.default_status, status::OPEN),
            default_priority: required(self.default_priority, before.default_priority, status::LOW),
            default_group: number(self.default_group, before.default_group),
            time_format: match self.time_format {
                Patch::Absent => before.time_format.clone(),
                given => given.value().map(Line::into_string),
            },
            pending_notification_email_template: number(
                self.pending_notification_email_template,
                before.pending_notification_email_template,
            ),
        }
    }
}

/// The spam lists.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpamShape {
    black_list: Option<String>,
    white_list: Option<String>,
}

impl SpamShape {
    pub(super) fn of(lists: &Lists) -> Self {
        let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(","));
        Self {
            black_list: joined(&lists.black),
            white_list: joined(&lists.white),
        }
    }
}

/// What the spam lists become.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("examples" = [{ "blackList": "spam@example.com,@spam.example", "whiteList": "" }]))]
pub(super) struct SpamBody {
    /// Addresses and @domains that are blocked, separated by commas or line ends; may be empty.
    black_list: Senders,
    /// Addresses and @domains that are heard whatever the black list says; may be empty.
    white_list: Senders,
}

impl Checked for SpamBody {
    fn check(&self, faults: &mut Faults) {
        for (field, list) in [
            ("blackList", &self.black_list),
            ("whiteList", &self.white_list),
        ] {
            if let Some(fault) = list.fault() {
                faults.add(field, fault);
            }
        }
    }
}

impl SpamBody {
    pub(super) fn lists(self) -> Lists {
        Lists {
            black: self.black_list.into_vec(),
            white: self.white_list.into_vec(),
        }
    }
}
