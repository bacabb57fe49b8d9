//! Business hours: when the desk works, and how much of a stretch of time that is. The
//! arithmetic is pure; what counts working time (reports, the notice that an answer is
//! pending) asks here and knows no calendar.

use time::{Date, Duration};

use crate::base::db::{Change, View, named_params};
use crate::base::error::Result;
use crate::base::time::{Timestamp, Zone};

/// Days of a week, from Monday.
const DAYS: usize = 7;

/// Minutes of a day: what `24:00` is.
const DAY: u16 = 24 * 60;

/// A time of day as a clock on the wall shows it, `24:00` being its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// Reads `9:00`, `09:00` or `24:00`.
    pub fn read(text: &str) -> Option<Self> {
        let (hour, minute) = text.split_once(':')?;
        let number = |text: &str, lengths: &[usize]| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            (is_plain && lengths.contains(&text.len()))
                .then(|| text.parse::<u16>().ok())
                .flatten()
        };
        let (hour, minute) = (number(hour, &[1, 2])?, number(minute, &[2])?);
        let minutes = hour * 60 + minute;
        (minute < 60 && minutes <= DAY).then_some(Self(minutes))
    }

    /// The time after so many minutes of a day, which the database has checked.
    fn from_minutes(minutes: i64) -> Self {
        Self(u16::try_from(minutes).map_or(DAY, |minutes| minutes.min(DAY)))
    }

    fn on(self, day: Date, zone: &Zone) -> Timestamp {
        let shown = day
            .midnight()
            .saturating_add(Duration::minutes(self.0.into()));
        zone.stamp_at(shown)
    }
}

/// As the documentation writes it: `9:00` without a zero in front, and midnight as `00:00`.
impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.0 / 60, self.0 % 60) {
            (0, minute) => write!(f, "00:{minute:02}"),
            (hour, minute) => write!(f, "{hour}:{minute:02}"),
        }
    }
}

/// One day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// Whether the desk works on it.
    pub is_open: bool,
    /// From when; kept for a closed day too.
    pub opens: TimeOfDay,
    /// Until when.
    pub closes: TimeOfDay,
}

/// The hours of a week, from Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hours(pub [Day; DAYS]);

impl Hours {
    /// How many seconds from one time to a later one the desk works, by the clock of
    /// `zone`; 0 where the second is not later. While no day is open, hours are not in use
    /// and all time counts.
    pub fn working_secs(&self, zone: &Zone, from: Timestamp, to: Timestamp) -> i64 {
        if to <= from {
            return 0;
        }
        if self.0.iter().all(|day| !day.is_open) {
            return to.secs_since(from);
        }
        let mut worked = 0;
        let mut date = zone.calendar(from).date();
        let last = zone.calendar(to).date();
        loop {
            let (opens, closes) = self.on(date, zone);
            worked += closes.min(to).secs_since(opens.max(from)).max(0);
            match date.next_day() {
                Some(next) if next <= last => date = next,
                _ => return worked,
            }
        }
    }

    /// When the desk opens and closes on a date, within what of that date there was: a
    /// change of the clock may skip a part of it, or all of it.
    fn on(&self, date: Date, zone: &Zone) -> (Timestamp, Timestamp) {
        let day = self.0[usize::from(date.weekday().number_days_from_monday())];
        let begins = TimeOfDay(0).on(date, zone);
        if !day.is_open {
            return (begins, begins);
        }
        let ends = TimeOfDay(DAY).on(date, zone).max(begins);
        let within = |time: TimeOfDay| time.on(date, zone).clamp(begins, ends);
        (within(day.opens), within(day.closes))
    }
}

/// The company's hours.
pub fn hours(view: &View<'_>) -> Result<Hours> {
    let mut hours = Hours::default();
    let rows: Vec<(i64, bool, i64, i64)> = view.all(
        "SELECT d.weekday, d.is_open, ifnull(s.opens, 0), ifnull(s.closes, 0)
         FROM business_day d LEFT JOIN business_span s ON s.weekday = d.weekday ORDER BY d.weekday",
        [],
    )?;
    for (weekday, is_open, opens, closes) in rows {
        let place = usize::try_from(weekday - 1).unwrap_or(DAYS);
        if let Some(day) = hours.0.get_mut(place) {
            *day = Day {
                is_open,
                opens: TimeOfDay::from_minutes(opens),
                closes: TimeOfDay::from_minutes(closes),
            };
        }
    }
    Ok(hours)
}

/// Makes these the company's hours.
pub fn set(change: &mut Change<'_>, hours: &Hours) -> Result<()> {
    for (weekday, day) in (1_i64..).zip(&hours.0) {
        change.run(
            "INSERT INTO business_day (weekday, is_open) VALUES (:weekday, :is_open)
             ON CONFLICT (weekday) DO UPDATE SET is_open = excluded.is_open",
            named_params! { ":weekday": weekday, ":is_open": day.is_open },
        )?;
        change.run(
            "DELETE FROM business_span WHERE weekday = :weekday",
            named_params! { ":weekday": weekday },
        )?;
        if day.opens < day.closes {
            change.run(
                "INSERT INTO business_span (weekday, opens, closes) VALUES (:weekday, :opens, :closes)",
                named_params! {
                    ":weekday": weekday, ":opens": day.opens.0, ":closes": day.closes.0,
                },
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::datetime;
    use time::{PrimitiveDateTime, Time};

    /// Zones whose clocks change in different ways, and one that once skipped a day.
    const ZONES: [&str; 9] = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "Pacific/Apia",
        "Asia/Beirut",
    ];

    fn day(opens: &str, closes: &str) -> Day {
        Day {
            is_open: true,
            opens: TimeOfDay::read(opens).unwrap(),
            closes: TimeOfDay::read(closes).unwrap(),
        }
    }

    fn nine_to_six() -> Hours {
        let mut hours = Hours([day("9:00", "18:00"); DAYS]);
        hours.0[5].is_open = false;
        hours.0[6].is_open = false;
        hours
    }

    fn worked(hours: &Hours, zone: &str, from: PrimitiveDateTime, to: PrimitiveDateTime) -> i64 {
        let zone = Zone::named(zone).unwrap();
        hours.working_secs(&zone, zone.stamp_at(from), zone.stamp_at(to))
    }

    #[test]
    fn times_are_read_and_written_as_documented() {
        for (sent, shown) in [
            ("9:00", Some("9:00")),
            ("09:05", Some("9:05")),
            ("18:00", Some("18:00")),
            ("00:00", Some("00:00")),
            ("0:30", Some("00:30")),
            ("24:00", Some("24:00")),
            ("24:01", None),
            ("25:00", None),
            ("9:60", None),
            ("9", None),
            ("9:0", None),
            ("009:00", None),
            ("+9:00", None),
            ("9:00 am", None),
            ("", None),
            (":", None),
        ] {
            let read = TimeOfDay::read(sent).map(|time| time.to_string());
            assert_eq!(read.as_deref(), shown, "{sent}");
        }
    }

    #[test]
    fn a_night_and_a_weekend_do_not_count() {
        let hours = nine_to_six();
        // Friday 16:00 to Monday 10:30: two hours, then one and a half.
        let friday = datetime!(2025-06-06 16:00);
        let monday = datetime!(2025-06-09 10:30);
        assert_eq!(
            worked(&hours, "Europe/Berlin", friday, monday),
            3 * 3600 + 1800
        );
        // Within an hour, before opening, and after closing.
        let at = |hour, minute| {
            PrimitiveDateTime::new(monday.date(), Time::from_hms(hour, minute, 0).unwrap())
        };
        assert_eq!(worked(&hours, "UTC", at(9, 10), at(9, 50)), 2400);
        assert_eq!(worked(&hours, "UTC", at(1, 0), at(8, 59)), 0);
        assert_eq!(worked(&hours, "UTC", at(18, 0), at(23, 0)), 0);
        assert_eq!(worked(&hours, "UTC", at(8, 0), at(20, 0)), 9 * 3600);
        assert_eq!(worked(&hours, "UTC", at(9, 50), at(9, 10)), 0);
    }

    #[test]
    fn the_hours_are_those_of_the_zone() {
        let hours = nine_to_six();
        let (from, to) = (Timestamp(1_749_081_600), Timestamp(1_749_168_000)); // Thursday 5 June 2025, UTC
        for zone in ["Asia/Kolkata", "America/New_York", "UTC"] {
            let zone = Zone::named(zone).unwrap();
            assert_eq!(hours.working_secs(&zone, from, to), 9 * 3600);
        }
        let noon = from.plus_secs(12 * 3600);
        let kolkata = Zone::named("Asia/Kolkata").unwrap();
        // 9:00 there is 3:30 in Greenwich, and 18:00 is 12:30.
        assert_eq!(hours.working_secs(&kolkata, from, noon), 8 * 3600 + 30 * 60);
    }

    #[test]
    fn a_night_shift_is_as_long_as_the_clocks_make_it() {
        let mut hours = Hours([Day::default(); DAYS]);
        hours.0[6] = day("1:00", "5:00");
        let sunday = |date: Date| (date.midnight(), date.next_day().unwrap().midnight());
        for (date, secs) in [
            (datetime!(2025-03-30 0:00).date(), 3 * 3600), // put forward
            (datetime!(2025-06-01 0:00).date(), 4 * 3600),
            (datetime!(2025-10-26 0:00).date(), 5 * 3600), // put back
        ] {
            let (from, to) = sunday(date);
            assert_eq!(worked(&hours, "Europe/Berlin", from, to), secs, "{date}");
        }
    }

    #[test]
    fn a_day_that_never_was_is_not_worked() {
        // Samoa went from Thursday, 29 December 2011, to Saturday.
        let always = Hours([day("0:00", "24:00"); DAYS]);
        let (from, to) = (datetime!(2011-12-29 0:00), datetime!(2012-01-01 0:00));
        assert_eq!(worked(&always, "Pacific/Apia", from, to), 2 * 86_400);
    }

    fn any_zone() -> impl Strategy<Value = Zone> {
        proptest::sample::select(&ZONES).prop_map(|name| Zone::named(name).unwrap())
    }

    /// Between 2011, when a zone skipped a day, and 2031.
    fn any_stamp() -> impl Strategy<Value = Timestamp> {
        (1_300_000_000_i64..1_930_000_000).prop_map(Timestamp)
    }

    fn any_day(edges: std::ops::RangeInclusive<u16>) -> impl Strategy<Value = Day> {
        (any::<bool>(), edges.clone(), edges).prop_map(|(is_open, one, other)| Day {
            is_open: is_open && one != other,
            opens: TimeOfDay(one.min(other)),
            closes: TimeOfDay(one.max(other)),
        })
    }

    fn any_hours(edges: std::ops::RangeInclusive<u16>) -> impl Strategy<Value = Hours> {
        proptest::array::uniform7(any_day(edges)).prop_map(Hours)
    }

    /// What a clock on the wall says, minute by minute.
    fn counted(hours: &Hours, zone: &Zone, from: Timestamp, minutes: i64) -> i64 {
        let is_worked = |minute: &i64| {
            let shown = zone.calendar(from.plus_secs(minute * 60));
            let day = hours.0[usize::from(shown.weekday().number_days_from_monday())];
            let at = TimeOfDay(u16::from(shown.hour()) * 60 + u16::from(shown.minute()));
            day.is_open && day.opens <= at && at < day.closes
        };
        let worked = (0..minutes).filter(is_worked).count();
        i64::try_from(worked).unwrap() * 60
    }

    proptest! {
        #[test]
        fn never_more_than_the_time_that_passed_and_never_less_than_nothing(
            hours in any_hours(0..=DAY), zone in any_zone(), from in any_stamp(), length in -90_000i64..9_000_000,
        ) {
            let worked = hours.working_secs(&zone, from, from.plus_secs(length));
            prop_assert!((0..=length.max(0)).contains(&worked), "{worked} of {length}");
        }

        #[test]
        fn two_stretches_are_as_long_as_both_together(
            hours in any_hours(0..=DAY), zone in any_zone(), from in any_stamp(),
            first in 0i64..4_000_000, second in 0i64..4_000_000,
        ) {
            let (middle, to) = (from.plus_secs(first), from.plus_secs(first + second));
            prop_assert_eq!(
                hours.working_secs(&zone, from, middle) + hours.working_secs(&zone, middle, to),
                hours.working_secs(&zone, from, to)
            );
        }

        #[test]
        fn who_never_closes_works_all_the_time(
            zone in any_zone(), from in any_stamp(), length in 0i64..40_000_000,
        ) {
            let to = from.plus_secs(length);
            let always = Hours([day("0:00", "24:00"); DAYS]);
            prop_assert_eq!(always.working_secs(&zone, from, to), length);
            prop_assert_eq!(Hours::default().working_secs(&zone, from, to), length);
        }

        // Clocks change before five in the morning, where the wall shows times twice.
        #[test]
        fn it_is_what_the_clock_on_the_wall_says(
            hours in any_hours(300..=DAY - 60), zone in any_zone(), from in any_stamp(), minutes in 0i64..12_000,
        ) {
            prop_assume!(hours.0.iter().any(|day| day.is_open));
            let from = Timestamp(from.0 - from.0 % 60);
            prop_assert_eq!(
                hours.working_secs(&zone, from, from.plus_secs(minutes * 60)),
                counted(&hours, &zone, from, minutes)
            );
        }
    }
}
