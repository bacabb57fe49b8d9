//! Nobody comes to more rights, on any path: every route that changes something, with
//! every number, is tried with bodies that each hold one temptation.

use std::collections::{BTreeMap, BTreeSet};

use pocketdesk::base::db::{FromRow, Row, View};
use pocketdesk::base::error::Result;
use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use super::guarded::Guarded;
use super::name_of;
use crate::support::{Client, Desk};

/// What somebody holds, and what they sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Holder {
    user: i64,
    /// 1 the owner to 4 a customer; the smaller, the more.
    role: i64,
    privileges: BTreeSet<String>,
    /// The groups and teams whose tickets are in sight, or `all`.
    visibility: BTreeSet<String>,
    sign_in: String,
}

impl FromRow for Holder {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let set = |name: &str| -> rusqlite::Result<BTreeSet<String>> {
            let joined: Option<String> = row.get(name)?;
            let parts = joined.unwrap_or_default();
            Ok(parts
                .split(' ')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect())
        };
        Ok(Self {
            user: row.get("user")?,
            role: row.get("role")?,
            privileges: set("privileges")?,
            visibility: set("visibility")?,
            sign_in: row.get("sign_in")?,
        })
    }
}

/// Everybody, by user and role.
fn holders(desk: &Desk) -> BTreeMap<(i64, bool), Holder> {
    let sql = "SELECT p.user_id AS user, p.role_id AS role,
            u.email || ' ' || ifnull(u.password_hash, '') || ' ' ||
                (SELECT count(*) FROM access_token t WHERE t.user_id = u.id) AS sign_in,
            (SELECT group_concat(c.code, ' ') FROM user_agent_privilege a
             JOIN agent_privilege_code c USING (agent_privilege_id) WHERE a.user_id = u.id) AS privileges,
            (SELECT group_concat(part, ' ') FROM (
                 SELECT 'all' AS part WHERE p.ticket_view = 1
                 UNION ALL SELECT 'group' || group_id FROM group_user
                 WHERE user_id = u.id AND p.ticket_view = 2
                 UNION ALL SELECT 'team' || team_id FROM team_user
                 WHERE user_id = u.id AND p.ticket_view IN (2, 3))) AS visibility
        FROM profile p JOIN user u ON u.id = p.user_id";
    let all: Vec<Holder> = desk.read(|view| view.all(sql, []));
    all.into_iter()
        .map(|one| ((one.user, one.role == 4), one))
        .collect()
}

fn circles(view: &View<'_>) -> Result<Vec<String>> {
    view.all(
        "SELECT 'group' || id FROM \"group\" UNION ALL SELECT 'team' || id FROM team",
        [],
    )
}

/// How it was, and who tries to change it.
struct Attack {
    attacker: i64,
    me: Holder,
    before: BTreeMap<(i64, bool), Holder>,
    /// The groups and teams that may have tickets; one that was made since has none.
    circles: BTreeSet<String>,
    guarded: Guarded,
}

impl Attack {
    fn new(desk: &Desk, attacker: i64) -> Self {
        let before = holders(desk);
        let me = before
            .get(&(attacker, false))
            .or_else(|| before.get(&(attacker, true)));
        let me = me.expect("the attacker is somebody").clone();
        Self {
            attacker,
            guarded: Guarded::new(desk, attacker, me.role),
            me,
            circles: desk.read(circles).into_iter().collect(),
            before,
        }
    }

    /// What the attacker has won for whomever.
    fn won(&self, after: &BTreeMap<(i64, bool), Holder>) -> Vec<String> {
        let found = after.iter().flat_map(|(key, now)| {
            let won = self.won_by(now, self.before.get(key));
            won.into_iter()
                .map(|what| format!("user {} {what}", now.user))
        });
        found.collect()
    }

    fn won_by(&self, now: &Holder, was: Option<&Holder>) -> Vec<String> {
        let is_own = now.user == self.attacker;
        let mut won = Vec::new();
        // A new side is worth what an agent without anything has.
        let least = if now.role == 4 { 4 } else { 3 };
        let role_before = was.map_or(least, |was| was.role);
        if now.role < role_before && self.me.role > 1 {
            won.push(format!("has role {} after {role_before}", now.role));
        }
        if is_own && self.me.role == 4 && now.role < 4 {
            won.push("has become an agent".into());
        }
        let is_above = was.is_some_and(|was| !is_own && !self.is_at_least(was));
        if is_above && was.is_some_and(|was| was.sign_in != now.sign_in) {
            won.push("signs in otherwise".into());
        }
        if self.me.role > 2 {
            won.extend(self.gained(now, was));
        }
        won
    }

    /// The privileges and the sight that somebody has come to and that the attacker had
    /// not to give; nobody gives themselves anything.
    fn gained(&self, now: &Holder, was: Option<&Holder>) -> Vec<String> {
        let givers = [was, (now.user != self.attacker).then_some(&self.me)];
        let givers: Vec<&Holder> = givers.into_iter().flatten().collect();
        let is_seen = |part: &String| {
            givers
                .iter()
                .any(|one| one.visibility.contains(part) || one.visibility.contains("all"))
        };
        let can_matter = |part: &String| part == "all" || self.circles.contains(part);
        let is_held = |code: &String| givers.iter().any(|one| one.privileges.contains(code));
        let visibility = now
            .visibility
            .iter()
            .filter(|part| can_matter(part) && !is_seen(part));
        let codes = now.privileges.iter().filter(|code| !is_held(code));
        visibility
            .chain(codes)
            .map(|what| format!("comes to {what}"))
            .collect()
    }

    /// Whether the attacker may do all that somebody else may.
    fn is_at_least(&self, other: &Holder) -> bool {
        self.me.role < other.role
            || (self.me.role == other.role && self.me.privileges.is_superset(&other.privileges))
    }
}

/// Bodies that would do for most routes, each with one thing that nobody should get so.
fn temptations(desk: &Desk, attacker: i64) -> Vec<Value> {
    let codes: Vec<&str> = Privilege::ALL.iter().map(|one| one.code()).collect();
    let sets: Vec<i64> = desk.read(|view| view.all("SELECT id FROM agent_privilege", []));
    vec![
        json!({}),
        json!({ "role": "ROLE_ADMIN", "roles": ["ROLE_ADMIN"] }),
        json!({ "role": "ROLE_SUPER_ADMIN" }),
        json!({ "role": "ROLE_AGENT", "isActive": 1 }),
        json!({ "privileges": codes }),
        json!({ "agentPrivilege": sets }),
        json!({ "ticketView": 1 }),
        json!({ "groups": [1, 2, 3], "group": 2, "groupId": 2 }),
        json!({ "userSubGroup": [1, 2], "subgroups": [1, 2] }),
        json!({ "users": [attacker] }),
        json!({ "email": "taken@example.com" }),
        json!({ "users": [attacker], "groups": [1, 2, 3], "subgroups": [1, 2] }),
        json!({ "password": { "first": "long-enough", "second": "long-enough" } }),
        json!({ "actAsType": "agent", "actAsEmail": "ada@example.com", "privileges": codes }),
        json!({ "user": 1, "userId": 1, "user_id": 1, "agentId": 1, "scope": "API ADMIN", "email": "ada@example.com" }),
        json!({ "ticket": 2, "ticketId": 2, "threadId": 2, "status": 1, "type": 0, "assignedAgent": 1 }),
        json!({ "actions": [{ "type": "delete_ticket", "value": "" }], "type": 0, "status": 1 }),
        json!({ "actions": [{ "type": "delete_ticket", "value": "" }], "type": 1,
            "events": [{ "event": "ticket", "trigger": "created" }] }),
    ]
}

/// What most routes ask for.
fn usual(word: &str, email: &str) -> Value {
    let mut body = json!({ "name": word, "description": "x", "firstName": word, "lastName": "x", "email": email,
        "contactNumber": "1", "privileges": [], "groups": [1], "type": 1, "from": format!("{word}@example.com"),
        "subject": "x", "reply": "x", "threadType": "reply", "visibility": "public", "content": word, "message": word,
        "ids": [1], "id": 1, "ticket": 1, "ticketId": 1, "assignedAgent": 0, "deadline": "2025-06-10" });
    let more = json!({ "priority": 1, "stage": 1, "followerId": 1, "threadId": 1, "solution": 1, "category": 1,
        "statusId": 2, "priorityId": 2, "labelId": 1, "groupId": 1, "tagId": 1, "collaboratorId": 1,
        "editType": "status", "value": 2, "updateType": "lock", "auto": { "1": 3 }, "helpful": 1,
        "actions": [{ "type": "mail_customer", "value": 1 }], "redirectUris": ["https://evil.example.com/"],
        "response_type": "code", "decision": "allow", "redirect_uri": "https://app.example.com/cb",
        "grant_type": "client_credentials" });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    body
}

/// Everybody's address, so that a body can leave it as it is.
fn addresses(desk: &Desk) -> BTreeMap<i64, String> {
    let all: Vec<(i64, String)> = desk.read(|view| view.all("SELECT id, email FROM user", []));
    all.into_iter().collect()
}

/// Tries everything; answers what was won, each with the call that won it first.
fn attack(desk: &Desk, name: &str, client: &Client, attacker: i64) -> BTreeMap<String, String> {
    let tempting = temptations(desk, attacker);
    let attack = Attack::new(desk, attacker);
    let addresses = addresses(desk);
    let client_id: String = desk.read(|view| view.one("SELECT client_id FROM api_client", []));
    let mut routes: Vec<_> = desk.app.table().routes().iter().collect();
    routes.retain(|route| route.method.name() != "GET" && route.path != "/setup");
    // What is gone can tempt nobody: deleting comes last.
    // And own tokens at the very end.
    routes.sort_by_key(|route| match (route.method.name(), route.path) {
        ("DELETE", "/access-token/{id}") => 2,
        ("DELETE", _) => 1,
        _ => 0,
    });
    let (mut won, mut word) = (BTreeMap::new(), 0);
    for route in routes {
        // Where there is another spelling, it has one number.
        let path = route.aliases.last().unwrap_or(&route.path);
        let numbers = if path.contains('{') { 1..=7 } else { 1..=1 };
        for number in numbers {
            let segments = path.split('/').map(|segment| {
                if segment.starts_with('{') {
                    number.to_string()
                } else {
                    segment.to_owned()
                }
            });
            let prefix = if route.is_api { "/api" } else { "" };
            let target = format!("{prefix}{}", segments.collect::<Vec<String>>().join("/"));
            for temptation in &tempting {
                word += 1;
                let word = format!("word{word}");
                let email = addresses.get(&number).filter(|_| route.path.contains('{'));
                let email = email
                    .cloned()
                    .unwrap_or_else(|| format!("{word}@example.com"));
                let mut body = usual(&word, &email);
                body["client_id"] = client_id.clone().into();
                for (key, value) in temptation.as_object().into_iter().flatten() {
                    body[key] = value.clone();
                }
                let method = route.method.name();
                let body = body.to_string();
                let answer = client.send(method, &target, "application/json", body.as_bytes());
                if answer.status < 400 {
                    let won_now = attack.won(&holders(desk));
                    for one in won_now.into_iter().chain(attack.guarded.moved(desk)) {
                        let by = || format!("{name}: {} {target} {temptation}", name_of(route));
                        won.entry(one).or_insert_with(by);
                    }
                }
            }
        }
    }
    won
}

/// A desk with something to win: groups, teams, a set of everything, an admin, and an
/// agent who holds more than the attackers do.
fn tempting_desk() -> Desk {
    let desk = Desk::new();
    let ada = desk.ada();
    let codes: Vec<&str> = Privilege::ALL.iter().map(|one| one.code()).collect();
    ada.post(
        "/api/agent-privileges",
        json!({ "name": "everything", "description": "x", "privileges": codes }),
    )
    .ok();
    for name in ["second", "third"] {
        ada.post("/api/groups", json!({ "name": name, "description": "x" }))
            .ok();
        let team = json!({ "name": name, "description": "x", "groups": [1] });
        ada.post("/api/sub-groups", team).ok();
    }
    for (name, role, sets) in [
        ("root", "ROLE_ADMIN", json!([])),
        ("able", "ROLE_AGENT", json!([2])),
    ] {
        let member = json!({ "firstName": name, "lastName": "x", "email": format!("{name}@example.com"),
            "contactNumber": "1", "role": role, "agentPrivilege": sets, "ticketView": 1 });
        ada.post("/api/members", member).ok();
    }
    things_of_others(&desk);
    desk.ticket("Something to work on");
    let group = json!({ "editType": "group", "value": 1 });
    desk.ada().patch("/api/ticket/2", group).ok();
    desk
}

/// A ticket in a group of its own with a task, and what else is not for everybody to touch.
fn things_of_others(desk: &Desk) {
    let ada = desk.ada();
    let ticket = desk.ticket_of("bob@example.com", "Out of sight").id;
    assert_eq!(ticket, 1, "the first ticket is the one out of sight");
    let group = json!({ "editType": "group", "value": 2 });
    ada.patch("/api/ticket/1", group).ok();
    let delete = json!([{ "type": "delete_ticket", "value": "" }]);
    for (path, body) in [
        (
            "tasks",
            json!({ "subject": "Theirs", "description": "x", "ticket": 1,
                "assignedAgent": desk.user_id("root@example.com"), "deadline": "2025-06-10" }),
        ),
        (
            "task/1/thread",
            json!({ "description": "Said", "stage": 1 }),
        ),
        ("todo", json!({ "ticketId": 1, "description": "Look" })),
        ("labels", json!({ "name": "Mine" })),
        ("saved-replys", json!({ "name": "Mine", "message": "Mine" })),
        (
            "email-templates",
            json!({ "name": "Plain", "subject": "x", "message": "x" }),
        ),
        (
            "workflows",
            json!({ "name": "Tidy", "type": 0, "actions": delete }),
        ),
        ("access-tokens", json!({ "name": "Mine" })),
        (
            "api-clients",
            json!({ "name": "App", "redirectUris": ["https://app.example.com/cb"] }),
        ),
        (
            "solutions",
            json!({ "name": "Open", "visibility": "public" }),
        ),
        ("categories", json!({ "solution": 1, "name": "Open" })),
        (
            "articles",
            json!({ "category": 1, "name": "Open", "content": "Words", "status": "published" }),
        ),
        ("article/1/tags", json!({ "name": "x" })),
    ] {
        ada.post(&format!("/api/{path}"), body).ok();
    }
    let again = json!({ "content": "Other words" });
    ada.put("/api/article/1", again).ok();
}

#[test]
fn an_agent_comes_to_no_more_rights() {
    let held: Vec<Privilege> = Privilege::ALL
        .iter()
        .copied()
        .filter(|one| {
            !matches!(
                one,
                Privilege::ManageReports
                    | Privilege::EditTask
                    | Privilege::DeleteTicket
                    | Privilege::ManageKnowledgebase
            )
        })
        .collect();
    let mut won = BTreeMap::new();
    for (name, view) in [
        ("of groups", TicketView::GroupsAndTeams),
        ("of their own", TicketView::Own),
    ] {
        let desk = tempting_desk();
        let client = desk.agent("attacker@example.com", &held, view);
        let attacker = desk.user_id("attacker@example.com");
        let in_group = json!({ "name": "Default", "description": "x", "users": [attacker] });
        desk.ada().put("/api/group/1", in_group).ok();
        let in_charge = json!({ "id": attacker });
        desk.ada().put("/api/ticket/2/agent", in_charge).ok();
        won.extend(attack(&desk, name, &client, attacker));
    }
    assert!(won.is_empty(), "{} times: {won:#?}", won.len());
}

#[test]
fn a_customer_comes_to_no_rights() {
    let desk = tempting_desk();
    let won = attack(
        &desk,
        "a customer",
        &desk.alan(),
        desk.user_id("alan@example.com"),
    );
    assert!(won.is_empty(), "{won:#?}");
}

#[test]
fn an_admin_does_not_become_the_owner() {
    let desk = tempting_desk();
    let root = desk.as_email("root@example.com");
    let won = attack(&desk, "an admin", &root, desk.user_id("root@example.com"));
    assert!(won.is_empty(), "{won:#?}");
}
