//! Points in time as clients write them.

use schemars::json_schema;
use serde_json::Value;

use super::text::plain;
use super::{REQUIRED, input_type};
use crate::base::error::Message;
use crate::base::time::{Timestamp, Zone};

/// Unix seconds, a day as YYYY-MM-DD, or a day and a time as RFC 3339 has them. A day and a time
/// without an offset are those of a zone that is known later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment(String);

impl Moment {
    /// When it is for whoever lives in this zone.
    pub fn at(&self, zone: &Zone) -> Timestamp {
        // It was read in one zone, so it can be in another.
        zone.moment(&self.0).unwrap_or(Timestamp(0))
    }

    fn read(value: Value) -> Result<Self, Message> {
        let text = plain(value).map_err(|_| Message::new("input.moment"))?;
        let text = text.trim();
        if text.is_empty() {
            return Err(REQUIRED.into());
        }
        // In a query an offset's plus is a blank.
        let text = text.replace(' ', if text.contains('T') { "+" } else { " " });
        match Zone::utc().moment(&text) {
            Some(_) => Ok(Self(text)),
            None => Err("input.moment".into()),
        }
    }
}

input_type!(Moment, "Moment", inline, |_| json_schema!({
    "type": "string",
    "examples": ["2026-11-30", "2026-11-30T09:30:00Z", "1796031000"],
}));

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal};

    #[test]
    fn moment_table() {
        let zone = Zone::named("Europe/Berlin").expect("a zone");
        for (text, seconds) in [
            (json!("1748856620"), 1_748_856_620),
            (json!(1_748_856_620), 1_748_856_620),
            (json!("2025-06-02"), 1_748_815_200),
            (json!("2025-06-02T09:30:20Z"), 1_748_856_620),
            (json!("2025-06-02T11:30:20+02:00"), 1_748_856_620),
            (json!("2025-06-02T11:30:20 02:00"), 1_748_856_620),
            (json!("2025-06-02T11:30:20"), 1_748_856_620),
            (json!("2025-06-02 11:30:20"), 1_748_856_620),
            (json!(" 2025-06-02T11:30 "), 1_748_856_600),
        ] {
            let moment: Moment = read(text.clone()).expect("a moment");
            assert_eq!(moment.at(&zone), Timestamp(seconds), "{text}");
        }
        for text in [
            "yesterday",
            "2025-06-31",
            "2025-06-02T25:00",
            "1e9",
            "2025-06-02T11:30:20+99:00",
        ] {
            assert_eq!(refusal::<Moment>(json!(text)), "input.moment", "{text}");
        }
    }
}
