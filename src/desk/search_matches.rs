//! What a search finds in an index, in the order in which people look for it: what has the
//! last word as a whole one, then what has a word that begins so; within both the newest
//! first, unless a list turns that round. It knows nothing of what is found but its id and a
//! kind of it that is counted, such as the status of a ticket.
//!
//! What a common word is in nobody reads to its end, so the walk through the matches ends
//! early: `Walk::most` says when. Whoever pages on finds that there is more.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use crate::base::db::{Select, View};
use crate::base::error::Result;
use crate::base::page::Page;
use crate::base::search::{Endings, Query};

/// So many matches are looked at for the sake of counts. Where few of them are in the list,
/// the walk goes on until the page is full and whether there is another one is known.
const MOST_LOOKED_AT: usize = 20_000;

/// So many words that begin alike are asked for one by one.
const MOST_ENDINGS: usize = 40;

/// Ids that have the words.
#[derive(Debug, Default)]
pub struct SearchMatches {
    /// How many there are of each kind that were looked at; of those listed, all of `ids`.
    pub per_kind: HashMap<i64, i64>,
    /// Those of the kinds listed.
    pub ids: Vec<i64>,
}

/// How the words of an expression are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// One by one: the index may be asked about one row after the other.
    ByName,
    /// By their beginning: each question costs as much as they have rows.
    ByBeginning,
}

/// How far an index is walked.
pub struct Walk<'a> {
    /// What is looked for.
    pub query: &'a Query,
    /// The columns of the index that the caller may search; all without any.
    pub columns: Option<&'static str>,
    /// The words of the index, in their order.
    pub terms: &'static str,
    /// The page that is asked for.
    pub page: Page,
    /// So many are counted beyond it and no more.
    pub look_ahead: usize,
    /// The match that is meant exactly, with its kind: it stands before all others.
    pub first: Option<(i64, i64)>,
}

impl Walk<'_> {
    /// Walks the matches of `select`, which makes the query for an expression, with ids and
    /// kinds as its columns.
    pub fn run(
        &self,
        view: &View<'_>,
        select: impl Fn(String, Asked) -> Select,
        lists: impl Fn(i64) -> bool,
    ) -> Result<SearchMatches> {
        let (mut found, mut looked_at) = (SearchMatches::default(), HashSet::new());
        let (end, most) = (size(self.end()), self.most());
        let mut take = |(id, kind): (i64, i64)| {
            // What has a word whole has a beginning of it too.
            if !looked_at.insert(id) {
                return ControlFlow::Continue(());
            }
            *found.per_kind.entry(kind).or_default() += 1;
            if lists(kind) {
                found.ids.push(id);
            }
            let is_enough = looked_at.len() >= MOST_LOOKED_AT && found.ids.len() > end;
            if found.ids.len() == most || is_enough {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        let mut step = self.first.map_or(ControlFlow::Continue(()), &mut take);
        let whole = self.query.whole_expression(self.columns);
        if step.is_continue() {
            view.until(&select(whole.clone(), Asked::ByName), |row: (i64, i64)| {
                step = take(row);
                step
            })?;
        }
        if step.is_continue() {
            let endings = self.endings(view)?;
            let is_named = endings.len() == self.query.beginnings().len();
            let asked = [Asked::ByBeginning, Asked::ByName][usize::from(is_named)];
            let begun = self.query.ended_expression(self.columns, &endings);
            if begun != whole {
                view.until(&select(begun, asked), &mut take)?;
            }
        }
        Ok(found)
    }

    /// The words of the index that begin as the last word does, wherever they are not too many.
    /// The index has them in their order: each is found behind the one before it.
    fn endings(&self, view: &View<'_>) -> Result<Endings> {
        let mut endings = Endings::new();
        for beginning in self.query.beginnings() {
            let (mut words, mut from) = (Vec::new(), beginning.to_owned());
            while words.len() <= MOST_ENDINGS {
                let mut next = Select::new("term", self.terms);
                let end = format!("{beginning}{}", char::MAX);
                next.and("term >= ? AND term < ?", [from.into(), end.into()]);
                next.then("LIMIT 1", []);
                let Some(word) = view.select::<String>(&next)?.pop() else {
                    break;
                };
                // Nothing stands between a word and itself with a blank.
                from = format!("{word} ");
                words.push(word);
            }
            if words.len() <= MOST_ENDINGS {
                endings.insert(beginning.to_owned(), words);
            }
        }
        Ok(endings)
    }

    fn end(&self) -> i64 {
        self.page.offset().saturating_add(self.page.limit())
    }

    /// Where a search ends: in whole steps, so that the total does not move with every page.
    fn most(&self) -> usize {
        (size(self.end()) / self.look_ahead + 1).saturating_mul(self.look_ahead)
    }
}

impl SearchMatches {
    /// How many there are of the kinds listed.
    pub fn total(&self) -> i64 {
        i64::try_from(self.ids.len()).unwrap_or(i64::MAX)
    }

    /// The ids of the page that is asked for.
    pub fn page(&self, page: Page) -> Vec<i64> {
        let rest = self.ids.iter().skip(size(page.offset()));
        rest.take(size(page.limit())).copied().collect()
    }
}

fn size(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
