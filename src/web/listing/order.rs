//! What a list can be ordered by, and how the rows of a page are come by: by walking an
//! index that has the order, or by gathering all and sorting them. Both take their order
//! from one table, so that they cannot differ, and its last key is the row's id, so that
//! no two rows are equal and none is lost between two pages.

use crate::base::db::Select;
use crate::base::page::Page;

/// Which way a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the least.
    Ascending,
    /// From the greatest.
    Descending,
}

/// An order that a list can have.
#[derive(Debug, PartialEq, Eq)]
pub struct Sort {
    pub(super) names: &'static [&'static str],
    keys: &'static [&'static str],
    join: &'static str,
    walk: &'static str,
    rest: &'static str,
    pub(super) usual: Direction,
}

impl Sort {
    /// From the least, unless asked otherwise. The first of `names` is the documented one;
    /// `keys` are columns of the rows that are listed, or of what is joined to them.
    pub const fn ascending(names: &'static [&'static str], keys: &'static [&'static str]) -> Self {
        Self {
            names,
            keys,
            join: "",
            walk: "",
            rest: "",
            usual: Direction::Ascending,
        }
    }

    /// From the greatest, unless asked otherwise.
    pub const fn descending(names: &'static [&'static str], keys: &'static [&'static str]) -> Self {
        Self {
            usual: Direction::Descending,
            ..Self::ascending(names, keys)
        }
    }

    /// With what has the keys: how it is joined to rows that are gathered.
    #[must_use]
    pub const fn joining(self, join: &'static str) -> Self {
        Self { join, ..self }
    }

    /// With what is read to walk in this order: the index that has it is named, for the
    /// planner could choose one that reads every row.
    #[must_use]
    pub const fn walking(self, walk: &'static str) -> Self {
        Self { walk, ..self }
    }

    /// With the column that is null in the rows that the walk does not meet, for they have no keys.
    #[must_use]
    pub const fn without(self, rest: &'static str) -> Self {
        Self { rest, ..self }
    }

    /// Whether it has this name. What stands before a dot is an alias, and says nothing.
    fn is_called(&self, name: &str) -> bool {
        let last = |name: &str| {
            name.rsplit('.')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        self.names.iter().any(|own| last(own) == last(name))
    }
}

/// How the rows of a page are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// What has the order is read until the page is full.
    Walk,
    /// All are found, by whatever finds them, and sorted.
    Gather,
}

impl Way {
    /// The shorter way to a page of `listed` rows, where a walk meets `walked` rows in all.
    /// Every so-manieth of these is listed, while gathering reads each listed row once.
    pub fn to(page: Page, listed: i64, walked: i64) -> Self {
        let end = page.offset().saturating_add(page.limit()).min(listed);
        if end.saturating_mul(walked) <= listed.saturating_mul(listed) {
            Self::Walk
        } else {
            Self::Gather
        }
    }
}

/// The order that is asked for, of those in a list's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    sort: &'static Sort,
    direction: Direction,
    id: &'static str,
    is_asked: bool,
    is_usual: bool,
}

impl Order {
    /// By the sort of this name, else by the first; in the direction named, in either case
    /// of letters, else in the usual one.
    pub(super) fn of(
        list: &'static super::List,
        name: Option<&str>,
        direction: Option<&str>,
    ) -> Self {
        let named = name.and_then(|name| list.sorts.iter().find(|sort| sort.is_called(name)));
        let sort = named.unwrap_or(&list.sorts[0]);
        let is =
            |word: &str| direction.is_some_and(|asked| asked.trim().eq_ignore_ascii_case(word));
        Self {
            sort,
            direction: match (is("asc"), is("desc")) {
                (true, _) => Direction::Ascending,
                (_, true) => Direction::Descending,
                _ => sort.usual,
            },
            id: list.id,
            is_asked: named.is_some(),
            is_usual: *sort == list.sorts[0],
        }
    }

    /// Whether a sort was asked for by its name.
    pub fn is_asked(self) -> bool {
        self.is_asked
    }

    /// Whether it is the list's first order.
    pub fn is_usual(self) -> bool {
        self.is_usual
    }

    /// Whether nothing but the id counts.
    pub fn is_by_id(self) -> bool {
        self.sort.keys.is_empty()
    }

    /// Whether it runs from the greatest.
    pub fn is_descending(self) -> bool {
        self.direction == Direction::Descending
    }

    /// What is read to walk in this order.
    pub fn walk(self) -> &'static str {
        self.sort.walk
    }

    /// What a walk reads: the rows of `make` over [`Self::walk`], and over `others` those that
    /// it does not meet, each in the order, so that they only have to be merged.
    pub fn walked(self, make: impl Fn(&'static str) -> Select, others: &'static str) -> Select {
        let mut select = make(self.sort.walk);
        if self.sort.rest.is_empty() {
            return select;
        }
        let mut rest = make(others);
        rest.and(format!("{} IS NULL", self.sort.rest), []);
        for key in self.sort.keys {
            select.column(*key, []);
            // Null as a key is, and known to be by the planner, which so need not sort.
            rest.column(self.sort.rest, []);
        }
        select.merged(rest)
    }

    /// Adds the order and the page. The rows of a walk are those of [`Self::walk`].
    pub fn apply(self, select: &mut Select, way: Way, page: Page) {
        if way == Way::Gather {
            select.join(self.sort.join);
        }
        let by = format!("ORDER BY {}", self.terms(way));
        select.then(by, []);
        select.then(
            "LIMIT ? OFFSET ?",
            [page.limit().into(), page.offset().into()],
        );
    }

    /// Adds the order alone, to what is found in another way.
    pub fn arrange(self, select: &mut Select) {
        select.join(self.sort.join);
        let by = format!("ORDER BY {}", self.terms(Way::Gather));
        select.then(by, []);
    }

    fn terms(self, way: Way) -> String {
        let keys = self.sort.keys.iter().chain([&self.id]);
        let behind = if self.is_descending() { " DESC" } else { "" };
        let terms: Vec<String> = keys.map(|key| format!("{key}{behind}")).collect();
        // A plus keeps the planner from walking an index for the sake of its order.
        let before = if way == Way::Gather { "+" } else { "" };
        format!("{before}{}", terms.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// A walk is chosen exactly where it reads no more rows than there are to gather.
        #[test]
        fn the_shorter_way_is_taken(number in 1i64..50, size in 1i64..100, listed in 0i64..2_000, more in 0i64..50_000) {
            let (page, walked) = (Page::new(number, size), listed + more);
            let end = (number * size).min(listed);
            let is_walk = Way::to(page, listed, walked) == Way::Walk;
            prop_assert_eq!(is_walk, end * walked <= listed * listed);
        }
    }
}
