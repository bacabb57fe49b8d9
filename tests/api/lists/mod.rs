//! Every list in every order, in both directions and under filters, page by page against a
//! naive model: each row once, in the order of its keys and then of its id, and as many
//! as the list says. The desk has many equal names, addresses' parts and times.

mod table;

use pocketdesk::base::db::{FromRow, Row, Value as Cell};
use pocketdesk::base::who::TicketView;
use rusqlite::types::FromSqlError;
use serde_json::Value;

use table::{LISTS, List, NAMES, ROWS, TICKETS};

use crate::support::Desk;
use crate::support::client::Client;

/// Rows a page: few, so that equal keys stand on both sides of a page's end.
const PAGE: usize = 7;

/// A desk of forty rows a room, of which many are equal.
fn filled() -> Desk {
    let desk = Desk::new();
    desk.write(|change| {
        for row in ROWS {
            let row = row
                .replace("$name", "json_extract(names, '$[' || (n % 8) || ']')")
                .replace("$same", "(n * 7 % 5)")
                .replace("$n", "n");
            let (into, select) = row.split_once("SELECT").expect("a select");
            let (select, only) = select.split_once(" WHERE n ").map_or((select, ""), |(select, only)| (select, only));
            let only = if only.is_empty() { String::new() } else { format!("WHERE n {only}") };
            let sql = format!(
                "INSERT INTO {into} WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 40),
                     named (n, names) AS (SELECT n, '{NAMES}' FROM numbers)
                 SELECT {select} FROM named {only}"
            );
            change.run(&sql, [])?;
        }
        change.run(
            "INSERT INTO todo (user_id, ticket_id, description, is_done, created_at)
             SELECT 1, id, iif(id % 2, 'Same', 'same'), id % 2, id % 3 FROM ticket WHERE is_trashed = 0",
            [],
        )
    });
    desk
}

/// The cells of a row: the id, and then the keys.
struct Cells(Vec<Cell>);

impl FromRow for Cells {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let width = row.as_ref().column_count();
        (0..width)
            .map(|at| row.get(at))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// A cell as it is ordered: nothing before numbers before texts.
fn rank(cell: &Cell) -> (u8, i64, &str) {
    match cell {
        Cell::Integer(number) => (1, *number, ""),
        Cell::Text(text) => (2, 0, text),
        _ => (0, 0, ""),
    }
}

/// The ids that a list must have, from the least.
fn naive(desk: &Desk, list: &List, filter: &str, keys: &str) -> Vec<i64> {
    let sql = format!("SELECT {keys} FROM {} AND ({filter})", list.from);
    let mut rows: Vec<Cells> = desk.read(|view| view.all(&sql, []));
    rows.sort_by(|one, other| {
        let (one, other) = (one.0.iter().map(rank), other.0.iter().map(rank));
        one.cmp(other)
    });
    let id = |row: &Cells| match row.0.last() {
        Some(Cell::Integer(id)) => Ok(*id),
        _ => Err(FromSqlError::InvalidType),
    };
    rows.iter().map(|row| id(row).expect("an id")).collect()
}

/// What is listed on all pages together, and how many the list says there are.
fn paged(by: &Client, list: &List, query: &str) -> (Vec<i64>, Option<i64>) {
    let mut ids = Vec::new();
    let mut total = None;
    for page in 1.. {
        let answer = by
            .get(&format!("{}?{query}&limit={PAGE}&page={page}", list.path))
            .ok();
        let rows = answer
            .pointer(list.rows)
            .and_then(Value::as_array)
            .expect("rows");
        assert!(rows.len() <= PAGE, "{query}");
        let block = answer
            .get("pagination")
            .or_else(|| answer.get("pagination_data"));
        total = block.map(|block| block["totalCount"].as_i64().expect("a total"));
        if rows.is_empty() {
            break;
        }
        ids.extend(rows.iter().map(|row| row[list.id].as_i64().expect("an id")));
    }
    (ids, total)
}

fn assert_whole(desk: &Desk, by: &Client, list: &List) {
    for (filter, condition) in list.filters {
        for (names, keys) in list.sorts {
            let mut keyed = keys.to_string();
            if list.path == "/api/customers" || list.path == "/api/members" {
                // The API's id is the user's, behind that of the side, by which they are listed.
                keyed.push_str(", u.id");
            }
            let want = naive(desk, list, condition, &keyed);
            assert!(
                want.len() > PAGE || !filter.is_empty(),
                "{} has few rows",
                list.path
            );
            for name in *names {
                for direction in ["asc", "DESC"] {
                    let query = format!("{filter}&sort={name}&direction={direction}");
                    let (got, total) = paged(by, list, &query);
                    let mut want = want.clone();
                    if direction == "DESC" {
                        want.reverse();
                    }
                    assert_eq!(got, want, "{}?{query}", list.path);
                    let count = i64::try_from(want.len()).expect("a count");
                    assert_eq!(total.unwrap_or(count), count, "{}?{query}", list.path);
                }
            }
        }
    }
}

#[test]
fn every_list_has_each_row_once_and_in_order_whatever_is_equal() {
    let desk = filled();
    let ada = desk.ada();
    for list in &LISTS {
        assert_whole(&desk, &ada, list);
    }
}

/// Whoever sees few gathers them, and has them in the same order.
#[test]
fn who_sees_few_tickets_has_them_in_the_same_order() {
    let desk = filled();
    desk.agent("own@example.com", &[], TicketView::Own);
    let own = desk.user_id("own@example.com");
    desk.write(move |change| change.run("UPDATE ticket SET agent_id = ?1 WHERE id % 2 = 0", [own]));
    let narrow = desk.as_email("own@example.com");
    let list = List {
        from: "ticket t JOIN user c ON c.id = t.customer_id
            JOIN profile p ON p.user_id = t.customer_id AND p.side = 'customer'
            LEFT JOIN profile a ON a.user_id = t.agent_id AND a.side = 'agent'
            WHERE t.is_trashed = 0 AND t.id % 2 = 0",
        filters: &[("status=1", "t.status_id = 1"), ("status=all", "1")],
        ..TICKETS
    };
    assert_whole(&desk, &narrow, &list);
}

#[test]
fn what_is_unknown_or_out_of_range_is_the_usual() {
    let desk = filled();
    let ada = desk.ada();
    for list in &LISTS {
        let rows = |query: &str| {
            let answer = ada.get(&format!("{}?{query}", list.path)).ok();
            answer
                .pointer(list.rows)
                .and_then(Value::as_array)
                .expect("rows")
                .clone()
        };
        let usual = rows("");
        for query in [
            "sort=nonsense",
            "direction=sideways",
            "sort=&direction=&page=&limit=",
            "page=0",
            "page=-3",
        ] {
            assert_eq!(rows(query), usual, "{}?{query}", list.path);
        }
        assert_eq!(rows("limit=0").len(), 1, "{}", list.path);
        assert!(rows("limit=100000").len() <= 100, "{}", list.path);
        assert_eq!(
            rows("page=99999999999999999999"),
            [Value::Null; 0],
            "{}",
            list.path
        );
    }
}

#[test]
fn names_with_accents_stand_beside_their_base_letter() {
    let desk = Desk::new();
    let ada = desk.ada();
    let names = [
        "Aalto",
        "Ängstrom",
        "Barlow",
        "Élodie",
        "emma",
        "Österling",
        "Zimmer",
    ];
    let alan = desk.user_id("alan@example.com");
    desk.write(move |change| {
        change.run(
            "UPDATE profile SET removed_at = 1 WHERE user_id = ?1",
            [alan],
        )
    });
    for name in names.into_iter().rev() {
        desk.write(move |change| {
            let email = format!("{}@example.com", name.len());
            pocketdesk::desk::customer::ensure(change, &format!("{name}{email}"), name, "api")
        });
    }
    for (direction, want) in [
        ("ASC", names.to_vec()),
        ("DESC", names.iter().rev().copied().collect()),
    ] {
        let listed = ada
            .get(&format!("/api/customers?sort=name&direction={direction}"))
            .ok();
        let rows = listed["customers"].as_array().expect("customers");
        let got: Vec<&str> = rows
            .iter()
            .map(|row| row["name"].as_str().expect("a name"))
            .collect();
        assert_eq!(got, want);
    }
}
