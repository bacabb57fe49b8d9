//! The desk on which the matrix is tried, those who call, and the things that ids name.

use std::collections::BTreeMap;

use pocketdesk::base::db::named_params;
use pocketdesk::base::who::{Privilege, Role, TicketView};
use pocketdesk::desk::person::{self, NewSide};
use serde_json::{Value, json};

use super::grid::{Caller, Case};
use super::rows::Row;
use crate::support::ledger::Ledger;
use crate::support::multipart::Form;
use crate::support::{Client, Desk};

/// What only those may read who see the foreign ticket.
pub(super) const SECRET: &str = "Zanzibar";

/// Of whom each agent's own things are: those of callers who have none are an admin's.
type Keeper = Option<Caller>;

pub(super) struct World {
    pub(super) desk: Desk,
    ledger: Ledger,
    clients: BTreeMap<Caller, Client>,
    things: BTreeMap<(String, Case, Keeper), String>,
    file_field: String,
    words: usize,
}

impl World {
    pub(super) fn new() -> Self {
        let desk = Desk::new();
        desk.write(|change| {
            let side = NewSide {
                email: "root@example.com".into(),
                role: Role::Admin,
                first_name: "Root".into(),
                last_name: String::new(),
                source: "website",
            };
            person::add_side(change, &side).map(|_| ())
        });
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
            (Caller::Admin, desk.as_email("root@example.com")),
            (Caller::Owner, desk.ada()),
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

    /// Whether the caller must never learn of the foreign ticket.
    pub(super) fn is_out_of_sight(&self, caller: Caller) -> bool {
        matches!(
            caller,
            Caller::Nobody | Caller::Customer | Caller::Stranger | Caller::Narrow
        )
    }

    pub(super) fn foreign_ticket(&mut self) -> i64 {
        let id = self.id("ticket", Case::Foreign, None);
        id.parse().expect("an id")
    }

    /// What a change of a ticket would change.
    pub(super) fn state_of(&self, ticket: i64) -> Vec<i64> {
        [
            "SELECT ifnull(sum(version), 0) FROM ticket WHERE id = :ticket",
            "SELECT count(*) FROM thread WHERE ticket_id = :ticket",
            "SELECT count(*) FROM ticket_label WHERE ticket_id = :ticket",
            "SELECT count(*) FROM ticket_tag WHERE ticket_id = :ticket",
            "SELECT count(*) FROM ticket_collaborator WHERE ticket_id = :ticket",
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
        row: &Row,
        case: Case,
        caller: Caller,
    ) -> (String, String, String) {
        let (method, path) = row.route.split_once(' ').expect("a method and a path");
        let keeper = Some(caller).filter(|caller| *caller >= Caller::Without);
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
                "caller" => email_of(caller).to_owned(),
                kind => self.id(kind.trim_start_matches("own "), case, keeper),
            });
        }
        let mut numbers = ids.iter();
        let segments = path.split('/').map(|segment| {
            if segment.starts_with('{') {
                numbers
                    .next()
                    .expect("a row names each number of its path")
                    .clone()
            } else {
                segment.to_owned()
            }
        });
        let path = segments.collect::<Vec<String>>().join("/");
        let body = kinds
            .iter()
            .zip(&ids)
            .fold(row.body.to_owned(), |body, (kind, id)| {
                body.replacen(&format!("<{kind}>"), id, 1)
            });
        let target = if row.is_api() {
            format!("/api{path}.json{}", row.query)
        } else {
            path
        };
        (method.to_owned(), target, body)
    }

    fn word(&mut self) -> String {
        self.words += 1;
        format!("new{}", self.words)
    }

    /// The id of such a thing, made where there is none yet.
    fn id(&mut self, kind: &str, case: Case, keeper: Keeper) -> String {
        let keeper = keeper.filter(|_| kind == "label");
        let key = (kind.to_owned(), case, keeper);
        if let Some(id) = self.things.get(&key) {
            return id.clone();
        }
        let id = match case {
            Case::Own | Case::Foreign => self.make(kind, case, keeper),
            Case::Mixed if kind == "tickets" => [Case::Own, Case::Foreign, Case::Deleted]
                .map(|case| self.id("ticket", case, None))
                .join(","),
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

    /// Makes a thing of this kind; answers its id. What belongs to a ticket belongs to
    /// the one that is own or foreign now.
    fn make(&mut self, kind: &str, case: Case, keeper: Keeper) -> String {
        let ada = self.desk.ada();
        let word = self.word();
        let named = json!({ "name": word, "description": word });
        let email = format!("{word}@example.com");
        let person =
            json!({ "firstName": word, "lastName": "New", "email": email, "contactNumber": "1" });
        let made = |path: &str, body: Value| ada.post(path, body).ok();
        let id = match kind {
            "ticket" => return self.make_ticket(case),
            "tickets" => return self.id("ticket", case, None),
            "number" => {
                let ticket = self.id("ticket", case, None);
                let sql = format!("SELECT increment_id FROM ticket WHERE id = {ticket}");
                return self.desk.number(&sql).to_string();
            }
            "thread" => {
                let path = format!("/api/ticket/{}/threads", self.id("ticket", case, None));
                made(
                    &path,
                    json!({ "threadType": "reply", "reply": words_of(case) }),
                )["id"]
                    .clone()
            }
            "attachment" => return self.make_attachment(case),
            "field file" => return self.make_field_file(case),
            "ticket tag" => {
                let path = format!("/api/ticket/{}/tags", self.id("ticket", case, None));
                made(&path, json!({ "name": word }))["tag"]["id"].clone()
            }
            "collaborator" => {
                let path = format!("/api/ticket/{}/collaborator", self.id("ticket", case, None));
                made(&path, json!({ "email": email }))["collaborator"]["id"].clone()
            }
            "label" => {
                let keeper = match case {
                    Case::Own => self.client(keeper.unwrap_or(Caller::Admin)),
                    _ => self.desk.grace(),
                };
                keeper.post("/api/labels", named).ok()["label"]["id"].clone()
            }
            "group" => made("/api/groups", named)["id"].clone(),
            "team" => made(
                "/api/sub-groups",
                json!({ "name": word, "description": word, "groups": [1] }),
            )["id"]
                .clone(),
            "tag" => made("/api/tags", named)["id"].clone(),
            "type" => {
                let active = json!({ "name": word, "description": word, "isActive": 1 });
                made("/api/ticket-types", active)["id"].clone()
            }
            "set" => made(
                "/api/agent-privileges",
                json!({ "name": word, "description": word, "privileges": [] }),
            )["id"]
                .clone(),
            "mailbox" => {
                made("/api/mailboxes", json!({ "name": word, "email": email }))["id"].clone()
            }
            "field" => made(
                "/api/custom-fields",
                json!({ "name": word, "fieldType": "text" }),
            )["id"]
                .clone(),
            // A foreign member is an admin, a foreign customer is an admin besides.
            "member" | "customer" => {
                let mut id = Value::Null;
                if case == Case::Foreign {
                    let mut admin = person.clone();
                    admin["role"] = "ROLE_ADMIN".into();
                    id = made("/api/members", admin)["id"].clone();
                } else if kind == "member" {
                    id = made("/api/members", person.clone())["id"].clone();
                }
                if kind == "customer" {
                    id = made("/api/customers", person)["id"].clone();
                }
                id
            }
            other => panic!("nobody makes a {other}: add it here"),
        };
        id.to_string()
    }

    /// Alan's ticket, which the narrow agent sees, or Bob's, which they do not.
    fn make_ticket(&self, case: Case) -> String {
        if case == Case::Foreign {
            return self
                .desk
                .ticket_of("bob@example.com", words_of(case))
                .id
                .to_string();
        }
        let id = self.desk.ticket_of("alan@example.com", "Own").id;
        self.give_to_narrow(id);
        id.to_string()
    }

    fn give_to_narrow(&self, ticket: i64) {
        let agent = json!({ "id": self.user_of(Caller::Narrow) });
        self.desk
            .ada()
            .put(&format!("/api/ticket/{ticket}/agent"), agent)
            .ok();
    }

    fn make_attachment(&mut self, case: Case) -> String {
        let path = format!("/api/ticket/{}/threads", self.id("ticket", case, None));
        let form = Form::default()
            .field("threadType", "reply")
            .field("reply", "See the file.");
        let (content_type, body) = form
            .file("attachments[]", "a.txt", words_of(case).as_bytes())
            .finish();
        let ada = self.desk.ada();
        ada.send("POST", &path, &content_type, &body).ok();
        self.desk
            .number("SELECT max(id) FROM attachment")
            .to_string()
    }

    fn make_field_file(&self, case: Case) -> String {
        let from = if case == Case::Foreign {
            "bob@example.com"
        } else {
            "alan@example.com"
        };
        let form = [
            ("type", "1"),
            ("name", "A"),
            ("from", from),
            ("subject", words_of(case)),
            ("reply", "r"),
        ]
        .into_iter()
        .fold(Form::default(), |form, (name, value)| {
            form.field(name, value)
        });
        let field = format!("customFields[{}]", self.file_field);
        let (content_type, body) = form
            .file(&field, "a.txt", words_of(case).as_bytes())
            .finish();
        let made = self
            .desk
            .ada()
            .send("POST", "/api/tickets", &content_type, &body)
            .ok();
        if case == Case::Own {
            self.give_to_narrow(made["ticketId"].as_i64().expect("an id"));
        }
        self.desk
            .number("SELECT max(id) FROM custom_field_file")
            .to_string()
    }

    /// Deletes a thing for good.
    fn unmake(&mut self, kind: &str, id: &str, keeper: Keeper) {
        let path = match kind {
            "ticket" => format!("/api/tickets?ids={id}"),
            "tickets" | "number" | "attachment" => {
                format!("/api/tickets?ids={}", self.id("ticket", Case::Own, None))
            }
            "field file" => {
                let sql = "SELECT max(ticket_id) FROM custom_field_value";
                format!("/api/tickets?ids={}", self.desk.number(sql))
            }
            "thread" => format!(
                "/api/ticket/{}/thread/{id}",
                self.id("ticket", Case::Own, None)
            ),
            "ticket tag" => format!("/api/tag/{id}"),
            "collaborator" => format!("/api/customer/{id}"),
            "team" => format!("/api/sub-group/{id}"),
            "type" => format!("/api/ticket-type/{id}"),
            "set" => format!("/api/agent-privilege/{id}"),
            "field" => format!("/api/custom-field/{id}"),
            kind => format!("/api/{kind}/{id}"),
        };
        let client = match kind {
            "label" => self.client(keeper.unwrap_or(Caller::Admin)),
            _ => self.desk.ada(),
        };
        client.delete(&path).ok();
    }

    fn user_of(&self, caller: Caller) -> i64 {
        self.desk.user_id(email_of(caller))
    }
}

/// What is said in a thing, and what a file holds.
fn words_of(case: Case) -> &'static str {
    match case {
        Case::Foreign => SECRET,
        _ => "Own",
    }
}

/// The address of a caller; nobody has a customer's.
fn email_of(caller: Caller) -> &'static str {
    match caller {
        Caller::Nobody | Caller::Customer => "alan@example.com",
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
    !kind.starts_with("own ") && !matches!(kind, "new" | "caller")
}
