//! Members and the caller's own account: shapes, lists and refusals.

use pocketdesk::base::db::named_params;
use pocketdesk::base::who::Privilege;
use serde_json::{Value, json};

use crate::support::Desk;

fn lazer() -> Value {
    json!({ "firstName": "lazer", "lastName": "angelov", "email": "lazer@example.com", "jobTitle": "",
        "contactNumber": "8178563000", "timezone": "Africa/Abidjan", "signature": "",
        "password": { "first": "", "second": "" }, "role": "ROLE_AGENT", "ticketView": "3", "isActive": "1" })
}

/// A body for the user with this address and these names, with what else is given.
pub(crate) fn body(email: &str, more: Value) -> Value {
    let mut body =
        json!({ "firstName": "F", "lastName": "L", "email": email, "contactNumber": "1" });
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

pub(crate) fn path(desk: &Desk, email: &str) -> String {
    format!("/api/member/{}.json", desk.user_id(email))
}

/// A privilege set of these privileges.
pub(crate) fn set(desk: &Desk, name: &str, privileges: &[Privilege]) -> i64 {
    let (name, privileges) = (name.to_owned(), privileges.to_vec());
    desk.write(move |change| {
        let set = change.insert(
            "INSERT INTO agent_privilege (name, name_key, description, created_at) VALUES (:name, name_key(:name), '', 0)",
            named_params! { ":name": name },
        )?;
        for privilege in privileges {
            change.run(
                "INSERT INTO agent_privilege_code (agent_privilege_id, code) VALUES (:set, :code)",
                named_params! { ":set": set, ":code": privilege.code() },
            )?;
        }
        Ok(set)
    })
}

/// A team of the default group.
pub(crate) fn team(desk: &Desk) -> i64 {
    desk.write(|change| {
        change.insert(
            "INSERT INTO team (name, name_key, description, created_at) VALUES ('T', name_key('T'), '', 0)",
            [],
        )
    })
}

/// Everything that a refused request could have changed.
pub(crate) fn state(desk: &Desk) -> Vec<Option<String>> {
    [
        "SELECT group_concat(id || email || ifnull(password_hash, '-') || ifnull(timezone, '-')) FROM user",
        "SELECT group_concat(user_id || side || role_id || name || is_active || ifnull(ticket_view, '-')
             || ifnull(removed_at, '-') || ifnull(contact_number, '-') || ifnull(signature, '-')) FROM profile",
        "SELECT group_concat(user_id || ':' || agent_privilege_id) FROM user_agent_privilege",
        "SELECT group_concat(user_id || ':' || group_id) FROM group_user",
        "SELECT group_concat(user_id || ':' || team_id) FROM team_user",
        "SELECT group_concat(id || ifnull(revoked_at, '-')) FROM access_token",
        "SELECT group_concat(kind) FROM event",
    ]
    .iter()
    .map(|sql| desk.read(|view| view.one(sql, [])))
    .collect()
}

#[test]
fn a_member_is_made_shown_changed_and_removed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let (five, team) = (set(&desk, "Five", &[]), team(&desk));
    let mut new = lazer();
    new["agentPrivilege"] = json!([five.to_string()]);
    let made = ada.post("/en/api/members.json", new).ok();
    let id = desk.user_id("lazer@example.com");
    assert_eq!(
        made,
        json!({ "message": "Success ! Agent added successfully.", "id": id })
    );
    let side = desk.number("SELECT max(id) FROM profile");
    desk.write(|change| {
        // Ids of users and of their sides must part for the test to tell them apart.
        change.run(
            "UPDATE profile SET id = id + 1000 WHERE id = (SELECT max(id) FROM profile)",
            [],
        )
    });
    let stamp = json!({ "date": "2025-06-02 09:30:20", "timezone_type": 3, "timezone": "UTC" });
    let path = format!("/api/member/{id}.json");
    assert_eq!(
        ada.get(&path).ok(),
        json!({ "id": id, "email": "lazer@example.com", "profileImage": null, "isEmailPending": true,
            "timezone": "Africa/Abidjan",
            "data": [{ "id": side + 1000, "companyId": 1, "firstName": "lazer", "lastName": "angelov",
                "jobTitle": null, "createdAt": stamp, "updatedAt": stamp, "isActive": true,
                "isVerified": false, "isStarred": null, "contactNumber": "8178563000", "source": "api",
                "facebook": null, "twitter": null, "signature": null, "agentPrivilege": [five.to_string()],
                "defaultFiltering": null, "ticketView": 3, "authorisedClients": [],
                "activityNotifications": null,
                "userRole": { "id": 3, "role": "ROLE_AGENT", "name": "Agent" } }],
            "roles": [] })
    );
    let edited = body(
        "edited@example.com",
        json!({ "jobTitle": "manager", "timezone": "africa/accra", "signature": "<b>E</b>",
            "password": { "first": "test123456", "second": "test123456" }, "role": "ROLE_ADMIN",
            "groups": ["1"], "userSubGroup": { "1": team.to_string() }, "ticketView": "2" }),
    );
    assert_eq!(
        ada.put(&path, edited).ok(),
        json!({ "message": "Success ! Agent saved successfully." })
    );
    let view = ada.get(&path).ok();
    let data = &view["data"][0];
    assert_eq!(
        json!([
            view["email"],
            view["timezone"],
            view["roles"],
            data["jobTitle"],
            data["signature"],
            data["ticketView"],
            data["agentPrivilege"],
            data["isActive"]
        ]),
        json!([
            "edited@example.com",
            "Africa/Accra",
            "ROLE_ADMIN",
            "manager",
            "<b>E</b>",
            2,
            [five.to_string()],
            true
        ])
    );
    let memberships = format!(
        "SELECT (SELECT count(*) FROM group_user WHERE user_id = {id} AND group_id = 1)
             + (SELECT count(*) FROM team_user WHERE user_id = {id} AND team_id = {team})"
    );
    assert_eq!(desk.number(&memberships), 2);
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success ! Agent removed successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
    assert_eq!(desk.number(&memberships), 0);
    for kind in ["member_created", "member_changed", "member_removed"] {
        let told = format!("SELECT count(*) FROM event WHERE kind = '{kind}'");
        assert_eq!(desk.number(&told), 1, "{kind}");
    }
}

#[test]
fn me_is_whoever_calls() {
    let desk = Desk::new();
    let ada = desk.ada().get("/en/api/me.json").ok();
    let data = ada["data"][0].clone();
    assert_eq!(ada["roles"], json!(["ROLE_SUPER_ADMIN"]));
    assert_eq!(
        data["userRole"],
        json!({ "id": 1, "role": "ROLE_SUPER_ADMIN", "name": "Account Owner" })
    );
    assert_eq!(
        (&data["agentPrivilege"], &data["updatedAt"]),
        (&json!(null), &json!(null))
    );
    let documented = [
        "id",
        "email",
        "profileImage",
        "isEmailPending",
        "timezone",
        "data",
        "roles",
    ];
    let keys: Vec<&String> = ada.as_object().unwrap().keys().collect();
    assert_eq!(keys, documented);
    let grace = desk.grace().get("/api/me").ok();
    let held = desk.number("SELECT agent_privilege_id FROM user_agent_privilege");
    assert_eq!(grace["data"][0]["agentPrivilege"], held);
    assert_eq!(grace["roles"], json!(["ROLE_AGENT"]));
    let alan = desk.alan().get("/api/me").ok();
    assert_eq!(alan["roles"], json!(["ROLE_CUSTOMER"]));
    assert_eq!(alan["email"], "alan@example.com");
    assert_eq!(alan["data"][0]["firstName"], "Alan");
    assert_eq!(desk.anyone().get("/api/me").error(401), "access_denied");
}

#[test]
fn lists_of_members_are_paged_or_full() {
    let desk = Desk::new();
    let grace = desk.grace();
    let (ada_id, grace_id) = (
        desk.user_id("ada@example.com"),
        desk.user_id("grace@example.com"),
    );
    let list = grace.get("/en/api/members.json?sort=NAME&search=").ok();
    assert_eq!(
        list["users"],
        json!([
            { "id": ada_id, "email": "ada@example.com", "smallThumbnail": null, "isActive": true,
                "name": "Ada Lovelace", "role": "ROLE_SUPER_ADMIN" },
            { "id": grace_id, "email": "grace@example.com", "smallThumbnail": null, "isActive": true,
                "name": "Grace Hopper", "role": "ROLE_AGENT" }])
    );
    assert_eq!(list["pagination_data"]["totalCount"], 2);
    assert_eq!(list["pagination_data"]["url"], "#page/replacePage");
    for full in [
        "fullList",
        "fullList=1",
        "fullList=true",
        "fullList=yes&limit=1",
    ] {
        let list = grace.get(&format!("/api/members?sort=email&{full}")).ok();
        let little = json!({ "id": ada_id, "email": "ada@example.com", "name": "Ada Lovelace", "smallThumbnail": null });
        assert_eq!(list[0], little, "{full}");
        assert_eq!(list.as_array().unwrap().len(), 2, "{full}");
    }
    for (query, count) in [
        ("search=hop", 1),
        ("search=example", 2),
        ("search=alan", 0),
        ("isActive=0", 0),
        ("starred=1", 0),
        ("email=grace@example.com", 1),
        ("fullList=0", 2),
    ] {
        let list = grace.get(&format!("/api/members?{query}")).ok();
        assert_eq!(list["users"].as_array().unwrap().len(), count, "{query}");
        assert_eq!(list["pagination_data"]["totalCount"], count, "{query}");
    }
    assert_eq!(desk.alan().get("/api/members").error(403), "forbidden");
    assert_eq!(
        desk.alan().get(&path(&desk, "ada@example.com")).error(403),
        "forbidden"
    );
}

#[test]
fn a_profile_is_its_owners_and_holds_no_rights() {
    let desk = Desk::new();
    let (grace, other, alan) = (desk.grace(), desk.grace(), desk.alan());
    let id = desk.user_id("grace@example.com");
    let input = body(
        "hopper@example.com",
        json!({ "timezone": "Asia/Kolkata", "signature": "", "role": "ROLE_SUPER_ADMIN", "isActive": "0",
            "ticketView": "1", "groups": ["1"], "agentPrivilege": ["99"],
            "password": { "first": "pass123456", "second": "pass123456" } }),
    );
    let rights =
        "SELECT group_concat(role_id || is_active || ifnull(ticket_view, '-')) FROM profile";
    let before: String = desk.read(|view| view.one(rights, []));
    assert_eq!(
        grace.put("/en/api/member/profile.json", input).ok(),
        json!({ "message": "success! profile updated" })
    );
    let me = grace.get("/api/me").ok();
    assert_eq!(me["id"], id);
    assert_eq!(me["email"], "hopper@example.com");
    assert_eq!(me["timezone"], "Asia/Kolkata");
    assert_eq!(desk.read(|view| view.one::<String>(rights, [])), before);
    assert_eq!(desk.number("SELECT count(*) FROM group_user"), 0);
    assert_eq!(
        other.get("/api/me").error(401),
        "invalid_grant",
        "a new password ends other tokens"
    );
    let before = state(&desk);
    let taken = body("ada@example.com", json!({}));
    assert_eq!(
        grace.put("/api/member/profile", taken).error(409),
        "conflict"
    );
    let alans = body("alan@example.com", json!({}));
    assert_eq!(
        alan.put("/api/member/profile", alans).error(403),
        "forbidden"
    );
    assert_eq!(state(&desk), before);
}

#[test]
fn refusals_change_nothing() {
    let desk = Desk::new();
    let (ada, grace, alan) = (desk.ada(), desk.grace(), desk.alan());
    let one = path(&desk, "grace@example.com");
    let customer = path(&desk, "alan@example.com");
    let before = state(&desk);
    for (field, value) in [
        ("firstName", json!("")),
        ("lastName", json!([])),
        ("email", json!("nobody")),
        ("contactNumber", json!("1".repeat(51))),
        ("contactNumber", json!({ "a": 1 })),
        ("jobTitle", json!("x".repeat(101))),
        ("signature", json!("x".repeat(65_537))),
        ("timezone", json!("Mars/Base")),
        (
            "password",
            json!({ "first": "longenough", "second": "longenoug" }),
        ),
        ("password", json!({ "first": "short", "second": "short" })),
        ("role", json!("ROLE_CUSTOMER")),
        ("role", json!("ROLE_AGENT_ADD_TAG")),
        ("agentPrivilege", json!(["99"])),
        ("agentPrivilege", json!(["x"])),
        ("groups", json!([1, 99])),
        ("userSubGroup", json!({ "1": "99" })),
        ("ticketView", json!("5")),
        ("ticketView", json!([1])),
        ("isActive", json!("perhaps")),
    ] {
        let more = json!({ field: value });
        for answer in [
            ada.post("/api/members", body("new@example.com", more.clone())),
            ada.put(&one, body("grace@example.com", more.clone())),
        ] {
            assert_eq!(answer.error(400), "invalid_request", "{field}");
            let errors = answer.json()["errors"].clone();
            let named = errors
                .as_object()
                .unwrap()
                .keys()
                .any(|key| key.starts_with(field));
            assert!(named, "{field}: {errors}");
        }
    }
    for field in ["firstName", "lastName", "email", "contactNumber"] {
        let mut body = body("new@example.com", json!({}));
        body.as_object_mut().unwrap().remove(field);
        let answer = ada.post("/api/members", body);
        answer.error(400);
        assert!(
            answer.json()["errors"][field].is_array(),
            "{}",
            answer.text()
        );
    }
    let unknown = ada.post(
        "/api/members",
        body("new@example.com", json!({ "groups": "1,98,99" })),
    );
    let words = unknown.json()["errors"]["groups"][0]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(words.contains("98, 99") && !words.contains("1,"), "{words}");
    let taken = body("grace@example.com", json!({}));
    assert_eq!(
        ada.post("/api/members", taken.clone()).error(409),
        "conflict"
    );
    let taken_by_customer = body("alan@example.com", json!({}));
    assert_eq!(ada.put(&one, taken_by_customer).error(409), "conflict");
    for missing in ["/api/member/99999", customer.as_str()] {
        assert_eq!(ada.get(missing).error(404), "not_found");
        assert_eq!(ada.put(missing, taken.clone()).error(404), "not_found");
        assert_eq!(ada.delete(missing).error(404), "not_found");
    }
    for client in [&grace, &alan] {
        assert_eq!(client.post("/api/members", lazer()).error(403), "forbidden");
        assert_eq!(client.put(&one, taken.clone()).error(403), "forbidden");
        assert_eq!(client.delete(&one).error(403), "forbidden");
    }
    assert_eq!(state(&desk), before);
}

/// An unchanged profile wrote the search index of all its owner's tickets anew.
#[test]
fn a_profile_that_keeps_its_name_leaves_the_search_index_alone() {
    let desk = Desk::new();
    let (ada, grace) = (desk.ada(), desk.user_id("grace@example.com"));
    let ticket = desk.ticket("Found by name");
    let assigned = format!("/api/ticket/{}/agent", ticket.id);
    ada.put(&assigned, json!({ "id": grace })).ok();
    let renamed = "SELECT count(*) FROM event WHERE kind = 'person_renamed'";
    let save = |first: &str, number: &str| {
        let body = json!({ "firstName": first, "lastName": "Hopper", "email": "grace@example.com",
            "contactNumber": number });
        ada.put(&format!("/api/member/{grace}"), body).ok();
        let found = ada.get(&format!("/api/members?search={first}")).ok();
        assert_eq!(found["users"].as_array().map(Vec::len), Some(1), "{found}");
    };
    save("Grace", "1");
    save("Grace", "2");
    assert_eq!(desk.number(renamed), 0);
    save("Amazing", "2");
    assert_eq!(desk.number(renamed), 1);
}

/// What waits for somebody who may sign in no more waits for somebody else.
#[test]
fn an_inactive_members_tickets_wait_for_somebody_else() {
    let desk = Desk::new();
    let ada = desk.ada();
    let grace = desk.user_id("grace@example.com");
    let tickets: Vec<_> = (0..70)
        .map(|number| desk.ticket(&format!("{number}")))
        .collect();
    for ticket in &tickets {
        let path = format!("/api/ticket/{}/agent", ticket.id);
        ada.put(&path, json!({ "id": grace })).ok();
    }
    let closed = json!({ "ids": [tickets[0].id], "statusId": 4 });
    ada.put("/api/tickets/status", closed).ok();
    let waiting = || desk.number("SELECT count(*) FROM ticket WHERE agent_id IS NULL");
    let path = format!("/api/member/{grace}");
    let active = |is_active: i64| body("grace@example.com", json!({ "isActive": is_active }));
    ada.put(&path, active(1)).ok();
    assert_eq!(waiting(), 0);
    ada.put(&path, active(0)).ok();
    assert_eq!(waiting(), 69);
    let logged = format!("/api/ticket/{}/activity", tickets[1].id);
    let line = ada.get(&logged).ok()["activity"][0].clone();
    assert_eq!(
        (&line["property"], &line["to"]),
        (&json!("agent"), &json!(null))
    );
    // What was done keeps who did it, until the customer answers.
    let reply = json!({ "threadType": "reply", "reply": "Again." });
    let threads = format!("/api/ticket/{}/threads", tickets[0].id);
    desk.alan().post(&threads, reply).ok();
    assert_eq!(waiting(), 70);
}
