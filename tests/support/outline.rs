//! What the `OpenAPI` document promises, in few words: a paragraph an operation and a line a
//! type, so that whoever reads a change of it sees what clients would feel. Prose, examples
//! and what all operations share are left out.

use serde_json::Value;

/// The promises of a document.
pub(crate) fn of(document: &Value) -> String {
    let mut lines = vec![format!("chapters: {}", chapters(document))];
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            if method != "parameters" {
                lines.push(String::new());
                paragraph(&mut lines, (path, method), operation);
            }
        }
    }
    lines.push(String::new());
    let schemas = document["components"]["schemas"].as_object();
    let mut types: Vec<String> = schemas
        .expect("schemas")
        .iter()
        .map(|(name, schema)| format!("type {name} = {}", shape(schema)))
        .collect();
    types.sort();
    lines.extend(types);
    lines.join("\n")
}

fn chapters(document: &Value) -> String {
    let tags = document["tags"].as_array().expect("tags").iter();
    let names: Vec<&str> = tags.filter_map(|tag| tag["name"].as_str()).collect();
    names.join(", ")
}

fn paragraph(lines: &mut Vec<String>, (path, method): (&str, &str), operation: &Value) {
    let id = operation["operationId"].as_str().expect("an id");
    lines.push(format!("{} {path} = {id}", method.to_uppercase()));
    let parameters = operation["parameters"].as_array().expect("parameters");
    for place in ["path", "query"] {
        let here = parameters.iter().filter(|one| one["in"] == place);
        let named: Vec<String> = here
            .map(|one| field(&one["name"], &one["schema"], one["required"] == true))
            .collect();
        if !named.is_empty() {
            lines.push(format!("  {place}: {}", named.join(", ")));
        }
    }
    let shared: Vec<&str> = parameters
        .iter()
        .filter_map(|one| one["$ref"].as_str()?.rsplit('/').next())
        .collect();
    if !shared.is_empty() {
        lines.push(format!("  header: {}", shared.join(", ")));
    }
    if let Some(body) = operation.get("requestBody") {
        let form = &body["content"]["multipart/form-data"]["schema"];
        lines.push(format!("  body: {}", shape(form)));
    }
    let responses = operation["responses"].as_object().expect("responses");
    for (media_type, content) in responses["200"]["content"]
        .as_object()
        .into_iter()
        .flatten()
    {
        lines.push(format!("  200: {media_type} {}", shape(&content["schema"])));
    }
    let others: Vec<&str> = responses
        .keys()
        .map(String::as_str)
        .filter(|status| *status != "200")
        .collect();
    lines.push(format!("  else: {}", others.join(" ")));
}

/// A star stands where it must be there.
fn field(name: &Value, schema: &Value, is_required: bool) -> String {
    let star = if is_required { "*" } else { "" };
    let name = name.as_str().expect("a name");
    format!("{name}{star}: {}", shape(schema))
}

/// A schema in a word or few.
fn shape(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        return target.rsplit('/').next().expect("a name").to_owned();
    }
    for (word, sign) in [("anyOf", " | "), ("oneOf", " | "), ("allOf", " & ")] {
        if let Some(forms) = schema[word].as_array() {
            let all: Vec<String> = forms.iter().map(shape).collect();
            return all.join(sign);
        }
    }
    if let Some(choices) = schema["enum"].as_array() {
        let all: Vec<String> = choices.iter().map(Value::to_string).collect();
        return all.join(" | ");
    }
    match &schema["type"] {
        Value::Array(kinds) => {
            let of_kind = |kind: &Value| {
                let mut one = schema.clone();
                one["type"] = kind.clone();
                shape(&one)
            };
            let all: Vec<String> = kinds.iter().map(of_kind).collect();
            all.join(" | ")
        }
        Value::String(kind) => of_kind(kind, schema),
        _ => "any".to_owned(),
    }
}

fn of_kind(kind: &str, schema: &Value) -> String {
    match kind {
        "array" => format!("[{}]", shape(&schema["items"])),
        "object" => object(schema),
        "string" => {
            let format = schema["format"].as_str().unwrap_or("string");
            format!("{format}{}", range(schema, ("minLength", "maxLength")))
        }
        "integer" | "number" => format!("{kind}{}", range(schema, ("minimum", "maximum"))),
        other => other.to_owned(),
    }
}

fn range(schema: &Value, (least, most): (&str, &str)) -> String {
    match (schema.get(least), schema.get(most)) {
        (None, None) => String::new(),
        (least, most) => {
            let text = |limit: Option<&Value>| limit.map(Value::to_string).unwrap_or_default();
            format!("({}..{})", text(least), text(most))
        }
    }
}

fn object(schema: &Value) -> String {
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    let mut fields: Vec<String> = properties
        .map(|(name, schema)| field(&Value::from(name.as_str()), schema, is_required(name)))
        .collect();
    if let Some(others) = schema
        .get("additionalProperties")
        .filter(|one| one.is_object())
    {
        fields.push(format!("…: {}", shape(others)));
    }
    format!("{{ {} }}", fields.join(", "))
}
