//! Dates by PHP's `date()` letters, which the company's `timeFormat` and the documented
//! examples are written in. <https://www.php.net/manual/en/datetime.format.php>

use std::fmt::Write;

use time::PrimitiveDateTime;

use super::zone::Local;
use super::{CalendarNames, DAY_SECS, Timestamp, Zone};

/// `stamp` as it is shown in `zone`, by a pattern of PHP's `date()` letters; a backslash
/// takes the next letter as it is. As in PHP, only the names of months and days follow
/// the language: `S`, `a` and `A` are English, and `r` is so as a whole.
pub fn format_php(stamp: Timestamp, zone: &Zone, pattern: &str, names: &CalendarNames) -> String {
    let moment = Moment {
        stamp,
        zone,
        names,
        shown: zone.calendar(stamp),
        local: zone.at(stamp),
    };
    let mut out = String::with_capacity(pattern.len() * 3);
    moment.push_pattern(&mut out, pattern);
    out
}

/// One instant with all that the letters ask of it.
struct Moment<'a> {
    stamp: Timestamp,
    zone: &'a Zone,
    names: &'a CalendarNames,
    shown: PrimitiveDateTime,
    local: Local,
}

impl Moment<'_> {
    fn push_pattern(&self, out: &mut String, pattern: &str) {
        let mut letters = pattern.chars();
        while let Some(letter) = letters.next() {
            match letter {
                // A backslash at the end is itself, as in PHP.
                '\\' => out.push(letters.next().unwrap_or('\\')),
                'c' => self.push_pattern(out, r"Y-m-d\TH:i:sP"),
                'r' => out.push_str(&format_php(
                    self.stamp,
                    self.zone,
                    "D, d M Y H:i:s O",
                    &CalendarNames::ENGLISH,
                )),
                'd' | 'D' | 'j' | 'l' | 'N' | 'S' | 'w' | 'z' | 'W' | 'o' => {
                    out.push_str(&self.day(letter));
                }
                'F' | 'm' | 'M' | 'n' | 't' | 'L' | 'Y' | 'y' => out.push_str(&self.month(letter)),
                'a' | 'A' | 'B' | 'g' | 'G' | 'h' | 'H' | 'i' | 's' | 'u' | 'v' => {
                    out.push_str(&self.time(letter));
                }
                'e' | 'I' | 'O' | 'P' | 'p' | 'T' | 'Z' | 'U' => out.push_str(&self.place(letter)),
                other => out.push(other),
            }
        }
    }

    /// Letters of the day and the week.
    fn day(&self, letter: char) -> String {
        let date = self.shown.date();
        let day = date.day();
        let weekday = usize::from(date.weekday().number_days_from_monday());
        let (week_year, week, _) = date.to_iso_week_date();
        match letter {
            'd' => format!("{day:02}"),
            'D' => self.names.days_short[weekday].to_owned(),
            'l' => self.names.days[weekday].to_owned(),
            'N' => (weekday + 1).to_string(),
            'S' => ordinal_suffix(day).to_owned(),
            'w' => date.weekday().number_days_from_sunday().to_string(),
            'z' => (date.ordinal() - 1).to_string(),
            'W' => format!("{week:02}"),
            'o' => week_year.to_string(),
            _ => day.to_string(),
        }
    }

    /// Letters of the month and the year.
    fn month(&self, letter: char) -> String {
        let (year, month) = (self.shown.year(), self.shown.month());
        let index = usize::from(u8::from(month)) - 1;
        match letter {
            'F' => self.names.months[index].to_owned(),
            'M' => self.names.months_short[index].to_owned(),
            'm' => format!("{:02}", u8::from(month)),
            't' => month.length(year).to_string(),
            'L' => u8::from(time::util::is_leap_year(year)).to_string(),
            'Y' => format!("{year:04}"),
            'y' => format!("{:02}", year.rem_euclid(100)),
            _ => u8::from(month).to_string(),
        }
    }

    /// Letters of the time of day. A stamp has no fraction of a second.
    fn time(&self, letter: char) -> String {
        let hour = self.shown.hour();
        let twelve = (hour + 11) % 12 + 1;
        match letter {
            'a' => (if hour < 12 { "am" } else { "pm" }).to_owned(),
            'A' => (if hour < 12 { "AM" } else { "PM" }).to_owned(),
            'B' => format!("{:03}", swatch_beat(self.stamp)),
            'g' => twelve.to_string(),
            'h' => format!("{twelve:02}"),
            'H' => format!("{hour:02}"),
            'i' => format!("{:02}", self.shown.minute()),
            's' => format!("{:02}", self.shown.second()),
            'u' => "000000".to_owned(),
            'v' => "000".to_owned(),
            _ => hour.to_string(),
        }
    }

    /// Letters of the zone, and the stamp itself.
    fn place(&self, letter: char) -> String {
        let offset = self.local.offset_secs;
        match letter {
            'e' => self.zone.name().to_owned(),
            'I' => u8::from(self.local.is_summer).to_string(),
            'O' => offset_text(offset, ""),
            'p' if offset == 0 => "Z".to_owned(),
            'P' | 'p' => offset_text(offset, ":"),
            'T' => self.local.abbreviation.clone(),
            'Z' => offset.to_string(),
            _ => self.stamp.0.to_string(),
        }
    }
}

/// `+05:30`, with any separator. Seconds, which offsets had before 1900, are left out.
fn offset_text(secs: i32, separator: &str) -> String {
    let sign = if secs < 0 { '-' } else { '+' };
    let minutes = secs.abs() / 60;
    let mut text = String::with_capacity(6);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "{sign}{:02}{separator}{:02}",
        minutes / 60,
        minutes % 60
    );
    text
}

/// `st` for 1, 21 and 31, and so on.
fn ordinal_suffix(day: u8) -> &'static str {
    match (day % 10, day) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// Swatch internet time: thousandths of the day in Biel, an hour east of Greenwich.
fn swatch_beat(stamp: Timestamp) -> i64 {
    let in_biel = (stamp.0.rem_euclid(DAY_SECS) + 3_600) % DAY_SECS;
    in_biel * 10 / 864
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use time::OffsetDateTime;
    use time::format_description::well_known::{Rfc2822, Rfc3339};

    fn shown(secs: i64, zone: &str, pattern: &str) -> String {
        let zone = Zone::named(zone).unwrap();
        format_php(Timestamp(secs), &zone, pattern, &CalendarNames::ENGLISH)
    }

    #[test]
    fn the_documented_formats() {
        let ticket = 1_496_404_792; // 2017-06-02 11:59:52 UTC
        assert_eq!(shown(ticket, "Asia/Calcutta", "d-M h:ia"), "02-Jun 05:29pm");
        assert_eq!(
            shown(1_496_229_300, "Asia/Calcutta", "m-d-y G:i"),
            "05-31-17 16:45"
        );
        assert_eq!(shown(1_496_905_200, "UTC", "m-d-y G:i"), "06-08-17 7:00");
        assert_eq!(shown(1_496_905_200, "UTC", "Y-m-d"), "2017-06-08");
    }

    /// Values of PHP's `date()` for Sunday 2017-01-01 00:05:09 in New York.
    #[test]
    fn every_letter() {
        let cases = [
            ('d', "01"),
            ('D', "Sun"),
            ('j', "1"),
            ('l', "Sunday"),
            ('N', "7"),
            ('S', "st"),
            ('w', "0"),
            ('z', "0"),
            ('W', "52"),
            ('F', "January"),
            ('m', "01"),
            ('M', "Jan"),
            ('n', "1"),
            ('t', "31"),
            ('L', "0"),
            ('o', "2016"),
            ('Y', "2017"),
            ('y', "17"),
            ('a', "am"),
            ('A', "AM"),
            ('B', "253"),
            ('g', "12"),
            ('G', "0"),
            ('h', "12"),
            ('H', "00"),
            ('i', "05"),
            ('s', "09"),
            ('u', "000000"),
            ('v', "000"),
            ('e', "America/New_York"),
            ('I', "0"),
            ('O', "-0500"),
            ('P', "-05:00"),
            ('p', "-05:00"),
            ('T', "EST"),
            ('Z', "-18000"),
            ('c', "2017-01-01T00:05:09-05:00"),
            ('r', "Sun, 01 Jan 2017 00:05:09 -0500"),
            ('U', "1483247109"),
            ('k', "k"),
            ('é', "é"),
        ];
        for (letter, expected) in cases {
            let got = shown(1_483_247_109, "America/New_York", &letter.to_string());
            assert_eq!(got, expected, "{letter}");
        }
    }

    #[test]
    fn noon_midnight_summer_and_odd_offsets() {
        let noon = 1_500_033_600; // 2017-07-14 12:00:00 UTC
        assert_eq!(shown(noon, "UTC", "g h G H a A p"), "12 12 12 12 pm PM Z");
        assert_eq!(shown(noon, "Europe/Paris", "I T P"), "1 CEST +02:00");
        assert_eq!(shown(noon, "Asia/Kathmandu", "O T"), "+0545 +0545");
        assert_eq!(shown(noon, "America/St_Johns", "P"), "-02:30");
        assert_eq!(shown(1_456_704_000, "UTC", "L t z"), "1 29 59");
    }

    #[test]
    fn suffixes() {
        let text: Vec<_> = (1..=31).map(ordinal_suffix).collect();
        assert_eq!(text[..4], ["st", "nd", "rd", "th"]);
        assert_eq!(text[9..13], ["th", "th", "th", "th"]);
        assert_eq!(text[20..24], ["st", "nd", "rd", "th"]);
        assert_eq!(text[29..], ["th", "st"]);
    }

    #[test]
    fn a_backslash_takes_the_next_letter_as_it_is() {
        assert_eq!(shown(0, "UTC", r"\Y\\Y \é"), r"Y\1970 é");
        assert_eq!(shown(0, "UTC", r"d\"), r"01\");
        assert_eq!(shown(0, "UTC", ""), "");
    }

    #[test]
    fn names_follow_the_language_and_mail_dates_do_not() {
        let zone = Zone::utc();
        let in_language =
            |names: &CalendarNames| format_php(Timestamp(1_488_369_600), &zone, "l D F M r", names);
        let mail = "Wed, 01 Mar 2017 12:00:00 +0000";
        assert_eq!(
            in_language(CalendarNames::of_locale("fr")),
            format!("mercredi mer. mars mars {mail}")
        );
        assert_eq!(
            in_language(CalendarNames::of_locale("it")),
            format!("mercoledì mer marzo mar {mail}")
        );
        assert_eq!(
            in_language(CalendarNames::of_locale("de")),
            format!("Mittwoch Mi März Mär {mail}")
        );
    }

    const LETTERS: &str = r"dDjlNSwzWFmMntLoYyaABgGhHisuveIOPpTZcrU";

    proptest! {
        #[test]
        fn no_stamp_and_no_pattern_is_too_odd(secs: i64, pattern: String) {
            let calcutta = Zone::named("Asia/Calcutta").unwrap();
            format_php(Timestamp(secs), &calcutta, &pattern, &CalendarNames::ENGLISH);
            let all = format_php(Timestamp(secs), &calcutta, LETTERS, &CalendarNames::GERMAN);
            prop_assert!(all.ends_with(&secs.to_string()));
        }

        #[test]
        fn c_and_r_are_read_back_by_another_reader(
            secs in 0..253_402_000_000i64,
            zone in proptest::sample::select(vec!["UTC", "Asia/Calcutta", "America/New_York", "Pacific/Apia"]),
        ) {
            // Since 1972 offsets are whole minutes nearly everywhere; these four since 1970.
            let iso = OffsetDateTime::parse(&shown(secs, zone, "c"), &Rfc3339).unwrap();
            prop_assert_eq!(iso.unix_timestamp(), secs);
            let mail = OffsetDateTime::parse(&shown(secs, zone, "r"), &Rfc2822).unwrap();
            prop_assert_eq!(mail.unix_timestamp(), secs);
        }

        #[test]
        fn an_escaped_text_is_itself(text: String) {
            let escaped: String = text.chars().flat_map(|letter| ['\\', letter]).collect();
            prop_assert_eq!(shown(0, "UTC", &escaped), text);
        }
    }
}
