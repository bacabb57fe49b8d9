//! API clients: an admin's to make.

use serde_json::{Value, json};

use pocketdesk::base::who::Role;
use pocketdesk::desk::person::{self, NewSide};

use crate::member;
use crate::oauth::Program;
use crate::support::{Client, Desk};

/// An admin beside the owner.
fn admin(desk: &Desk) -> Client {
    desk.write(|change| {
        let side = NewSide {
            email: "root@example.com".into(),
            role: Role::Admin,
            first_name: "Root".into(),
            last_name: "Admin".into(),
            source: "website",
        };
        person::add_side(change, &side).map(|_| ())
    });
    desk.as_email("root@example.com")
}

#[test]
fn a_client_is_made_changed_listed_and_removed() {
    let desk = Desk::new();
    let ada = desk.ada();
    let body = json!({ "name": "Shop", "redirectUris": ["https://shop.example.com/cb"] });
    let made = ada.post("/api/api-clients", body).ok();
    assert_eq!(
        made["message"],
        "Success ! API client created successfully."
    );
    let (client_id, secret) = (&made["clientId"], made["clientSecret"].as_str().unwrap());
    assert_eq!(client_id.as_str().unwrap().len(), 32);
    assert_eq!(secret.len(), 64);
    let path = format!("/api/api-client/{}", made["id"]);
    let shown = ada.get(&path).ok();
    assert_eq!(shown, made["apiClient"]);
    assert_eq!(shown["clientId"], *client_id);
    assert_eq!(shown["isPublic"], false);
    assert_eq!(shown["user"]["email"], "ada@example.com");
    assert_eq!(shown["formatedCreatedAt"], "02-06-2025 09:30am");
    let changed = ada
        .put(&path, json!({ "redirectUris": "com.example.shop:/cb" }))
        .ok();
    assert_eq!(
        changed["apiClient"]["name"], "Shop",
        "what is left out stays"
    );
    assert_eq!(
        changed["apiClient"]["redirectUris"],
        json!(["com.example.shop:/cb"])
    );
    let renamed = ada.put(&path, json!({ "name": "Store" })).ok();
    assert_eq!(
        renamed["apiClient"]["redirectUris"],
        json!(["com.example.shop:/cb"])
    );
    let listed = ada.get("/api/api-clients?search=sto").ok();
    assert_eq!(listed["apiClients"][0]["name"], "Store");
    assert_eq!(listed["pagination_data"]["totalCount"], 1);
    for answer in [&shown, &changed, &listed] {
        assert!(!answer.to_string().contains(secret), "shown once");
    }
    let kept: String = desk.read(|view| view.one("SELECT hex(secret_hash) FROM api_client", []));
    assert_ne!(kept.to_lowercase(), secret);
    assert_eq!(
        ada.delete(&path).ok()["message"],
        "Success ! API client removed successfully."
    );
    ada.get(&path).error(404);
    assert_eq!(
        desk.number("SELECT count(*) FROM api_client_redirect_uri"),
        0
    );
}

#[test]
fn clients_are_for_admins() {
    let desk = Desk::new();
    let root = admin(&desk);
    let made = root.post("/api/api-clients", json!({ "name": "x" })).ok();
    let path = format!("/api/api-client/{}", made["id"]);
    for other in [desk.grace(), desk.alan()] {
        other.get("/api/api-clients").error(403);
        other
            .post("/api/api-clients", json!({ "name": "y" }))
            .error(403);
        other.get(&path).error(403);
        other.put(&path, json!({ "name": "y" })).error(403);
        other.delete(&path).error(403);
        other.post(&format!("{path}/secret"), json!({})).error(403);
    }
    assert_eq!(desk.number("SELECT count(*) FROM api_client"), 1);
}

#[test]
fn bad_clients_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post("/api/api-clients", json!({ "name": "Taken" }))
        .ok();
    for (body, status, field) in [
        (json!({}), 400, Some("name")),
        (json!({ "name": " " }), 400, Some("name")),
        (json!({ "name": "taken" }), 409, None),
        (
            json!({ "name": "x", "redirectUris": ["http://shop.example.com/"] }),
            400,
            Some("redirectUris"),
        ),
        (
            json!({ "name": "x", "redirectUris": "javascript:alert(1)" }),
            400,
            Some("redirectUris"),
        ),
        (
            json!({ "name": "x", "redirectUris": "https://shop.example.com/#a" }),
            400,
            Some("redirectUris"),
        ),
        (
            json!({ "name": "x", "isPublic": "perhaps" }),
            400,
            Some("isPublic"),
        ),
    ] {
        let answer = ada.post("/api/api-clients", body.clone());
        answer.error(status);
        if let Some(field) = field {
            assert!(answer.json()["errors"][field][0].is_string(), "{body}");
        }
    }
    assert_eq!(desk.number("SELECT count(*) FROM api_client"), 1);
}

#[test]
fn a_public_client_has_no_secret() {
    let desk = Desk::new();
    let ada = desk.ada();
    let made = ada
        .post(
            "/api/api-clients",
            json!({ "name": "app", "isPublic": "1" }),
        )
        .ok();
    assert_eq!(made["clientSecret"], Value::Null);
    assert_eq!(made["apiClient"]["isPublic"], true);
    let path = format!("/api/api-client/{}/secret", made["id"]);
    assert_eq!(ada.post(&path, json!({})).error(409), "conflict");
}

/// Otherwise an admin could make a secret that opens what only the owner may.
#[test]
fn a_new_secret_acts_as_who_made_it() {
    let desk = Desk::new();
    let root = admin(&desk);
    let program = Program::new(&desk, "Owner's", &[]);
    let by_owner = program.by_credentials().ok();
    let token = by_owner["access_token"].as_str().unwrap().to_owned();
    let as_owner = program.with(&token);
    assert_eq!(as_owner.get("/api/me").ok()["email"], "ada@example.com");
    let path = format!("/api/api-client/{}/secret", program.id);
    let rotated = root.post(&path, json!({})).ok();
    assert_eq!(
        as_owner.get("/api/me").error(401),
        "invalid_grant",
        "what the old secret got has ended"
    );
    assert_eq!(program.by_credentials().error(401), "invalid_client");
    let fresh = program.with_secret(rotated["clientSecret"].as_str().unwrap());
    let by_root = fresh.by_credentials().ok();
    let as_root = fresh.with(by_root["access_token"].as_str().unwrap());
    assert_eq!(as_root.get("/api/me").ok()["email"], "root@example.com");
    // Who is no admin any more has no clients that act as them.
    let inactive = member::body("root@example.com", json!({ "isActive": 0 }));
    desk.ada()
        .put(&member::path(&desk, "root@example.com"), inactive)
        .ok();
    as_root.get("/api/me").error(401);
    assert_eq!(fresh.by_credentials().error(400), "unauthorized_client");
}

#[test]
fn a_client_that_is_deleted_leaves_nothing_open() {
    let desk = Desk::new();
    let program = Program::new(&desk, "Gone", &["https://gone.example.com/cb"]);
    desk.set_password("grace@example.com", "correct horse");
    let tokens = program
        .by_password("grace@example.com", "correct horse")
        .ok();
    let client = program.with(tokens["access_token"].as_str().unwrap());
    client.get("/api/tickets").ok();
    desk.ada()
        .delete(&format!("/api/api-client/{}", program.id))
        .ok();
    assert_eq!(client.get("/api/tickets").error(401), "invalid_grant");
    let refresh = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(program.refresh(refresh).error(401), "invalid_client");
    for table in ["token_family", "refresh_token", "authorization_code"] {
        let rows: i64 = desk.read(|view| view.one(&format!("SELECT count(*) FROM {table}"), []));
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn a_repeated_request_makes_no_second_client() {
    let desk = Desk::new();
    let ada = desk.ada().with_header("Idempotency-Key", "once");
    let made = ada.post("/api/api-clients", json!({ "name": "x" })).ok();
    let again = ada.post("/api/api-clients", json!({ "name": "x" }));
    assert_eq!(again.error(409), "conflict");
    let secret = made["clientSecret"].as_str().unwrap();
    let kept: String =
        desk.read(|view| view.one("SELECT CAST(body AS TEXT) FROM idempotency_key", []));
    assert!(!kept.contains(secret));
}
