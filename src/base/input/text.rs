//! Text of bounded length: short text, one-line text, and long text.

use schemars::{Schema, json_schema};
use serde_json::Value;

use super::{REQUIRED, input_type};
use crate::base::error::Message;
use crate::base::name_key::name_key;

/// A megabyte, the bound of [`LongText`] unless its type says otherwise.
const MIB: usize = 1 << 20;

/// A text, read by a rule and of bounded length; numbers and booleans are taken by their
/// text, nothing (null) as empty text. Blanks around it go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoundedText<const RULE: u8, const MAX: usize, const MIN: usize>(String);

/// Short text of `MIN` to `MAX` characters. `Text<255, 1>` must not be blank.
pub type Text<const MAX: usize = 255, const MIN: usize = 0> = BoundedText<SHORT, MAX, MIN>;

/// [`Text`] on one line: each run of line breaks and control characters becomes a space, so
/// that a subject or a name can never end a mail header and begin another.
pub type Line<const MAX: usize = 255, const MIN: usize = 0> = BoundedText<ONE_LINE, MAX, MIN>;

/// Long text of at most `MAX` bytes, a mebibyte by default; its inner lines stay as they are.
pub type LongText<const MAX: usize = MIB> = BoundedText<LONG, MAX, 0>;

const SHORT: u8 = 0;
const ONE_LINE: u8 = 1;
const LONG: u8 = 2;

impl<const RULE: u8, const MAX: usize, const MIN: usize> BoundedText<RULE, MAX, MIN> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Whether nothing but blanks was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn read(value: Value) -> Result<Self, Message> {
        by_rule(RULE, &plain(value)?, (MIN, MAX)).map(Self)
    }
}

input_type!(
    [const RULE: u8, const MAX: usize, const MIN: usize] BoundedText<RULE, MAX, MIN>,
    format!("Text{RULE}Of{MIN}To{MAX}"),
    inline,
    |_| text_schema(MIN, MAX)
);

/// The text of a leaf.
pub(super) fn plain(value: Value) -> Result<String, Message> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(set) => Ok(set.to_string()),
        Value::Array(_) | Value::Object(_) => Err("input.text".into()),
    }
}

fn by_rule(rule: u8, text: &str, (min, max): (usize, usize)) -> Result<String, Message> {
    if rule == ONE_LINE {
        return bounded(shown(&on_one_line(text)), min, max);
    }
    // `SQLite`'s own functions and C libraries end a text at its first NUL, so that what is
    // checked would not be what is stored.
    if text.contains('\0') {
        return Err("input.nul".into());
    }
    let text = text.trim();
    if rule == SHORT {
        return bounded(text, min, max);
    }
    if text.len() > max {
        return Err(Message::new("input.too_long").with("max", max));
    }
    Ok(text.to_owned())
}

/// The text without what shows nothing at its ends.
fn shown(text: &str) -> &str {
    text.trim_matches(|letter: char| {
        letter.is_whitespace() || letter.is_control() || INVISIBLE.contains(&letter)
    })
}

/// Letters that show nothing at the end of a text. Others do not either, but end an emoji.
const INVISIBLE: [char; 15] = [
    '\u{ad}', '\u{34f}', '\u{61c}', '\u{115f}', '\u{1160}', '\u{200b}', '\u{200c}', '\u{200d}',
    '\u{200e}', '\u{200f}', '\u{2060}', '\u{2800}', '\u{3164}', '\u{feff}', '\u{ffa0}',
];

/// The text if it has `min` to `max` characters, and something to see where it must not be
/// blank.
fn bounded(text: &str, min: usize, max: usize) -> Result<String, Message> {
    let length = text.chars().count();
    if min > 0 && name_key(text).is_empty() {
        return Err(REQUIRED.into());
    }
    if length < min {
        return Err(Message::new("input.too_short").with("min", min));
    }
    if length > max {
        return Err(Message::new("input.too_long").with("max", max));
    }
    Ok(text.to_owned())
}

/// The text with each run of line breaks and control characters made a space, for what goes
/// into a header.
pub fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut after_break = false;
    for character in text.chars() {
        // U+2028 and U+2029 are line and paragraph separators without being control characters.
        let is_break = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
        match (is_break, after_break) {
            (true, false) => line.push(' '),
            (true, true) => {}
            (false, _) => line.push(character),
        }
        after_break = is_break;
    }
    line
}

fn text_schema(min: usize, max: usize) -> Schema {
    if min > 0 {
        json_schema!({"type": "string", "minLength": min, "maxLength": max, "pattern": r"\S"})
    } else {
        json_schema!({"type": "string", "maxLength": max})
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal, schema};

    #[test]
    fn text_table() {
        let accepted = [
            (json!("  two words\n"), "two words"),
            (json!("two\r\nlines"), "two\r\nlines"),
            (json!(12), "12"),
            (json!(1.5), "1.5"),
            (json!(true), "true"),
            (json!(""), ""),
            (json!(null), ""),
            (json!("äöü€"), "äöü€"),
        ];
        for (value, text) in accepted {
            assert_eq!(read::<Text>(value).unwrap().as_str(), text);
        }
        assert_eq!(refusal::<Text>(json!("a\0b")), "input.nul");
        assert_eq!(refusal::<Text>(json!(["a"])), "input.text");
        assert_eq!(refusal::<Text>(json!({"a": "b"})), "input.text");
        assert_eq!(refusal::<Text<3>>(json!("four")), "input.too_long|max=3");
        assert_eq!(refusal::<Text<9, 1>>(json!(" \n ")), "input.required");
        assert_eq!(refusal::<Text<9, 1>>(json!(null)), "input.required");
        assert_eq!(refusal::<Text<9, 3>>(json!("ab")), "input.too_short|min=3");
        assert!(
            read::<Text<4>>(json!("äöü€")).is_ok(),
            "characters count, not bytes"
        );
    }

    #[test]
    fn line_table() {
        let accepted = [
            (
                "Hi\r\nBcc: everybody@example.com",
                "Hi Bcc: everybody@example.com",
            ),
            ("a\u{2028}b\u{85}c\0d\te", "a b c d e"),
            ("\r\n\r\n", ""),
            ("two  blanks stay", "two  blanks stay"),
        ];
        for (sent, line) in accepted {
            assert_eq!(read::<Line>(json!(sent)).unwrap().as_str(), line);
        }
        assert_eq!(refusal::<Line<9, 1>>(json!("\r\n")), "input.required");
        assert_eq!(refusal::<Line<3>>(json!("four")), "input.too_long|max=3");
        assert_eq!(refusal::<Line>(json!([])), "input.text");
    }

    #[test]
    fn long_text_table() {
        let text = read::<LongText>(json!("\n  first\r\n\r\n    indented  \nlast\n\n")).unwrap();
        assert_eq!(text.as_str(), "first\r\n\r\n    indented  \nlast");
        assert!(read::<LongText>(json!("x".repeat(MIB))).is_ok());
        assert_eq!(
            refusal::<LongText>(json!("x".repeat(MIB + 1))),
            "input.too_long|max=1048576"
        );
        assert_eq!(refusal::<LongText<3>>(json!("€!")), "input.too_long|max=3");
        assert_eq!(refusal::<LongText>(json!("a\0")), "input.nul");
    }

    #[test]
    fn schemas_say_what_is_required() {
        assert_eq!(schema::<Text<9, 1>>()["minLength"], json!(1));
        assert_eq!(schema::<Text>()["type"], "string");
        let longest = |schema: serde_json::Value| schema["maxLength"].clone();
        assert_eq!(longest(schema::<Line>()), json!(255));
        assert_eq!(longest(schema::<LongText>()), json!(MIB));
    }

    proptest! {
        #[test]
        fn a_line_never_breaks(text in any::<String>()) {
            let line = read::<Line<1000>>(json!(text)).unwrap();
            let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
            prop_assert!(!line.as_str().contains(breaks));
        }

        #[test]
        fn text_keeps_all_but_the_blanks_around_it(text in "[^\0]{0,40}") {
            prop_assert_eq!(read::<Text>(json!(text)).unwrap().into_string(), text.trim());
            prop_assert_eq!(read::<LongText>(json!(text)).unwrap().into_string(), text.trim());
        }

        #[test]
        fn text_is_bounded_by_characters(text in "\\PC{0,20}") {
            let fits = text.trim().chars().count() <= 10;
            prop_assert_eq!(read::<Text<10>>(json!(text)).is_ok(), fits);
        }
    }
}
