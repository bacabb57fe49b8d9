//! The search of tickets against a naive model: all that a caller reads of each ticket, cut
//! into words, and the words that are looked for in them.

use pocketdesk::base::search::{Search, indexed};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

use super::ids_of;
use crate::encoded;
use crate::support::{Client, Desk, Opened};

const WORDS: [&str; 12] = [
    "lamp",
    "lamps",
    "Lämpchen",
    "wire",
    "wired",
    "fuse",
    "7001",
    "70012",
    "電球の交換",
    "球の",
    "o'neil",
    "x",
];
const GUESTS: [&str; 2] = ["lampert@guests.example", "wire.fuse@guests.example"];

/// Something that happens to one of the tickets.
#[derive(Debug, Clone)]
enum Step {
    Say(&'static str, String),
    Lock(Index),
    Join(&'static str),
    Rename(String),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (select(&["reply", "note", "forward"][..]), text()).prop_map(|(kind, text)| Step::Say(kind, text)),
        1 => any::<Index>().prop_map(Step::Lock),
        1 => select(&GUESTS[..]).prop_map(Step::Join),
        1 => text().prop_map(Step::Rename),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(select(&WORDS[..]), 1..4).prop_map(|words| words.join(" "))
}

/// What a reader may find a ticket by.
struct Known {
    ticket: Opened,
    subject: String,
    people: Vec<&'static str>,
    /// Each with the id of its thread, its kind, and whether it is locked.
    said: Vec<(i64, &'static str, String, bool)>,
}

impl Known {
    fn open(desk: &Desk, subject: String) -> Self {
        let ticket = desk.ticket(&subject);
        let first = desk.number("SELECT max(id) FROM thread");
        let said = vec![(first, "reply", format!("About {subject}."), false)];
        Self {
            ticket,
            subject,
            people: vec!["alan@example.com", "Alan Turing"],
            said,
        }
    }

    fn change(&mut self, ada: &Client, step: &Step) {
        let path = format!("/api/ticket/{}", self.ticket.id);
        match step {
            Step::Say(kind, text) => {
                let body =
                    json!({ "threadType": kind, "reply": text, "to": "elsewhere@example.net" });
                let said = ada.post(&format!("{path}/threads"), body).ok();
                let id = said["id"].as_i64().expect("an id");
                self.said.push((id, kind, text.clone(), false));
                if *kind == "forward" {
                    self.said
                        .push((id, kind, "elsewhere@example.net".to_owned(), false));
                }
            }
            Step::Lock(at) => {
                let thread = self.said[at.index(self.said.len())].0;
                let lock = json!({ "updateType": "lock" });
                ada.patch(&format!("{path}/thread/{thread}"), lock).ok();
                for (id, _, _, is_locked) in &mut self.said {
                    *is_locked ^= *id == thread;
                }
            }
            Step::Join(guest) => {
                let added = ada.post(&format!("{path}/collaborator"), json!({ "email": guest }));
                assert!(matches!(added.status, 200 | 409), "{}", added.text());
                self.people
                    .extend([*guest, guest.split_once('@').expect("an address").0]);
            }
            Step::Rename(subject) => {
                self.subject.clone_from(subject);
                ada.patch(&path, json!({ "editType": "subject", "value": subject }))
                    .ok();
            }
        }
    }

    fn tokens(&self, is_agent: bool) -> String {
        let said = self
            .said
            .iter()
            .filter(|(_, kind, _, is_locked)| !is_locked && (is_agent || *kind == "reply"));
        let number = self.ticket.increment_id.to_string();
        let texts = [number.as_str(), &self.subject].into_iter();
        let texts = texts
            .chain(self.people.iter().copied())
            .chain(said.map(|said| said.2.as_str()));
        texts.map(indexed).collect::<Vec<_>>().join(" ")
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_search_finds_what_has_all_the_words(
        subjects in prop::collection::vec(text(), 5),
        steps in prop::collection::vec((any::<Index>(), step()), 0..25),
        queries in prop::collection::vec((prop::collection::vec(select(&WORDS[..]), 0..3), select(&WORDS[..]), 1..8_usize), 20),
    ) {
        let desk = Desk::new();
        let (ada, alan) = (desk.ada(), desk.alan());
        let mut known: Vec<Known> = subjects.into_iter().map(|subject| Known::open(&desk, subject)).collect();
        for (at, step) in &steps {
            let at = at.index(known.len());
            known[at].change(&ada, step);
        }
        for (before, last, most) in queries {
            let last: String = last.chars().take(most).collect();
            let words = before.into_iter().chain([last.as_str()]).collect::<Vec<_>>().join(" ");
            let Search::For(query) = Search::of(Some(&words)) else {
                continue;
            };
            for (client, is_agent) in [(&ada, true), (&alan, false)] {
                let has_all = known.iter().filter(|known| query.matches(&known.tokens(is_agent)));
                let mut want: Vec<i64> = has_all.map(|known| known.ticket.id).collect();
                let mut found = ids_of(client, &format!("status=all&search={}", encoded(&words)));
                want.sort_unstable();
                found.sort_unstable();
                prop_assert_eq!(found, want, "{}, as an agent: {}", words, is_agent);
            }
        }
    }
}
