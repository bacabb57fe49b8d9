//! The figures of what grows beside tickets: a list's first page, a filtered and a late one,
//! what its search finds, and the list of those who see a part of it.

use rand::RngExt;

use crate::figures::{Figure, get, reading};
use crate::growth::{CATEGORIES, MOST_ARTICLES, MOST_SAVED_REPLIES, MOST_TAGS, MOST_TASKS};
use crate::seed::{AGENT_OF_GROUPS, AGENT_OF_OWN, CUSTOMER, OWNER};
use crate::words::{COMMON, RARE};

/// All figures of rooms with so many rows each, or as many as they are made for.
pub(crate) fn all(rows: i64) -> Vec<Figure> {
    // Half way to the end of a list of ten a page.
    let late = |most: i64| format!("?page={}", rows.min(most) / 20);
    let mut figures = people(&late(rows));
    figures.extend(tags(&late(MOST_TAGS)));
    figures.extend(articles(rows.min(MOST_ARTICLES), &late(MOST_ARTICLES)));
    figures.extend(tasks(rows.min(MOST_TASKS), &late(MOST_TASKS)));
    figures.extend(replies(&late(MOST_SAVED_REPLIES)));
    figures.extend(everything());
    figures
}

fn people(late: &str) -> Vec<Figure> {
    let list = |name, user, query: &str| listing(name, user, "customers", query);
    vec![
        list("customers", OWNER, ""),
        list("customers filtered sorted", OWNER, "?starred=1&sort=name"),
        list("customers sort email", OWNER, "?sort=email"),
        list("customers late page", OWNER, late),
        list(
            "customers late page name",
            OWNER,
            &format!("{late}&sort=name"),
        ),
        list("customers search rare", OWNER, &words(RARE)),
        list("customers search common", OWNER, &words(COMMON)),
        list("customers of groups' agent", AGENT_OF_GROUPS, ""),
    ]
}

fn tags(late: &str) -> Vec<Figure> {
    let list = |name, user, query: &str| listing(name, user, "tags", query);
    let count = "?sort=ticketCount";
    vec![
        list("tags", OWNER, ""),
        list("tags oldest", OWNER, "?direction=ASC"),
        list("tags sort name", OWNER, "?sort=name&direction=ASC"),
        list("tags sort ticketCount", OWNER, count),
        list("tags late page", OWNER, late),
        list("tags search rare", OWNER, &words(RARE)),
        list("tags search common", OWNER, &words(COMMON)),
        list("tags of groups' agent", AGENT_OF_GROUPS, "?direction=ASC"),
        list("tags ticketCount, groups'", AGENT_OF_GROUPS, count),
    ]
}

fn articles(rows: i64, late: &str) -> Vec<Figure> {
    let list = |name, user, query: &str| listing(name, user, "articles", query);
    let filtered = format!("?category={}&status=published&sort=name", CATEGORIES / 2);
    vec![
        reading("view article", r#""content":"#, move |random| {
            get(
                OWNER,
                &format!("/api/article/{}.json", random.random_range(1..=rows)),
            )
        }),
        list("articles", OWNER, ""),
        list("articles filtered sorted", OWNER, &filtered),
        list("articles sort views", OWNER, "?sort=views"),
        list("articles draft", OWNER, "?status=draft&sort=updatedAt"),
        list("articles solution", OWNER, "?solution=3&sort=updatedAt"),
        list("articles tag", OWNER, "?tag=4&sort=name"),
        list("articles late page", OWNER, late),
        list(
            "articles late page name",
            OWNER,
            &format!("{late}&sort=name"),
        ),
        list("articles search rare", OWNER, &words(RARE)),
        list("articles search common", OWNER, &words(COMMON)),
        list("articles of customer", CUSTOMER, ""),
        list("articles of customer name", CUSTOMER, "?sort=name"),
        list("articles rare, customer", CUSTOMER, &words(RARE)),
        list("articles common, customer", CUSTOMER, &words(COMMON)),
        list("categories", OWNER, ""),
    ]
}

fn tasks(rows: i64, late: &str) -> Vec<Figure> {
    let list = |name, user, query: &str| listing(name, user, "tasks", query);
    let filtered = "?stage=1&priority=2&sort=u.email";
    vec![
        reading("view task", r#""subject":"#, move |random| {
            get(
                OWNER,
                &format!("/api/task/{}.json", random.random_range(1..=rows)),
            )
        }),
        list("tasks", OWNER, ""),
        list("tasks filtered sorted", OWNER, filtered),
        list("tasks sort name", OWNER, "?sort=name"),
        list("tasks agent", OWNER, "?agent=5"),
        list("tasks late page", OWNER, late),
        list("tasks search rare", OWNER, &words(RARE)),
        list("tasks search common", OWNER, &words(COMMON)),
        list("tasks of groups' agent", AGENT_OF_GROUPS, ""),
        list("tasks filtered, groups'", AGENT_OF_GROUPS, filtered),
        list("tasks of own' agent", AGENT_OF_OWN, ""),
        list("tasks filtered, own'", AGENT_OF_OWN, filtered),
        list("tasks common, own' agent", AGENT_OF_OWN, &words(COMMON)),
    ]
}

fn replies(late: &str) -> Vec<Figure> {
    let list = |name, user, query: &str| {
        let request = get(user, &format!("/api/saved-replys.json{query}"));
        reading(name, "[{", move |_| request.clone())
    };
    vec![
        list("replies", OWNER, ""),
        list("replies sort name", OWNER, "?sort=name"),
        list("replies late page", OWNER, &format!("{late}&limit=10")),
        list("replies search rare", OWNER, &words(RARE)),
        list("replies search common", OWNER, &words(COMMON)),
        list("replies of groups' agent", AGENT_OF_GROUPS, ""),
        list("replies of own' agent", AGENT_OF_OWN, "?sort=name"),
    ]
}

/// One search over all rooms.
fn everything() -> Vec<Figure> {
    let find = |name, user, word: &str| {
        let request = get(user, &format!("/api/search.json{}", words(word)));
        reading(name, r#""tickets":[{"#, move |_| request.clone())
    };
    vec![
        find("everything rare", OWNER, RARE),
        find("everything common", OWNER, COMMON),
        find("everything, groups' agent", AGENT_OF_GROUPS, COMMON),
        find("everything, customer", CUSTOMER, COMMON),
    ]
}

fn words(word: &str) -> String {
    format!("?search={word}")
}

fn listing(name: &'static str, user: i64, room: &str, query: &str) -> Figure {
    let proof = format!(r#""{room}":[{{"#);
    let request = get(user, &format!("/api/{room}.json{query}"));
    reading(name, proof, move |_| request.clone())
}
