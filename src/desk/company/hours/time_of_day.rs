//! A time of day, as the business hours write it.

use super::DAY;

/// A time of day as a clock on the wall shows it, `24:00` being its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct TimeOfDay(pub(super) u16);

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
