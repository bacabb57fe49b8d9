//! Members and the caller's own account: shapes, and who may do what to whom.

use pocketdesk::base::db::named_params;
use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::{Client, Desk};

fn lazer() -> Value {
    json!({ "firstName": "lazer", "lastName": "angelov", "email": "lazer@example.com", "jobTitle": "",
        "contactNumber": "8178563000", "timezone": "Africa/Abidjan", "signature": "",
        "password": { "first": "", "second": "" }, "role": "ROLE_AGENT", "ticketView": "3", "isActive": "1" })
}

/// A body for the user with this address and these names, with what else is given.
fn body(email: &str, more: Value) -> Value {
    let mut body =
        json!({ "firstName": "F", "lastName": "L", "email": email, "contactNumber": "1" });
    for (key, value) in more.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body
}

fn path(desk: &Desk, email: &str) -> String {
    format!("/api/member/{}.json", desk.user_id(email))
}

/// A privilege set of these privileges.
fn set(desk: &Desk, name: &str, privileges: &[Privilege]) -> i64 {
    let (name, privileges) = (name.to_owned(), privileges.to_vec());
    desk.write(move |change| {
        let set = change.insert(
            "INSERT INTO agent_privilege (name, description, created_at) VALUES (:name, '', 0)",
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
fn team(desk: &Desk) -> i64 {
    desk.write(|change| {
        change.insert(
            "INSERT INTO sub_group (name, description, created_at) VALUES ('T', '', 0)",
            [],
        )
    })
}

/// An admin, made by the owner.
fn admin(desk: &Desk) -> Client {
    let admin = body("admin@example.com", json!({ "role": "ROLE_ADMIN" }));
    desk.ada().post("/api/members", admin).ok();
    desk.as_email("admin@example.com")
}

fn manager(desk: &Desk, view: TicketView) -> Client {
    desk.agent(
        "manager@example.com",
        &[Privilege::ManageAgent, Privilege::AddTag],
        view,
    )
}

/// Everything that a refused request could have changed.
fn state(desk: &Desk) -> Vec<Option<String>> {
    [
        "SELECT group_concat(id || email || ifnull(password_hash, '-') || ifnull(timezone, '-')) FROM user",
        "SELECT group_concat(user_id || side || role_id || name || is_active || ifnull(ticket_view, '-')
             || ifnull(removed_at, '-') || ifnull(contact_number, '-') || ifnull(signature, '-')) FROM profile",
        "SELECT group_concat(user_id || ':' || agent_privilege_id) FROM user_agent_privilege",
        "SELECT group_concat(user_id || ':' || group_id) FROM group_user",
        "SELECT group_concat(user_id || ':' || sub_group_id) FROM sub_group_user",
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
            "roles": "ROLE_AGENT" })
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
             + (SELECT count(*) FROM sub_group_user WHERE user_id = {id} AND sub_group_id = {team})"
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

/// What somebody tries, and the refusal that they get.
type Attempt<'a> = (&'a Client, &'a str, Value, u16);

#[track_caller]
fn all_refused(desk: &Desk, attempts: &[Attempt<'_>]) {
    let before = state(desk);
    for (client, path, input, status) in attempts {
        let answer = match input {
            Value::Null => client.delete(path),
            input if path.ends_with("members") => client.post(path, input.clone()),
            input => client.put(path, input.clone()),
        };
        answer.error(*status);
        assert_eq!(state(desk), before, "{path} {input}");
    }
}

#[test]
fn there_is_one_owner_who_stays() {
    let desk = Desk::new();
    let (ada, admin) = (desk.ada(), admin(&desk));
    let owner = path(&desk, "ada@example.com");
    let grace = path(&desk, "grace@example.com");
    let same = |more| body("ada@example.com", more);
    let crowned = |email| body(email, json!({ "role": "ROLE_SUPER_ADMIN" }));
    all_refused(
        &desk,
        &[
            (&ada, "/api/members", crowned("second@example.com"), 409),
            (&ada, &grace, crowned("grace@example.com"), 409),
            (&ada, &owner, same(json!({ "role": "ROLE_ADMIN" })), 409),
            (&ada, &owner, same(json!({ "isActive": "0" })), 409),
            (&ada, &owner, Value::Null, 409),
            (&admin, "/api/members", crowned("second@example.com"), 403),
            (&admin, &grace, crowned("grace@example.com"), 403),
            (&admin, &owner, same(json!({})), 403),
            (&admin, &owner, same(json!({ "role": "ROLE_AGENT" })), 403),
            (&admin, &owner, Value::Null, 403),
        ],
    );
    ada.put(
        &owner,
        same(json!({ "role": "ROLE_SUPER_ADMIN", "isActive": 1 })),
    )
    .ok();
    assert_eq!(
        desk.number("SELECT count(*) FROM profile WHERE role_id = 1"),
        1
    );
}

#[test]
fn only_the_owner_makes_and_manages_admins() {
    let desk = Desk::new();
    let (admin, manager) = (admin(&desk), manager(&desk, TicketView::All));
    let ada = desk.ada();
    ada.post(
        "/api/members",
        body("second@example.com", json!({ "role": "ROLE_ADMIN" })),
    )
    .ok();
    let grace = path(&desk, "grace@example.com");
    let second = path(&desk, "second@example.com");
    let raised = |email| body(email, json!({ "role": "ROLE_ADMIN" }));
    let mut attempts: Vec<Attempt<'_>> = Vec::new();
    for client in [&admin, &manager] {
        attempts.extend([
            (client, "/api/members", raised("third@example.com"), 403),
            (client, &*grace, raised("grace@example.com"), 403),
            (client, &*second, body("second@example.com", json!({})), 403),
            (client, &*second, body("mine@example.com", json!({})), 403),
            (
                client,
                &*second,
                body("second@example.com", json!({ "password": "taken over" })),
                403,
            ),
            (
                client,
                &*second,
                body("second@example.com", json!({ "role": "ROLE_AGENT" })),
                403,
            ),
            (client, &*second, Value::Null, 403),
        ]);
    }
    all_refused(&desk, &attempts);
    ada.put(&grace, raised("grace@example.com")).ok();
    ada.put(
        &second,
        body("second@example.com", json!({ "role": "ROLE_AGENT" })),
    )
    .ok();
    admin
        .put(
            &second,
            body("second@example.com", json!({ "password": "now an agent" })),
        )
        .ok();
    admin.delete(&second).ok();
}

#[test]
fn nobody_changes_what_they_may_do() {
    let desk = Desk::new();
    let (admin, manager) = (admin(&desk), manager(&desk, TicketView::GroupsAndTeams));
    let team = team(&desk);
    let more_sets = set(&desk, "More", &[]);
    let own = path(&desk, "manager@example.com");
    let admins = path(&desk, "admin@example.com");
    let same = |more| body("manager@example.com", more);
    all_refused(
        &desk,
        &[
            (&manager, &own, same(json!({ "role": "ROLE_ADMIN" })), 403),
            (
                &manager,
                &own,
                same(json!({ "agentPrivilege": more_sets })),
                403,
            ),
            (&manager, &own, same(json!({ "agentPrivilege": [] })), 403),
            (&manager, &own, same(json!({ "groups": ["1"] })), 403),
            (
                &manager,
                &own,
                same(json!({ "userSubGroup": { "1": team } })),
                403,
            ),
            (&manager, &own, same(json!({ "ticketView": "1" })), 403),
            (&manager, &own, same(json!({ "ticketView": "4" })), 403),
            (&manager, &own, same(json!({ "isActive": "0" })), 403),
            (&manager, &own, Value::Null, 409),
            (
                &admin,
                &admins,
                body("admin@example.com", json!({ "role": "ROLE_AGENT" })),
                403,
            ),
            (
                &admin,
                &admins,
                body("admin@example.com", json!({ "groups": [1] })),
                403,
            ),
        ],
    );
    let whole = json!({ "role": "ROLE_AGENT", "ticketView": 2, "groups": [], "isActive": "1", "password": "my own new one" });
    manager.put(&own, same(whole)).ok();
    manager.get("/api/me").ok();
}

#[test]
fn nobody_grants_what_they_do_not_hold() {
    let desk = Desk::new();
    let manager = manager(&desk, TicketView::GroupsAndTeams);
    let (held, beyond) = (
        set(&desk, "Held", &[Privilege::AddTag]),
        set(
            &desk,
            "Beyond",
            &[Privilege::AddTag, Privilege::DeleteTicket],
        ),
    );
    let team = team(&desk);
    desk.agent("peer@example.com", &[], TicketView::Own);
    let peer = path(&desk, "peer@example.com");
    let mut attempts: Vec<Attempt<'_>> = Vec::new();
    for more in [
        json!({ "agentPrivilege": beyond }),
        json!({ "agentPrivilege": [held, beyond] }),
        json!({ "ticketView": "1" }),
        json!({ "groups": ["1"] }),
        json!({ "userSubGroup": { "1": team } }),
    ] {
        attempts.push((
            &manager,
            "/api/members",
            body("new@example.com", more.clone()),
            403,
        ));
        attempts.push((&manager, &peer, body("peer@example.com", more), 403));
    }
    all_refused(&desk, &attempts);
    let granted = json!({ "agentPrivilege": held, "ticketView": "2" });
    manager.put(&peer, body("peer@example.com", granted)).ok();
    // What the owner granted stays when a lesser one saves the whole form.
    let more = json!({ "agentPrivilege": [held, beyond], "ticketView": 1, "groups": 1 });
    desk.ada()
        .put(&peer, body("peer@example.com", more.clone()))
        .ok();
    manager.put(&peer, body("peer@example.com", more)).ok();
    // Who signs in as the peer now holds more than the manager: no way in through the login.
    all_refused(
        &desk,
        &[
            (&manager, &peer, body("mine@example.com", json!({})), 403),
            (
                &manager,
                &peer,
                body("peer@example.com", json!({ "password": "taken over" })),
                403,
            ),
        ],
    );
}

#[test]
fn a_customers_password_is_not_set_by_making_them_a_member() {
    let desk = Desk::new();
    let manager = manager(&desk, TicketView::All);
    let with_password = body("alan@example.com", json!({ "password": "taken over" }));
    all_refused(
        &desk,
        &[(&manager, "/api/members", with_password.clone(), 403)],
    );
    let alan = desk.user_id("alan@example.com");
    let made = manager
        .post("/api/members", body("Alan@example.com", json!({})))
        .ok();
    assert_eq!(made["id"], alan, "one address is one user");
    assert_eq!(
        desk.ada().get(&format!("/api/customer/{alan}")).ok()["id"],
        alan
    );
    desk.ada().delete(&path(&desk, "alan@example.com")).ok();
    assert_eq!(
        desk.ada().post("/api/members", with_password).ok()["id"],
        alan,
        "a side comes back"
    );
    assert_eq!(
        desk.ada().get("/api/customers").ok()["customers"][0]["id"],
        alan
    );
}

#[test]
fn whoever_is_deactivated_or_removed_is_out_at_once() {
    let desk = Desk::new();
    let ada = desk.ada();
    let one = path(&desk, "grace@example.com");
    let grace = desk.grace();
    ada.put(&one, body("grace@example.com", json!({ "isActive": "0" })))
        .ok();
    assert_eq!(grace.get("/api/me").error(401), "invalid_grant");
    assert_eq!(
        ada.get("/api/members?isActive=0").ok()["pagination_data"]["totalCount"],
        1
    );
    ada.put(&one, body("grace@example.com", json!({ "isActive": "1" })))
        .ok();
    assert_eq!(
        grace.get("/api/me").error(401),
        "invalid_grant",
        "ended is ended"
    );
    ada.post(
        "/api/customers",
        json!({ "firstName": "G", "lastName": "H", "email": "grace@example.com" }),
    )
    .ok();
    let grace = desk.grace();
    ada.delete(&one).ok();
    assert_eq!(
        grace.get("/api/me").error(401),
        "invalid_grant",
        "no agent's token opens the customer side"
    );
    assert_eq!(
        desk.grace().get("/api/me").ok()["roles"],
        json!(["ROLE_CUSTOMER"])
    );
}

#[test]
fn a_removed_members_tickets_wait_for_another() {
    let desk = Desk::new();
    let ada = desk.ada();
    let manager = manager(&desk, TicketView::Own);
    let agent = desk.user_id("grace@example.com");
    let tickets = [desk.ticket("Kept"), desk.ticket("Trashed")];
    for ticket in tickets {
        ada.put(
            &format!("/api/ticket/{}/agent", ticket.id),
            json!({ "id": agent }),
        )
        .ok();
    }
    ada.delete(&format!("/api/ticket/{}", tickets[1].id)).ok();
    manager.delete(&path(&desk, "grace@example.com")).ok();
    assert_eq!(
        desk.number("SELECT count(*) FROM ticket WHERE agent_id IS NOT NULL"),
        0
    );
    let told = "SELECT count(*) FROM activity WHERE what = 'agent' AND to_value IS NULL";
    assert_eq!(desk.number(told), 2);
    let shown = ada
        .get(&format!("/api/ticket/{}", tickets[0].increment_id))
        .ok();
    assert_eq!(shown["ticket"]["agent"], json!(null));
}
