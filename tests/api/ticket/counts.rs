//! Counts after a long walk of changes, against a naive recount for every kind of caller.

use serde_json::{Value, json};

use super::number;
use crate::support::{Client, Desk};
use pocketdesk::base::db::{FromRow, Row};
use pocketdesk::base::who::TicketView;

/// Steps of the walk, and after how many of them everything is counted anew.
const STEPS: usize = 300;
const COUNTED_EVERY: usize = 50;

/// A small generator (xorshift), so that the walk is the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("a small number")
    }

    fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.below(things.len())]
    }
}

/// A ticket with all that a count could ask of it, read without any of the tables of counts.
struct Naive {
    status: i64,
    customer: i64,
    agent: i64,
    group: i64,
    team: i64,
    is_trashed: bool,
    is_new: bool,
    is_replied: bool,
    is_starred: bool,
    has_collaborator: bool,
}

impl FromRow for Naive {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            status: row.get("status_id")?,
            customer: row.get("customer_id")?,
            agent: row.get("agent")?,
            group: row.get("in_group")?,
            team: row.get("in_team")?,
            is_trashed: row.get("is_trashed")?,
            is_new: row.get("is_new")?,
            is_replied: row.get("last_is_agents")?,
            is_starred: row.get("is_starred")?,
            has_collaborator: row.get("has_collaborator")?,
        })
    }
}

fn tickets(desk: &Desk, collaborator: i64) -> Vec<Naive> {
    desk.read(|view| {
        view.all(
            "SELECT status_id, customer_id, ifnull(agent_id, 0) AS agent, ifnull(group_id, 0) AS in_group,
                 ifnull(team_id, 0) AS in_team, is_trashed, is_new, is_starred,
                 (SELECT user_type = 'agent' FROM thread WHERE ticket_id = t.id
                    AND thread_type IN ('create', 'reply') ORDER BY id DESC LIMIT 1) AS last_is_agents,
                 EXISTS (SELECT 1 FROM ticket_collaborator WHERE ticket_id = t.id AND user_id = ?1)
                    AS has_collaborator
             FROM ticket t",
            [collaborator],
        )
    })
}

/// Whether a ticket is in the sight of the user with this id.
type Rule = fn(&Naive, i64) -> bool;

/// A caller with the rule of what they see, spelled out once more.
struct Reader {
    name: &'static str,
    client: Client,
    id: i64,
    sees: Rule,
}

fn readers(desk: &Desk, team: i64) -> Vec<Reader> {
    let mut readers = Vec::new();
    let views: [(&'static str, TicketView, Rule); 4] = [
        ("all@example.com", TicketView::All, |_, _| true),
        (
            "groups@example.com",
            TicketView::GroupsAndTeams,
            |ticket, me| ticket.agent == me || ticket.group == 1 || ticket.team == 1,
        ),
        ("teams@example.com", TicketView::Teams, |ticket, me| {
            ticket.agent == me || ticket.team == 1
        }),
        ("own@example.com", TicketView::Own, |ticket, me| {
            ticket.agent == me
        }),
    ];
    assert_eq!(team, 1, "the rules above name the team");
    for (email, view, sees) in views {
        desk.agent(email, &[], view);
        let id = desk.user_id(email);
        desk.write(move |change| {
            pocketdesk::desk::membership::GROUP.add_user(change, 1, id)?;
            pocketdesk::desk::membership::TEAM.add_user(change, team, id)
        });
        readers.push(Reader {
            name: email,
            client: desk.as_email(email),
            id,
            sees,
        });
    }
    readers.push(Reader {
        name: "ada@example.com",
        client: desk.ada(),
        id: desk.user_id("ada@example.com"),
        sees: |_, _| true,
    });
    desk.customer("eve@example.com");
    readers.push(Reader {
        name: "alan@example.com",
        client: desk.alan(),
        id: desk.user_id("alan@example.com"),
        sees: |ticket, me| ticket.customer == me && !ticket.is_trashed,
    });
    readers.push(Reader {
        name: "eve@example.com",
        client: desk.as_email("eve@example.com"),
        id: desk.user_id("eve@example.com"),
        sees: |ticket, me| (ticket.customer == me || ticket.has_collaborator) && !ticket.is_trashed,
    });
    readers
}

type Question = (&'static str, bool, fn(&Naive) -> bool);

/// Queries, whether they are of the trash, and what they ask of a ticket beside its status.
const QUESTIONS: [Question; 9] = [
    ("", false, |_| true),
    ("trashed&", true, |_| true),
    ("new&", false, |ticket| ticket.is_new),
    ("unassigned&", false, |ticket| ticket.agent == 0),
    ("notreplied&", false, |ticket| !ticket.is_replied),
    ("starred=1&", false, |ticket| ticket.is_starred),
    ("group=1&", false, |ticket| ticket.group == 1),
    ("group=1&starred&", false, |ticket| {
        ticket.group == 1 && ticket.is_starred
    }),
    ("priority=1,2,3,4&new&", false, |ticket| ticket.is_new),
];

fn recount(desk: &Desk, readers: &[Reader]) {
    let eve = desk.user_id("eve@example.com");
    let all = tickets(desk, eve);
    for reader in readers {
        let seen: Vec<&Naive> = all
            .iter()
            .filter(|ticket| (reader.sees)(ticket, reader.id))
            .collect();
        for (query, is_trashed, asks) in QUESTIONS {
            let asked = || {
                seen.iter()
                    .filter(|ticket| ticket.is_trashed == is_trashed && asks(ticket))
            };
            let listed = reader
                .client
                .get(&format!("/api/tickets?{query}status=all&limit=100"))
                .ok();
            let about = format!("{} ?{query}", reader.name);
            assert_eq!(
                listed["pagination"]["totalCount"],
                asked().count(),
                "{about}"
            );
            let shown = listed["tickets"].as_array().expect("a list").len();
            assert_eq!(shown, asked().count().min(100), "{about}");
            for status in 1..=6 {
                let want = asked().filter(|ticket| ticket.status == status).count();
                let tab = &listed["tabs"][status.to_string()];
                let have = if *tab == json!(0) { 0 } else { number(tab) };
                assert_eq!(
                    have,
                    i64::try_from(want).expect("few"),
                    "{about} tab {status}"
                );
            }
        }
        let predefined = reader.client.get("/api/tickets").ok()["labels"]["predefind"].clone();
        let living = |asks: &dyn Fn(&Naive) -> bool| {
            seen.iter()
                .filter(|ticket| !ticket.is_trashed && asks(ticket))
                .count()
                .to_string()
        };
        let is_customer = reader.name.starts_with("alan") || reader.name.starts_with("eve");
        let want = json!({
            "all": living(&|_| true),
            "new": living(&|ticket| ticket.is_new),
            "unassigned": living(&|ticket| ticket.agent == 0),
            "notreplied": living(&|ticket| !ticket.is_replied),
            "mine": living(&|ticket| {
                if is_customer { ticket.customer == reader.id } else { ticket.agent == reader.id }
            }),
            "starred": living(&|ticket| ticket.is_starred),
            "trashed": seen.iter().filter(|ticket| ticket.is_trashed).count().to_string(),
        });
        assert_eq!(predefined, want, "{}", reader.name);
    }
}

/// One change of any kind, by whoever may make it.
fn step(desk: &Desk, dice: &mut Dice, ada: &Client, team: i64, agents: &[i64]) {
    let ids: Vec<i64> = desk.read(|view| view.all("SELECT id FROM ticket", []));
    if ids.len() < 12 || dice.below(12) == 0 {
        let email = dice.one_of(&["alan@example.com", "eve@example.com", "kay@example.com"]);
        desk.ticket_of(email, "Walk");
        return;
    }
    let id = dice.one_of(&ids);
    let one = format!("/api/ticket/{id}");
    let patch = |edit_type: &str, value: i64| {
        ada.patch(&one, json!({ "editType": edit_type, "value": value }))
            .ok();
    };
    let mass = |name: &str, body: Value| {
        ada.put(&format!("/api/tickets/{name}"), body).ok();
    };
    let threads = format!("{one}/threads");
    let some = json!([id, dice.one_of(&ids), 999_999]);
    match dice.below(16) {
        0 => patch("status", 1 + i64::try_from(dice.below(6)).expect("few")),
        1 => patch("group", i64::try_from(dice.below(2)).expect("few")),
        2 => patch("team", dice.one_of(&[0, team])),
        3 | 4 => patch("agent", dice.one_of(agents)),
        5 => patch("star", i64::try_from(dice.below(2)).expect("few")),
        6 => mass(
            "status",
            json!({ "ids": some, "statusId": 1 + dice.below(6) }),
        ),
        7 => mass(
            "agent",
            json!({ "ids": some, "agentId": dice.one_of(agents) }),
        ),
        8 => mass("trash", json!({ "ids": some })),
        9 | 10 => mass("restore", json!({ "ids": some })),
        11 => {
            ada.delete_with("/api/tickets", json!({ "ids": [id] })).ok();
        }
        12 | 13 => {
            let kind = dice.one_of(&["reply", "reply", "note"]);
            ada.post(&threads, json!({ "threadType": kind, "reply": "x" }))
                .ok();
        }
        14 => {
            let reply = json!({ "threadType": "reply", "reply": "x", "actAsType": "customer",
                "actAsEmail": dice.one_of(&["alan@example.com", "eve@example.com"]) });
            let status = ada.post(&threads, reply).status;
            assert!(matches!(status, 200 | 404), "{status}");
        }
        _ => join_and_prune(desk, ada, id),
    }
}

/// Makes Eve a collaborator, and removes a thread.
fn join_and_prune(desk: &Desk, ada: &Client, id: i64) {
    let one = format!("/api/ticket/{id}");
    let email = json!({ "email": "eve@example.com" });
    let status = ada.post(&format!("{one}/collaborator"), email).status;
    assert!(matches!(status, 200 | 409), "{status}");
    let thread: Option<i64> = desk.read(|view| {
        view.maybe(
            "SELECT id FROM thread WHERE ticket_id = ?1 AND thread_type <> 'create' LIMIT 1",
            [id],
        )
    });
    if let Some(thread) = thread {
        ada.delete(&format!("{one}/thread/{thread}")).ok();
    }
}

#[test]
fn counts_equal_a_naive_recount_after_a_long_walk() {
    let desk = Desk::new();
    let team = desk.write(|change| {
        change.insert(
            "INSERT INTO team (name, name_key, description, created_at) VALUES ('Team', name_key('Team'), 'x', 0)",
            [],
        )
    });
    let readers = readers(&desk, team);
    let mut agents: Vec<i64> = readers[..5].iter().map(|reader| reader.id).collect();
    agents.push(0);
    let ada = desk.ada();
    let mut dice = Dice(0x5EED_CAFE_F00D_1234);
    for at in 1..=STEPS {
        step(&desk, &mut dice, &ada, team, &agents);
        if at % COUNTED_EVERY == 0 {
            recount(&desk, &readers);
        }
    }
    // What a ticket says of its threads is what they are.
    let wrong = desk.number(
        "SELECT count(*) FROM ticket t WHERE reply_count <>
             (SELECT count(*) FROM thread WHERE ticket_id = t.id AND thread_type = 'reply')
         OR is_replied <> (SELECT user_type = 'agent' FROM thread WHERE ticket_id = t.id
             AND thread_type IN ('create', 'reply') ORDER BY id DESC LIMIT 1)",
    );
    assert_eq!(wrong, 0);
}
