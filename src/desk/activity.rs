//! What happened to a ticket, the newest first, as agents read it. Lines are written where events
//! are handled (`work/history.rs`), with the names of that time; what is a code is said here, in
//! the reader's language.

use schemars::JsonSchema;
use serde::Serialize;

use crate::access::Access::Agent;
use crate::base::db::{Select, View, from_row};
use crate::base::error::{Message, OrNotFound, Result};
use crate::base::locale::Locale;
use crate::base::page::Pagination;
use crate::base::time::{PhpDate, Timestamp};
use crate::desk::company::{self, Calendar};
use crate::desk::{status, thread_model, ticket};
use crate::web::extract::{PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::Json;
use crate::web::route::{Route, get};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![get(
        "/ticket/{id}/activity",
        Agent,
        "List what happened to a ticket",
        list,
    )]
}

/// How times are shown while the company has no format.
const FORMAT: &str = "d-m-Y h:ia";

/// The list of what happened to a ticket.
#[derive(Debug, Clone)]
struct Activity;

impl Listed for Activity {
    const LIST: &'static List = &List {
        id: "a.id",
        sorts: &[Sort::descending(&["id", "createdAt"], &[])],
        size: 10,
        searched: "",
    };
}

fn list(
    view: &View<'_>,
    PathId(id): PathId,
    Query(listing): Query<Listing<Activity>>,
) -> Result<Json<ActivityList>> {
    let ticket = ticket::by_id(view, view.who(), id)?.or_not_found("ticket")?;
    let mut select = Select::new(COLUMNS, "activity a INDEXED BY activity_of_ticket");
    select.and("a.ticket_id = ?", [ticket.id.into()]);
    if thread_model::visibility_of(view.who()) != thread_model::ThreadVisibility::WithLocked {
        select.and(OF_NOTHING_LOCKED, []);
    }
    let (rows, pagination_data) = listing.page::<ActivityRow>(view, select)?;
    let calendar = company::calendar(view)?;
    let activity: Vec<ActivityShape> = rows
        .into_iter()
        .map(|row| row.shape(view.locale(), &calendar))
        .collect();
    Ok(Json(ActivityList {
        activity,
        pagination_data,
    }))
}

/// What happened to a ticket.
#[derive(Debug, Serialize, JsonSchema)]
struct ActivityList {
    activity: Vec<ActivityShape>,
    pagination_data: Pagination,
}

/// One thing that happened.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ActivityShape {
    id: i64,
    /// All of it in one sentence, in the language asked for.
    text: String,
    /// Who did it; null where nobody did.
    user: Option<Actor>,
    /// The workflow that did it; null where none did.
    workflow: Option<Actor>,
    /// What changed or was done, such as `status`, `tag_added` or `thread_added`.
    property: String,
    /// What it was, by the name of that time; null where there was nothing.
    from: Option<String>,
    /// What it became, or what was added or taken away.
    to: Option<String>,
    created_at: PhpDate,
    formated_created_at: String,
}

/// Who or what did something.
#[derive(Debug, Serialize, JsonSchema)]
struct Actor {
    id: i64,
    /// The name of that time; null once it was erased.
    name: Option<String>,
}

const COLUMNS: &str = "a.id, a.user_id, a.user_name, a.workflow_id, a.workflow_name, a.property,
    a.from_value, a.from_name, a.to_value, a.to_name, a.created_at,
    (SELECT thread_type FROM thread WHERE id = a.thread_id) AS thread_type";

/// Lines about a thread that is locked, or was when it was removed, tell of it.
const OF_NOTHING_LOCKED: &str = "a.thread_id IS NULL
    OR (a.thread_id NOT IN (SELECT id FROM thread WHERE ticket_id = a.ticket_id AND is_locked = 1)
        AND ifnull((SELECT l.property FROM activity l
                    WHERE l.ticket_id = a.ticket_id AND l.thread_id = a.thread_id
                        AND l.property IN ('thread_locked', 'thread_unlocked')
                    ORDER BY l.id DESC LIMIT 1), '') <> 'thread_locked')";

struct ActivityRow {
    id: i64,
    user: Option<i64>,
    user_name: Option<String>,
    workflow: Option<i64>,
    workflow_name: Option<String>,
    property: String,
    from_value: Option<String>,
    from_name: Option<String>,
    to_value: Option<String>,
    to_name: Option<String>,
    created_at: Timestamp,
    thread_type: Option<String>,
}

from_row!(ActivityRow {
    id,
    user: "user_id",
    user_name,
    workflow: "workflow_id",
    workflow_name,
    property,
    from_value,
    from_name,
    to_value,
    to_name,
    created_at,
    thread_type,
});

impl ActivityRow {
    fn shape(self, locale: Locale, calendar: &Calendar) -> ActivityShape {
        let from = shown(
            &self.property,
            self.from_value.as_deref(),
            self.from_name.as_deref(),
            locale,
        );
        let to = shown(
            &self.property,
            self.to_value.as_deref(),
            self.to_name.as_deref(),
            locale,
        );
        let mut sentence = Message::new(self.key(from.is_some(), to.is_some()))
            .with("who", self.who(locale))
            .with("from", from.as_deref().unwrap_or("–"))
            .with("to", to.as_deref().unwrap_or("–"));
        if let Some(property) = property_key(&self.property) {
            sentence = sentence.with("property", locale.text(property));
        }
        let actor = |id: Option<i64>, name| id.map(|id| Actor { id, name });
        ActivityShape {
            id: self.id,
            text: locale.say(&sentence),
            user: actor(self.user, self.user_name),
            workflow: actor(self.workflow, self.workflow_name),
            property: self.property,
            from,
            to,
            created_at: calendar.date(self.created_at),
            formated_created_at: calendar.show(self.created_at, FORMAT),
        }
    }

    /// Who did it, in words.
    fn who(&self, locale: Locale) -> String {
        let name = self.workflow_name.as_deref().or(self.user_name.as_deref());
        match (self.workflow, self.user, name) {
            (Some(_), _, Some(name)) => {
                locale.say(&Message::new("activity.by_workflow").with("name", name))
            }
            (None, Some(_), Some(name)) => name.to_owned(),
            (None, None, _) => locale.text("activity.by_desk").to_owned(),
            _ => locale.text("activity.by_somebody").to_owned(),
        }
    }

    /// The sentence that tells it.
    fn key(&self, has_from: bool, has_to: bool) -> &'static str {
        if property_key(&self.property).is_some() {
            return match (has_from, has_to) {
                (_, false) => "activity.cleared",
                (false, true) => "activity.set",
                (true, true) => "activity.changed",
            };
        }
        if self.property == "star" {
            let is_starred = self.to_value.as_deref() == Some("1");
            return if is_starred {
                "activity.starred"
            } else {
                "activity.unstarred"
            };
        }
        if self.property == "thread_added" {
            return match self.thread_type.as_deref() {
                Some("reply") => "activity.replied",
                Some("note") => "activity.noted",
                Some("forward") => "activity.forwarded",
                _ => "activity.thread_added",
            };
        }
        let known = SENTENCES
            .iter()
            .find(|(property, _)| *property == self.property);
        known.map_or("activity.other", |(_, key)| key)
    }
}

/// The sentences of what is no change from one thing to another.
const SENTENCES: [(&str, &str); 17] = [
    ("created", "activity.created"),
    ("trashed", "activity.trashed"),
    ("restored", "activity.restored"),
    ("thread_edited", "activity.thread_edited"),
    ("thread_removed", "activity.thread_removed"),
    ("thread_locked", "activity.thread_locked"),
    ("thread_unlocked", "activity.thread_unlocked"),
    ("collaborator_added", "activity.collaborator_added"),
    ("collaborator_removed", "activity.collaborator_removed"),
    ("tag_added", "activity.tag_added"),
    ("tag_removed", "activity.tag_removed"),
    ("custom_field_changed", "activity.custom_field_changed"),
    ("task_created", "activity.task_created"),
    ("task_changed", "activity.task_changed"),
    ("task_removed", "activity.task_removed"),
    ("task_thread_added", "activity.task_thread_added"),
    ("task_thread_removed", "activity.task_thread_removed"),
];

/// What a property is called inside a sentence.
fn property_key(property: &str) -> Option<&'static str> {
    Some(match property {
        "subject" => "activity.the_subject",
        "status" => "activity.the_status",
        "priority" => "activity.the_priority",
        "type" => "activity.the_type",
        "group" => "activity.the_group",
        "team" => "activity.the_team",
        "agent" => "activity.the_agent",
        "customer" => "activity.the_customer",
        _ => return None,
    })
}

/// A value as readers see it: what is a code by its word, the rest by its name of that time.
fn shown(
    property: &str,
    value: Option<&str>,
    name: Option<&str>,
    locale: Locale,
) -> Option<String> {
    let value = value?;
    let id = || value.parse().unwrap_or(0);
    let word = match property {
        "status" => status::status_name(id(), locale),
        "priority" => status::priority_name(id(), locale),
        "subject" => Some(value),
        _ => name,
    };
    Some(word.map_or_else(|| format!("#{value}"), str::to_owned))
}
