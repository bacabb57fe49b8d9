//! The knowledge base, and one search over all.

use super::super::grid::{
    AGENTS_ON_A_SHELF, Grid, HOLDERS, HOLDERS_NAME_A_THING, HOLDERS_ON_A_SHELF, NOWHERE,
    ON_A_SHELF, SIGNED_IN,
};
use super::{Row, row};

const FOLDER: &str = r#"{"name": "<new>", "visibility": "public"}"#;
const NAME: &str = r#"{"name": "<new>"}"#;

/// The tag of another article is not on this one.
const HOLDERS_ON_A_TAG: Grid = Grid {
    mixed: Some([401, 403, 403, 403, 404, 404, 404, 404]),
    ..HOLDERS_ON_A_SHELF
};
/// What there is none of below an article that there is.
const NO_REVISION: Grid = Grid {
    own: [401, 403, 403, 404, 404, 404, 404, 404],
    ..NOWHERE
};
const NO_REVISION_TO_HOLDERS: Grid = Grid {
    own: [401, 403, 403, 403, 404, 404, 404, 404],
    ..NOWHERE
};

pub(super) fn rows() -> Vec<Row> {
    let parts = [shelves(), articles(), below_articles()];
    parts.into_iter().flatten().collect()
}

/// Folders and categories.
fn shelves() -> Vec<Row> {
    vec![
        row("GET /solutions", &[], "", &SIGNED_IN),
        row("POST /solutions", &[], FOLDER, &HOLDERS),
        row("GET /solution/{solution}", &["folder"], "", &ON_A_SHELF),
        row(
            "PUT /solution/{solution}",
            &["folder"],
            FOLDER,
            &HOLDERS_ON_A_SHELF,
        ),
        row(
            "DELETE /solution/{solution}",
            &["folder"],
            "",
            &HOLDERS_ON_A_SHELF,
        ),
        row(
            "GET /solution/{solution}/image",
            &["pictured folder"],
            "",
            &ON_A_SHELF,
        ),
        row("GET /categories", &[], "", &SIGNED_IN),
        row(
            "POST /categories",
            &[],
            r#"{"solution": "<folder>", "name": "<new>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row("GET /category/{id}", &["category"], "", &ON_A_SHELF),
        row(
            "PUT /category/{id}",
            &["category"],
            NAME,
            &HOLDERS_ON_A_SHELF,
        ),
        row(
            "PUT /category/{id}",
            &["own category"],
            r#"{"solution": "<folder>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row(
            "DELETE /category/{id}",
            &["category"],
            "",
            &HOLDERS_ON_A_SHELF,
        ),
        row("GET /search", &[], "", &SIGNED_IN),
    ]
}

fn articles() -> Vec<Row> {
    vec![
        row("GET /articles", &[], "", &SIGNED_IN),
        row(
            "POST /articles",
            &[],
            r#"{"category": "<category>", "name": "<new>", "content": "Words"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row("GET /article/{id}", &["article"], "", &ON_A_SHELF),
        row("GET /article/{id}", &["draft"], "", &ON_A_SHELF),
        row("PUT /article/{id}", &["article"], NAME, &HOLDERS_ON_A_SHELF),
        row(
            "PUT /article/{id}",
            &["own article"],
            r#"{"category": "<category>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row(
            "DELETE /article/{id}",
            &["article"],
            "",
            &HOLDERS_ON_A_SHELF,
        ),
    ]
}

/// Tags, revisions and voices of one article.
fn below_articles() -> Vec<Row> {
    let restore = "POST /article/{id}/revision/{revision}/restore";
    vec![
        row(
            "POST /article/{article}/tags",
            &["article"],
            NAME,
            &HOLDERS_ON_A_SHELF,
        ),
        row(
            "DELETE /article/{article}/tags",
            &["article"],
            r#"{"id": "<article tag>"}"#,
            &HOLDERS_ON_A_TAG,
        ),
        row(
            "GET /article/{id}/revisions",
            &["article"],
            "",
            &AGENTS_ON_A_SHELF,
        ),
        row(
            "GET /article/{id}/revision/{revision}",
            &["article", "first"],
            "",
            &AGENTS_ON_A_SHELF,
        ),
        row(
            "GET /article/{id}/revision/{revision}",
            &["own article", "missing"],
            "",
            &NO_REVISION,
        ),
        row(restore, &["article", "first"], "", &HOLDERS_ON_A_SHELF),
        row(
            restore,
            &["own article", "missing"],
            "",
            &NO_REVISION_TO_HOLDERS,
        ),
        row(
            "POST /article/{id}/feedback",
            &["article"],
            r#"{"helpful": "1"}"#,
            &ON_A_SHELF,
        ),
        row(
            "DELETE /article/{id}/feedback",
            &["article"],
            "",
            &ON_A_SHELF,
        )
        .done_once(),
    ]
}
