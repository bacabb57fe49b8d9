//! A message in a body: HTML or plain text that is not blank once it is cleaned; and one
//! with placeholders, which is kept as it came.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::{LongText, MAX_FIELD_BYTES, REQUIRED};
use crate::base::html::RichText;
use crate::base::placeholder::{LARGEST_TEMPLATE, Template};

impl<'de> Deserialize<'de> for RichText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = LongText::<MAX_FIELD_BYTES>::deserialize(deserializer)?;
        Self::read(text.as_str()).ok_or_else(|| D::Error::custom(REQUIRED))
    }
}

impl JsonSchema for RichText {
    fn schema_name() -> Cow<'static, str> {
        "RichText".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "description": "HTML or plain text, not blank.",
            "contentMediaType": "text/html",
        })
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = LongText::<LARGEST_TEMPLATE>::deserialize(deserializer)?;
        Self::read(text.as_str()).ok_or_else(|| D::Error::custom(REQUIRED))
    }
}

impl JsonSchema for Template {
    fn schema_name() -> Cow<'static, str> {
        "Template".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "minLength": 1,
            "description": "HTML or plain text, not blank, which may hold placeholders such as {%ticket.id%}.",
            "maxLength": LARGEST_TEMPLATE,
        })
    }
}
