//! A believable value for a schema: what the documentation shows as an example. One way
//! for all, so that an example can never be of another type than the code takes or gives.

use serde_json::{Map, Value, json};

use super::input::{canonical, kind};

/// How deep an example goes before it leaves out what may be left out.
const DEEPEST: usize = 6;

/// What texts are filled with, by the end of their key. The first that fits is taken.
const TEXTS: [(&str, &str); 38] = [
    ("email", "ada@example.com"),
    ("firstName", "Ada"),
    ("lastName", "Lovelace"),
    ("color", "#2f6fde"),
    ("colour", "#2f6fde"),
    ("subject", "The kettle leaks"),
    ("description", "What belongs here, in a sentence."),
    ("message", "Done."),
    ("msg", "Done."),
    ("reply", "<p>A new one is on its way to you.</p>"),
    ("signature", "Ada Lovelace, Support"),
    ("designation", "Support engineer"),
    ("timezone", "Europe/Berlin"),
    ("timeZone", "Europe/Berlin"),
    ("timeFormat", "d-m-Y h:ia"),
    ("contactNumber", "+49 30 1234567"),
    ("formatedCreatedAt", "26-11-2025 09:30am"),
    ("createdAt", "26-11-2025 09:30am"),
    ("updatedAt", "26-11-2025 09:45am"),
    ("timestamp", "1764149400"),
    ("date", "2025-11-26"),
    ("time", "09:30"),
    ("path", "/api/ticket/attachment/7"),
    ("url", "https://desk.example.com"),
    ("link", "https://desk.example.com"),
    ("uri", "https://desk.example.com/callback"),
    ("direction", "DESC"),
    ("sort", "id"),
    ("search", "kettle"),
    ("source", "api"),
    ("status", "1"),
    ("fieldType", "text"),
    ("agentType", "both"),
    ("editType", "status"),
    ("count", "3"),
    ("password", "correct horse battery"),
    ("locale", "en"),
    ("name", "Kettles"),
];

/// A value for this schema, which lies under `key`.
pub fn example(schema: &Value, definitions: &Map<String, Value>, key: &str) -> Value {
    Maker { definitions }.value(schema, key, 0)
}

/// The same example with what must be there alone; where nothing must, with the first two fields.
fn request_example(example: Value, schema: &Value) -> Value {
    let Value::Object(mut fields) = example else {
        return example;
    };
    let required = schema["required"].as_array().filter(|all| !all.is_empty());
    let mut kept = 0;
    fields.retain(|key, _| {
        kept += 1;
        required.map_or(kept <= 2, |all| all.iter().any(|one| one == key))
    });
    Value::Object(fields)
}

/// Puts an example beside each schema of a body and of an answer in JSON.
pub(super) fn illustrate(paths: &mut Map<String, Value>, definitions: &Map<String, Value>) {
    let all = paths
        .values_mut()
        .filter_map(Value::as_object_mut)
        .flatten();
    for (_, entry) in all {
        let body = entry.pointer_mut("/requestBody/content/application~1json");
        if let Some(content) = body {
            let schema = canonical(&content["schema"], definitions);
            let least = || request_example(example(&schema, definitions, ""), &schema);
            content["example"] = given(&schema).unwrap_or_else(least);
        }
        let answer = entry.pointer_mut("/responses/200/content/application~1json");
        if let Some(content) = answer {
            content["example"] = example(&content["schema"], definitions, "");
        }
    }
}

struct Maker<'d> {
    definitions: &'d Map<String, Value>,
}

impl Maker<'_> {
    fn value(&self, schema: &Value, key: &str, depth: usize) -> Value {
        if let Some(given) = given(schema) {
            return given;
        }
        if let Some(path) = schema["$ref"].as_str() {
            let name = path.rsplit('/').next().unwrap_or_default();
            let target = self.definitions.get(name).unwrap_or(&Value::Null);
            return self.value(target, key, depth + 1);
        }
        if let Some(forms) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
            let deep = depth > DEEPEST && forms.iter().any(|form| kind(form) == "null");
            let first = forms.first().filter(|_| !deep);
            return first.map_or(Value::Null, |first| self.value(first, key, depth));
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut all = Map::new();
            for part in parts {
                if let Value::Object(some) = self.value(part, key, depth) {
                    all.extend(some);
                }
            }
            return Value::Object(all);
        }
        match kind(schema) {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, key, depth),
            "integer" | "number" => number(schema, key),
            "boolean" => json!(true),
            "null" => Value::Null,
            _ => json!(text(schema, key)),
        }
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let mut made = Map::new();
        let required = schema["required"].as_array();
        let properties = schema["properties"].as_object().into_iter().flatten();
        for (key, property) in properties {
            let is_required = required.is_some_and(|all| all.iter().any(|one| one == key));
            if is_required || depth < DEEPEST {
                made.insert(key.clone(), self.value(property, key, depth + 1));
            }
        }
        if made.is_empty() && schema["additionalProperties"].is_object() {
            let value = self.value(&schema["additionalProperties"], "", depth + 1);
            made.insert("1".into(), value);
        }
        Value::Object(made)
    }

    fn array(&self, schema: &Value, key: &str, depth: usize) -> Value {
        let least = schema["minItems"].as_u64().unwrap_or(0);
        if least == 0 && depth > DEEPEST {
            return json!([]);
        }
        let one = schema.get("items").or(schema["prefixItems"].get(0));
        let singular = key.strip_suffix('s').unwrap_or(key);
        let one = one.map_or(Value::Null, |one| self.value(one, singular, depth + 1));
        let count = usize::try_from(least).unwrap_or(1).max(1);
        Value::Array(vec![one; count])
    }
}

/// What the schema itself gives as a value.
fn given(schema: &Value) -> Option<Value> {
    let first = |key: &str| schema[key].get(0).cloned();
    let fixed = schema.get("const").cloned();
    first("examples").or(fixed).or_else(|| first("enum"))
}

fn number(schema: &Value, key: &str) -> Value {
    let usual = match key {
        _ if key.ends_with("timestamp") || key.ends_with("Timestamp") => 1_764_149_400,
        "incrementId" | "ticketId" => 42,
        "limit" | "numItemsPerPage" => 10,
        _ => 1,
    };
    let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
    let most = schema["maximum"].as_i64().unwrap_or(i64::MAX);
    json!(usual.min(most).max(least))
}

fn text(schema: &Value, key: &str) -> String {
    match schema["format"].as_str() {
        Some("email") => return "ada@example.com".into(),
        Some("uri") => return "https://desk.example.com".into(),
        Some("date") => return "2025-11-26".into(),
        Some("date-time") => return "2025-11-26T09:30:00Z".into(),
        Some("password") => return "correct horse battery".into(),
        Some("binary") => return "(bytes)".into(),
        _ => {}
    }
    if schema["contentMediaType"] == "application/json" {
        return "{}".into();
    }
    let known = TEXTS.iter().find(|(end, _)| ends(key, end));
    let text = known.map_or("text", |(_, text)| text);
    let most = schema["maxLength"]
        .as_u64()
        .and_then(|most| usize::try_from(most).ok());
    let mut text: String = text.chars().take(most.unwrap_or(usize::MAX)).collect();
    let least = schema["minLength"]
        .as_u64()
        .and_then(|least| usize::try_from(least).ok());
    while text.chars().count() < least.unwrap_or(0) {
        text.push('x');
    }
    text
}

/// Whether a key is `end`, or ends in it as in its last word: `actAsEmail`, `default_email`.
fn ends(key: &str, end: &str) -> bool {
    let Some(rest) = key.len().checked_sub(end.len()) else {
        return false;
    };
    if !key.is_char_boundary(rest) || !key[rest..].eq_ignore_ascii_case(end) {
        return false;
    }
    rest == 0 || key[..rest].ends_with('_') || key[rest..].starts_with(char::is_uppercase)
}
