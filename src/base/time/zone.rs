//! Time zones, by the rules of the IANA database that jiff carries: the machine's own may
//! be old or absent. Nothing of jiff leaves this file; calendar values are those of the
//! `time` crate.

use jiff::Timestamp as Instant;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use super::Timestamp;

/// 0000-01-01T00:00:00Z.
const FIRST_SECOND: i64 = -62_167_219_200;
/// 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;

/// A time zone of the IANA database. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// What holds in a zone at one instant.
pub(super) struct Local {
    /// Seconds east of Greenwich.
    pub(super) offset_secs: i32,
    /// Whether summer time holds.
    pub(super) is_summer: bool,
    /// `CEST`, or `+03` where the database has no letters.
    pub(super) abbreviation: String,
}

impl Zone {
    /// The zone of this name in any case (`Asia/Calcutta`, `europe/paris`), if there is one.
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        (!zone.is_unknown()).then_some(Self(zone))
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The names of all zones, in alphabetical order.
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = TimeZoneDatabase::bundled()
            .available()
            .map(|name| name.as_str().to_owned())
            .collect();
        names.sort_unstable();
        names
    }

    /// Its name as the database spells it. An old name stays: a desk that is set to
    /// `Asia/Calcutta` does not read `Asia/Kolkata` back.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Seconds east of Greenwich at that instant.
    pub fn offset_secs(&self, stamp: Timestamp) -> i32 {
        self.0.to_offset(instant(stamp)).seconds()
    }

    /// Date and time that a clock on the wall shows there at that instant.
    pub fn calendar(&self, stamp: Timestamp) -> PrimitiveDateTime {
        let shown = stamp.plus_secs(i64::from(self.offset_secs(stamp))).0;
        let shown = OffsetDateTime::from_unix_timestamp(shown.clamp(FIRST_SECOND, LAST_SECOND))
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        PrimitiveDateTime::new(shown.date(), shown.time())
    }

    /// The instant at which a clock on the wall shows this there. When the clock is put
    /// back, the first of both; when it is put forward over this time, the one that
    /// would be it without the change (as mail clients and PHP do).
    pub fn stamp_at(&self, shown: PrimitiveDateTime) -> Timestamp {
        let as_if_utc = Timestamp(shown.assume_utc().unix_timestamp());
        let civil = TimeZone::UTC.to_datetime(instant(as_if_utc));
        match self.0.to_timestamp(civil) {
            Ok(found) => Timestamp(found.as_second()),
            Err(_) => as_if_utc.plus_secs(-i64::from(self.offset_secs(as_if_utc))),
        }
    }

    /// When a clock there is changed next after that instant, if it ever is.
    pub fn next_change(&self, stamp: Timestamp) -> Option<Timestamp> {
        let change = self.0.following(instant(stamp)).next()?;
        Some(Timestamp(change.timestamp().as_second()))
    }

    /// What clients write for a time: Unix seconds; a day as YYYY-MM-DD, which is its beginning
    /// there; or a day and a time, there or at the offset that follows (RFC 3339).
    pub fn moment(&self, text: &str) -> Option<Timestamp> {
        if let Ok(seconds) = text.parse() {
            let is_shown = (FIRST_SECOND..=LAST_SECOND).contains(&seconds);
            return is_shown.then_some(Timestamp(seconds));
        }
        if let Ok(there) = OffsetDateTime::parse(text, &Rfc3339) {
            return Some(Timestamp(there.unix_timestamp()));
        }
        let (minute, second) = (
            format_description!("[year]-[month]-[day]T[hour]:[minute]"),
            format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]"),
        );
        let text = text.replacen(' ', "T", 1);
        let day = || Date::parse(&text, format_description!("[year]-[month]-[day]"));
        let shown = PrimitiveDateTime::parse(&text, second)
            .or_else(|_| PrimitiveDateTime::parse(&text, minute))
            .or_else(|_| day().map(Date::midnight));
        shown.ok().map(|shown| self.stamp_at(shown))
    }

    pub(super) fn at(&self, stamp: Timestamp) -> Local {
        let found = self.0.to_offset_info(instant(stamp));
        Local {
            offset_secs: found.offset().seconds(),
            is_summer: found.dst().is_dst(),
            abbreviation: found.abbreviation().to_owned(),
        }
    }
}

/// The nearest instant that jiff can name (it ends on 9999-12-30).
fn instant(stamp: Timestamp) -> Instant {
    let last = Instant::MAX.as_second();
    Instant::from_second(stamp.0.clamp(FIRST_SECOND, last)).unwrap_or(Instant::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::macros::datetime;

    #[test]
    fn names_are_looked_up_in_any_case_and_kept_as_asked() {
        assert_eq!(
            Zone::named("Asia/Calcutta").unwrap().name(),
            "Asia/Calcutta"
        );
        assert_eq!(Zone::named("europe/PARIS").unwrap().name(), "Europe/Paris");
        assert_eq!(Zone::named("UTC").unwrap().name(), "UTC");
        assert_eq!(Zone::utc().name(), "UTC");
        for wrong in [
            "",
            "Mars/Base",
            "../etc/passwd",
            "Etc/Unknown",
            "+05:30",
            "Europe",
        ] {
            assert_eq!(Zone::named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_name_is_a_zone() {
        let names = Zone::names();
        assert!(names.len() > 400 && names.is_sorted());
        for name in names.iter().filter(|name| *name != "Etc/Unknown") {
            assert_eq!(Zone::named(name).unwrap().name(), name);
        }
    }

    #[test]
    fn offsets_follow_summer_time() {
        let paris = Zone::named("Europe/Paris").unwrap();
        assert_eq!(paris.offset_secs(Timestamp(1_485_000_000)), 3_600);
        assert_eq!(paris.offset_secs(Timestamp(1_500_000_000)), 7_200);
        let calcutta = Zone::named("Asia/Calcutta").unwrap();
        assert_eq!(calcutta.offset_secs(Timestamp(1_496_404_792)), 19_800);
    }

    #[test]
    fn clocks_change_when_they_are_changed() {
        let paris = Zone::named("Europe/Paris").unwrap();
        let summer = paris.stamp_at(datetime!(2040-03-25 3:00));
        assert_eq!(paris.next_change(summer.plus_secs(-1)), Some(summer));
        let winter = Timestamp(summer.0 + 217 * 86_400);
        assert_eq!(paris.next_change(summer), Some(winter));
        assert_eq!(Zone::utc().next_change(summer), None);
        assert_eq!(paris.next_change(Timestamp(i64::MAX)), None);
    }

    #[test]
    fn wall_time_around_a_change_of_the_clock() {
        let paris = Zone::named("Europe/Paris").unwrap();
        let back = datetime!(2017-10-29 2:30);
        assert_eq!(paris.stamp_at(back), Timestamp(1_509_237_000)); // 00:30 UTC, not 01:30
        let skipped = datetime!(2017-03-26 2:30);
        assert_eq!(
            paris.calendar(paris.stamp_at(skipped)),
            datetime!(2017-03-26 3:30)
        );
    }

    fn any_zone() -> impl Strategy<Value = Zone> {
        proptest::sample::select(Zone::names())
            .prop_filter_map("not a zone", |name| Zone::named(&name))
    }

    proptest! {
        #[test]
        fn no_instant_is_too_odd(secs: i64, zone in any_zone()) {
            let shown = zone.calendar(Timestamp(secs));
            prop_assert!((0..=9999).contains(&shown.year()));
            zone.stamp_at(shown);
        }

        #[test]
        fn the_wall_shows_the_offset(secs in FIRST_SECOND + 200_000..LAST_SECOND - 200_000, zone in any_zone()) {
            let stamp = Timestamp(secs);
            let shown = zone.calendar(stamp).assume_utc().unix_timestamp();
            prop_assert_eq!(shown - secs, i64::from(zone.offset_secs(stamp)));
            prop_assert_eq!(zone.at(stamp).offset_secs, zone.offset_secs(stamp));
        }

        #[test]
        fn wall_time_leads_back(secs in 0..4_000_000_000i64, zone in any_zone()) {
            let shown = zone.calendar(Timestamp(secs));
            let back = zone.stamp_at(shown);
            // In the hour that comes twice, the first is meant; the wall shows the same.
            prop_assert_eq!(zone.calendar(back), shown);
            prop_assert!(back <= Timestamp(secs));
        }
    }
}
