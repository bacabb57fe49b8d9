//! Passwords and other secrets on their way in. They never print.

use std::fmt;

use schemars::json_schema;
use serde_json::Value;

use super::{REQUIRED, input_type};
use crate::base::error::Message;

/// The longest secret, in bytes: beyond it, hashing would be a lever to keep us busy.
const MAX_BYTES: usize = 1_024;

/// A secret of 1 to 1,024 bytes, as sent: blanks count. It prints as `***`. A whole number
/// is taken by its digits, as flat clients send `12345678` for a password.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret itself; not for logs and not for messages.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The secret that this text is.
    pub fn parse(text: &str) -> Result<Self, Message> {
        Self::read(Value::from(text))
    }

    fn read(value: Value) -> Result<Self, Message> {
        let text = match value {
            Value::Null => String::new(),
            Value::String(text) => text,
            Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            _ => return Err("input.text".into()),
        };
        match text.len() {
            0 => Err(REQUIRED.into()),
            1..=MAX_BYTES => Ok(Self(text)),
            _ => Err(Message::new("input.too_long").with("max", MAX_BYTES)),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

input_type!(Secret, "Secret", inline, |_| json_schema!({
    "type": "string", "format": "password", "writeOnly": true,
    "minLength": 1, "maxLength": MAX_BYTES,
}));

/// A new secret typed twice: `{"first": …, "second": …}` must agree. A text alone stands for
/// both, as flat clients send it; nothing, or both empty, is none.
#[derive(Debug, Clone, Default)]
pub struct Twice(Option<Secret>);

impl Twice {
    /// The secret, if one was sent.
    pub fn secret(&self) -> Option<&Secret> {
        self.0.as_ref()
    }

    /// The secret, owned, if one was sent.
    pub fn into_secret(self) -> Option<Secret> {
        self.0
    }

    fn read(value: Value) -> Result<Self, Message> {
        let Value::Object(mut pair) = value else {
            return optional(value).map(Self);
        };
        let first = optional(pair.remove("first").unwrap_or_default())?;
        let second = optional(pair.remove("second").unwrap_or_default())?;
        let agree = first.as_ref().map(Secret::expose) == second.as_ref().map(Secret::expose);
        if !agree {
            return Err("input.twice".into());
        }
        Ok(Self(first))
    }
}

fn optional(value: Value) -> Result<Option<Secret>, Message> {
    match Secret::read(value) {
        Ok(secret) => Ok(Some(secret)),
        Err(message) if message.key == REQUIRED => Ok(None),
        Err(message) => Err(message),
    }
}

input_type!(Twice, "Twice", inline, |_| {
    let secret = serde_json::json!({
        "type": "string",
        "format": "password",
        "writeOnly": true,
        "maxLength": MAX_BYTES,
    });
    json_schema!({
        "type": "object",
        "properties": {"first": secret, "second": secret},
        "required": ["first", "second"],
    })
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal, schema};

    #[test]
    fn secret_table() {
        let accepted = [
            (json!(" with blanks "), " with blanks "),
            (json!(12_345_678), "12345678"),
            (json!("0012"), "0012"),
        ];
        for (value, secret) in accepted {
            assert_eq!(read::<Secret>(value).unwrap().expose(), secret);
        }
        assert!(read::<Secret>(json!("x".repeat(1024))).is_ok());
        let refused = [
            (json!("x".repeat(1025)), "input.too_long|max=1024"),
            (json!("€".repeat(400)), "input.too_long|max=1024"),
            (json!(""), "input.required"),
            (json!(null), "input.required"),
            (json!(1.5), "input.text"),
            (json!(true), "input.text"),
            (json!(["x"]), "input.text"),
        ];
        for (value, message) in refused {
            assert_eq!(refusal::<Secret>(value), message);
        }
    }

    #[test]
    fn twice_table() {
        let accepted = [
            (
                json!({"first": "pass word", "second": "pass word"}),
                Some("pass word"),
            ),
            (json!({"first": 12, "second": "12"}), Some("12")),
            (json!("{flat"), Some("{flat")),
            (json!(12), Some("12")),
            (json!({"first": "", "second": ""}), None),
            (json!({"first": null}), None),
            (json!({}), None),
            (json!(""), None),
            (json!(null), None),
        ];
        for (value, secret) in accepted {
            let twice = read::<Twice>(value).unwrap();
            assert_eq!(twice.secret().map(Secret::expose), secret);
        }
        for value in [
            json!({"first": "a", "second": "b"}),
            json!({"first": "a"}),
            json!({"first": "a", "second": "a "}),
        ] {
            assert_eq!(refusal::<Twice>(value), "input.twice");
        }
        assert_eq!(refusal::<Twice>(json!(["a", "a"])), "input.text");
    }

    #[test]
    fn schemas_are_for_writing_only() {
        assert_eq!(schema::<Secret>()["writeOnly"], json!(true));
        assert_eq!(
            schema::<Twice>()["properties"]["second"]["format"],
            json!("password")
        );
    }

    proptest! {
        #[test]
        fn a_secret_never_prints(text in "[a-z0-9]{4,20}") {
            let secret = read::<Secret>(json!(text)).unwrap();
            prop_assert_eq!(secret.expose(), text.as_str());
            let twice = read::<Twice>(json!({"first": text, "second": text})).unwrap();
            prop_assert_eq!(format!("{secret} {secret:?} {twice:?}"), "*** *** Twice(Some(***))");
            let message = refusal::<Twice>(json!({"first": text, "second": ""}));
            prop_assert_eq!(message, "input.twice");
        }

        #[test]
        fn only_equal_secrets_agree(first in ".{1,9}", second in ".{1,9}") {
            let pair = json!({"first": first, "second": second});
            prop_assert_eq!(read::<Twice>(pair).is_ok(), first == second);
        }
    }
}
