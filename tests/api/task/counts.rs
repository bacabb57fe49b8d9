//! Counts and lists after a long walk of changes, against a naive recount for every kind
//! of caller.

use serde_json::json;

use super::{ids_of, made_with};
use crate::support::{Client, Desk, Opened};
use pocketdesk::base::db::named_params;
use pocketdesk::base::who::TicketView;

/// Steps of the walk, and after how many of them everything is counted anew.
const STEPS: usize = 240;
const COUNTED_EVERY: usize = 40;

/// A small generator (xorshift), so that the walk is the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % end.unsigned_abs()).expect("a small number")
    }

    fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        let end = i64::try_from(things.len()).expect("a short list");
        things[usize::try_from(self.below(end)).expect("a place")]
    }
}

/// A caller, and which tickets they see, spelled out once more.
struct Reader {
    client: Client,
    id: i64,
    sees: &'static str,
}

fn readers(desk: &Desk) -> Vec<Reader> {
    let team = desk.write(|change| {
        change.insert(
            "INSERT INTO team (name, name_key, description, created_at) VALUES ('Team', name_key('Team'), 'x', 0)",
            [],
        )
    });
    assert_eq!(team, 1, "the rules below name the team");
    let mut readers = vec![Reader {
        client: desk.ada(),
        id: desk.user_id("ada@example.com"),
        sees: "1",
    }];
    for (email, view, sees) in [
        ("all@example.com", TicketView::All, "1"),
        (
            "groups@example.com",
            TicketView::GroupsAndTeams,
            "t.agent_id = :me OR t.group_id = 1 OR t.team_id = 1",
        ),
        (
            "teams@example.com",
            TicketView::Teams,
            "t.agent_id = :me OR t.team_id = 1",
        ),
        ("own@example.com", TicketView::Own, "t.agent_id = :me"),
    ] {
        desk.agent(email, &[], view);
        let id = desk.user_id(email);
        desk.write(move |change| {
            pocketdesk::desk::membership::GROUP.add_user(change, 1, id)?;
            pocketdesk::desk::membership::TEAM.add_user(change, team, id)
        });
        readers.push(Reader {
            client: desk.as_email(email),
            id,
            sees,
        });
    }
    readers
}

/// Ids of the tasks that a reader sees under a condition, by joins alone.
fn naive(desk: &Desk, reader: &Reader, condition: &str) -> Vec<i64> {
    let sql = format!(
        "SELECT k.id FROM task k JOIN ticket t ON t.id = k.ticket_id
         WHERE (({}) OR k.agent_id = :me OR EXISTS
             (SELECT 1 FROM task_follower f WHERE f.task_id = k.id AND f.user_id = :me))
             AND ({condition}) ORDER BY k.id DESC",
        reader.sees
    );
    // Some of the rules do not name the reader.
    let sql = format!("{sql} LIMIT iif(:me > 0, -1, -1)");
    desk.read(|view| view.all(&sql, named_params! { ":me": reader.id }))
}

const QUERIES: [(&str, &str); 8] = [
    ("", "1"),
    ("stage=1", "k.stage_id = 1"),
    ("stage=2,3", "k.stage_id IN (2, 3)"),
    ("priority=2", "k.priority_id = 2"),
    (
        "stage=3&priority=1,4",
        "k.stage_id = 3 AND k.priority_id IN (1, 4)",
    ),
    ("search=invoice", "1"),
    ("agent=2", "k.agent_id = 2"),
    (
        "agent=2,4&stage=1",
        "k.agent_id IN (2, 4) AND k.stage_id = 1",
    ),
];

fn compare(desk: &Desk, readers: &[Reader]) {
    for reader in readers {
        for (query, condition) in QUERIES {
            let want = naive(desk, reader, condition);
            for page in [1, 2] {
                let have = ids_of(&reader.client, &format!("{query}&limit=7&page={page}"));
                let part: Vec<i64> = want.iter().skip(7 * (page - 1)).take(7).copied().collect();
                assert_eq!(have, part, "{} ?{query} page {page}", reader.id);
            }
            let mut sorted = ids_of(&reader.client, &format!("{query}&limit=100&sort=u.email"));
            sorted.sort_unstable_by(|a, b| b.cmp(a));
            assert_eq!(
                sorted,
                want[..want.len().min(100)],
                "{} ?{query} by address",
                reader.id
            );
            let listed = reader.client.get(&format!("/api/tasks?{query}")).ok();
            assert_eq!(
                listed["pagination"]["totalCount"],
                want.len(),
                "{} ?{query}",
                reader.id
            );
        }
        let counted = reader.client.get("/api/tasks").ok()["stageCount"].clone();
        for stage in 1..=3 {
            let want = naive(desk, reader, &format!("k.stage_id = {stage}")).len();
            assert_eq!(
                counted[stage.to_string()],
                want.to_string(),
                "{} stage {stage}",
                reader.id
            );
        }
    }
}

/// One random change.
fn step(desk: &Desk, dice: &mut Dice, people: &[i64], tickets: &mut [Opened]) {
    let ada = desk.ada();
    let place = usize::try_from(dice.below(6)).expect("a place");
    let ticket = tickets[place];
    let count = desk.number("SELECT count(*) FROM task");
    let task = desk.number(&format!(
        "SELECT ifnull((SELECT id FROM task LIMIT 1 OFFSET {}), 0)",
        dice.below(count.max(1))
    ));
    let person = dice.one_of(people);
    match dice.below(12) {
        0..=4 => {
            let fields = json!({ "assignedAgent": person, "stage": dice.below(3) + 1, "priority": dice.below(4) + 1 });
            made_with(desk, ticket, fields);
        }
        5 | 6 if task > 0 => {
            let edit = json!({ "subject": "x", "description": "The invoice", "assignedAgent": person,
                "stage": dice.below(3) + 1, "priority": dice.below(4) + 1 });
            ada.put(&format!("/api/task/{task}"), edit).ok();
        }
        7 if task > 0 => {
            ada.delete(&format!("/api/task/{task}")).ok();
        }
        8 if task > 0 => {
            // Following already is a conflict, which is as good.
            let path = format!("/api/task/{task}/follower");
            ada.post(&path, json!({ "followerId": person.max(1) }));
        }
        9 => {
            ada.put(
                &format!("/api/ticket/{}/agent", ticket.id),
                json!({ "id": person }),
            )
            .ok();
        }
        10 => {
            let edit_type = dice.one_of(&["group", "team"]);
            let body = json!({ "editType": edit_type, "value": dice.below(2) });
            ada.patch(&format!("/api/ticket/{}", ticket.id), body).ok();
        }
        _ if dice.below(6) == 0 => {
            ada.delete_with("/api/tickets", json!({ "ids": [ticket.id] }))
                .ok();
            tickets[place] = desk.ticket("Once more");
        }
        _ => {}
    }
}

#[test]
fn task_counts_equal_a_naive_recount_after_a_long_walk() {
    let desk = Desk::new();
    let readers = readers(&desk);
    let people: Vec<i64> = std::iter::once(0)
        .chain(readers.iter().map(|reader| reader.id))
        .collect();
    let mut tickets: Vec<Opened> = (0..6)
        .map(|number| desk.ticket(&format!("Ticket {number}")))
        .collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for number in 1..=STEPS {
        step(&desk, &mut dice, &people, &mut tickets);
        if number % COUNTED_EVERY == 0 {
            compare(&desk, &readers);
        }
    }
    assert!(
        desk.number("SELECT count(*) FROM task") > 20,
        "the walk leads somewhere"
    );
    assert_eq!(
        desk.number("SELECT count(*) FROM task_count WHERE tasks <= 0"),
        0
    );
}
