//! The `OpenAPI` document and its page: complete, valid in themselves, and for people.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;

use pocketdesk::access::Access;
use pocketdesk::web::openapi::{is_page, operation_id};
use pocketdesk::web::route::{Method, Route};
use serde_json::{Map, Value, json};

use crate::support::Desk;
use crate::support::schema::faults;

pub(crate) fn document(desk: &Desk) -> Value {
    desk.anyone().get("/api/openapi.json").ok()
}

/// Every operation of the document, by its id.
pub(crate) fn operations(document: &Value) -> HashMap<String, Value> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = paths
        .values()
        .flat_map(|methods| methods.as_object().expect("methods"));
    let mut found = HashMap::new();
    for (_, operation) in methods.filter(|(method, _)| *method != "parameters") {
        let id = operation["operationId"].as_str().expect("an id").to_owned();
        assert!(
            found.insert(id.clone(), operation.clone()).is_none(),
            "{id} is there twice"
        );
    }
    found
}

/// The rows that are of the API, and no pages in a browser.
fn rows(desk: &Desk) -> impl Iterator<Item = &Route> {
    desk.app
        .table()
        .routes()
        .iter()
        .filter(|route| !is_page(route))
}

/// Everything that a value refers to.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(path)) = object.get("$ref") {
                found.insert(path.clone());
            }
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[track_caller]
fn assert_fits(document: &Value, schema: &Value, value: &Value, what: &str) {
    let faults = faults(document, schema, value);
    assert!(faults.is_empty(), "{what}: {faults:#?} in {value:#}");
}

#[test]
fn every_row_is_an_operation_and_every_reference_leads_somewhere() {
    let desk = Desk::new();
    let document = document(&desk);
    let operations = operations(&document);
    for route in rows(&desk) {
        for path in std::iter::once(&route.path).chain(&route.aliases) {
            assert!(
                operations.contains_key(&operation_id(route.method, path)),
                "{path}"
            );
        }
    }
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for path in found {
        let pointer = path.strip_prefix('#').expect("a reference within");
        assert!(document.pointer(pointer).is_some(), "{path}");
    }
    let tags: Vec<&Value> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    for (id, operation) in operations {
        assert!(tags.contains(&&operation["tags"][0]), "{id}");
    }
}

/// Two templates that match the same paths are one path to a client.
#[test]
fn no_two_paths_match_the_same_requests() {
    let desk = Desk::new();
    let document = document(&desk);
    let mut seen = HashMap::new();
    for path in document["paths"].as_object().unwrap().keys() {
        let shape: Vec<&str> = path.split(['{', '}']).step_by(2).collect();
        if let Some(twin) = seen.insert(shape.join("{}"), path) {
            panic!("{path} is {twin}");
        }
    }
    let ticket = &document["paths"]["/api/ticket/{id}.json"];
    let words = ticket["get"]["parameters"][0]["description"]
        .as_str()
        .unwrap();
    assert!(words.contains("incrementId"), "{words}");
    assert_eq!(
        ticket["put"]["parameters"][0]["description"],
        "Id of the ticket."
    );
}

#[test]
fn answers_headers_and_bodies_follow_from_the_row() {
    let desk = Desk::new();
    let document = document(&desk);
    let operations = operations(&document);
    let mut seen = 0;
    for route in rows(&desk) {
        let id = operation_id(route.method, route.path);
        let operation = &operations[&id];
        let has = |status: &str| operation["responses"].get(status).is_some();
        let headers: Vec<&str> = operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|parameter| parameter["$ref"].as_str()?.rsplit('/').next())
            .collect();
        let is_open = route.access == Access::Anyone;
        // A client says who it is by itself.
        let takes_login = ["create_token", "revoke_token"].contains(&id.as_str());
        let refuses = (!is_open || takes_login, !is_open);
        assert_eq!((has("401"), has("403")), refuses, "{id}");
        assert_eq!(has("409"), route.method != Method::Get, "{id}");
        assert!(!route.path.contains('{') || has("404"), "{id}");
        assert!(!headers.contains(&"If-Match") || has("409"), "{id}");
        if let Some(body) = operation.get("requestBody") {
            seen += 1;
            assert!(has("400") && has("415"), "{id}");
            let kinds: Vec<&String> = body["content"].as_object().unwrap().keys().collect();
            let all = [
                "application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
            ];
            assert_eq!(kinds, all, "{id}");
        }
    }
    assert!(seen > 30);
    let edit = &operations["update_label"]["parameters"];
    assert_eq!(edit[1]["$ref"], "#/components/parameters/If-Match");
    let create = &operations["create_label"]["parameters"];
    assert_eq!(create[0]["$ref"], "#/components/parameters/Idempotency-Key");
}

/// Whom to act as is said once a path, and by no operation again.
#[test]
fn every_path_takes_whom_to_act_as_unless_it_is_for_anyone() {
    let desk = Desk::new();
    let document = document(&desk);
    let both = ["actAsType", "actAsEmail"].map(|name| {
        let path = format!("#/components/parameters/{name}");
        assert!(document.pointer(&path[1..]).is_some(), "{path}");
        json!({ "$ref": path })
    });
    let mut open = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let mut all = methods.as_object().unwrap().iter();
        let is_open = all.all(|(_, operation)| operation["security"] == json!([]));
        let wanted = if is_open { Value::Null } else { json!(both) };
        assert_eq!(methods["parameters"], wanted, "{path}");
        open += usize::from(is_open);
    }
    assert!((3..12).contains(&open), "{open} paths are for anyone");
    assert_eq!(document.to_string().matches("\"actAsType\"").count(), 2);
}

/// What stands between two marks.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inner, _)| inner)
}

fn unescaped(text: &str) -> String {
    let text = text
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"");
    text.replace("&#39;", "'").replace("&#38;", "&")
}

/// The page's operations, each by its id.
fn shown(page: &str) -> HashMap<&str, &str> {
    let all = page.split("<details class=\"operation\"").skip(1);
    all.map(|part| (between(part, "id=\"", "\"").expect("an anchor"), part))
        .collect()
}

#[test]
fn the_page_names_every_operation_with_who_may_and_how() {
    let desk = Desk::new();
    let answer = desk.anyone().get("/de/api/docs");
    assert_eq!(answer.status, 200);
    let page = answer.text();
    assert!(page.contains("<html lang=\"de\">"));
    let shown = shown(&page);
    let mut count = 0;
    for route in rows(&desk) {
        count += 1;
        let id = operation_id(route.method, route.path);
        let part = shown
            .get(id.as_str())
            .unwrap_or_else(|| panic!("{id} is not on the page"));
        let part = unescaped(part);
        assert!(
            part.contains(&format!("data-method=\"{}\"", route.method.name())),
            "{id}"
        );
        assert!(part.contains(&format!("{}</code>", route.path)), "{id}");
        assert!(part.contains(route.summary), "{id}");
        assert!(part.contains("curl "), "{id}");
        for alias in &route.aliases {
            assert!(part.contains(alias), "{id}");
        }
        if let Access::Holds(privilege) = route.access {
            assert!(
                part.contains(&format!("Für Agenten mit {}.", privilege.code())),
                "{id}"
            );
        }
    }
    assert_eq!(
        shown.len(),
        count,
        "the page shows what is not in the table"
    );
}

#[test]
fn every_example_of_the_page_is_what_its_schema_says() {
    let desk = Desk::new();
    let document = document(&desk);
    let operations = operations(&document);
    let page = desk.anyone().get("/api/docs.html").text();
    let (mut bodies, mut answers) = (0, 0);
    for (id, part) in shown(&page) {
        let operation = &operations[id];
        if let Some(body) = between(part, "class=\"json\"><code>", "</code>") {
            let body: Value = serde_json::from_str(&unescaped(body)).expect("JSON");
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            assert_fits(&document, schema, &body, id);
            // The line for the shell sends the same.
            let curl = unescaped(between(part, "class=\"curl\"><code>", "</code>").unwrap());
            let sent = between(&curl, "-d '", "'\n").or(curl
                .split_once("-d '")
                .map(|(_, rest)| rest.trim_end_matches('\'')));
            let sent: Value =
                serde_json::from_str(&sent.unwrap().replace("'\\''", "'")).expect("JSON");
            assert_eq!(sent, body, "{id}");
            bodies += 1;
        }
        if let Some(answer) = between(
            part,
            "<figcaption>200 · application/json</figcaption><pre tabindex=\"0\"><code>",
            "</code>",
        ) {
            let answer: Value = serde_json::from_str(&unescaped(answer)).expect("JSON");
            let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            assert_fits(&document, schema, &answer, id);
            answers += 1;
        }
    }
    assert!(
        bodies > 30 && answers > 60,
        "{bodies} bodies, {answers} answers"
    );
}

/// What the desk really answers is what the document says.
#[test]
fn every_reading_fits_its_schema() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Schema");
    let document = document(&desk);
    let operations = operations(&document);
    let mut seen = 0;
    for route in rows(&desk).filter(|route| route.method == Method::Get && route.is_api) {
        let path = route
            .path
            .replace("{incrementId}", &ticket.increment_id.to_string());
        let path = path.replace("{id}", "1");
        let answer = ada.get(&format!("/api{path}"));
        if answer.status != 200 || answer.header("content-type") != Some("application/json") {
            continue;
        }
        let id = operation_id(route.method, route.path);
        let schema = &operations[&id]["responses"]["200"]["content"]["application/json"]["schema"];
        assert_fits(&document, schema, &answer.json(), &id);
        seen += 1;
    }
    assert!(seen >= 20, "{seen}");
}

#[test]
fn the_page_runs_its_one_script_and_nothing_else() {
    let desk = Desk::new();
    let answer = desk.anyone().get("/api/docs");
    let page = answer.text();
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    assert!(
        policy.contains("connect-src 'self'") && !policy.contains("script-src 'unsafe"),
        "{policy}"
    );
    assert_eq!(page.matches("<script").count(), 1);
    let script = between(&page, "<script>", "</script>").unwrap();
    let hash = {
        use base64ct::Encoding;
        use sha2::Digest;
        base64ct::Base64::encode_string(&sha2::Sha256::digest(script))
    };
    assert!(policy.contains(&format!("'sha256-{hash}'")), "{policy}");
    for word in [
        " onclick=",
        " onload=",
        "javascript:",
        "innerHTML",
        "http-equiv",
    ] {
        assert!(!page.contains(word), "{word}");
    }
    // Heavy pages are slow pages: 4 KiB an operation at most, and what is around them.
    let most = 40_000 + 4_096 * rows(&desk).count();
    assert!(page.len() < most, "{} bytes", page.len());
}

#[test]
fn the_page_speaks_four_languages_and_says_what_does_not() {
    let desk = Desk::new();
    for (code, title) in [
        ("en", "API documentation"),
        ("fr", "Documentation de l&#39;API"),
        ("it", "Documentazione dell&#39;API"),
        ("de", "API-Dokumentation"),
    ] {
        let page = desk.anyone().get(&format!("/{code}/api/docs")).text();
        assert!(page.contains(&format!("<h1>{title}</h1>")), "{code}");
        let others = ["en", "fr", "it", "de"].map(|code| format!("href=\"/{code}/api/docs\""));
        assert!(others.iter().all(|link| page.contains(link)), "{code}");
    }
    let accepted = desk.anyone().with_header("Accept-Language", "it");
    assert!(
        accepted
            .get("/api/docs")
            .text()
            .contains("<html lang=\"it\">")
    );
}

/// An example is made for any schema, and stops.
#[test]
fn examples_end_where_schemas_do_not() {
    let definitions: Map<String, Value> = serde_json::from_value(json!({
        "Tree": { "type": "object", "properties": { "of": { "anyOf": [{ "$ref": "#/x/Tree" }, { "type": "null" }] } } },
    }))
    .unwrap();
    let example =
        pocketdesk::web::openapi::example(&json!({ "$ref": "#/x/Tree" }), &definitions, "");
    assert!(example.to_string().len() < 200, "{example}");
    let short = json!({ "type": "string", "minLength": 3, "maxLength": 4 });
    assert_eq!(
        pocketdesk::web::openapi::example(&short, &definitions, "name"),
        "Kett"
    );
}

/// It is large and anybody may ask for it: its bytes are made once, and packed once.
#[test]
fn the_document_and_its_page_are_sent_packed_to_who_takes_them_so() {
    let desk = Desk::new();
    for target in ["/api/openapi.json", "/de/api/docs"] {
        let plain = desk.anyone().get(target);
        assert_eq!(plain.header("Content-Encoding"), None, "{target}");
        let packing = desk.anyone().with_header("Accept-Encoding", "gzip, br");
        let packed = packing.get(target);
        assert_eq!(packed.header("Content-Encoding"), Some("gzip"), "{target}");
        assert!(packed.bytes().len() * 4 < plain.bytes().len(), "{target}");
        for answer in [&plain, &packed] {
            assert_eq!(answer.header("Vary"), Some("Accept-Encoding"), "{target}");
        }
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.bytes())
            .read_to_end(&mut unpacked)
            .expect("it is gzip");
        assert!(unpacked == plain.bytes(), "{target}: other bytes");
        // The page of the answer is made of the document itself.
        let page = packing.get("/api/openapi.html");
        assert!(
            page.text().starts_with("<!doctype html>"),
            "{}",
            page.text()
        );
    }
}
