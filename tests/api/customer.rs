//! Customers: listing, finding, and changing them without reaching anybody else.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::{Client, Desk};

fn zondo() -> Value {
    json!({ "firstName": "zondo", "lastName": "cape", "email": "zondo@example.com",
        "contactNumber": "8178593000", "isActive": "1",
        "password": { "first": "somesecurepassword", "second": "somesecurepassword" } })
}

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body[key] = value;
    body
}

/// The addresses of a list, in its order.
#[track_caller]
fn emails(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("/api/customers.json?{query}")).ok();
    let customers = list["customers"].as_array().expect("a list").clone();
    let total = list["pagination_data"]["totalCount"].as_u64();
    if list["pagination_data"]["pageCount"].as_u64() <= Some(1) {
        assert_eq!(total, Some(customers.len() as u64), "{query}");
    }
    customers
        .iter()
        .map(|one| one["email"].as_str().expect("an address").to_owned())
        .collect()
}

/// Everything that a refused request could have changed.
fn state(desk: &Desk) -> Vec<String> {
    [
        "SELECT group_concat(id || email || ifnull(password_hash, '-') || ifnull(timezone, '-')) FROM user",
        "SELECT group_concat(user_id || side || role_id || name || is_active || is_starred
             || ifnull(removed_at, '-') || ifnull(contact_number, '-')) FROM profile",
        "SELECT group_concat(id || ifnull(revoked_at, '-')) FROM access_token",
    ]
    .iter()
    .map(|sql| desk.read(|view| view.one(sql, [])))
    .collect()
}

#[test]
fn a_customer_is_made_shown_starred_changed_and_removed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let made = ada.post("/en/api/customers.json", zondo()).ok();
    let id = desk.user_id("zondo@example.com");
    assert_eq!(
        made,
        json!({ "message": "Success! customer added successfully", "id": id })
    );
    let path = format!("/api/customer/{id}.json");
    let side = desk.number("SELECT max(id) FROM profile");
    desk.write(|change| {
        // Ids of users and of their sides must part for the test to tell them apart.
        change.run(
            "UPDATE profile SET id = id + 1000 WHERE id = (SELECT max(id) FROM profile)",
            [],
        )
    });
    assert_eq!(
        ada.get(&path).ok(),
        json!({ "id": id, "email": "zondo@example.com", "token": null, "profileImage": null,
            "validationCode": null, "isEmailPending": true, "timezone": null,
            "data": [{ "id": side + 1000, "companyId": 1, "firstName": "zondo", "lastName": "cape",
                "jobTitle": null,
                "createdAt": { "date": "2025-06-02 09:30:20", "timezone_type": 3, "timezone": "UTC" },
                "updatedAt": { "date": "2025-06-02 09:30:20", "timezone_type": 3, "timezone": "UTC" },
                "isActive": true, "isVerified": false, "isStarred": null, "contactNumber": "8178593000",
                "source": "api", "facebook": null, "twitter": null, "signature": null,
                "agentPrivilege": [], "defaultFiltering": null, "ticketView": null,
                "authorisedClients": [], "activityNotifications": null,
                "userRole": { "id": 4, "role": "ROLE_CUSTOMER", "name": "Customer" } }] })
    );
    let starred = json!({ "message": "starred Action Completed successfully" });
    for is_starred in [json!(true), json!(null)] {
        assert_eq!(ada.patch(&path, json!({})).ok(), starred);
        assert_eq!(ada.get(&path).ok()["data"][0]["isStarred"], is_starred);
    }
    let edited = json!({ "firstName": "Zoe", "lastName": "", "email": "zoe@example.com" });
    assert_eq!(
        ada.put(&path, edited).ok(),
        json!({ "message": "Success ! Customer saved successfully." })
    );
    let view = ada.get(&path).ok();
    assert_eq!(view["email"], "zoe@example.com");
    assert_eq!(view["data"][0]["firstName"], "Zoe");
    assert_eq!(
        view["data"][0]["contactNumber"], "8178593000",
        "what is left out stays"
    );
    assert_eq!(view["data"][0]["isActive"], true);
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success ! Customer removed successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
    assert_eq!(ada.delete(&path).error(404), "not_found");
}

#[test]
fn what_was_known_of_a_removed_customer_does_not_come_back_with_the_address() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post("/api/customers", zondo()).ok();
    let id = desk.user_id("zondo@example.com");
    let path = format!("/api/customer/{id}");
    ada.patch(&path, json!({})).ok();
    desk.ticket_of("zondo@example.com", "Of theirs");
    let found =
        |what: &str| ada.get(&format!("/api/{what}")).ok()["pagination_data"]["totalCount"].clone();
    assert_eq!(found("customers?search=8178593000"), 1);
    ada.delete(&path).ok();
    let left = desk.number(
        "SELECT count(contact_number) + count(job_title) + count(signature) + sum(is_starred)
         FROM profile WHERE side = 'customer' AND removed_at IS NOT NULL",
    );
    assert_eq!(left, 0);
    let tickets = ada.get("/api/tickets?search=8178593000").ok();
    assert_eq!(tickets["tickets"], json!([]));
    let again = json!({ "firstName": "Zondo", "lastName": "Cape", "email": "zondo@example.com" });
    ada.post("/api/customers", again).ok();
    let side = ada.get(&path).ok()["data"][0].clone();
    assert_eq!(
        (&side["contactNumber"], &side["isStarred"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(found("customers?search=8178593000"), 0);
}

#[test]
fn a_list_has_the_documented_shape() {
    let desk = Desk::new();
    let ada = desk.ada();
    desk.ticket("One");
    let trashed = desk.ticket("Two");
    ada.delete(&format!("/api/ticket/{}", trashed.id)).ok();
    let id = desk.user_id("alan@example.com");
    let list = ada.get("/en/api/customers.json?page=&sort=createdat").ok();
    assert_eq!(
        list["customers"],
        json!([{ "id": id, "email": "alan@example.com", "smallThumbnail": null, "isStarred": null,
            "isActive": true, "name": "Alan Turing", "source": "website", "count": "1" }])
    );
    assert_eq!(
        list["customer_count"],
        json!({ "all": "1", "starred": "0" })
    );
    assert_eq!(list["pagination_data"]["numItemsPerPage"], 10);
    assert_eq!(list["pagination_data"]["totalCount"], 1);
    ada.patch(&format!("/api/customer/{id}"), json!({})).ok();
    let list = ada.get("/api/customers").ok();
    assert_eq!(list["customers"][0]["isStarred"], true);
    assert_eq!(
        list["customer_count"],
        json!({ "all": "1", "starred": "1" })
    );
}

#[test]
fn a_customers_tickets_count_as_far_as_the_caller_sees_them() {
    let desk = Desk::new();
    let seen = desk.ticket("Seen");
    desk.ticket("Unseen");
    let own = desk.agent("own@example.com", &[], TicketView::Own);
    let count =
        |client: &Client| client.get("/api/customers").ok()["customers"][0]["count"].clone();
    assert_eq!(count(&own), "0");
    let agent = desk.user_id("own@example.com");
    desk.ada()
        .put(
            &format!("/api/ticket/{}/agent", seen.id),
            json!({ "id": agent }),
        )
        .ok();
    assert_eq!(count(&own), "1");
    assert_eq!(count(&desk.ada()), "2");
}

#[test]
fn lists_are_filtered_sorted_and_searched() {
    let desk = Desk::new();
    let ada = desk.ada();
    for (first, last, email) in [
        ("berta", "Ångström", "zeta+list@example.com"),
        ("Carl", "Gauß", "mid@example.org"),
    ] {
        desk.clock.advance(60);
        let body = json!({ "firstName": first, "lastName": last, "email": email });
        ada.post("/api/customers", body).ok();
    }
    let carl = desk.user_id("mid@example.org");
    ada.patch(&format!("/api/customer/{carl}"), json!({})).ok();
    let off = json!({ "firstName": "Carl", "lastName": "Gauß", "email": "mid@example.org", "isActive": 0 });
    ada.put(&format!("/api/customer/{carl}"), off).ok();
    let (alan, berta, carl) = (
        "alan@example.com",
        "zeta+list@example.com",
        "mid@example.org",
    );
    let table: [(&str, &[&str]); 26] = [
        ("", &[carl, berta, alan]),
        ("sort=CREATEDAT&direction=asc", &[alan, berta, carl]),
        ("sort=name", &[alan, berta, carl]),
        ("sort=name&direction=DESC", &[carl, berta, alan]),
        ("sort=email", &[alan, carl, berta]),
        ("sort=email&direction=desc", &[berta, carl, alan]),
        ("starred=1", &[carl]),
        ("starred", &[carl]),
        ("starred=0", &[carl, berta, alan]),
        ("isActive=1", &[berta, alan]),
        ("isActive=0", &[carl]),
        ("isActive=&search=", &[carl, berta, alan]),
        ("isActive=1&starred=1", &[]),
        ("search=angs", &[berta]),
        ("search=ZETA", &[berta]),
        ("search=example", &[carl, berta, alan]),
        ("search=example&sort=email", &[alan, carl, berta]),
        ("search=example.com%20al", &[alan]),
        ("search=%22%20NEAR%20*", &[]),
        ("search=**", &[]),
        ("email=zeta+list@example.com", &[berta]),
        (
            "email[]=ALAN@example.com&email[]=mid@example.org",
            &[carl, alan],
        ),
        ("email[]=alan@example.com,mid@example.org", &[carl, alan]),
        ("email=nobody@example.com", &[]),
        ("email=ada@example.com", &[]),
        ("email=alan@example.com&isActive=0", &[]),
    ];
    for (query, want) in table {
        assert_eq!(emails(&ada, query), want, "{query}");
    }
    let paged = ada.get("/api/customers?limit=2&page=2&sort=name").ok();
    assert_eq!(paged["customers"][0]["email"], carl);
    assert_eq!(paged["pagination_data"]["totalCount"], 3);
    for query in ["isActive=perhaps", "email=nobody", "starred=x"] {
        let answer = ada.get(&format!("/api/customers?{query}"));
        answer.error(400);
        let field = query.split('=').next().unwrap();
        assert!(
            answer.json()["errors"][field].is_array(),
            "{}",
            answer.text()
        );
    }
}

#[test]
fn refusals_change_nothing() {
    let desk = Desk::new();
    let (ada, grace, alan) = (desk.ada(), desk.grace(), desk.alan());
    let manager = desk.agent(
        "m@example.com",
        &[Privilege::ManageCustomer],
        TicketView::Own,
    );
    let id = desk.user_id("alan@example.com");
    let one = format!("/api/customer/{id}");
    let before = state(&desk);
    for (field, value) in [
        ("firstName", json!(" ")),
        ("firstName", json!(["a"])),
        ("firstName", json!("x".repeat(101))),
        ("lastName", json!({ "a": 1 })),
        ("email", json!("")),
        ("email", json!("nobody")),
        ("email", json!("a@example.com\r\nBcc: b@example.com")),
        ("contactNumber", json!("1".repeat(51))),
        ("isActive", json!("perhaps")),
        (
            "password",
            json!({ "first": "somesecurepassword", "second": "another" }),
        ),
        ("password", json!("short")),
        ("password", json!("p".repeat(1025))),
    ] {
        for answer in [
            manager.post("/api/customers", with(zondo(), field, value.clone())),
            manager.put(&one, with(zondo(), field, value.clone())),
        ] {
            assert_eq!(answer.error(400), "invalid_request");
            assert!(
                answer.json()["errors"][field][0].is_string(),
                "{}",
                answer.text()
            );
        }
    }
    let missing = manager.post("/api/customers", json!({}));
    missing.error(400);
    let taken = with(zondo(), "email", json!("Alan@example.com"));
    assert_eq!(manager.post("/api/customers", taken).error(409), "conflict");
    let taken = with(zondo(), "email", json!("grace@example.com"));
    assert_eq!(manager.put(&one, taken).error(409), "conflict");
    let agents_id = format!("/api/customer/{}", desk.user_id("grace@example.com"));
    for path in ["/api/customer/999999", agents_id.as_str()] {
        assert_eq!(ada.get(path).error(404), "not_found");
        assert_eq!(ada.put(path, zondo()).error(404), "not_found");
        assert_eq!(ada.patch(path, json!({})).error(404), "not_found");
        assert_eq!(ada.delete(path).error(404), "not_found");
    }
    assert_eq!(
        grace.post("/api/customers", zondo()).error(403),
        "forbidden"
    );
    assert_eq!(grace.put(&one, zondo()).error(403), "forbidden");
    assert_eq!(grace.delete(&one).error(403), "forbidden");
    for (client, status) in [(&alan, 403), (&desk.anyone(), 401)] {
        for answer in [
            client.get("/api/customers"),
            client.get(&one),
            client.patch(&one, json!({})),
            client.put(&one, zondo()),
            client.delete(&one),
            client.post("/api/customers", zondo()),
        ] {
            assert_eq!(answer.status, status, "{}", answer.text());
        }
    }
    assert_eq!(state(&desk), before);
    grace.patch(&one, json!({})).ok();
}

#[test]
fn one_address_is_one_user_and_a_removed_side_comes_back() {
    let desk = Desk::new();
    let ada = desk.ada();
    let grace = desk.user_id("grace@example.com");
    let body = json!({ "firstName": "G.", "lastName": "H.", "email": "GRACE@example.com" });
    let made = ada.post("/api/customers", body.clone()).ok();
    assert_eq!(made["id"], grace, "the agent gets a customer side");
    let agents_name = ada.get(&format!("/api/member/{grace}")).ok()["data"][0]["firstName"].clone();
    assert_eq!(agents_name, "Grace", "the agent side stays as it is");
    let client = desk.grace();
    let path = format!("/api/customer/{grace}");
    ada.delete(&path).ok();
    client.get("/api/me").ok();
    assert_eq!(ada.post("/api/customers", body).ok()["id"], grace);
    assert_eq!(ada.get(&path).ok()["data"][0]["isActive"], true);
    assert_eq!(
        desk.number("SELECT count(*) FROM profile WHERE side = 'customer'"),
        2
    );
}

#[test]
fn who_manages_customers_cannot_become_a_member() {
    let desk = Desk::new();
    let manager = desk.agent(
        "m@example.com",
        &[Privilege::ManageCustomer],
        TicketView::All,
    );
    let ada = desk.ada();
    let body = |email: &str| json!({ "firstName": "A", "lastName": "L", "email": email });
    let before = state(&desk);
    let with_password = with(body("ada@example.com"), "password", json!("taken over"));
    assert_eq!(
        manager
            .post("/api/customers", with_password.clone())
            .error(403),
        "forbidden"
    );
    assert_eq!(state(&desk), before);
    manager.post("/api/customers", body("ada@example.com")).ok();
    let path = format!("/api/customer/{}", desk.user_id("ada@example.com"));
    let before = state(&desk);
    assert_eq!(manager.put(&path, with_password).error(403), "forbidden");
    assert_eq!(
        manager.put(&path, body("mine@example.com")).error(403),
        "forbidden"
    );
    assert_eq!(state(&desk), before);
    manager.put(&path, body("ada@example.com")).ok();
    manager.delete(&path).ok();
    ada.get("/api/me").ok();
}

#[test]
fn whoever_loses_the_side_or_its_activity_loses_their_tokens() {
    let desk = Desk::new();
    let ada = desk.ada();
    let path = format!("/api/customer/{}", desk.user_id("alan@example.com"));
    let body = json!({ "firstName": "Alan", "lastName": "Turing", "email": "alan@example.com" });
    let changed = |key: &str, value: Value| with(body.clone(), key, value);
    let alan = desk.alan();
    ada.put(&path, changed("isActive", json!(""))).ok();
    alan.get("/api/tickets").ok();
    ada.put(&path, changed("password", json!("a new password")))
        .ok();
    assert_eq!(alan.get("/api/tickets").error(401), "invalid_grant");
    let alan = desk.alan();
    ada.put(&path, changed("isActive", json!("0"))).ok();
    assert_eq!(alan.get("/api/tickets").error(401), "invalid_grant");
    ada.put(&path, changed("isActive", json!("1"))).ok();
    assert_eq!(
        alan.get("/api/tickets").error(401),
        "invalid_grant",
        "ended is ended"
    );
    let alan = desk.alan();
    ada.delete(&path).ok();
    assert_eq!(alan.get("/api/tickets").error(401), "invalid_grant");
}

#[test]
fn a_removed_customers_tickets_stay_and_a_new_name_is_found() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Kept");
    let path = format!("/api/customer/{}", desk.user_id("alan@example.com"));
    let body = json!({ "firstName": "Mathison", "lastName": "T", "email": "mathison@example.com" });
    ada.put(&path, body).ok();
    for words in ["Mathison", "mathison@example.com"] {
        let found = ada.get(&format!("/api/tickets?search={words}")).ok();
        assert_eq!(found["tickets"][0]["id"], ticket.id, "{words}");
        assert_eq!(
            emails(&ada, &format!("search={words}")),
            ["mathison@example.com"]
        );
    }
    assert!(emails(&ada, "search=Turing").is_empty());
    ada.delete(&path).ok();
    let kept = ada
        .get(&format!("/api/ticket/{}", ticket.increment_id))
        .ok();
    assert_eq!(kept["ticket"]["customer"]["email"], "mathison@example.com");
    assert!(emails(&ada, "search=Mathison").is_empty());
    for kind in ["customer_changed", "customer_removed"] {
        let told = format!("SELECT count(*) FROM event WHERE kind = '{kind}'");
        assert_eq!(desk.number(&told), 1, "{kind}");
    }
}
