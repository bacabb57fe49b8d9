//! Business hours: when the desk works, and how much of a stretch of time that is. The
//! arithmetic is pure; what counts working time (reports, the notice that an answer is
//! pending) asks here and knows no calendar.

mod store;
mod time_of_day;

use time::Date;
use time::macros::format_description;

use crate::base::time::{Timestamp, Zone};

pub use store::{hours, set};
pub use time_of_day::TimeOfDay;

/// Days of a week, from Monday.
const DAYS: usize = 7;

/// Minutes of a day: what `24:00` is.
const DAY: u16 = 24 * 60;

const DAY_SECS: i64 = DAY as i64 * 60;

/// Hours without a break, which may go on over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// In minutes of the day.
    opens: u16,
    /// In minutes of the same day, so that `6:00` on the next one is 30 hours.
    closes: u16,
}

impl Span {
    /// From one time until the next time that the clock shows the other; `None` where that
    /// is no time at all.
    pub fn new(from: TimeOfDay, to: TimeOfDay) -> Option<Self> {
        let closes = if to < from { to.0 + DAY } else { to.0 };
        let is_some = from != to && from.0 < DAY;
        is_some.then_some(Self {
            opens: from.0,
            closes,
        })
    }

    /// From when.
    pub fn from(self) -> TimeOfDay {
        TimeOfDay(self.opens)
    }

    /// Until when, on the next day if that is before it begins.
    pub fn to(self) -> TimeOfDay {
        TimeOfDay(if self.closes > DAY {
            self.closes - DAY
        } else {
            self.closes
        })
    }
}

/// One day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Day {
    /// Whether the desk works on it.
    pub is_open: bool,
    /// When it does, the earliest first; kept for a closed day too.
    pub spans: Vec<Span>,
}

impl Day {
    /// When it opens first and closes last, which is no later than its end; midnight twice
    /// where it has no hours.
    pub fn ends(&self) -> (TimeOfDay, TimeOfDay) {
        let opens = self.spans.iter().map(|span| span.opens).min();
        let closes = self.spans.iter().map(|span| span.closes.min(DAY)).max();
        (
            TimeOfDay(opens.unwrap_or_default()),
            TimeOfDay(closes.unwrap_or_default()),
        )
    }
}

/// A day on which nobody works, nor in the night that begins on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day, by the company's clock.
    pub date: Date,
    /// What it is called.
    pub name: String,
}

/// When the company works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hours {
    /// The days of a week, from Monday.
    pub week: [Day; DAYS],
    /// In the order of the calendar.
    pub holidays: Vec<Holiday>,
}

impl Hours {
    /// How many seconds from one time to a later one the desk works, by the clock of
    /// `zone`; 0 where the second is not later. While no day has hours, they are not in use
    /// and all time counts.
    pub fn working_secs(&self, zone: &Zone, from: Timestamp, to: Timestamp) -> i64 {
        if to <= from {
            return 0;
        }
        if self
            .week
            .iter()
            .all(|day| !day.is_open || day.spans.is_empty())
        {
            return to.secs_since(from);
        }
        // Between two changes of the clock it runs as any other.
        let (mut worked, mut at) = (0, from);
        while at < to {
            let until = zone.next_change(at).map_or(to, |change| change.min(to));
            let shown = i64::from(zone.offset_secs(at));
            worked += self.on_the_wall(at.plus_secs(shown).0, until.plus_secs(shown).0);
            at = until;
        }
        worked
    }

    /// The seconds worked while a clock that nobody changes runs from one time to another,
    /// both in seconds since 1970 began on it.
    fn on_the_wall(&self, from: i64, to: i64) -> i64 {
        let mut worked = 0;
        for day in from.div_euclid(DAY_SECS)..=to.div_euclid(DAY_SECS) {
            let begins = day * DAY_SECS;
            for (opens, closes) in self.stretches(day) {
                let at = |minute: u16| (begins + i64::from(minute) * 60).clamp(from, to);
                worked += at(closes) - at(opens);
            }
        }
        worked
    }

    /// The minutes worked on a day, counted from 1970, without overlaps.
    fn stretches(&self, day: i64) -> Vec<(u16, u16)> {
        if self.is_holiday(day) {
            return Vec::new();
        }
        let night = (!self.is_holiday(day - 1)).then(|| self.weekday(day - 1));
        let night = night.into_iter().flatten().filter(|span| span.closes > DAY);
        let night = night.map(|span| (0, span.closes - DAY));
        let today = self.weekday(day).iter();
        let mut all: Vec<_> = today
            .map(|span| (span.opens, span.closes.min(DAY)))
            .chain(night)
            .collect();
        all.sort_unstable();
        let mut worked_until = 0;
        for (opens, closes) in &mut all {
            *opens = worked_until.max(*opens);
            *closes = worked_until.max(*closes);
            worked_until = *closes;
        }
        all
    }

    /// The day of this number in the database: 1 is Monday.
    fn day(&mut self, weekday: i64) -> &mut Day {
        let place = usize::try_from((weekday - 1).rem_euclid(7)).unwrap_or_default();
        &mut self.week[place]
    }

    /// The hours of the weekday that a day, counted from 1970, is. It began on a Thursday.
    fn weekday(&self, day: i64) -> &[Span] {
        let place = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        match &self.week[place] {
            day if day.is_open => &day.spans,
            _ => &[],
        }
    }

    fn is_holiday(&self, day: i64) -> bool {
        let number = |holiday: &Holiday| i64::from(holiday.date.to_julian_day()) - EPOCH;
        self.holidays.binary_search_by_key(&day, number).is_ok()
    }
}

/// The Julian day of 1970-01-01.
const EPOCH: i64 = 2_440_588;

/// Reads a day that is written as YYYY-MM-DD.
pub fn read_date(text: &str) -> Option<Date> {
    Date::parse(text, format_description!("[year]-[month]-[day]")).ok()
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

    fn span(from: &str, to: &str) -> Span {
        let read = |text| TimeOfDay::read(text).unwrap();
        Span::new(read(from), read(to)).unwrap()
    }

    fn day(from: &str, to: &str) -> Day {
        Day {
            is_open: true,
            spans: vec![span(from, to)],
        }
    }

    fn always() -> Hours {
        Hours {
            week: std::array::from_fn(|_| day("0:00", "24:00")),
            holidays: Vec::new(),
        }
    }

    fn nine_to_six() -> Hours {
        let mut hours = Hours {
            week: std::array::from_fn(|_| day("9:00", "18:00")),
            holidays: Vec::new(),
        };
        hours.week[5].is_open = false;
        hours.week[6].is_open = false;
        hours
    }

    fn worked(hours: &Hours, zone: &str, from: PrimitiveDateTime, to: PrimitiveDateTime) -> i64 {
        let zone = Zone::named(zone).unwrap();
        hours.working_secs(&zone, zone.stamp_at(from), zone.stamp_at(to))
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
        let mut hours = Hours::default();
        hours.week[6] = day("1:00", "5:00");
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
        let always = always();
        let (from, to) = (datetime!(2011-12-29 0:00), datetime!(2012-01-01 0:00));
        assert_eq!(worked(&always, "Pacific/Apia", from, to), 2 * 86_400);
    }

    #[test]
    fn a_day_may_have_several_hours_and_a_night_the_next_days() {
        let mut hours = Hours::default();
        hours.week[4] = Day {
            is_open: true,
            spans: vec![
                span("8:00", "12:00"),
                span("11:00", "13:00"),
                span("22:00", "6:00"),
            ],
        };
        hours.week[5] = day("5:00", "7:00");
        assert_eq!(span("22:00", "6:00").to().to_string(), "6:00");
        let ends = hours.week[4].ends();
        assert_eq!(
            (ends.0.to_string(), ends.1.to_string()),
            ("8:00".into(), "24:00".into())
        );
        // Friday 8 to 13 and 22 to 24, Saturday to 7.
        let (friday, sunday) = (datetime!(2025-06-06 0:00), datetime!(2025-06-08 0:00));
        assert_eq!(worked(&hours, "Europe/Berlin", friday, sunday), 14 * 3600);
        let (night, morning) = (datetime!(2025-06-06 23:00), datetime!(2025-06-07 2:00));
        assert_eq!(worked(&hours, "Europe/Berlin", night, morning), 3 * 3600);
        hours.holidays = vec![holiday("2025-06-07")];
        assert_eq!(worked(&hours, "Europe/Berlin", friday, sunday), 7 * 3600);
        hours.holidays = vec![holiday("2025-06-06")];
        assert_eq!(worked(&hours, "Europe/Berlin", friday, sunday), 2 * 3600);
        let time = |text| TimeOfDay::read(text).unwrap();
        assert_eq!(Span::new(time("9:00"), time("9:00")), None);
        assert_eq!(Span::new(time("24:00"), time("9:00")), None);
    }

    fn holiday(date: &str) -> Holiday {
        Holiday {
            date: read_date(date).unwrap(),
            name: "Feast".to_owned(),
        }
    }

    fn any_zone() -> impl Strategy<Value = Zone> {
        proptest::sample::select(&ZONES).prop_map(|name| Zone::named(name).unwrap())
    }

    /// Between 2011, when a zone skipped a day, and 2031.
    fn any_stamp() -> impl Strategy<Value = Timestamp> {
        (1_300_000_000_i64..1_930_000_000).prop_map(Timestamp)
    }

    fn any_span() -> impl Strategy<Value = Span> {
        (0..DAY, 0..DAY).prop_filter_map("no time", |(from, to)| {
            Span::new(TimeOfDay(from), TimeOfDay(to))
        })
    }

    fn any_day() -> impl Strategy<Value = Day> {
        let spans = proptest::collection::vec(any_span(), 0..4);
        (any::<bool>(), spans).prop_map(|(is_open, spans)| Day { is_open, spans })
    }

    /// With holidays among the days around `middle`.
    fn any_hours(middle: Timestamp) -> impl Strategy<Value = Hours> {
        let around = i32::try_from(middle.0 / DAY_SECS + EPOCH).unwrap();
        let days = proptest::collection::btree_set(around - 3..around + 12, 0..6);
        (proptest::array::uniform7(any_day()), days).prop_map(|(week, days)| {
            let date = |day| Date::from_julian_day(day).unwrap();
            let holidays = days.into_iter().map(|day| holiday(&date(day).to_string()));
            Hours {
                week,
                holidays: holidays.collect(),
            }
        })
    }

    fn hours_and_start() -> impl Strategy<Value = (Hours, Timestamp)> {
        prop_oneof![any_stamp(), near_a_change()]
            .prop_flat_map(|from| (any_hours(from), Just(from)))
    }

    /// Within a day before clocks in Europe, Australia or America change, or Samoa's did.
    fn near_a_change() -> impl Strategy<Value = Timestamp> {
        const CHANGES: [i64; 7] = [
            1_743_296_400_i64,
            1_761_440_400,
            1_743_865_200,
            1_759_590_000,
            1_741_503_600,
            1_762_063_200,
            1_325_239_200,
        ];
        (proptest::sample::select(&CHANGES), 0_i64..86_400)
            .prop_map(|(change, before)| Timestamp(change - before))
    }

    /// What a clock on the wall says, minute by minute.
    fn counted(hours: &Hours, zone: &Zone, from: Timestamp, minutes: i64) -> i64 {
        let is_open = |date: Date, minute: u16| {
            let day = &hours.week[usize::from(date.weekday().number_days_from_monday())];
            let is_within = |span: &Span| (span.opens..span.closes).contains(&minute);
            let is_holiday = hours.holidays.iter().any(|holiday| holiday.date == date);
            day.is_open && !is_holiday && day.spans.iter().any(is_within)
        };
        let is_worked = |minute: &i64| {
            let shown = zone.calendar(from.plus_secs(minute * 60));
            let at = u16::from(shown.hour()) * 60 + u16::from(shown.minute());
            let before = shown.date().previous_day().unwrap();
            let is_holiday = hours
                .holidays
                .iter()
                .any(|holiday| holiday.date == shown.date());
            !is_holiday && (is_open(shown.date(), at) || is_open(before, at + DAY))
        };
        let worked = (0..minutes).filter(is_worked).count();
        i64::try_from(worked).unwrap() * 60
    }

    proptest! {
        #[test]
        fn never_more_than_the_time_that_passed_and_never_less_than_nothing(
            (hours, from) in hours_and_start(), zone in any_zone(), length in -90_000i64..9_000_000,
        ) {
            let worked = hours.working_secs(&zone, from, from.plus_secs(length));
            prop_assert!((0..=length.max(0)).contains(&worked), "{worked} of {length}");
        }

        #[test]
        fn two_stretches_are_as_long_as_both_together(
            (hours, from) in hours_and_start(), zone in any_zone(),
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
            prop_assert_eq!(always().working_secs(&zone, from, to), length);
            prop_assert_eq!(Hours::default().working_secs(&zone, from, to), length);
        }

        #[test]
        fn it_is_what_the_clock_on_the_wall_says(
            (hours, from) in hours_and_start(), zone in any_zone(), minutes in 0i64..12_000,
        ) {
            prop_assume!(hours.week.iter().any(|day| day.is_open && !day.spans.is_empty()));
            let from = Timestamp(from.0 - from.0 % 60);
            prop_assert_eq!(
                hours.working_secs(&zone, from, from.plus_secs(minutes * 60)),
                counted(&hours, &zone, from, minutes)
            );
        }
    }
}
