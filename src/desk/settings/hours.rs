//! The business hours in JSON: the documented form, in which a day opens once and closes
//! once, and beside it all the hours of each day, and the holidays.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::error::{Faults, Message};
use crate::base::input::{Flag, JsonText, Line, Optional, Patch, Text};
use crate::desk::company::hours::{Day, Holiday, Hours, Span, TimeOfDay, read_date};
use crate::web::extract::Checked;

/// More hours than any day has, and more holidays than any company plans.
const MOST_SPANS: usize = 12;
const MOST_HOLIDAYS: usize = 1_000;

const NAMES: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// A week by its days. While no day is open, all time counts as business hours.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "PascalCase", default, deny_unknown_fields)]
pub(super) struct Week<T: Default> {
    #[serde(alias = "monday")]
    monday: T,
    #[serde(alias = "tuesday")]
    tuesday: T,
    #[serde(alias = "wednesday")]
    wednesday: T,
    #[serde(alias = "thursday")]
    thursday: T,
    #[serde(alias = "friday")]
    friday: T,
    #[serde(alias = "saturday")]
    saturday: T,
    #[serde(alias = "sunday")]
    sunday: T,
}

impl<T: Default> Week<T> {
    fn of(days: [T; 7]) -> Self {
        let [
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
        ] = days;
        Self {
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
        }
    }

    fn days(&self) -> [&T; 7] {
        [
            &self.monday,
            &self.tuesday,
            &self.wednesday,
            &self.thursday,
            &self.friday,
            &self.saturday,
            &self.sunday,
        ]
    }
}

/// All hours of each day of a week.
#[derive(Debug, Serialize, JsonSchema)]
struct Spans {
    monday: Vec<SpanShape>,
    tuesday: Vec<SpanShape>,
    wednesday: Vec<SpanShape>,
    thursday: Vec<SpanShape>,
    friday: Vec<SpanShape>,
    saturday: Vec<SpanShape>,
    sunday: Vec<SpanShape>,
}

/// The business hours.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HoursShape {
    business_hours: Week<DayShape>,
    /// All hours of each day, where a day may open more than once, or over midnight.
    spans: Spans,
    holidays: Vec<HolidayShape>,
}

/// What a change of the hours is told by: each day, and the holidays.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    #[serde(flatten)]
    week: Week<(DayShape, Vec<SpanShape>)>,
    holidays: Vec<HolidayShape>,
}

/// The hours of a day.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(super) struct DayShape {
    /// `on`; absent for a day without hours, `off` for a closed one that keeps its hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_active: Option<String>,
    /// When it opens first.
    from: String,
    /// When it closes last.
    to: String,
}

/// Hours without a break; where `to` is before `from`, it is on the next day.
#[derive(Debug, Serialize, JsonSchema)]
struct SpanShape {
    from: String,
    to: String,
}

/// A day on which nobody works.
#[derive(Debug, Serialize, JsonSchema)]
struct HolidayShape {
    /// As YYYY-MM-DD.
    date: String,
    name: String,
}

impl HoursShape {
    pub(super) fn of(hours: &Hours) -> Self {
        let days = hours.week.each_ref().map(spans);
        let [
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
        ] = days;
        Self {
            business_hours: documented(hours),
            spans: Spans {
                monday,
                tuesday,
                wednesday,
                thursday,
                friday,
                saturday,
                sunday,
            },
            holidays: holidays(hours),
        }
    }
}

impl Compared {
    pub(super) fn of(hours: &Hours) -> Self {
        Self {
            week: Week::of(hours.week.each_ref().map(|day| (shown(day), spans(day)))),
            holidays: holidays(hours),
        }
    }
}

/// The week as documented.
pub(super) fn documented(hours: &Hours) -> Week<DayShape> {
    Week::of(hours.week.each_ref().map(shown))
}

fn shown(day: &Day) -> DayShape {
    let (from, to) = day.ends();
    let is_active = match (day.is_open, day.spans.is_empty()) {
        (true, _) => Some("on"),
        (false, false) => Some("off"),
        (false, true) => None,
    };
    DayShape {
        is_active: is_active.map(str::to_owned),
        from: from.to_string(),
        to: to.to_string(),
    }
}

fn spans(day: &Day) -> Vec<SpanShape> {
    let shown = day.spans.iter().map(|span| SpanShape {
        from: span.from().to_string(),
        to: span.to().to_string(),
    });
    shown.collect()
}

fn holidays(hours: &Hours) -> Vec<HolidayShape> {
    let shown = hours.holidays.iter().map(|holiday| HolidayShape {
        date: holiday.date.to_string(),
        name: holiday.name.clone(),
    });
    shown.collect()
}

/// What the business hours become. One of the fields is there at least; what is left out
/// stays.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct HoursBody {
    /// Hours per weekday, as an object or its JSON text; a day that is left out is closed,
    /// and while no day is open, all time counts.
    #[serde(default, alias = "businessHours")]
    business_hours: Patch<JsonText<Week<Optional<DayBody>>>>,
    /// All hours of weekdays that open more than once, or over midnight, as an object or its
    /// JSON text; they go before those of `business_hours`.
    #[serde(default)]
    spans: Patch<JsonText<Week<Optional<Vec<SpanBody>>>>>,
    /// Days on which nobody works, as a list or its JSON text.
    #[serde(default)]
    holidays: Patch<JsonText<Vec<HolidayBody>>>,
}

/// The hours of a day.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct DayBody {
    /// on for a day on which the desk works; a day with hours is one unless this is off.
    is_active: Patch<Flag>,
    /// From when, such as 9:00.
    #[schemars(extend("examples" = ["9:00"]))]
    from: Optional<Text<8>>,
    /// Until when, such as 18:00; 24:00 is the end of the day.
    #[schemars(extend("examples" = ["18:00"]))]
    to: Optional<Text<8>>,
}

/// Hours without a break.
#[derive(Debug, Deserialize, JsonSchema)]
struct SpanBody {
    /// From when, such as 9:00.
    #[schemars(extend("examples" = ["9:00"]))]
    from: Text<8>,
    /// Until when, such as 12:30; a time before that is on the next day.
    #[schemars(extend("examples" = ["12:30"]))]
    to: Text<8>,
}

/// A day on which nobody works.
#[derive(Debug, Deserialize, JsonSchema)]
struct HolidayBody {
    /// The day, as YYYY-MM-DD.
    #[schemars(extend("examples" = ["2026-12-24"]))]
    date: Text<10>,
    /// What it is called.
    name: Line<100, 1>,
}

impl DayBody {
    fn time(text: &Optional<Text<8>>) -> TimeOfDay {
        let time = text
            .as_ref()
            .and_then(|text| TimeOfDay::read(text.as_str()));
        time.unwrap_or_default()
    }

    /// Whether it is said to be open or closed, where it is.
    fn is_said_open(&self) -> Option<bool> {
        match self.is_active {
            Patch::Absent => None,
            Patch::Empty => Some(false),
            Patch::Value(flag) => Some(flag.get()),
        }
    }

    /// What it makes of a day: nothing, if that is what is shown of the day.
    fn over(&self, before: &Day) -> Day {
        let (from, to) = (Self::time(&self.from), Self::time(&self.to));
        let is_open = self.is_said_open().unwrap_or(from != to);
        if (is_open, (from, to)) == (before.is_open, before.ends()) {
            return before.clone();
        }
        let span = if from < to { Span::new(from, to) } else { None };
        Day {
            is_open,
            spans: span.into_iter().collect(),
        }
    }

    fn check(&self, field: &str, faults: &mut Faults) {
        let said = self.is_said_open();
        let has_time = self.from.as_ref().is_some() || self.to.as_ref().is_some();
        let is_open = said.unwrap_or(has_time);
        let mut are_times = true;
        for (key, text) in [("from", &self.from), ("to", &self.to)] {
            let fault = match text.as_ref() {
                None if is_open => "input.required",
                Some(text) if TimeOfDay::read(text.as_str()).is_none() => "company.bad_time",
                _ => continue,
            };
            faults.add(format!("{field}.{key}"), fault);
            are_times = false;
        }
        let (from, to) = (Self::time(&self.from), Self::time(&self.to));
        let is_empty = said.is_none() && from == to;
        if are_times && is_open && !is_empty && from >= to {
            let message = Message::new("company.closes_too_early").with("from", from);
            faults.add(format!("{field}.to"), message);
        }
    }
}

impl SpanBody {
    fn times(&self) -> [Option<TimeOfDay>; 2] {
        [&self.from, &self.to].map(|text| TimeOfDay::read(text.as_str()))
    }

    fn read(&self) -> Option<Span> {
        match self.times() {
            [Some(from), Some(to)] => Span::new(from, to),
            _ => None,
        }
    }

    fn check(&self, field: &str, faults: &mut Faults) {
        let [from, to] = self.times();
        for (key, time) in [("from", from), ("to", to)] {
            if time.is_none() {
                faults.add(format!("{field}.{key}"), "company.bad_time");
            }
        }
        if let (Some(from), Some(_), None) = (from, to, self.read()) {
            let message = Message::new("company.closes_too_early").with("from", from);
            faults.add(format!("{field}.to"), message);
        }
    }
}

impl Checked for HoursBody {
    fn check(&self, faults: &mut Faults) {
        let is_given = [
            self.business_hours.is_given(),
            self.spans.is_given(),
            self.holidays.is_given(),
        ];
        if is_given == [false; 3] {
            faults.add("business_hours", "input.required");
        }
        for (place, day) in self.days().into_iter().enumerate() {
            if let (Some(day), None) = (day, self.spans()[place]) {
                day.check(&format!("business_hours.{}", NAMES[place]), faults);
            }
        }
        for (place, spans) in self.spans().into_iter().enumerate() {
            let name = NAMES[place].to_lowercase();
            for (number, span) in spans.into_iter().flatten().enumerate() {
                span.check(&format!("spans.{name}.{number}"), faults);
            }
            if spans.is_some_and(|spans| spans.len() > MOST_SPANS) {
                let message = Message::new("input.too_many").with("max", MOST_SPANS);
                faults.add(format!("spans.{name}"), message);
            }
        }
        let holidays = self.holidays.as_ref().map_or(&[][..], |list| list.tree());
        for (number, holiday) in holidays.iter().enumerate() {
            if read_date(holiday.date.as_str()).is_none() {
                faults.add(format!("holidays.{number}.date"), "company.bad_date");
            }
        }
        if holidays.len() > MOST_HOLIDAYS {
            let message = Message::new("input.too_many").with("max", MOST_HOLIDAYS);
            faults.add("holidays", message);
        }
    }
}

impl HoursBody {
    fn days(&self) -> [Option<&DayBody>; 7] {
        let week = self.business_hours.as_ref().map(JsonText::tree);
        week.map_or([None; 7], |week| week.days().map(Optional::as_ref))
    }

    fn spans(&self) -> [Option<&Vec<SpanBody>>; 7] {
        let week = self.spans.as_ref().map(JsonText::tree);
        week.map_or([None; 7], |week| week.days().map(Optional::as_ref))
    }

    /// The hours that these make of those before, once they are checked.
    pub(super) fn over(&self, before: Hours) -> Hours {
        let Hours {
            mut week,
            mut holidays,
        } = before;
        let (days, spans) = (self.days(), self.spans());
        for (place, day) in week.iter_mut().enumerate() {
            if self.business_hours.is_given() {
                *day = days[place].map_or_else(Day::default, |new| new.over(day));
            }
            if let Some(spans) = spans[place] {
                let mut spans: Vec<_> = spans.iter().filter_map(SpanBody::read).collect();
                spans.sort_unstable();
                spans.dedup();
                let said = days[place].and_then(DayBody::is_said_open);
                let is_as_before = !self.business_hours.is_given() && spans == day.spans;
                let is_open = said.unwrap_or(!is_as_before || day.is_open);
                day.is_open = is_open && !spans.is_empty();
                day.spans = spans;
            }
        }
        if self.holidays.is_given() {
            let list = self.holidays.as_ref().map_or(&[][..], |list| list.tree());
            let named = list.iter().filter_map(|holiday| {
                let date = read_date(holiday.date.as_str())?;
                Some((date, holiday.name.as_str().to_owned()))
            });
            let by_date: BTreeMap<_, _> = named.collect();
            let all = by_date
                .into_iter()
                .map(|(date, name)| Holiday { date, name });
            holidays = all.collect();
        }
        Hours { week, holidays }
    }
}
