//! Who may see and manage which workflows, and that nobody gains a right by one.

use pocketdesk::base::who::Privilege::{
    self, AddTag, ApplyWorkflow, DeleteTicket, ManageWorkflowAutomatic, ManageWorkflowManual,
};
use pocketdesk::base::who::TicketView;
use serde_json::{Value, json};

use super::{automatic, desk_without_workflows, made, manual, rows};
use crate::support::{Client, Desk};

fn agent(desk: &Desk, privileges: &[Privilege]) -> Client {
    let email = format!(
        "with-{}@example.com",
        desk.number("SELECT count(*) FROM user")
    );
    desk.agent(&email, privileges, TicketView::All)
}

/// What needs no privilege beside that of managing workflows.
fn plain(kind: i64, name: &str) -> Value {
    let mut body = automatic(name);
    body["type"] = json!(kind);
    if kind == 0 {
        body["events"] = json!([]);
    }
    body["actions"] = json!([{ "type": "assign_agent", "value": 0 }]);
    body
}

#[test]
fn each_type_is_for_those_who_manage_it() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let ids = [
        made(&ada, plain(0, "by hand")),
        made(&ada, plain(1, "by itself")),
    ];
    let by = [
        agent(&desk, &[ManageWorkflowManual, Privilege::AssignTicket]),
        agent(&desk, &[ManageWorkflowAutomatic, Privilege::AssignTicket]),
    ];
    for (kind, own) in [(0_usize, &by[0]), (1, &by[1])] {
        let other = 1 - kind;
        let (mine, theirs) = (ids[kind], ids[other]);
        let kind_id = i64::try_from(kind).unwrap();
        let other_id = 1 - kind_id;
        let listed = own.get("/api/workflows").ok();
        assert_eq!(listed["workflows"][0]["id"], mine);
        assert_eq!(listed["pagination_data"]["totalCount"], 1);
        own.get(&format!("/api/workflow/{mine}")).ok();
        own.put(&format!("/api/workflow/{mine}"), plain(kind_id, "renamed"))
            .ok();
        assert_eq!(
            own.get(&format!("/api/workflow/{theirs}")).error(403),
            "forbidden"
        );
        assert_eq!(
            own.post("/api/workflows", plain(other_id, "new"))
                .error(403),
            "forbidden"
        );
        for path in [
            format!("/api/workflow/{theirs}"),
            format!("/api/workflow/{other_id}/{theirs}"),
        ] {
            // Neither as it is, nor into the type that they manage.
            for body in [plain(other_id, "taken"), plain(kind_id, "taken")] {
                assert_eq!(own.put(&path, body).error(403), "forbidden", "{path}");
            }
        }
        // Nor what is theirs into the other type.
        assert_eq!(
            own.put(&format!("/api/workflow/{mine}"), plain(other_id, "away"))
                .error(403),
            "forbidden"
        );
        assert_eq!(
            own.delete(&format!("/api/workflow/{theirs}")).error(403),
            "forbidden"
        );
        let word = ["manual", "auto"][other];
        let order = json!({ word: { theirs.to_string(): 7 } });
        assert_eq!(
            own.put("/api/workflows/order", order).error(403),
            "forbidden"
        );
        let word = ["manual", "auto"][kind];
        own.put(
            "/api/workflows/order",
            json!({ word: { mine.to_string(): 7 } }),
        )
        .ok();
        own.get("/api/workflows/options").ok();
    }
    assert_eq!(
        ada.get(&format!("/api/workflow/{}", ids[0])).ok()["name"],
        "renamed"
    );
    assert_eq!(
        desk.number("SELECT count(*) FROM workflow WHERE sort_order = 7"),
        2
    );
}

#[test]
fn who_applies_workflows_sees_those_that_can_be_applied() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let offered = made(&ada, plain(0, "offered"));
    let mut idle = plain(0, "idle");
    idle["status"] = json!(0);
    let idle = made(&ada, idle);
    let auto = made(&ada, plain(1, "by itself"));
    let applies = agent(&desk, &[ApplyWorkflow]);
    let listed = applies.get("/api/workflows").ok();
    assert_eq!(listed["pagination_data"]["totalCount"], 1);
    assert_eq!(listed["workflows"][0]["id"], offered);
    applies.get(&format!("/api/workflow/{offered}")).ok();
    for hidden in [idle, auto] {
        assert_eq!(
            applies.get(&format!("/api/workflow/{hidden}")).error(403),
            "forbidden"
        );
    }
    assert_eq!(
        applies
            .delete(&format!("/api/workflow/{offered}"))
            .error(403),
        "forbidden"
    );
    assert_eq!(
        applies.get("/api/workflows/options").error(403),
        "forbidden"
    );
    for nobody in [desk.grace(), desk.alan()] {
        assert_eq!(nobody.get("/api/workflows").error(403), "forbidden");
        assert_eq!(
            nobody.get(&format!("/api/workflow/{offered}")).error(403),
            "forbidden"
        );
    }
}

/// Whoever stores an action could have done it by hand.
#[test]
fn nobody_stores_what_they_could_not_do() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let manager = agent(
        &desk,
        &[ManageWorkflowManual, ManageWorkflowAutomatic, AddTag],
    );
    let tag = ada.post("/api/tags", json!({ "name": "hot" })).ok()["id"].clone();
    let before = rows(&desk);
    for (action, privilege) in [
        (
            json!({ "type": "delete_ticket" }),
            "ROLE_AGENT_DELETE_TICKET",
        ),
        (
            json!({ "type": "uvdesk.ticket.delete" }),
            "ROLE_AGENT_DELETE_TICKET",
        ),
        (
            json!({ "type": "note", "value": "x" }),
            "ROLE_AGENT_ADD_NOTE",
        ),
        (
            json!({ "type": "status", "value": 4 }),
            "ROLE_AGENT_UPDATE_TICKET_STATUS",
        ),
        (
            json!({ "type": "mark_spam" }),
            "ROLE_AGENT_UPDATE_TICKET_STATUS",
        ),
        (
            json!({ "type": "priority", "value": 1 }),
            "ROLE_AGENT_UPDATE_TICKET_PRIORITY",
        ),
        (
            json!({ "type": "type", "value": 1 }),
            "ROLE_AGENT_UPDATE_TICKET_TYPE",
        ),
        (
            json!({ "type": "assign_group", "value": 1 }),
            "ROLE_AGENT_ASSIGN_TICKET_GROUP",
        ),
        (
            json!({ "type": "assign_team", "value": 0 }),
            "ROLE_AGENT_ASSIGN_TICKET_GROUP",
        ),
        (
            json!({ "type": "assign_agent", "value": 0 }),
            "ROLE_AGENT_ASSIGN_TICKET",
        ),
    ] {
        let actions = json!([{ "type": "tag", "value": tag }, action]);
        let mut by_itself = automatic("beyond");
        by_itself["actions"] = actions.clone();
        for body in [manual("beyond", actions), by_itself] {
            let refused = manager.post("/api/workflows", body);
            assert_eq!(refused.error(403), "forbidden", "{action}");
            assert!(refused.text().contains(privilege), "{}", refused.text());
        }
    }
    assert_eq!(rows(&desk), before);
    made(
        &manager,
        manual("within", json!([{ "type": "tag", "value": tag }])),
    );

    // What somebody else stored is not theirs to aim: the conditions decide what is deleted.
    let mut deletes = automatic("deletes");
    deletes["actions"] = json!([{ "type": "delete_ticket" }]);
    deletes["conditions"] = json!([{ "type": "subject", "match": "is", "value": "spam" }]);
    let path = format!("/api/workflow/{}", made(&ada, deletes.clone()));
    deletes["conditions"] = json!([]);
    assert_eq!(manager.put(&path, deletes.clone()).error(403), "forbidden");
    assert_eq!(ada.get(&path).ok()["conditions"][0]["value"], "spam");
    let able = agent(&desk, &[ManageWorkflowAutomatic, DeleteTicket]);
    able.put(&path, deletes).ok();
}

/// It would assign to them, or mail them, what they do not see.
#[test]
fn an_automatic_workflow_takes_somebody_who_sees_every_ticket() {
    let desk = desk_without_workflows();
    let all = [
        ManageWorkflowManual,
        ManageWorkflowAutomatic,
        Privilege::AssignTicket,
    ];
    for (email, view) in [
        ("own@example.com", TicketView::Own),
        ("groups@example.com", TicketView::GroupsAndTeams),
    ] {
        let narrow = desk.agent(email, &all, view);
        let refused = narrow.post("/api/workflows", plain(1, "wide"));
        assert_eq!(refused.error(403), "forbidden");
        let id = made(&narrow, plain(0, email));
        let path = format!("/api/workflow/{id}");
        assert_eq!(narrow.put(&path, plain(1, "wide")).error(403), "forbidden");
        let auto = made(&desk.ada(), plain(1, email));
        let path = format!("/api/workflow/{auto}");
        assert_eq!(narrow.put(&path, plain(1, "mine")).error(403), "forbidden");
    }
}

#[test]
fn a_label_is_its_agents_own_here_too() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let label = |client: &Client| {
        client.post("/api/labels", json!({ "name": "mine" })).ok()["label"]["id"].clone()
    };
    let root = agent(&desk, &[ManageWorkflowManual]);
    let (hers, theirs) = (label(&ada), label(&root));
    let doing = |label: &Value| manual("labels", json!([{ "type": "label", "value": label }]));
    assert_eq!(
        super::faults(&ada.post("/api/workflows", doing(&theirs))),
        ["actions[0].value"]
    );
    let path = format!("/api/workflow/{}", made(&ada, doing(&hers)));
    // Somebody else may change the rest and leave the label in it.
    root.put(&path, doing(&hers)).ok();
    root.put(&path, doing(&theirs)).ok();
    assert_eq!(
        super::faults(&root.put(&path, doing(&hers))),
        ["actions[0].value"]
    );
}
