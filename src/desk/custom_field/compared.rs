//! Fields as rules compare their values: what can be compared, and with what.

use super::options::{self, FieldOption};
use super::validation::Validation;
use super::{Field, FieldType, TextKind, store};
use crate::base::db::View;
use crate::base::error::{Message, Result};

/// What the value of a field is, to those who compare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparable {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day with a time.
    DateTime,
    /// One or more of the field's options.
    Options,
}

impl Comparable {
    /// What the value of such a field is; nothing where it cannot be compared.
    pub(super) fn of(
        field_type: FieldType,
        kind: Option<TextKind>,
        is_encrypted: bool,
    ) -> Option<Self> {
        if is_encrypted {
            return None;
        }
        match field_type {
            FieldType::File => None,
            FieldType::Text if kind == Some(TextKind::Number) => Some(Self::Number),
            FieldType::Text | FieldType::Textarea => Some(Self::Text),
            FieldType::Date => Some(Self::Date),
            FieldType::Time => Some(Self::Time),
            FieldType::DateTime => Some(Self::DateTime),
            FieldType::Select | FieldType::Radio | FieldType::Checkbox => Some(Self::Options),
        }
    }

    /// A text in the form in which values of this kind are kept, or what is wrong with it.
    pub fn normal(self, text: &str) -> Result<String, Message> {
        let number = Validation {
            kind: Some(TextKind::Number),
            ..Validation::default()
        };
        let any = Validation::default();
        match self {
            Self::Text | Self::Options => any.judge(FieldType::Textarea, text),
            Self::Number => number.judge(FieldType::Text, text),
            Self::Date => any.judge(FieldType::Date, text),
            Self::Time => any.judge(FieldType::Time, text),
            Self::DateTime => any.judge(FieldType::DateTime, text),
        }
    }
}

/// A field whose value can be compared.
#[derive(Debug)]
pub struct ComparedField {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What its value is.
    pub comparable: Comparable,
    /// Ids and names of its options.
    pub options: Vec<(i64, String)>,
}

/// The fields that can be compared, in their order: the active ones with what they offer,
/// and those with `ids`, whether they are active or not, with what they ever offered.
/// Files are not, and what is sealed is opened for no comparison.
pub fn comparable(view: &View<'_>, ids: &[i64]) -> Result<Vec<ComparedField>> {
    let mut fields = store::active(view)?;
    let named = store::by_ids(view, ids)?;
    fields.extend(named.into_iter().filter(|field| !field.is_active));
    let found: Vec<i64> = fields.iter().map(|field| field.id).collect();
    let mut options = options::of_fields(view, &found)?;
    options.retain(|option| !option.is_retired || ids.contains(&option.field));
    let compared = fields
        .into_iter()
        .filter_map(|field| compared(field, &options));
    Ok(compared.collect())
}

fn compared(field: Field, options: &[FieldOption]) -> Option<ComparedField> {
    let kind = field.validation.kind;
    let comparable = Comparable::of(field.field_type, kind, field.is_encrypted)?;
    let own = options.iter().filter(|option| option.field == field.id);
    Some(ComparedField {
        id: field.id,
        comparable,
        options: own.map(|option| (option.id, option.name.clone())).collect(),
        name: field.name,
    })
}
