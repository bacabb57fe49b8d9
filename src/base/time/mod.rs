//! Time: [`Timestamp`] is what the desk stores and compares, [`Clock`] where it comes from,
//! [`Zone`] where it is shown, [`format_php`] and [`PhpDate`] how the API shows it.
//!
//! This module is the only home of the system clock, and knows neither the company's
//! settings nor which format an answer wants. Nothing here panics, whatever the number:
//! a calendar value is clamped to the years 0 to 9999.

mod format;
mod names;
mod php;
mod zone;

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, UNIX_EPOCH};

use rusqlite::types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

pub use format::format_php;
pub use names::CalendarNames;
pub use php::{PhpDate, PhpDateErrors, php_date, php_date_errors};
pub use zone::Zone;

const DAY_SECS: i64 = 86_400;

/// An instant, in seconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// So many seconds later, or earlier if negative; stops at the ends of `i64`.
    #[must_use]
    pub fn plus_secs(self, secs: i64) -> Self {
        Self(self.0.saturating_add(secs))
    }

    /// So many times 24 hours later; stops at the ends of `i64`.
    #[must_use]
    pub fn days_later(self, days: i64) -> Self {
        self.plus_secs(days.saturating_mul(DAY_SECS))
    }

    /// Seconds from `earlier` to here, negative if it is later; stops at the ends of `i64`.
    pub fn secs_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Written for people on a command line: `2026-03-01`, `2026-03-01 09:30`, the same with seconds,
/// all in UTC, RFC 3339, or seconds since 1970.
impl FromStr for Timestamp {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Ok(secs) = text.parse() {
            return Ok(Self(secs));
        }
        if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
            return Ok(Self(at.unix_timestamp()));
        }
        let text = text.replace('T', " ");
        let whole = match text.len() {
            10 => format!("{text} 00:00:00"),
            16 => format!("{text}:00"),
            _ => text,
        };
        let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        let at = PrimitiveDateTime::parse(&whole, form);
        at.map(|at| Self(at.assume_utc().unix_timestamp()))
            .map_err(|_| "write it as 2026-03-01, 2026-03-01 09:30 or 2026-03-01T09:30:00Z")
    }
}

/// Stored as INTEGER.
impl ToSql for Timestamp {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Timestamp {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

/// Where the time comes from. Clones of a fixed clock move together.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's own.
    System,
    /// The machine's own, so many seconds ahead of it.
    Ahead(i64),
    /// Stands still until it is moved: for tests, and for replaying.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows `at` until it is moved.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// A clock that begins at `at` and runs on.
    pub fn beginning(at: Timestamp) -> Self {
        Self::Ahead(at.secs_since(system_now()))
    }

    /// The time that it shows.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Ahead(secs) => system_now().plus_secs(*secs),
            Self::Fixed(shown) => Timestamp(shown.load(Ordering::SeqCst)),
        }
    }

    /// When it will be so much later; never, where the clock stands still.
    pub fn instant_after(&self, length: Duration) -> Option<Instant> {
        (!matches!(self, Self::Fixed(_))).then(|| Instant::now() + length)
    }

    /// Moves a fixed clock by so many seconds. The system's clock is not ours to move.
    pub fn advance(&self, secs: i64) {
        if let Self::Fixed(shown) = self {
            shown.store(self.now().plus_secs(secs).0, Ordering::SeqCst);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the home of the system clock"
)]
fn system_now() -> Timestamp {
    let secs = |length: Duration| i64::try_from(length.as_secs()).unwrap_or(i64::MAX);
    Timestamp(
        match std::time::SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => secs(since),
            // A machine without a battery may start before 1970.
            Err(before) => -secs(before.duration()),
        },
    )
}

/// The date of an HTTP header (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn imf_fixdate(stamp: Timestamp) -> String {
    format_php(
        stamp,
        &Zone::utc(),
        r"D, d M Y H:i:s \G\M\T",
        &CalendarNames::ENGLISH,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arithmetic_stops_at_the_ends() {
        assert_eq!(Timestamp(10).plus_secs(-20), Timestamp(-10));
        assert_eq!(Timestamp(0).days_later(2), Timestamp(172_800));
        assert_eq!(Timestamp(i64::MAX).plus_secs(1), Timestamp(i64::MAX));
        assert_eq!(Timestamp(0).days_later(i64::MIN), Timestamp(i64::MIN));
        assert_eq!(Timestamp(i64::MIN).secs_since(Timestamp(1)), i64::MIN);
    }

    #[test]
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(Timestamp(1_000));
        let other = clock.clone();
        clock.advance(60);
        assert_eq!(other.now(), Timestamp(1_060));
    }

    #[test]
    fn the_system_clock_is_past_the_writing_of_this_and_does_not_move() {
        let written = Timestamp(1_767_225_600); // 2026-01-01
        let before = Clock::System.now();
        assert!(before > written);
        Clock::System.advance(1_000_000);
        assert!(Clock::System.now().secs_since(before) < 1_000);
    }

    #[test]
    fn http_dates() {
        assert_eq!(
            imf_fixdate(Timestamp(784_111_777)),
            "Sun, 06 Nov 1994 08:49:37 GMT"
        );
        assert_eq!(imf_fixdate(Timestamp(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    proptest! {
        #[test]
        fn database_and_json_give_back_what_they_got(secs: i64) {
            let db = rusqlite::Connection::open_in_memory().unwrap();
            let stamp = Timestamp(secs);
            let read: Timestamp = db.query_row("SELECT ?1", [stamp], |row| row.get(0)).unwrap();
            prop_assert_eq!(read, stamp);
            let json = serde_json::to_string(&stamp).unwrap();
            prop_assert_eq!(&json, &secs.to_string());
            prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), stamp);
        }

        #[test]
        fn an_http_date_has_one_length(secs: i64) {
            prop_assert_eq!(imf_fixdate(Timestamp(secs)).len(), 29);
        }
    }
}
