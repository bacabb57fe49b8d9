//! What the text of a field must be like: the API's `validation`, as it comes in, as it
//! is kept, and as it is shown. It knows no fields and no tickets.

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{FieldType, TextKind};
use crate::base::error::{Faults, Message};
use crate::base::input::{Codes, Email, Int, Optional, Text, read_value};

/// The most bytes that a compiled pattern may take.
const MAX_PATTERN: usize = 1 << 18;

/// What the text of a field must be like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Validation {
    /// The kind; for text fields alone.
    pub(super) kind: Option<TextKind>,
    /// The least number, or the fewest characters.
    pub(super) min: Option<i64>,
    /// The greatest number, or the most characters.
    pub(super) max: Option<i64>,
    /// Domains of which one must be that of the address; none is no restriction.
    pub(super) allowed: Vec<String>,
    /// Domains that must not be that of the address.
    pub(super) restricted: Vec<String>,
    /// A pattern that must match somewhere in the text; empty is none.
    pub(super) pattern: String,
}

/// `validation` as clients send it, whole or in part.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ValidationBody {
    /// text, number, email, url or password, for a text field; text without it.
    fieldtype: Optional<Text>,
    /// The least number; for other kinds of text the fewest characters.
    #[serde(rename = "minNo")]
    min: Optional<Int>,
    /// The greatest number; for other kinds of text the most characters.
    #[serde(rename = "maxNo")]
    max: Optional<Int>,
    /// Domains of which an address must have one, as a list or separated by commas.
    #[serde(rename = "allowedDomain")]
    allowed: Optional<Codes>,
    /// Domains that an address must not have, as a list or separated by commas.
    #[serde(rename = "restrictedDomain")]
    restricted: Optional<Codes>,
    /// A pattern that must match somewhere in the text; anchor it with ^ and $. It
    /// has neither look-around nor back-references.
    regex: Optional<Text<500>>,
}

impl ValidationBody {
    /// What was sent as a rule for a field of this type. Nothing is taken that would
    /// have no effect.
    pub(super) fn checked(self, field_type: FieldType, faults: &mut Faults) -> Validation {
        let is_text = field_type == FieldType::Text;
        let is_lines = field_type == FieldType::Textarea;
        let kind = self.kind(faults);
        let checked = Validation {
            kind: is_text.then_some(kind),
            min: self.min.as_ref().map(|int| int.get()),
            max: self.max.as_ref().map(|int| int.get()),
            allowed: domains(self.allowed, "validation.allowedDomain", faults),
            restricted: domains(self.restricted, "validation.restrictedDomain", faults),
            pattern: self.regex.get().map(Text::into_string).unwrap_or_default(),
        };
        let has_domain = is_text && matches!(kind, TextKind::Email | TextKind::Url);
        for (field, is_set, has_effect) in [
            ("validation.minNo", checked.min.is_some(), is_text),
            ("validation.maxNo", checked.max.is_some(), is_text),
            (
                "validation.allowedDomain",
                !checked.allowed.is_empty(),
                has_domain,
            ),
            (
                "validation.restrictedDomain",
                !checked.restricted.is_empty(),
                has_domain,
            ),
            (
                "validation.regex",
                !checked.pattern.is_empty(),
                is_text || is_lines,
            ),
        ] {
            if is_set && !has_effect {
                faults.add(field, "custom_field.no_effect");
            }
        }
        if checked
            .min
            .zip(checked.max)
            .is_some_and(|(min, max)| min > max)
        {
            faults.add("validation.maxNo", "custom_field.max_below_min");
        }
        if compiled(&checked.pattern).is_err() {
            faults.add("validation.regex", "custom_field.bad_pattern");
        }
        checked
    }

    fn kind(&self, faults: &mut Faults) -> TextKind {
        let Some(named) = self.fieldtype.as_ref() else {
            return TextKind::Text;
        };
        TextKind::from_code(named.as_str()).unwrap_or_else(|| {
            let known: Vec<&str> = TextKind::ALL.iter().map(|kind| kind.code()).collect();
            let message = Message::new("input.one_of").with("values", known.join(", "));
            faults.add("validation.fieldtype", message);
            TextKind::Text
        })
    }
}

/// Domains in lower case, with or without an `@` in front.
fn domains(sent: Optional<Codes>, field: &str, faults: &mut Faults) -> Vec<String> {
    let sent = sent.get().map(Codes::into_vec).unwrap_or_default();
    let mut known = Vec::new();
    for domain in sent {
        let domain = domain.trim_start_matches('@');
        match Email::parse(&format!("any@{domain}")) {
            Ok(address) => known.push(address.domain().to_owned()),
            Err(_) => faults.add(field, "custom_field.bad_domain"),
        }
    }
    known
}

/// The pattern ready to run, if it is one and small enough.
pub(super) fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .size_limit(MAX_PATTERN)
        .dfa_size_limit(MAX_PATTERN)
        .build()
}

impl Validation {
    /// The API's `validation`: all keys for a text field, the pattern alone for others.
    pub(super) fn shown(&self) -> Value {
        let Some(kind) = self.kind else {
            return json!({ "regex": self.pattern });
        };
        // As documented: an empty text where there is no bound.
        let bound = |bound: Option<i64>| bound.map_or_else(|| json!(""), Value::from);
        json!({
            "fieldtype": kind.code(),
            "minNo": bound(self.min),
            "maxNo": bound(self.max),
            "allowedDomain": self.allowed.join(","),
            "restrictedDomain": self.restricted.join(","),
            "regex": self.pattern,
        })
    }

    /// Reads what [`Validation::shown`] wrote.
    pub(super) fn read(stored: &str, field_type: FieldType) -> Self {
        let tree: Value = serde_json::from_str(stored).unwrap_or_default();
        let body: ValidationBody = read_value(&tree).unwrap_or_default();
        body.checked(field_type, &mut Faults::default())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rule, or the fields that are at fault.
    pub(in crate::desk::custom_field) fn rule(
        body: Value,
        field_type: FieldType,
    ) -> Result<Validation, Vec<String>> {
        let body: ValidationBody = read_value(&body).unwrap();
        let mut faults = Faults::default();
        let checked = body.checked(field_type, &mut faults);
        let found: Vec<String> = faults.iter().map(|(field, _)| field.to_owned()).collect();
        if found.is_empty() {
            Ok(checked)
        } else {
            Err(found)
        }
    }

    #[test]
    fn rules_without_effect_or_sense_are_refused() {
        let huge = "a{1000}{1000}";
        for (body, field_type, field) in [
            (
                json!({ "fieldtype": "colour" }),
                FieldType::Text,
                "validation.fieldtype",
            ),
            (
                json!({ "minNo": 5, "maxNo": 4 }),
                FieldType::Text,
                "validation.maxNo",
            ),
            (
                json!({ "allowedDomain": "x.example" }),
                FieldType::Text,
                "validation.allowedDomain",
            ),
            (
                json!({ "fieldtype": "email", "allowedDomain": "no domain" }),
                FieldType::Text,
                "validation.allowedDomain",
            ),
            (
                json!({ "minNo": 1 }),
                FieldType::Textarea,
                "validation.minNo",
            ),
            (
                json!({ "regex": "x" }),
                FieldType::Select,
                "validation.regex",
            ),
            (json!({ "regex": "(" }), FieldType::Text, "validation.regex"),
            (
                json!({ "regex": "(a)\\1" }),
                FieldType::Text,
                "validation.regex",
            ),
            (
                json!({ "regex": huge }),
                FieldType::Text,
                "validation.regex",
            ),
        ] {
            let found = rule(body.clone(), field_type).unwrap_err();
            assert_eq!(found, [field], "{body}");
        }
        assert!(
            rule(
                json!({ "regex": "", "minNo": "", "fieldtype": "" }),
                FieldType::File
            )
            .is_ok()
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(
            kind in proptest::sample::select(TextKind::ALL), min in proptest::option::of(-99i64..0),
            max in proptest::option::of(0i64..99), pattern in "[a-z]{0,9}",
        ) {
            let rule = Validation { kind: Some(kind), min, max, pattern, ..Validation::default() };
            prop_assert_eq!(&Validation::read(&rule.shown().to_string(), FieldType::Text), &rule);
        }
    }
}
