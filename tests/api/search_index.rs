//! What queries find in an index of the engine is what they find in the tokens themselves,
//! so that other tests may judge searches without an index.

use pocketdesk::base::search::{Query, Search, indexed, indexed_phone};
use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::Connection;

/// Words that are cut, joined and read as numbers, and what FTS5 takes for operators.
const WORDS: &[&str] = &[
    "wi-fi",
    "wifi",
    "o’brien",
    "obrien",
    "lee@acme.example",
    "acme",
    "Straße",
    "strasse",
    "42",
    "0137",
    "5550137",
    "555",
    "089",
    "+49",
    "(0)89",
    "0049",
    "312",
    "#312",
    "椅子が",
    "子が",
    "が",
    "ab77の",
    "번호",
    "주문번호가",
    "ไหน",
    "NEAR",
    "OR",
    "NOT",
    "\"",
    "*",
    "(",
    "^",
    "{subject}",
    "people:x",
    "☎731",
];
const PHONES: &[&str] = &["+49 89 5550137", "089 5550137", "(555) 042-0137", "312", ""];

fn index() -> Connection {
    let index = Connection::open_in_memory().expect("a database");
    let table =
        "CREATE VIRTUAL TABLE found USING fts5(subject, people, content = '', tokenize = 'ascii')";
    index.execute(table, []).expect("a table");
    index
}

fn count(index: &Connection, expression: &str) -> i64 {
    let count = "SELECT count(*) FROM found WHERE found MATCH ?";
    let count = index.query_row(count, [expression], |row| row.get(0));
    count.expect(expression)
}

fn query(words: &str) -> Option<Query> {
    match Search::of(Some(words)) {
        Search::For(query) => Some(query),
        _ => None,
    }
}

proptest! {
    #[test]
    fn the_index_and_the_tokens_agree(
        text in prop::collection::vec(select(WORDS), 0..7),
        phone in select(PHONES),
        asked in prop::collection::vec(select(WORDS), 1..4),
    ) {
        let Some(query) = query(&asked.join(" ")) else {
            return Ok(());
        };
        let (subject, people) = (indexed(&text.join(" ")), indexed_phone(phone));
        let index = index();
        let insert = "INSERT INTO found (rowid, subject, people) VALUES (1, ?, ?)";
        index.execute(insert, [&subject, &people]).expect("a row");
        let found = count(&index, &query.expression(None));
        // No phrase reaches from one column into the other.
        prop_assert_eq!(found == 1, query.matches(&format!("{subject} | {people}")));
        prop_assert!(count(&index, &query.whole_expression(None)) <= found);
        let of_subject = count(&index, &query.expression(Some("subject")));
        prop_assert_eq!(of_subject == 1, query.matches(&subject));
    }

    #[test]
    fn no_query_is_an_error_to_the_index(words in "(\\PC|[\"*()+ 0-9a-z:^{}-]){0,60}") {
        if let Some(query) = query(&words) {
            let index = index();
            prop_assert_eq!(count(&index, &query.expression(Some("subject people"))), 0);
            prop_assert_eq!(count(&index, &query.whole_expression(None)), 0);
        }
    }
}

#[test]
fn the_largest_query_is_no_error_to_the_index() {
    let numbers: Vec<String> = (1..=64).map(|at| (5_550_137 * at).to_string()).collect();
    for words in [numbers.join(" "), "届".repeat(1_000), "e-mail ".repeat(64)] {
        let query = query(&words).expect("a query");
        assert_eq!(count(&index(), &query.expression(Some("people"))), 0);
    }
}
