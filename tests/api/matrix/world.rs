//! The desk on which the matrix is tried, those who call, and the things that ids name.

use std::collections::BTreeMap;

use pocketdesk::base::db::named_params;
use pocketdesk::base::who::{Privilege, TicketView};
use pocketdesk::web::route::Route;
use serde_json::{Value, json};

use super::grid::{Caller, Case};
use super::rows::Row;
use super::things::is_personal;
use crate::support::ledger::{Holdings, Ledger};
use crate::support::{Client, Desk};

/// What only those may read who see the foreign ticket.
pub(super) const SECRET: &str = "Zanzibar";

/// Whose a personal thing is; the admin's where the caller can have none.
pub(super) type Keeper = Option<Caller>;

pub(super) struct World {
    pub(super) desk: Desk,
    ledger: Ledger,
    clients: BTreeMap<Caller, Client>,
    things: BTreeMap<(String, Case, Keeper), String>,
    pub(super) file_field: String,
    words: usize,
}

impl World {
    pub(super) fn new() -> Self {
        let desk = Desk::new();
        let admin = json!({ "firstName": "Root", "lastName": "", "email": email_of(Caller::Admin),
            "contactNumber": "", "role": "ROLE_ADMIN" });
        desk.ada().post("/api/members", admin).ok();
        desk.customer("bob@example.com");
        let clients = [
            (Caller::Nobody, desk.anyone()),
            (Caller::Customer, desk.alan()),
            (Caller::Stranger, desk.customer("eve@example.com")),
            (
                Caller::Without,
                desk.agent(email_of(Caller::Without), &[], TicketView::All),
            ),
            (
                Caller::With,
                desk.agent(email_of(Caller::With), &[], TicketView::All),
            ),
            (
                Caller::Narrow,
                desk.agent(email_of(Caller::Narrow), &[], TicketView::Own),
            ),
            (Caller::Admin, desk.as_email(email_of(Caller::Admin))),
            (Caller::Owner, desk.ada()),
            (Caller::ActingAdmin, desk.as_email(email_of(Caller::Admin))),
        ];
        // The first call of a token is noted.
        for (_, client) in &clients {
            client.get("/api/me");
        }
        let file_field = json!({ "name": "Proof", "fieldType": "file", "agentType": "both" });
        let made = desk.ada().post("/api/custom-fields", file_field).ok();
        Self {
            ledger: Ledger::of(desk.folder()),
            clients: clients.into_iter().collect(),
            things: BTreeMap::new(),
            file_field: made["id"].to_string(),
            words: 0,
            desk,
        }
    }

    pub(super) fn client(&self, caller: Caller) -> Client {
        self.clients[&caller].clone()
    }

    /// Gives the agents what the next row is about.
    pub(super) fn hand_out(&self, privilege: Option<Privilege>) {
        let all = || Privilege::ALL.iter().copied();
        let others: Vec<Privilege> = match privilege {
            Some(asked) => all().filter(|one| *one != asked).collect(),
            None => Vec::new(),
        };
        let held: Vec<Privilege> = match privilege {
            Some(asked) => vec![asked],
            None => all().collect(),
        };
        for (caller, privileges) in [
            (Caller::Without, others),
            (Caller::With, held.clone()),
            (Caller::Narrow, held),
        ] {
            let codes: Vec<&str> = privileges.iter().map(|one| one.code()).collect();
            let (user, codes) = (self.user_of(caller), json!(codes).to_string());
            self.desk.write(move |change| {
                let set: i64 = change.view().one(
                    "SELECT agent_privilege_id FROM user_agent_privilege WHERE user_id = :user",
                    named_params! { ":user": user },
                )?;
                change.run(
                    "DELETE FROM agent_privilege_code WHERE agent_privilege_id = :set",
                    named_params! { ":set": set },
                )?;
                change.run(
                    "INSERT INTO agent_privilege_code (agent_privilege_id, code)
                     SELECT :set, value FROM json_each(:codes)",
                    named_params! { ":set": set, ":codes": codes },
                )
            });
        }
    }

    /// Moves with every change of the desk, those that a reading leaves behind it too.
    pub(super) fn version(&self) -> i64 {
        // Changes are made in turn: when this one is, those before it are.
        self.desk.write(|_| Ok(()));
        self.ledger.version()
    }

    /// Everything that the desk holds, which what is taken back leaves as it was.
    pub(super) fn holdings(&self) -> Holdings {
        self.desk.write(|_| Ok(()));
        self.ledger.holdings(&[])
    }

    pub(super) fn foreign_ticket(&mut self) -> i64 {
        let id = self.id("ticket", Case::Foreign, None);
        id.parse().expect("an id")
    }

    /// The tickets of a mixed list that a warning names wrongly: it names those that are not
    /// there for the caller, and no other.
    pub(super) fn unnamed(&mut self, caller: Caller, warning: &Value) -> Vec<String> {
        let words = warning.as_str().unwrap_or_default().to_owned();
        let named: Vec<&str> = words.split(|c: char| !c.is_ascii_digit()).collect();
        let missing = [
            (Case::Own, false),
            (Case::Foreign, caller.sees_no_foreign_ticket()),
            (Case::Deleted, true),
        ];
        let ids = missing.map(|(case, is_missing)| (self.id("ticket", case, None), is_missing));
        let wrong = ids
            .iter()
            .filter(|(id, is_missing)| named.contains(&id.as_str()) != *is_missing);
        wrong
            .map(|(id, is_missing)| format!("{id} missing: {is_missing}, but {warning} is said"))
            .collect()
    }

    /// What a change of a ticket would change.
    pub(super) fn state_of(&self, ticket: i64) -> Vec<i64> {
        [
            "SELECT ifnull(sum(version), 0) FROM ticket WHERE id = :ticket",
            "SELECT count(*) FROM thread WHERE ticket_id = :ticket",
            "SELECT count(*) FROM ticket_label WHERE ticket_id = :ticket",
            "SELECT count(*) FROM ticket_tag WHERE ticket_id = :ticket",
            "SELECT count(*) FROM ticket_collaborator WHERE ticket_id = :ticket",
            "SELECT count(*) FROM task WHERE ticket_id = :ticket",
            "SELECT ifnull(sum(stage_id + priority_id + ifnull(agent_id, 0)), 0) FROM task WHERE ticket_id = :ticket",
            "SELECT count(*) FROM task_thread JOIN task ON task.id = task_id WHERE ticket_id = :ticket",
            "SELECT count(*) FROM task_follower JOIN task ON task.id = task_id WHERE ticket_id = :ticket",
            "SELECT count(*) FROM todo WHERE ticket_id = :ticket",
        ]
        .map(|sql| {
            let ticket = named_params! { ":ticket": ticket };
            self.desk.read(|view| view.one(sql, ticket))
        })
        .to_vec()
    }

    /// Lets go of what a call may have changed; what is gone stays gone.
    pub(super) fn renew(&mut self) {
        self.things.retain(|(_, case, _), _| *case == Case::Deleted);
    }

    /// The call of a row: method, target and body, with every place filled.
    pub(super) fn fill(
        &mut self,
        route: &Route,
        row: &Row,
        (case, who): (Case, Caller),
    ) -> (&'static str, String, String) {
        let caller = who.acts_as();
        let in_body = places(row.body);
        let kinds: Vec<&str> = row.names.iter().copied().chain(in_body).collect();
        let moving: Vec<usize> = (0..kinds.len()).filter(|at| follows(kinds[*at])).collect();
        let mut ids = Vec::new();
        for (at, kind) in kinds.iter().enumerate() {
            let case = match case {
                _ if !moving.contains(&at) => Case::Own,
                Case::Deleted | Case::Mixed if moving.last() != Some(&at) => Case::Own,
                case => case,
            };
            ids.push(match *kind {
                "new" => self.word(),
                "me" => self.user_of(caller).to_string(),
                "caller" => email_of(caller).to_owned(),
                kind => match constant(kind) {
                    Some(number) => number.to_owned(),
                    None => self.id(kind.trim_start_matches("own "), case, Some(caller)),
                },
            });
        }
        let mut numbers = ids.iter();
        let segments = route.path.split('/').map(|segment| {
            if segment.starts_with('{') {
                numbers.next().expect("a row names each number of its path")
            } else {
                segment
            }
        });
        let path = segments.collect::<Vec<&str>>().join("/");
        let body = kinds
            .iter()
            .zip(&ids)
            .fold(row.body.to_owned(), |body, (kind, id)| {
                body.replacen(&format!("<{kind}>"), id, 1)
            });
        let mut target = if route.is_api {
            format!("/api{path}.json")
        } else {
            path
        };
        if who != caller {
            target += "?actAsType=customer&actAsEmail=";
            target += email_of(who);
        }
        (route.method.name(), target, body)
    }

    /// A word that nothing is called by yet.
    pub(super) fn word(&mut self) -> String {
        self.words += 1;
        format!("new{}", self.words)
    }

    /// The id of such a thing, made where there is none yet.
    pub(super) fn id(&mut self, kind: &str, case: Case, keeper: Keeper) -> String {
        let keeper = keeper.filter(|keeper| is_personal(kind, *keeper));
        let key = (kind.to_owned(), case, keeper);
        if let Some(id) = self.things.get(&key) {
            return id.clone();
        }
        let id = match case {
            Case::Own | Case::Foreign => self.make(kind, case, keeper),
            Case::Mixed if kind.ends_with("tickets") => {
                let gone = self.id("ticket", Case::Deleted, None);
                let there = [Case::Own, Case::Foreign].map(|case| self.id(kind, case, None));
                format!("{},{gone}", there.join(","))
            }
            // The last that is named: the ones before it are own.
            Case::Mixed => return self.id(kind, Case::Foreign, keeper),
            Case::Deleted => {
                self.renew();
                let id = self.make(kind, Case::Own, keeper);
                self.unmake(kind, &id, keeper);
                self.renew();
                id
            }
        };
        self.things.insert(key, id.clone());
        id
    }

    pub(super) fn user_of(&self, caller: Caller) -> i64 {
        self.desk.user_id(email_of(caller))
    }
}

/// The address of a caller; nobody has a customer's.
fn email_of(caller: Caller) -> &'static str {
    match caller {
        Caller::Nobody | Caller::Customer | Caller::ActingAdmin => "alan@example.com",
        Caller::Stranger => "eve@example.com",
        Caller::Without => "without@example.com",
        Caller::With => "with@example.com",
        Caller::Narrow => "narrow@example.com",
        Caller::Admin => "root@example.com",
        Caller::Owner => "ada@example.com",
    }
}

/// The places of a body: what stands in `<` and `>`.
fn places(body: &str) -> impl Iterator<Item = &str> {
    body.split('<')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('>')?.0))
}

/// Whether a place moves with the case.
fn follows(kind: &str) -> bool {
    let is_fixed = constant(kind).is_some() || matches!(kind, "new" | "me" | "caller");
    !kind.starts_with("own ") && !is_fixed
}

/// The number of a place that is the same in every case.
fn constant(kind: &str) -> Option<&'static str> {
    match kind {
        "manual" => Some("0"),
        "automatic" | "first" => Some("1"),
        "missing" => Some("999999"),
        _ => None,
    }
}
