//! Whole numbers, switches and ids.

use schemars::json_schema;
use serde_json::{Number, Value};

use super::{REQUIRED, input_type};
use crate::base::error::Message;

/// A whole number: `7`, `"7"`, `" 7 "`, `7.0`, and `true` as 1.
///
/// An empty string is a missing number: wrap it in [`Optional`](super::Optional) or
/// [`Patch`](super::Patch) where it may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Int(i64);

impl Int {
    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }

    fn read(value: Value) -> Result<Self, Message> {
        let number = match &value {
            Value::Null => return Err(REQUIRED.into()),
            Value::String(text) if text.trim().is_empty() => return Err(REQUIRED.into()),
            Value::Bool(set) => Some(i64::from(*set)),
            Value::Number(number) => whole(number),
            Value::String(text) => whole_text(text.trim()),
            Value::Array(_) | Value::Object(_) => None,
        };
        number.map(Self).ok_or_else(|| "input.int".into())
    }
}

/// A float is taken by its written form, so that `7.0` is 7 and `1e300` is nothing.
fn whole(number: &Number) -> Option<i64> {
    number
        .as_i64()
        .or_else(|| number.as_f64()?.to_string().parse().ok())
}

fn whole_text(text: &str) -> Option<i64> {
    let digits = match text.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => digits,
        _ => text,
    };
    digits.parse().ok()
}

input_type!(Int, "Int", inline, |_| json_schema!({
    "type": "integer", "format": "int64",
}));

impl From<Int> for i64 {
    fn from(int: Int) -> Self {
        int.0
    }
}

/// A switch: `1`, `true`, `"true"`, `"on"`, `"yes"` and their opposites, in any case.
/// Nothing (`""`, null) is off: that is what an unticked box sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flag(bool);

impl Flag {
    /// Whether it is on.
    pub fn get(self) -> bool {
        self.0
    }

    pub(super) fn read(value: Value) -> Result<Self, Message> {
        let set = match &value {
            Value::Null => Some(false),
            Value::Bool(set) => Some(*set),
            Value::Number(number) => match whole(number) {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "1" | "true" | "on" | "yes" => Some(true),
                "0" | "false" | "off" | "no" | "" => Some(false),
                _ => None,
            },
            Value::Array(_) | Value::Object(_) => None,
        };
        set.map(Self).ok_or_else(|| "input.flag".into())
    }
}

input_type!(Flag, "Flag", inline, |_| json_schema!({"type": "boolean"}));

impl From<Flag> for bool {
    fn from(flag: Flag) -> Self {
        flag.0
    }
}

/// The id of a stored thing: a whole number from 1 on, or the thing as an answer shows it, with
/// its `id`. A boolean is not an id, lest `true` mean the first of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(i64);

impl Id {
    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }

    pub(super) fn read(mut value: Value) -> Result<Self, Message> {
        if let Some(id) = value.as_object_mut().and_then(|shown| shown.remove("id")) {
            value = id;
        }
        if value.is_boolean() {
            return Err("input.id".into());
        }
        match Int::read(value) {
            Ok(Int(id)) if id >= 1 => Ok(Self(id)),
            Err(message) if message.key == REQUIRED => Err(message),
            _ => Err("input.id".into()),
        }
    }
}

input_type!(Id, "Id", inline, |_| json_schema!({
    "type": "integer", "format": "int64", "minimum": 1,
}));

impl From<Id> for i64 {
    fn from(id: Id) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal, schema};

    #[test]
    fn int_table() {
        let accepted = [
            (json!(7), 7),
            (json!("7"), 7),
            (json!(" 7 "), 7),
            (json!("-7"), -7),
            (json!("+7"), 7),
            (json!("007"), 7),
            (json!(7.0), 7),
            (json!("7.00"), 7),
            (json!(-0.0), 0),
            (json!(true), 1),
            (json!(false), 0),
            (json!(i64::MIN), i64::MIN),
            (json!("9223372036854775807"), i64::MAX),
        ];
        for (value, int) in accepted {
            assert_eq!(read::<Int>(value.clone()), Ok(Int(int)), "{value}");
        }
        for value in [json!(""), json!("  "), json!(null)] {
            assert_eq!(refusal::<Int>(value), "input.required");
        }
        let refused = [
            json!(1.5),
            json!("1.5"),
            json!("abc"),
            json!("7."),
            json!(".0"),
            json!("1e3"),
            json!("0x10"),
            json!("1 000"),
            json!(u64::MAX),
            json!(9_223_372_036_854_775_808_u64),
            json!(1e300),
            json!("9223372036854775808"),
            json!([7]),
            json!({"0": 7}),
        ];
        for value in refused {
            assert_eq!(refusal::<Int>(value), "input.int");
        }
    }

    #[test]
    fn flag_table() {
        for value in [
            json!(1),
            json!(1.0),
            json!(true),
            json!("1"),
            json!("TRUE"),
            json!(" on "),
            json!("yes"),
        ] {
            assert_eq!(read::<Flag>(value.clone()), Ok(Flag(true)), "{value}");
        }
        for value in [
            json!(0),
            json!(false),
            json!("0"),
            json!("false"),
            json!("Off"),
            json!("no"),
            json!(""),
            json!(null),
        ] {
            assert_eq!(read::<Flag>(value.clone()), Ok(Flag(false)), "{value}");
        }
        for value in [
            json!(2),
            json!(-1),
            json!(0.5),
            json!("2"),
            json!("maybe"),
            json!([]),
            json!({}),
        ] {
            assert_eq!(refusal::<Flag>(value), "input.flag");
        }
    }

    #[test]
    fn id_table() {
        for value in [json!(12), json!("12"), json!(" 12 "), json!(12.0)] {
            assert_eq!(read::<Id>(value.clone()), Ok(Id(12)), "{value}");
        }
        assert_eq!(refusal::<Id>(json!("")), "input.required");
        for value in [
            json!(0),
            json!(-1),
            json!("0"),
            json!(true),
            json!("x"),
            json!(1.5),
            json!([1]),
        ] {
            assert_eq!(refusal::<Id>(value), "input.id");
        }
    }

    #[test]
    fn schemas_name_the_strict_form() {
        assert_eq!(schema::<Int>()["type"], "integer");
        assert_eq!(schema::<Id>()["minimum"], json!(1));
        assert_eq!(schema::<Flag>(), json!({"type": "boolean"}));
    }

    proptest! {
        #[test]
        fn a_number_and_its_text_are_the_same(number: i64, blanks in "[ \t\r\n]{0,3}") {
            prop_assert_eq!(read::<Int>(json!(number)), Ok(Int(number)));
            let text = format!("{blanks}{number}{blanks}");
            prop_assert_eq!(read::<Int>(json!(text)), Ok(Int(number)));
            prop_assert_eq!(read::<Id>(json!(number)).is_ok(), number >= 1);
        }

        #[test]
        fn a_float_is_taken_only_when_it_is_whole(number: f64) {
            if let Ok(int) = read::<Int>(json!(number)) {
                prop_assert_eq!(int.get().to_string(), number.to_string().replace("-0", "0"));
            }
        }

        #[test]
        fn any_text_is_read_or_refused_by_key(text in ".*") {
            if let Err(message) = read::<Int>(json!(text)) {
                prop_assert!(message == "input.int" || message == "input.required");
            }
            if let Err(message) = read::<Flag>(json!(text)) {
                prop_assert_eq!(message, "input.flag");
            }
        }
    }
}
