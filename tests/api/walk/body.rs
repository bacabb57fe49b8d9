//! Bodies and queries for a walk, made from the schemas of the published document.

use std::collections::BTreeMap;

use pocketdesk::web::route::{Method, Route};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};

/// What schemas cannot say: values that make sense in fields of these names, at paths
/// that begin so, as JSON. The first that fits counts.
const HINTS: &[(&str, &str, &[&str])] = &[
    ("/task/{id}/follower", "followerId", &["$member"]),
    (
        "",
        "threadType",
        &[r#""reply""#, r#""note""#, r#""forward""#],
    ),
    (
        "",
        "updateType",
        &[r#""lock""#, r#""unlock""#, r#""bookmark""#],
    ),
    (
        "",
        "password",
        &[
            "null",
            r#"{"first": "long enough", "second": "long enough"}"#,
        ],
    ),
    ("", "source", &["null", r#""email""#, r#""website""#]),
    ("", "to", &[r#""far@example.com""#]),
    ("", "customFields", &["null"]),
    ("", "customFieldValues", &["null"]),
    ("/ticket/{id}/tags", "id", &[r#""$tag""#]),
    ("/article/{article}/tags", "id", &[r#""$tag""#]),
    ("/article", "status", &[r#""draft""#, r#""published""#]),
    ("", "visibility", &[r#""public""#, r#""private""#]),
    ("/ticket/{id}/tags", "tagId", &["null"]),
    (
        "",
        "agentType",
        &[r#""both""#, r#""customer""#, r#""agent""#],
    ),
    ("/workflow", "type", &["1", "1", "1", "0"]),
    (
        "/workflow",
        "events",
        &[
            r#"[{"event": "ticket", "trigger": "created"}]"#,
            r#"[{"event": "ticket", "trigger": "uvdesk.ticket.agent_reply"}]"#,
            "null",
        ],
    ),
    (
        "/workflow",
        "conditions",
        &[
            r#"[{"type": "subject", "match": "contains", "value": "word"}]"#,
            r#"[{"type": "tag", "match": "is", "value": "$tag"}]"#,
            "null",
        ],
    ),
    (
        "/workflow",
        "actions",
        &[
            r#"[{"type": "priority", "value": 4}, {"type": "mark_spam"}]"#,
            r#"[{"type": "assign_group", "value": "$group"}]"#,
            r#"[{"type": "assign_agent", "value": "$member"}]"#,
        ],
    ),
    ("/workflows/order", "auto", &[r#"{"$workflow": "1"}"#]),
    ("/workflows/order", "manual", &["null"]),
    ("", "sortorder", &[r#"{"$custom-field": "1"}"#]),
    (
        "",
        "email",
        &[
            r#""new$member@example.com""#,
            r#""new$customer@example.com""#,
            r#""alan@example.com""#,
        ],
    ),
    ("/member", "groups", &["null", "1"]),
    ("/member", "userSubGroup", &["null"]),
    (
        "/member",
        "agentPrivilege",
        &["null", r#""$agent-privilege""#],
    ),
    ("/sub-group", "users", &["null", r#""$member""#]),
    ("/ticket/{id}", "value", &["1", "2"]),
    ("/ticket/{id}/agent", "id", &[r#""$member""#]),
    ("", "isActive", &["1", "1", "1", "0"]),
    ("/custom-field", "required", &["0"]),
    ("", "replyTo", &["null"]),
    (
        "",
        "editType",
        &[
            r#""status""#,
            r#""priority""#,
            r#""star""#,
            r#""subject""#,
            r#""label""#,
        ],
    ),
    (
        "",
        "privileges",
        &[r#"["ROLE_AGENT_ADD_NOTE", "ROLE_AGENT_ADD_TAG"]"#],
    ),
    ("/custom-field", "validation", &["null"]),
    (
        "/custom-field",
        "fieldType",
        &[r#""text""#, r#""textarea""#, r#""date""#],
    ),
    ("/task", "assignedAgent", &["0", r#""$member""#]),
    ("/task", "deadline", &[r#""2025-07-01""#]),
    ("/task", "priority", &["1", "2", "3", "4"]),
    ("/task", "stage", &["1", "2", "3"]),
    ("/task", "threadIds", &["null"]),
    ("/todo/{id}", "ticketId", &["null"]),
    ("/todo", "taskId", &["null"]),
    ("/todo", "threadId", &["null"]),
    ("/company", "nextTicketId", &["null"]),
    ("/company", "pendingSince", &["0", "24"]),
    ("/company", "defaultStatus", &["null", "1", "2"]),
    ("/company", "defaultPriority", &["null", "1", "2"]),
    ("/company", "defaultGroup", &["null", "1"]),
    ("/company", "defaultMailbox", &["null"]),
    ("/company", "timeFormat", &["null", r#""d-m-Y H:i""#]),
    ("/company", "pendingNotificationEmailTemplate", &["null"]),
    ("/company/spam", "blackList", &[r#""spam@example.com""#]),
    ("/company/spam", "whiteList", &[r#""@example.com""#]),
    ("/company/theme", "domain", &[r#""help""#]),
    ("/company/theme", "cName", &[r#""https://example.com""#]),
    ("/company/theme", "logo", &["null"]),
    ("/company/theme", "favicon", &["null"]),
    ("/company/theme", "banner", &["null"]),
    (
        "/company/theme",
        "homepageContent",
        &[r#""category""#, r#""article""#],
    ),
];

/// Fields that a row needs of most callers and not of all, so that no schema asks for them.
const NEEDED: &[(&str, &str)] = &[
    ("/tickets", "from"),
    ("/tickets", "name"),
    ("/task/{id}/follower", "followerId"),
    ("/ticket/{id}/collaborator", "collaboratorId"),
    // A type that does not say so is inactive, and without types there are no tickets.
    ("/ticket-type/{id}", "isActive"),
    ("/ticket-types", "isActive"),
    ("/ticket/{id}/tags", "id"),
    ("/todo", "ticketId"),
];

/// What ids of some fields are ids of, where the field is called otherwise.
const NOUNS: &[(&str, &str)] = &[
    ("ids", "ticket"),
    ("id", "ticket"),
    ("type", "ticket-type"),
    ("users", "member"),
    ("subgroups", "sub-group"),
    ("groups", "group"),
    ("collaboratorId", "collaborator"),
];

/// Addresses that turn up again and again.
const ADDRESSES: [&str; 8] = [
    "alan@example.com",
    "eve@example.com",
    "grace@example.com",
    "new1@example.com",
    "new2@example.com",
    "new3@example.com",
    "new4@example.com",
    "new5@example.com",
];

/// The schemas of every row.
pub(super) struct Bodies {
    document: Value,
}

impl Bodies {
    pub(super) fn of(document: Value) -> Self {
        Self { document }
    }

    pub(super) fn document(&self) -> &Value {
        &self.document
    }

    /// A body for a row that takes one, with fields left out and some that are wrong.
    pub(super) fn body(
        &self,
        route: &Route,
        known: &BTreeMap<String, Vec<i64>>,
        rng: &mut StdRng,
    ) -> Option<Value> {
        if route.method == Method::Get {
            return None;
        }
        let path = if route.is_api {
            format!("/api{}.json", route.path)
        } else {
            route.path.to_owned()
        };
        let method = route.method.name().to_ascii_lowercase();
        let content = &self.document["paths"][&path][&method]["requestBody"]["content"];
        let schema = content.get("application/json")?.get("schema")?;
        let mut maker = Maker {
            document: &self.document,
            path: route.path,
            known,
            rng,
        };
        Some(maker.object(schema))
    }
}

/// Makes values.
struct Maker<'a> {
    document: &'a Value,
    path: &'a str,
    known: &'a BTreeMap<String, Vec<i64>>,
    rng: &'a mut StdRng,
}

impl Maker<'_> {
    fn object(&mut self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let properties = schema["properties"].as_object().cloned();
        let mut made = Map::new();
        for (name, schema) in properties.into_iter().flatten() {
            let is_required = required.iter().any(|one| *one == *name);
            let is_needed = NEEDED.contains(&(self.path, &name));
            let share = if is_required || is_needed { 50 } else { 2 };
            if self.rng.random_ratio(1, share) {
                continue;
            }
            let value = self.value(&name, &schema);
            made.insert(name, value);
        }
        Value::Object(made)
    }

    fn value(&mut self, name: &str, schema: &Value) -> Value {
        let hint = HINTS
            .iter()
            .find(|(path, field, _)| *field == name && self.path.starts_with(path));
        if let Some((_, _, values)) = hint {
            let text = values.choose(self.rng).expect("a hint has values");
            return serde_json::from_str(&self.filled(text)).expect("a hint is JSON");
        }
        let schema = self.resolved(schema);
        if let Some(choices) = schema["anyOf"].as_array() {
            let first = self.rng.random_ratio(7, 8);
            let chosen = if first {
                choices.first()
            } else {
                choices.choose(self.rng)
            };
            return self.value(name, chosen.unwrap_or(&Value::Null));
        }
        if let Some(values) = schema["enum"].as_array() {
            return values.choose(self.rng).cloned().unwrap_or_default();
        }
        if schema["format"] == "email" {
            return json!(ADDRESSES.choose(self.rng));
        }
        self.plain(name, &schema)
    }

    /// A hint with an id that is known in place of each `$noun`.
    fn filled(&mut self, hint: &str) -> String {
        let mut parts = hint.split('$');
        let mut filled = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let is_noun = |c: char| c.is_ascii_lowercase() || c == '-';
            let end = part.find(|c| !is_noun(c)).unwrap_or(part.len());
            let (noun, rest) = part.split_at(end);
            let known = self.known.get(noun).and_then(|all| all.choose(self.rng));
            filled.push_str(&known.copied().unwrap_or(1).to_string());
            filled.push_str(rest);
        }
        filled
    }

    fn plain(&mut self, name: &str, schema: &Value) -> Value {
        match main_type(schema) {
            "integer" | "number" => json!(self.integer(name, schema)),
            "boolean" => json!(self.rng.random_bool(0.5)),
            "array" => {
                let count = self.rng.random_range(1..4);
                let items: Vec<Value> = (0..count)
                    .map(|_| self.value(name, &schema["items"]))
                    .collect();
                json!(items)
            }
            "object" => self.object(schema),
            _ => self.text(schema),
        }
    }

    fn text(&mut self, schema: &Value) -> Value {
        let example = schema["examples"]
            .as_array()
            .and_then(|all| all.choose(self.rng));
        if let Some(example) = example {
            return example.clone();
        }
        if schema["format"] == "date" || schema["format"] == "date-time" {
            return json!(format!("2025-06-{:02}", self.rng.random_range(1..29)));
        }
        if schema["pattern"]
            .as_str()
            .is_some_and(|pattern| pattern.contains('#'))
        {
            return json!("#337ab7");
        }
        let number: u32 = self.rng.random_range(0..40);
        json!(format!("word {number}"))
    }

    /// An id of what the field is called by, where one is known.
    fn integer(&mut self, name: &str, schema: &Value) -> i64 {
        let least = schema["minimum"].as_i64().unwrap_or(0);
        let most = schema["maximum"].as_i64();
        if let Some(most) = most {
            return self.rng.random_range(least..=most.max(least));
        }
        let noun = NOUNS.iter().find(|(field, _)| *field == name);
        let noun = noun.map_or(name, |(_, noun)| noun);
        let noun = noun.trim_end_matches("Ids").trim_end_matches("Id");
        let known = self.known.get(noun).map_or(&[][..], Vec::as_slice);
        let chosen = known.choose(self.rng).copied();
        chosen.unwrap_or_else(|| self.rng.random_range(least..least.max(1) + 7))
    }

    fn resolved(&self, schema: &Value) -> Value {
        let target = schema["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
        let target = target.and_then(|at| self.document.pointer(at));
        target.unwrap_or(schema).clone()
    }
}

/// The type that a lenient field means: the first that is named.
fn main_type(schema: &Value) -> &str {
    let named = match &schema["type"] {
        Value::Array(all) => all.first().and_then(Value::as_str),
        one => one.as_str(),
    };
    named.unwrap_or("string")
}

/// `custom-fields` is `custom-field`, `categories` is `category`.
pub(super) fn singular(noun: Option<&str>) -> String {
    let noun = noun.unwrap_or_default();
    match noun.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => noun
            .strip_suffix("es")
            .filter(|stem| stem.ends_with('x'))
            .or_else(|| noun.strip_suffix('s'))
            .unwrap_or(noun)
            .to_owned(),
    }
}

/// The id of what an answer says was made.
pub(super) fn id_of(said: &Value) -> Option<i64> {
    let nested = said
        .as_object()?
        .values()
        .find_map(|one| one["id"].as_i64());
    said["id"].as_i64().or(nested)
}
