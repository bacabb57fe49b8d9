//! One search over everything: tickets, customers and articles, each as its own list finds
//! it and within what the caller sees of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::SignedIn;
use crate::base::db::View;
use crate::base::error::{Faults, Result};
use crate::base::input::{Optional, Text};
use crate::base::search::{self, Search};
use crate::desk::article::{self, ArticleItem};
use crate::desk::customer::{self, CustomerItem};
use crate::desk::ticket::{self, TicketItem};
use crate::web::extract::{Checked, Query};
use crate::web::reply::Json;
use crate::web::route::{Route, get};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![get(
        "/search",
        SignedIn,
        "Search tickets, customers and articles",
        find,
    )]
}

fn find(view: &View<'_>, Query(query): Query<SearchQuery>) -> Result<Json<Found>> {
    let SearchQuery { search, limit } = &query;
    if Search::of(search.as_ref().map(Text::as_str)) == Search::None {
        return Ok(Json(Found::default()));
    }
    let (tickets, ticket_total) = ticket::search(view, search, limit)?;
    // Customers are for agents to see.
    let (customers, customer_total) = if view.who().is_agent() {
        customer::search(view, search, limit)?
    } else {
        (Vec::new(), 0)
    };
    let (articles, article_total) = article::search(view, search, limit)?;
    Ok(Json(Found {
        tickets,
        customers,
        articles,
        total: Totals {
            tickets: ticket_total,
            customers: customer_total,
            articles: article_total,
        },
    }))
}

/// What is looked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct SearchQuery {
    /// The words, 64 at most, each anywhere in what is found; the last may be the beginning of
    /// one. What has it as a whole word comes first, and before all the ticket whose number is
    /// looked for, with `#` or without. Without any words nothing is found.
    search: Optional<Text>,
    /// The most of each kind, 1 to 100; without it 15 tickets, 10 customers and 10 articles.
    limit: Optional<Text>,
}

impl Checked for SearchQuery {
    fn check(&self, faults: &mut Faults) {
        search::check(&self.search, faults);
    }
}

/// What was found, within what the caller sees.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Found {
    /// The newest tickets outside the trash, of any status.
    tickets: Vec<TicketItem>,
    /// The newest customers; none for customers.
    customers: Vec<CustomerItem>,
    /// The articles that fit best.
    articles: Vec<ArticleItem>,
    total: Totals,
}

/// How many there are of each kind. Of what is very common not all are counted.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Totals {
    tickets: i64,
    customers: i64,
    articles: i64,
}
