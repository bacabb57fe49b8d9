//! The keys of answers that say what was done, each with its type: for the document, which
//! cannot see what a handler puts beside its message.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Names the keys of an answer: `answer_keys!(LabelSaved { "message": String, "label": LabelShape });`
macro_rules! answer_keys {
    ($(#[$doc:meta])* $place:vis $name:ident { $($key:literal: $of:ty),+ $(,)? }) => {
        $(#[$doc])*
        $place enum $name {}

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(schemas: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut properties = serde_json::Map::new();
                $(properties.insert($key.into(), schemas.subschema_for::<$of>().to_value());)+
                schemars::json_schema!({
                    "type": "object",
                    "properties": properties,
                    "required": [$($key),+],
                })
            }
        }
    };
}

pub(crate) use answer_keys;

answer_keys!(
    /// What was done, in the caller's language.
    pub Told { "message": String }
);
answer_keys!(
    /// What was done, under the key that the documentation has there.
    pub ToldBriefly { "msg": String }
);
answer_keys!(
    /// What was done, and the id of what it was done to.
    pub Made { "message": String, "id": i64 }
);
answer_keys!(
    /// What was done, under the key that the documentation has there, and the id of what it was
    /// done to.
    pub MadeBriefly { "msg": String, "id": i64 }
);
answer_keys!(
    /// What was done, as the documentation has it for the followers of a task.
    pub Alert { "alertClass": String, "alertMessage": String }
);

/// The keys `K`, and `warning` where not all was done.
pub struct Warned<K>(PhantomData<K>);

impl<K: JsonSchema> JsonSchema for Warned<K> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}OrWarned", K::schema_name()).into()
    }

    fn json_schema(schemas: &mut SchemaGenerator) -> Schema {
        let mut schema = K::json_schema(schemas);
        if let Some(properties) = schema.get_mut("properties") {
            properties["warning"] = serde_json::json!({
                "type": "string",
                "description": "What was not done, in the caller's language.",
            });
        }
        schema
    }
}
