//! Who may do what to which member: the rules of rights one by one.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::member::{body, path, set, state, team};
use crate::session::{Browser, signed_in};
use crate::support::{Client, Desk};

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
    let told = "SELECT count(*) FROM activity WHERE property = 'agent' AND to_value IS NULL";
    assert_eq!(desk.number(told), 2);
    let shown = ada
        .get(&format!("/api/ticket/{}", tickets[0].increment_id))
        .ok();
    assert_eq!(shown["ticket"]["agent"], json!(null));
}

/// A manager of agents and groups handed a colleague, or a member of their own making,
/// the sight of tickets that they did not have themselves.
#[test]
fn nobody_puts_somebody_else_where_they_do_not_see() {
    let desk = Desk::new();
    let who = [
        Privilege::ManageAgent,
        Privilege::ManageGroup,
        Privilege::ManageSubGroup,
    ];
    let manager = desk.agent("narrow@example.com", &who, TicketView::GroupsAndTeams);
    desk.agent("friend@example.com", &[], TicketView::GroupsAndTeams);
    let friend = desk.user_id("friend@example.com");
    let group = json!({ "name": "Default", "description": "d", "users": [friend] });
    assert_eq!(
        manager.put("/api/group/1", group.clone()).error(403),
        "forbidden"
    );
    let team = json!({ "name": "Team", "description": "d", "groups": [1] });
    let team = desk.ada().post("/api/sub-groups", team).ok()["id"].clone();
    let path = format!("/api/sub-group/{team}");
    let joined = json!({ "name": "Team", "description": "d", "groups": [1], "users": [friend] });
    assert_eq!(manager.put(&path, joined).error(403), "forbidden");
    desk.ada().put("/api/group/1", group.clone()).ok();
    // Who is there already may stay, and whoever sees all gains nothing.
    manager.put("/api/group/1", group).ok();
    // A wider view opens every group that somebody is in, the old ones too.
    let profile = |view: i64| {
        json!({ "firstName": "F", "lastName": "A", "email": "friend@example.com",
            "contactNumber": "", "ticketView": view })
    };
    let member = format!("/api/member/{friend}");
    desk.ada().put(&member, profile(4)).ok();
    assert_eq!(manager.put(&member, profile(2)).error(403), "forbidden");
}

/// Making somebody active gives them all that they held.
#[test]
fn nobody_brings_back_one_who_holds_more() {
    let desk = Desk::new();
    let ada = desk.ada();
    let manager = manager(&desk, TicketView::Teams);
    let more = set(&desk, "More", &[Privilege::DeleteTicket]);
    let grace = path(&desk, "grace@example.com");
    let is_active = |value: &str, more: Value| {
        let mut body = body("grace@example.com", more);
        body["isActive"] = value.into();
        body
    };
    for held in [
        json!({ "agentPrivilege": [more], "ticketView": 4 }),
        json!({ "agentPrivilege": [], "ticketView": 1 }),
        json!({ "agentPrivilege": [], "ticketView": 3, "groups": ["1"] }),
    ] {
        ada.put(&grace, is_active("0", held)).ok();
        all_refused(&desk, &[(&manager, &grace, is_active("1", json!({})), 403)]);
        manager.put(&grace, is_active("0", json!({}))).ok();
    }
    let within = json!({ "agentPrivilege": [], "ticketView": 4, "groups": [] });
    manager.put(&grace, is_active("1", within)).ok();
}

/// Who manages customers knows their passwords, and could wait until one becomes a member.
#[test]
fn what_let_a_customer_in_does_not_let_in_the_member_that_they_become() {
    let desk = Desk::new();
    let ada = desk.ada();
    let mut browser = signed_in(&desk, "alan@example.com");
    let alan = desk.alan();
    alan.get("/api/tickets").ok();
    browser.get("/api/tickets").ok();
    let member = body("alan@example.com", json!({ "role": "ROLE_ADMIN" }));
    ada.post("/api/members", member.clone()).ok();
    assert_eq!(alan.get("/api/members").error(401), "invalid_grant");
    browser.get("/api/members").error(401);
    let mut stranger = Browser::new(desk.anyone());
    let refused = stranger.try_sign_in("alan@example.com", "correct horse", "");
    assert_eq!(refused.status, 400, "the old password");

    // The same for a member who comes back.
    let one = path(&desk, "alan@example.com");
    ada.delete(&one).ok();
    let browser = signed_in(&desk, "alan@example.com");
    browser.client().get("/api/tickets").ok();
    let mut member = member;
    member["password"] = "a new password".into();
    ada.post("/api/members", member).ok();
    browser.client().get("/api/tickets").error(401);
    let known = stranger.try_sign_in("alan@example.com", "a new password", "");
    assert_eq!(known.status, 303, "the password that the member was given");
}

/// Changing a member's password or address is becoming them, on both of their sides.
#[test]
fn a_members_customer_side_is_not_taken_over() {
    let desk = Desk::new();
    let manager = desk.agent(
        "manager@example.com",
        &[Privilege::ManageAgent],
        TicketView::All,
    );
    let profile = json!({ "firstName": "Alan", "lastName": "Turing", "email": "alan@example.com",
        "contactNumber": "", "role": "ROLE_AGENT", "ticketView": 1 });
    desk.ada().post("/api/members", profile.clone()).ok();
    let path = format!("/api/member/{}", desk.user_id("alan@example.com"));
    for (field, value) in [
        ("password", "a-new-password"),
        ("email", "mine@example.com"),
    ] {
        let mut taken = profile.clone();
        taken[field] = value.into();
        assert_eq!(manager.put(&path, taken).error(403), "forbidden", "{field}");
    }
    assert_eq!(
        desk.number("SELECT count(*) FROM user WHERE email = 'mine@example.com'"),
        0
    );
    manager.put(&path, profile).ok();
}
