//! A tree of JSON into a typed value, through one reader for all types: each is compiled
//! against this one alone, and every fault knows the path of its field.
//!
//! All that is wrong with an object is found at once: what is refused is taken out, and the
//! rest is read again.

use std::fmt;
use std::slice::Iter;

use schemars::{JsonSchema, SchemaGenerator};
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::REQUIRED;
use crate::base::error::{Faults, Message};

/// What is said of a value of another kind than its type takes.
const SHAPE: &str = "input.shape";

/// Reads an object. Anything else says nothing about any field, and is read as an empty one.
pub fn read_object<T: DeserializeOwned + JsonSchema>(tree: &Value) -> Result<T, Faults> {
    let nothing = Value::Object(Map::new());
    let tree = if tree.is_object() { tree } else { &nothing };
    T::deserialize(Reader(tree)).map_err(|first| {
        let again = |tree: &Value| T::deserialize(Reader(tree)).err();
        all_faults(tree.clone(), first, &required::<T>(), &again)
    })
}

/// Reads one value; what is wrong with it is said without its path.
pub fn read_value<T: DeserializeOwned>(tree: &Value) -> Result<T, Message> {
    T::deserialize(Reader(tree)).map_err(|fault| fault.message)
}

/// The name by which a type asks for a value or nothing. Serde's own option would also take
/// a field that is not there.
pub(super) const OR_NOTHING: &str = "or nothing";

/// Null, or a text of no characters: flat clients cannot send a null.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// The fields that a type asks for.
fn required<T: JsonSchema>() -> Vec<String> {
    let schema = T::json_schema(&mut SchemaGenerator::default());
    let required = schema.get("required").and_then(Value::as_array);
    let names = required.into_iter().flatten().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}

fn all_faults(
    mut tree: Value,
    first: Fault,
    required: &[String],
    again: &dyn Fn(&Value) -> Option<Fault>,
) -> Faults {
    let mut faults = Faults::default();
    let mut refused: Vec<String> = Vec::new();
    let mut next = Some(first);
    while let Some(fault) = next.take() {
        let field = fault.field().to_owned();
        let fields = tree.as_object_mut();
        let was_there = fields.is_some_and(|fields| fields.shift_remove(&field).is_some());
        if was_there {
            next = again(&tree);
        }
        if !refused.contains(&field) {
            faults.add(fault.path(), fault.message);
            refused.push(field);
        }
        if !was_there {
            // The reader stops at the first field that is missing; the others are known by name.
            for name in required {
                if !refused.contains(name) && tree.get(name).is_none() {
                    faults.add(name, REQUIRED);
                }
            }
        }
    }
    faults
}

/// What is wrong with one value, and where.
#[derive(Debug)]
pub(super) struct Fault {
    /// Names and positions, the innermost first.
    path: Vec<Step>,
    message: Message,
}

#[derive(Debug)]
enum Step {
    Field(String),
    Place(usize),
}

impl Fault {
    fn new(message: impl Into<Message>) -> Self {
        Self {
            path: Vec::new(),
            message: message.into(),
        }
    }

    fn of(field: &str, message: impl Into<Message>) -> Self {
        Self::new(message).within(Step::Field(field.to_owned()))
    }

    fn within(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// The outermost field.
    fn field(&self) -> &str {
        match self.path.last() {
            Some(Step::Field(name)) => name,
            _ => "body",
        }
    }

    /// The whole path, as in `customFields.122` and `ids[0]`.
    fn path(&self) -> String {
        let steps = self.path.iter().rev().map(|step| match step {
            Step::Place(place) => format!("[{place}]"),
            Step::Field(name) => format!(".{name}"),
        });
        let path: String = steps.collect();
        match path.strip_prefix('.') {
            Some(path) => path.to_owned(),
            None if path.is_empty() => "body".to_owned(),
            None => path,
        }
    }
}

/// The message alone, as it is when a type hands on another's refusal.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl serde::de::Error for Fault {
    fn custom<T: fmt::Display>(words: T) -> Self {
        let words = words.to_string();
        if words.starts_with("input.") {
            Self::new(Message::parse(&words))
        } else {
            Self::new(SHAPE)
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of(field, REQUIRED)
    }

    /// Two spellings of one key, which are two keys in JSON.
    fn duplicate_field(field: &'static str) -> Self {
        Self::of(
            field,
            Message::new("input.duplicate_key").with("key", field),
        )
    }
}

/// A value, to be read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'t>(pub(super) &'t Value);

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (_, Some(number), _) => visitor.visit_i64(number),
                (_, _, Some(number)) => visitor.visit_f64(number),
                _ => Err(Fault::new(SHAPE)),
            },
            Value::Array(list) => visitor.visit_seq(Items {
                rest: list.iter(),
                place: 0,
            }),
            Value::Object(object) => visitor.visit_map(Fields::of(object)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.0 {
            Value::Object(object) => visitor.visit_map(Fields::of(object)),
            _ => Err(Fault::new(SHAPE)),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.0 {
            Value::String(text) => visitor.visit_enum(named(text)),
            _ => Err(Fault::new(SHAPE)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if name == OR_NOTHING && is_nothing(self.0) {
            return visitor.visit_none();
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}

fn named(text: &str) -> StrDeserializer<'_, Fault> {
    text.into_deserializer()
}

/// The entries of a list.
struct Items<'de> {
    rest: Iter<'de, Value>,
    place: usize,
}

impl<'t> SeqAccess<'t> for Items<'t> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some(value) = self.rest.next() else {
            return Ok(None);
        };
        let place = self.place;
        self.place += 1;
        let read = seed.deserialize(Reader(value));
        read.map(Some)
            .map_err(|fault| fault.within(Step::Place(place)))
    }
}

/// The fields of an object.
struct Fields<'t> {
    rest: serde_json::map::Iter<'t>,
    at: Option<(&'t str, &'t Value)>,
}

impl<'t> Fields<'t> {
    fn of(object: &'t Map<String, Value>) -> Self {
        Self {
            rest: object.iter(),
            at: None,
        }
    }
}

impl<'t> MapAccess<'t> for Fields<'t> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'t>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fault> {
        let Some((name, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.at = Some((name, value));
        // A name that nobody knows is what is wrong, where only known ones may be.
        seed.deserialize(BorrowedStrDeserializer::new(name))
            .map(Some)
            .map_err(|fault: Fault| fault.within(Step::Field(name.to_owned())))
    }

    fn next_value_seed<S: DeserializeSeed<'t>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let Some((name, value)) = self.at.take() else {
            return Err(Fault::custom("a value was asked for before its name"));
        };
        seed.deserialize(Reader(value))
            .map_err(|fault| fault.within(Step::Field(name.to_owned())))
    }
}
