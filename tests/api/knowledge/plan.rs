//! The plans of the lists of articles: an order is an index's, and nobody reads every
//! article to find a few.

use pocketdesk::base::db::{Change, named_params};
use pocketdesk::base::error::Result;
use pocketdesk::desk::article;

use super::{category, folder};
use crate::support::Desk;
use crate::support::plan::{self, scans, sorts};

/// The steps of the plan for a page of this query, as the user of `email` asks for it.
fn plan(desk: &Desk, email: &str, query: &str) -> Vec<String> {
    plan::plan(desk, email, query, |view, fields| {
        Ok(vec![article::page_query(view, fields)?])
    })
}

/// Three thousand published articles in one category; three drafts and three published
/// ones, all tagged, in another; three published ones in a private folder.
fn filled() -> Desk {
    let desk = Desk::new();
    let open = folder(&desk, "open", "public");
    let closed = folder(&desk, "closed", "private");
    let many = category(&desk, open, "many");
    let few = category(&desk, open, "few");
    let hidden = category(&desk, closed, "hidden");
    desk.write(move |change| {
        for (category, status, count) in [
            (many, "published", 3_000),
            (few, "draft", 3),
            (few, "published", 3),
            (hidden, "published", 3),
        ] {
            insert(change, category, status, count)?;
        }
        change.run("INSERT INTO tag (name, name_key) VALUES ('rare', name_key('rare'))", [])?;
        change.run(
            "INSERT INTO article_tag (article_id, tag_id) SELECT id, 1 FROM article WHERE category_id = ?1",
            [few],
        )
    });
    desk
}

fn insert(change: &mut Change<'_>, category: i64, status: &str, count: i64) -> Result<usize> {
    change.run(
        "WITH RECURSIVE n (at) AS (VALUES (1) UNION ALL SELECT at + 1 FROM n WHERE at < :count)
         INSERT INTO article (category_id, name, name_key, status, sort_order, created_at, updated_at)
         SELECT :category, 'Article ' || at, 'article ' || at, :status, at, at, at FROM n",
        named_params! { ":category": category, ":status": status, ":count": count },
    )
}

const SORTS: [&str; 5] = ["id", "name", "updatedAt", "views", "sortOrder"];

#[test]
fn every_order_of_the_whole_list_is_an_indexs() {
    let desk = filled();
    for email in ["ada@example.com", "alan@example.com"] {
        for sort in SORTS {
            for direction in ["asc", "desc"] {
                for page in [1, 3] {
                    let query = format!("sort={sort}&direction={direction}&page={page}");
                    let steps = plan(&desk, email, &query);
                    assert!(
                        !steps.iter().any(|step| sorts(step)),
                        "{email} ?{query}: {steps:#?}"
                    );
                }
            }
        }
    }
}

#[test]
fn few_of_many_are_gathered_and_many_of_few_are_walked() {
    let desk = filled();
    let of_agents = &[
        "status=draft",
        "category=2",
        "category=3",
        "solution=2",
        "tag=1",
        "search=article",
    ][..];
    let of_customers = &["category=2", "tag=1", "search=article"][..];
    for (email, filters) in [
        ("ada@example.com", of_agents),
        ("alan@example.com", of_customers),
    ] {
        for filter in filters {
            for sort in SORTS {
                let query = format!("{filter}&sort={sort}");
                let steps = plan(&desk, email, &query);
                let bad = steps.iter().any(|step| scans(step, &["a"]));
                assert!(!bad, "{email} ?{query}: {steps:#?}");
            }
        }
    }
    for filter in ["status=published", "category=1", "solution=1"] {
        for sort in SORTS {
            let query = format!("{filter}&sort={sort}");
            let steps = plan(&desk, "ada@example.com", &query);
            assert!(
                !steps.iter().any(|step| sorts(step)),
                "?{query}: {steps:#?}"
            );
        }
    }
}

#[test]
fn a_category_in_its_own_order_is_read_as_it_lies() {
    let desk = filled();
    for email in ["ada@example.com", "alan@example.com"] {
        let steps = plan(&desk, email, "category=2&sort=sortOrder");
        let wanted = "SEARCH a USING COVERING INDEX article_of_category (category_id=?)";
        assert_eq!(steps, [wanted], "{email}");
    }
}
