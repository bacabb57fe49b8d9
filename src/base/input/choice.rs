//! Values from a known set or of a known shape: time zones and colours.

use schemars::json_schema;
use serde_json::Value;

use super::text::plain;
use super::{REQUIRED, input_type};
use crate::base::error::Message;
use crate::base::time;

/// A time zone by its IANA name, in any case: `europe/berlin` is `Europe/Berlin`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(String);

impl Zone {
    /// The name as the IANA database spells it.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The name, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    fn read(value: Value) -> Result<Self, Message> {
        let text = plain(value).map_err(|_| Message::new("input.zone"))?;
        let name = text.trim();
        if name.is_empty() {
            return Err(REQUIRED.into());
        }
        time::Zone::named(name)
            .map(|zone| Self(zone.name().to_owned()))
            .ok_or_else(|| "input.zone".into())
    }
}

input_type!(
    Zone,
    "Zone",
    inline,
    |_| json_schema!({"type": "string", "examples": ["Europe/Berlin", "UTC"]})
);

/// A colour as `#rgb` or `#rrggbb`, kept as sent; nothing is no colour. Nothing else is let
/// into a style sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Colour(Option<String>);

impl Colour {
    /// The colour with its `#`, if one was sent.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The colour, owned, if one was sent.
    pub fn into_string(self) -> Option<String> {
        self.0
    }

    fn read(value: Value) -> Result<Self, Message> {
        let text = plain(value).map_err(|_| Message::new("input.colour"))?;
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self(None));
        }
        let digits = text.strip_prefix('#').unwrap_or_default();
        let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        if is_hex && matches!(digits.len(), 3 | 6) {
            return Ok(Self(Some(text.to_owned())));
        }
        Err("input.colour".into())
    }
}

input_type!(Colour, "Colour", inline, |_| json_schema!({
    "type": "string",
    "pattern": "^(#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}))?$",
}));

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal};

    #[test]
    fn zone_table() {
        let accepted = [
            ("Europe/Berlin", "Europe/Berlin"),
            (" asia/kolkata ", "Asia/Kolkata"),
            (
                "America/Argentina/Buenos_Aires",
                "America/Argentina/Buenos_Aires",
            ),
            ("UTC", "UTC"),
        ];
        for (sent, name) in accepted {
            assert_eq!(read::<Zone>(json!(sent)).unwrap().name(), name);
        }
        for value in [
            json!("Mars/Olympus"),
            json!("+02:00"),
            json!("../etc/passwd"),
            json!("Etc/Unknown"),
            json!(2),
            json!(["UTC"]),
        ] {
            assert_eq!(refusal::<Zone>(value), "input.zone");
        }
        assert_eq!(refusal::<Zone>(json!("")), "input.required");
    }

    #[test]
    fn colour_table() {
        for sent in ["#337ab7", "#F1BB52", "#abc"] {
            assert_eq!(read::<Colour>(json!(sent)).unwrap().as_str(), Some(sent));
        }
        for value in [json!(""), json!("  "), json!(null)] {
            assert_eq!(read::<Colour>(value).unwrap().into_string(), None);
        }
        for value in [
            json!("337ab7"),
            json!("#"),
            json!("#12345"),
            json!("#12345g"),
            json!("##12345"),
            json!("red"),
            json!("#fff;}"),
            json!("#ａｂ"),
            json!([]),
            json!(123),
        ] {
            assert_eq!(refusal::<Colour>(value), "input.colour");
        }
    }

    proptest! {
        #[test]
        fn a_colour_is_safe_in_a_style_sheet(text in ".*", digits in "[#0-9a-fg]{0,8}") {
            for sent in [text, digits.clone(), format!("#{digits}")] {
                if let Ok(Colour(Some(colour))) = read::<Colour>(json!(sent)) {
                    prop_assert!(colour.len() == 4 || colour.len() == 7);
                    prop_assert!(colour[1..].bytes().all(|b| b.is_ascii_hexdigit()));
                }
            }
        }

        #[test]
        fn a_zone_is_known_under_its_own_name(text in "[A-Za-z/_+-]{0,20}") {
            if let Ok(zone) = read::<Zone>(json!(text)) {
                prop_assert!(zone.name().eq_ignore_ascii_case(&text));
                prop_assert_eq!(read::<Zone>(json!(zone.name())), Ok(zone));
            }
        }
    }
}
