//! Pages of a list: which rows a caller asked for, and the `pagination` block that
//! tells where they stand. It must not know what is listed, nor the database.
//!
//! The block is that of `KnpPaginator`'s sliding pagination, which `UVdesk` answers with,
//! except where that is plainly broken: an empty list (see [`pagination`]).

use schemars::JsonSchema;
use serde::Serialize;

/// The most items a page holds, whatever `limit` says.
pub const LARGEST_SIZE: i64 = 100;

/// How many pages the window around the current one names, if there are so many.
const WINDOW: i64 = 5;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    number: i64,
    size: i64,
}

impl Page {
    /// Page `number` (less than 1 is 1) of `size` items (clamped to 1..=100).
    pub fn new(number: i64, size: i64) -> Self {
        Self {
            number: number.max(1),
            size: size.clamp(1, LARGEST_SIZE),
        }
    }

    /// Reads the values of `page` and `limit` as they stand in a query. Clients send
    /// `?page=`, `?page=0` and worse, and mean the first page; a `limit` that is no
    /// number is the list's own `default_size`.
    pub fn read(number: Option<&str>, limit: Option<&str>, default_size: i64) -> Self {
        Self::new(
            number.and_then(whole_number).unwrap_or(1),
            limit.and_then(whole_number).unwrap_or(default_size),
        )
    }

    /// Counts from 1.
    pub fn number(self) -> i64 {
        self.number
    }

    /// Items a page, 1 to 100.
    pub fn size(self) -> i64 {
        self.size
    }

    /// The same page of a list with no more than this many items a page.
    #[must_use]
    pub fn at_most(self, size: i64) -> Self {
        Self::new(self.number, self.size.min(size))
    }

    /// The `LIMIT` of the query.
    pub fn limit(self) -> i64 {
        self.size
    }

    /// Those of all the items that are on the page.
    pub fn of<T>(self, all: &[T]) -> &[T] {
        let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let rest = all.get(size(self.offset())..).unwrap_or_default();
        &rest[..rest.len().min(size(self.size))]
    }

    /// The `OFFSET` of the query. Saturates, so that an absurd page is an empty one.
    pub fn offset(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }
}

/// A number with its sign, however large: what is beyond `i64` is its end, so that
/// page 99999999999999999999 is past the end and not the first.
fn whole_number(text: &str) -> Option<i64> {
    use std::num::IntErrorKind::{NegOverflow, PosOverflow};
    match text.trim().parse::<i64>() {
        Ok(number) => Some(number),
        Err(error) => match error.kind() {
            PosOverflow => Some(i64::MAX),
            NegOverflow => Some(i64::MIN),
            _ => None,
        },
    }
}

/// Where a page stands in its list. Keys, their order and their types are those of
/// the documented examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// The last page; 0 when the list is empty.
    pub last: i64,
    /// The page that this is, never beyond the last.
    pub current: Current,
    /// Items a page.
    pub num_items_per_page: i64,
    /// Always 1.
    pub first: i64,
    /// Pages in all.
    pub page_count: i64,
    /// Items in all.
    pub total_count: i64,
    /// How many pages the window names.
    pub page_range: i64,
    /// The first page of the window.
    pub start_page: i64,
    /// The last page of the window.
    pub end_page: i64,
    /// The page before; absent on the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<i64>,
    /// The page after; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
    /// The pages of the window.
    pub pages_in_range: Vec<i64>,
    /// The first page of the window, once more.
    pub first_page_in_range: i64,
    /// The last page of the window, once more.
    pub last_page_in_range: i64,
    /// Items on this page.
    pub current_item_count: i64,
    /// Number of the first item here, counted from 1; 0 when there is none.
    pub first_item_number: i64,
    /// Number of the last item here; 0 when there is none.
    pub last_item_number: i64,
    /// The address pattern of the old front end, such as `#page/replacePage`.
    pub url: String,
}

/// The number of the current page. The documented list of ticket types, and no
/// other, has it as text (`"6"`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Current {
    /// As every list but one has it.
    Number(i64),
    /// As the list of ticket types has it.
    Text(String),
}

impl Pagination {
    /// The same with `current` as text, for the list of ticket types.
    #[must_use]
    pub fn with_text_current(mut self) -> Self {
        if let Current::Number(number) = self.current {
            self.current = Current::Text(number.to_string());
        }
        self
    }
}

/// Where `page` stands in a list of `total` items, with `items_on_page` of them on it.
///
/// As in Knp, a page past the end has the last page as `current`. In an empty list Knp
/// says that page 0 is current, names the pages 1 and 0 and counts items from -9; ours
/// says page 1 of 0, names no page, and 0 as the number of the first and last item.
pub fn pagination(page: Page, total: i64, items_on_page: usize, url: &str) -> Pagination {
    let size = page.size;
    let total = total.max(0);
    let items = i64::try_from(items_on_page).unwrap_or(i64::MAX).min(size);
    let count = total / size + i64::from(total % size != 0);
    let current = page.number.min(count).max(1);

    let range = count.min(WINDOW);
    let start = (current - WINDOW / 2).min(count - range + 1).max(1);
    let end = start + range - 1;

    let before = (current - 1).saturating_mul(size);
    let (first_item, last_item) = if items == 0 {
        (0, 0)
    } else {
        (before.saturating_add(1), before.saturating_add(items))
    };
    Pagination {
        last: count,
        current: Current::Number(current),
        num_items_per_page: size,
        first: 1,
        page_count: count,
        total_count: total,
        page_range: range,
        start_page: start,
        end_page: end,
        previous: (current > 1).then(|| current - 1),
        next: (current < count).then(|| current + 1),
        pages_in_range: (start..=end).collect(),
        first_page_in_range: start,
        last_page_in_range: end,
        current_item_count: items,
        first_item_number: first_item,
        last_item_number: last_item,
        url: url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const URL: &str = "#page/replacePage";

    fn as_text(page: Page, total: i64, items: usize) -> String {
        serde_json::to_string(&pagination(page, total, items, URL)).unwrap()
    }

    #[test]
    fn the_documented_windows_to_the_letter() {
        assert_eq!(
            as_text(Page::new(1, 15), 1, 1),
            r##"{"last":1,"current":1,"numItemsPerPage":15,"first":1,"pageCount":1,"totalCount":1,"pageRange":1,"startPage":1,"endPage":1,"pagesInRange":[1],"firstPageInRange":1,"lastPageInRange":1,"currentItemCount":1,"firstItemNumber":1,"lastItemNumber":1,"url":"#page/replacePage"}"##
        );
        assert_eq!(
            as_text(Page::new(1, 10), 2986, 10),
            r##"{"last":299,"current":1,"numItemsPerPage":10,"first":1,"pageCount":299,"totalCount":2986,"pageRange":5,"startPage":1,"endPage":5,"next":2,"pagesInRange":[1,2,3,4,5],"firstPageInRange":1,"lastPageInRange":5,"currentItemCount":10,"firstItemNumber":1,"lastItemNumber":10,"url":"#page/replacePage"}"##
        );
        assert_eq!(
            as_text(Page::new(1, 10), 38, 10),
            r##"{"last":4,"current":1,"numItemsPerPage":10,"first":1,"pageCount":4,"totalCount":38,"pageRange":4,"startPage":1,"endPage":4,"next":2,"pagesInRange":[1,2,3,4],"firstPageInRange":1,"lastPageInRange":4,"currentItemCount":10,"firstItemNumber":1,"lastItemNumber":10,"url":"#page/replacePage"}"##
        );
        let ticket_types = pagination(Page::new(6, 10), 69, 10, URL).with_text_current();
        assert_eq!(
            serde_json::to_string(&ticket_types).unwrap(),
            r##"{"last":7,"current":"6","numItemsPerPage":10,"first":1,"pageCount":7,"totalCount":69,"pageRange":5,"startPage":3,"endPage":7,"previous":5,"next":7,"pagesInRange":[3,4,5,6,7],"firstPageInRange":3,"lastPageInRange":7,"currentItemCount":10,"firstItemNumber":51,"lastItemNumber":60,"url":"#page/replacePage"}"##
        );
    }

    #[test]
    fn an_empty_list_names_no_page() {
        let empty = pagination(Page::new(1, 10), 0, 0, URL);
        assert_eq!((empty.last, empty.page_count, empty.page_range), (0, 0, 0));
        assert_eq!(empty.current, Current::Number(1));
        assert_eq!((empty.start_page, empty.end_page), (1, 0));
        assert_eq!(empty.pages_in_range, Vec::<i64>::new());
        assert_eq!((empty.first_item_number, empty.last_item_number), (0, 0));
        assert_eq!((empty.previous, empty.next), (None, None));
    }

    #[test]
    fn a_page_past_the_end_stands_at_the_last() {
        let past = pagination(Page::new(99, 10), 69, 0, URL);
        assert_eq!(past.current, Current::Number(7));
        assert_eq!((past.previous, past.next), (Some(6), None));
        assert_eq!((past.first_item_number, past.last_item_number), (0, 0));
    }

    #[test]
    fn queries_are_read_leniently() {
        let cases = [
            (None, None, 1, 15),
            (Some(""), Some(""), 1, 15),
            (Some("0"), Some("0"), 1, 1),
            (Some("-3"), Some("-3"), 1, 1),
            (Some("two"), Some("two"), 1, 15),
            (Some(" 3 "), Some("20"), 3, 20),
            (Some("2"), Some("1000"), 2, 100),
            (Some("99999999999999999999"), None, i64::MAX, 15),
            (Some("-99999999999999999999"), None, 1, 15),
        ];
        for (number, limit, page, size) in cases {
            let read = Page::read(number, limit, 15);
            assert_eq!(
                (read.number(), read.limit()),
                (page, size),
                "{number:?} {limit:?}"
            );
        }
    }

    /// Knp's `SlidingPagination::getPaginationData`, line by line: the window, then
    /// start and end page. Only for lists that are not empty.
    fn knp(current: i64, count: i64) -> (Vec<i64>, i64, i64) {
        let current = current.min(count);
        let range = WINDOW.min(count);
        let mut delta = range / 2 + range % 2;
        let pages = if current - delta > count - range {
            (count - range + 1..=count).collect()
        } else {
            if current - delta < 0 {
                delta = current;
            }
            let offset = current - delta;
            (offset + 1..=offset + range).collect()
        };
        let proximity = range / 2;
        let (mut start, mut end) = (current - proximity, current + proximity);
        if start < 1 {
            end = (end + (1 - start)).min(count);
            start = 1;
        }
        if end > count {
            start = (start - (end - count)).max(1);
            end = count;
        }
        (pages, start, end)
    }

    proptest! {
        #[test]
        fn the_window_is_that_of_knp(number in 1i64..60, total in 1i64..400, size in 1i64..20) {
            let shown = pagination(Page::new(number, size), total, 1, URL);
            let (pages, start, end) = knp(number, shown.page_count);
            prop_assert_eq!(&shown.pages_in_range, &pages);
            prop_assert_eq!((shown.start_page, shown.end_page), (start, end));
            prop_assert_eq!(shown.first_page_in_range, pages[0]);
            prop_assert_eq!(shown.last_page_in_range, pages[pages.len() - 1]);
        }

        #[test]
        fn walking_by_next_sees_every_item_once(total in 0i64..500, size in 1i64..=100) {
            let (mut seen, mut number) = (0, 1);
            loop {
                let page = Page::new(number, size);
                prop_assert_eq!(page.offset(), seen);
                let items = page.limit().min(total - page.offset()).max(0);
                let shown = pagination(page, total, usize::try_from(items).unwrap(), URL);
                if items > 0 {
                    prop_assert_eq!(shown.first_item_number, seen + 1);
                    prop_assert_eq!(shown.last_item_number, seen + items);
                }
                seen += items;
                match shown.next {
                    Some(next) => number = next,
                    None => break,
                }
            }
            prop_assert_eq!(seen, total);
        }

        #[test]
        fn no_number_is_too_odd(number: i64, size: i64, total: i64, items: usize) {
            let page = Page::new(number, size);
            prop_assert!(page.number() >= 1 && (1..=LARGEST_SIZE).contains(&page.limit()));
            prop_assert!(page.offset() >= 0);
            let shown = pagination(page, total, items, URL);
            prop_assert!(shown.pages_in_range.len() <= 5);
            prop_assert!(shown.current_item_count <= page.limit());
            prop_assert!(shown.first_item_number >= 0 && shown.last_item_number >= 0);
        }

        #[test]
        fn any_text_is_a_page(number: String, limit: String) {
            let page = Page::read(Some(&number), Some(&limit), 10);
            prop_assert!(page.number() >= 1);
        }
    }
}
