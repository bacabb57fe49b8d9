//! Whether a value is what a schema of the document says. It knows the words that the document
//! uses and panics at any other, so that none is passed over.

use regex::Regex;
use serde_json::Value;

/// All that is wrong with a value, each with its path.
pub(crate) fn faults(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    judge(document, schema, value, "", &mut found);
    found
}

fn judge(document: &Value, schema: &Value, value: &Value, path: &str, found: &mut Vec<String>) {
    let words = match schema {
        Value::Bool(true) => return,
        Value::Bool(false) => return found.push(format!("{path} must not be there")),
        schema => schema.as_object().expect("a schema"),
    };
    let fits = |schema: &Value| faults(document, schema, value).is_empty();
    for (word, wanted) in words {
        let holds = match word.as_str() {
            "$ref" => {
                let pointer = wanted
                    .as_str()
                    .expect("a reference")
                    .trim_start_matches('#');
                let target = document.pointer(pointer).expect("what is referred to");
                judge(document, target, value, path, found);
                true
            }
            "allOf" => list(wanted).iter().all(&fits),
            "anyOf" => list(wanted).iter().any(&fits),
            "type" => match wanted {
                Value::Array(kinds) => kinds.iter().any(|kind| is_kind(kind, value)),
                kind => is_kind(kind, value),
            },
            "enum" => list(wanted).contains(value),
            "properties" | "additionalProperties" | "propertyNames" | "items" => {
                judge_parts(document, (words, word), value, path, found);
                true
            }
            "required" => {
                let names = list(wanted).iter().filter_map(Value::as_str);
                value.as_object().is_none_or(|object| {
                    let mut names = names;
                    names.all(|name| object.contains_key(name))
                })
            }
            "pattern" => value.as_str().is_none_or(|text| {
                let pattern = Regex::new(wanted.as_str().expect("a pattern"));
                pattern.expect("a pattern").is_match(text)
            }),
            "minimum" => value.as_f64().is_none_or(|number| number >= limit(wanted)),
            "maximum" => value.as_f64().is_none_or(|number| number <= limit(wanted)),
            "minLength" => length(value, Value::is_string).is_none_or(|has| has >= limit(wanted)),
            "maxLength" => length(value, Value::is_string).is_none_or(|has| has <= limit(wanted)),
            "minItems" => length(value, Value::is_array).is_none_or(|has| has >= limit(wanted)),
            "maxItems" => length(value, Value::is_array).is_none_or(|has| has <= limit(wanted)),
            "maxProperties" => {
                length(value, Value::is_object).is_none_or(|has| has <= limit(wanted))
            }
            // These tell people and programs more, and refuse nothing.
            "description" | "examples" | "format" | "writeOnly" | "contentMediaType"
            | "default" => true,
            other => panic!("{other} in {schema}: teach it to this judge"),
        };
        if !holds {
            found.push(format!("{path}: {value} against {word} {wanted}"));
        }
    }
}

/// Judges what lies below an object or a list.
fn judge_parts(
    document: &Value,
    (words, word): (&serde_json::Map<String, Value>, &str),
    value: &Value,
    path: &str,
    found: &mut Vec<String>,
) {
    let wanted = &words[word];
    match value {
        Value::Array(items) if word == "items" => {
            for (at, item) in items.iter().enumerate() {
                judge(document, wanted, item, &format!("{path}/{at}"), found);
            }
        }
        Value::Object(object) if word != "items" => {
            let named = words.get("properties").and_then(Value::as_object);
            for (name, part) in object {
                let known = named.and_then(|named| named.get(name));
                let path = format!("{path}/{name}");
                match (word, known) {
                    ("properties", Some(schema)) => judge(document, schema, part, &path, found),
                    ("additionalProperties", None) => judge(document, wanted, part, &path, found),
                    ("propertyNames", _) => {
                        judge(document, wanted, &name.as_str().into(), &path, found);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

fn is_kind(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a kind") {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no kind"),
    }
}

fn limit(wanted: &Value) -> f64 {
    wanted.as_f64().expect("a number")
}

/// How long a value of this kind is; nothing for one of another.
fn length(value: &Value, is_of_kind: fn(&Value) -> bool) -> Option<f64> {
    let length = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(object) => object.len(),
        _ => 0,
    };
    let length = u32::try_from(length).expect("a length");
    is_of_kind(value).then_some(f64::from(length))
}

/// Each word must be able to refuse, or the judge would find everything right.
#[test]
fn each_word_refuses_what_is_against_it() {
    use serde_json::json;
    let document = json!({ "is": { "Id": { "type": "integer", "minimum": 1 } } });
    for (schema, good, bad) in [
        (json!({ "$ref": "#/is/Id" }), json!(7), json!(0)),
        (json!({ "type": ["string", "null"] }), json!(null), json!(7)),
        (json!({ "enum": ["a", 1] }), json!(1), json!("1")),
        (
            json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }),
            json!("x"),
            json!(1),
        ),
        (
            json!({ "allOf": [{ "minimum": 1 }, { "maximum": 3 }] }),
            json!(2),
            json!(4),
        ),
        (
            json!({ "required": ["a"] }),
            json!({ "a": 1 }),
            json!({ "b": 1 }),
        ),
        (
            json!({ "properties": { "a": { "type": "null" } } }),
            json!({ "a": null, "b": 1 }),
            json!({ "a": 1 }),
        ),
        (
            json!({ "properties": { "a": true }, "additionalProperties": false }),
            json!({ "a": 1 }),
            json!({ "b": 1 }),
        ),
        (
            json!({ "propertyNames": { "pattern": "^[0-9]+$" } }),
            json!({ "12": 1 }),
            json!({ "x": 1 }),
        ),
        (
            json!({ "items": { "type": "integer" } }),
            json!([1, 2]),
            json!([1, "2"]),
        ),
        (
            json!({ "minLength": 2, "maxLength": 3 }),
            json!("ää"),
            json!("ä"),
        ),
        (
            json!({ "minItems": 1, "maxItems": 1 }),
            json!([1]),
            json!([1, 2]),
        ),
        (
            json!({ "maxProperties": 1 }),
            json!({}),
            json!({ "a": 1, "b": 2 }),
        ),
        (json!({ "type": "integer" }), json!(7), json!(7.5)),
    ] {
        assert_eq!(
            faults(&document, &schema, &good),
            [""; 0],
            "{schema} {good}"
        );
        assert!(
            !faults(&document, &schema, &bad).is_empty(),
            "{schema} {bad}"
        );
    }
}
