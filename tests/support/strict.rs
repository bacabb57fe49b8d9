//! Whether a schema of the document names one form of a value, as programs that make clients of
//! it want. What a desk takes beside that is for its prose.

use std::collections::BTreeSet;

use serde_json::Value;

/// Where any value may stand, since what it means depends on what stands beside it.
const ANYTHING: [&str; 2] = ["/SentCondition/value", "/SentAction/value"];

/// All that is lenient in a schema of input, each with its path.
pub(crate) fn lenient(document: &Value, schema: &Value) -> Vec<String> {
    let mut found = BTreeSet::new();
    judge(document, schema, "", &mut found);
    found.into_iter().collect()
}

fn judge(document: &Value, schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    let mut note = |what: &str| {
        found.insert(format!("{path}: {what} in {schema}"));
    };
    let Some(words) = schema.as_object() else {
        return note("a boolean");
    };
    for word in ["anyOf", "oneOf"] {
        if let Some(forms) = schema[word].as_array()
            && (forms.len() != 2 || forms[1] != serde_json::json!({ "type": "null" }))
        {
            note("several forms");
        }
    }
    match &schema["type"] {
        Value::Array(kinds) if kinds.len() != 2 || kinds[1] != "null" => note("several types"),
        Value::Null => {
            let has_form = ["$ref", "anyOf", "oneOf", "allOf"]
                .iter()
                .any(|word| words.contains_key(*word));
            if !has_form && !ANYTHING.iter().any(|end| path.ends_with(end)) {
                note("no type");
            }
        }
        _ => {}
    }
    let mut choices = BTreeSet::new();
    for choice in schema["enum"].as_array().into_iter().flatten() {
        let text = choice.to_string().to_lowercase();
        if text == "\"\"" || text == "null" || !choices.insert(text) {
            note("a choice that is none of its own");
        }
    }
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.rsplit('/').next().expect("a name");
        let is_known = path.split('/').any(|part| part == name);
        if !is_known {
            let to = document.pointer(target.trim_start_matches('#'));
            judge(
                document,
                to.expect("a target"),
                &format!("{path}/{name}"),
                found,
            );
        }
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        for form in schema[word].as_array().into_iter().flatten() {
            judge(document, form, path, found);
        }
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        judge(document, property, &format!("{path}/{name}"), found);
    }
    for word in ["items", "additionalProperties"] {
        // What refuses unknown fields is no schema.
        if let Some(below) = words.get(word).filter(|below| **below != false) {
            judge(document, below, &format!("{path}/{word}"), found);
        }
    }
}

/// Where a schema is only `true` or `false`, but for objects that take no other field.
pub(crate) fn booleans(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    seek(document, "", &mut found);
    found
}

fn seek(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(parts) => {
            for (word, part) in parts {
                let is_schema = ["schema", "items", "propertyNames"].contains(&word.as_str())
                    || ["/properties", "/schemas"]
                        .iter()
                        .any(|end| path.ends_with(end))
                    || word == "additionalProperties" && *part == true;
                if is_schema && part.is_boolean() {
                    found.push(format!("{path}/{word}"));
                }
                seek(part, &format!("{path}/{word}"), found);
            }
        }
        Value::Array(parts) => {
            for (at, part) in parts.iter().enumerate() {
                let is_form = ["anyOf", "oneOf", "allOf"]
                    .iter()
                    .any(|word| path.ends_with(word));
                if is_form && part.is_boolean() {
                    found.push(format!("{path}/{at}"));
                }
                seek(part, &format!("{path}/{at}"), found);
            }
        }
        _ => {}
    }
}

/// Each word must be able to refuse, or the judge would find everything strict.
#[test]
fn what_is_lenient_is_found() {
    use serde_json::json;
    let document = json!({ "of": { "Loose": { "properties": { "id": true } } } });
    for schema in [
        json!(true),
        json!({}),
        json!({ "type": ["string", "number"] }),
        json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] }),
        json!({ "type": "string", "enum": ["ASC", "asc"] }),
        json!({ "type": "string", "enum": ["a", ""] }),
        json!({ "$ref": "#/of/Loose" }),
        json!({ "type": "array", "items": {} }),
    ] {
        assert!(!lenient(&document, &schema).is_empty(), "{schema}");
    }
    for schema in [
        json!({ "type": ["string", "null"] }),
        json!({ "anyOf": [{ "type": "object" }, { "type": "null" }] }),
        json!({ "type": "object", "additionalProperties": false }),
    ] {
        assert_eq!(lenient(&document, &schema), [""; 0], "{schema}");
    }
    assert_eq!(booleans(&document), ["/of/Loose/properties/id"]);
}
