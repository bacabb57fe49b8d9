//! Articles: what the knowledge base says. The rows of the table, and what of it is asked
//! by other rooms.

mod api;
mod feedback;
mod list;
mod revision;
mod shape;
mod store;
mod tags;

use crate::access::Access::{Agent, Holds, SignedIn};
use crate::base::closed_list::closed_list;
use crate::base::db::View;
use crate::base::error::{Faults, Message, Result};
use crate::base::input::{Optional, Text};
use crate::base::who::Privilege::ManageKnowledgebase;
use crate::web::listing::Listing;
use crate::web::route::{Route, delete, get, post, put};

pub use shape::ArticleItem;
pub use store::{NewArticle, add_tag, create, reindex_tag, take_off_tag};

closed_list! {
    /// Whether an article is ready.
    Status {
        /// For agents alone.
        Draft = "draft",
        /// For everybody who may read its folder.
        Published = "published",
    }
}

impl Status {
    /// The status that a text names, in any case of its letters; as a switch it says whether
    /// the article is published.
    fn named(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "0" | "false" => Some(Self::Draft),
            "1" | "true" => Some(Self::Published),
            code => Self::from_code(code),
        }
    }

    /// The status that a field names.
    fn of(field: &Optional<Text>) -> Option<Self> {
        Self::named(field.as_ref()?.as_str())
    }

    /// Notes a fault where the text names none.
    fn check(text: &str, faults: &mut Faults) {
        if Self::named(text).is_none() {
            let message = Message::new("input.one_of").with("values", "draft, published, 0, 1");
            faults.add("status", message);
        }
    }
}

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageKnowledgebase);
    vec![
        get("/articles", SignedIn, "List articles", api::list),
        post("/articles", manage, "Create an article", api::create),
        get("/article/{id}", SignedIn, "Show an article", api::show).versioned(shape::version),
        put("/article/{id}", manage, "Change an article", api::edit),
        delete("/article/{id}", manage, "Delete an article", api::remove),
        post(
            "/article/{article}/tags",
            manage,
            "Add a tag to an article",
            tags::add,
        ),
        delete(
            "/article/{article}/tags",
            manage,
            "Remove a tag from an article",
            tags::remove,
        ),
        get(
            "/article/{id}/revisions",
            Agent,
            "List revisions of an article",
            revision::list,
        ),
        get(
            "/article/{id}/revision/{revision}",
            Agent,
            "Show a revision of an article",
            revision::show,
        ),
        post(
            "/article/{id}/revision/{revision}/restore",
            manage,
            "Restore a revision of an article",
            revision::restore,
        )
        .versioned(shape::version),
        post(
            "/article/{id}/feedback",
            SignedIn,
            "Say whether an article helped",
            feedback::give,
        ),
        delete(
            "/article/{id}/feedback",
            SignedIn,
            "Withdraw what one said of an article",
            feedback::withdraw,
        ),
    ]
}

/// What a search finds: the best articles of those that the viewer reads, and how many
/// there are, counted up to 1,000; nothing without words.
pub fn search(
    view: &View<'_>,
    words: &Optional<Text>,
    limit: &Optional<Text>,
) -> Result<(Vec<ArticleItem>, i64)> {
    if words.as_ref().is_none() {
        return Ok((Vec::new(), 0));
    }
    let everything = list::ArticleQuery::default();
    let found = list::page(view, &everything, &Listing::searching(words, limit))?;
    Ok((shape::items(view, &found.ids)?, found.total))
}
