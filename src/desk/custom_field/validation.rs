//! What the text of a field must be like: the API's `validation`, and its judgement of
//! one text. It knows no fields and no tickets. Patterns run in time linear in the
//! text, are small when compiled, and never see a text that is too long.

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, PrimitiveDateTime, Time};
use url::Url;

use super::FieldType;
use crate::base::closed_list::closed_list;
use crate::base::error::{Faults, Message};
use crate::base::input::{Codes, Email, Int, Maybe, Text};

closed_list! {
    /// What kind of text a text field takes: the API's `validation.fieldtype`.
    TextKind {
        /// Any.
        Text = "text",
        /// A number, whole or with decimals.
        Number = "number",
        /// An e-mail address.
        Email = "email",
        /// An http or https address.
        Url = "url",
        /// Any; a form hides what is typed.
        Password = "password",
    }
}

/// The most characters of one line of text.
const MAX_LINE: usize = 1_000;
/// The most characters of lines of text.
const MAX_LINES: usize = 20_000;
/// The most bytes that a compiled pattern may take.
const MAX_PATTERN: usize = 1 << 18;

/// What the text of a field must be like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Validation {
    /// The kind; for text fields alone.
    kind: Option<TextKind>,
    /// The least number, or the fewest characters.
    min: Option<i64>,
    /// The greatest number, or the most characters.
    max: Option<i64>,
    /// Domains of which one must be that of the address; none is no restriction.
    allowed: Vec<String>,
    /// Domains that must not be that of the address.
    restricted: Vec<String>,
    /// A pattern that must match somewhere in the text; empty is none.
    pattern: String,
}

/// `validation` as clients send it, whole or in part.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ValidationBody {
    /// text, number, email, url or password, for a text field; text without it.
    fieldtype: Maybe<Text>,
    /// The least number; for other kinds of text the fewest characters.
    #[serde(rename = "minNo")]
    min: Maybe<Int>,
    /// The greatest number; for other kinds of text the most characters.
    #[serde(rename = "maxNo")]
    max: Maybe<Int>,
    /// Domains of which an address must have one, as a list or separated by commas.
    #[serde(rename = "allowedDomain")]
    allowed: Maybe<Codes>,
    /// Domains that an address must not have, as a list or separated by commas.
    #[serde(rename = "restrictedDomain")]
    restricted: Maybe<Codes>,
    /// A pattern that must match somewhere in the text; anchor it with ^ and $. It
    /// has neither look-around nor back-references.
    regex: Maybe<Text<500>>,
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
fn domains(sent: Maybe<Codes>, field: &str, faults: &mut Faults) -> Vec<String> {
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

fn compiled(pattern: &str) -> Result<Regex, regex::Error> {
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
        let body: ValidationBody = serde_json::from_str(stored).unwrap_or_default();
        body.checked(field_type, &mut Faults::default())
    }

    /// The text as it is kept, or what is wrong with it. For types whose value is text.
    pub(super) fn judge(&self, field_type: FieldType, text: &str) -> Result<String, Message> {
        let longest = match field_type {
            FieldType::Textarea => MAX_LINES,
            _ => MAX_LINE,
        };
        let length = text.chars().count();
        if length > longest {
            return Err(Message::new("input.too_long").with("max", longest));
        }
        if text.contains('\0') {
            return Err("input.nul".into());
        }
        match field_type {
            FieldType::Date => as_date(text).ok_or_else(|| "custom_field.bad_date".into()),
            FieldType::Time => as_time(text).ok_or_else(|| "custom_field.bad_time".into()),
            FieldType::DateTime => {
                as_date_time(text).ok_or_else(|| "custom_field.bad_datetime".into())
            }
            FieldType::Text => {
                self.judge_kind(text, length)?;
                self.judge_pattern(text)
            }
            _ => self.judge_pattern(text),
        }
    }

    fn judge_kind(&self, text: &str, length: usize) -> Result<(), Message> {
        if text.chars().any(char::is_control) {
            return Err("custom_field.not_one_line".into());
        }
        match self.kind.unwrap_or(TextKind::Text) {
            TextKind::Number => return self.judge_number(text),
            TextKind::Email => {
                let address = Email::parse(text)?;
                self.judge_domain(address.domain())?;
            }
            TextKind::Url => {
                let domain = web_domain(text).ok_or("custom_field.bad_url")?;
                self.judge_domain(&domain)?;
            }
            TextKind::Text | TextKind::Password => {}
        }
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        match (self.min, self.max) {
            (Some(min), _) if length < min => Err(Message::new("input.too_short").with("min", min)),
            (_, Some(max)) if length > max => Err(Message::new("input.too_long").with("max", max)),
            _ => Ok(()),
        }
    }

    fn judge_number(&self, text: &str) -> Result<(), Message> {
        let number = number(text).ok_or("custom_field.bad_number")?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bound beyond 2^53 is no bound that anybody means to the last digit"
        )]
        let bound = |bound: i64| bound as f64;
        match (self.min, self.max) {
            (Some(min), _) if number < bound(min) => {
                Err(Message::new("custom_field.too_small").with("min", min))
            }
            (_, Some(max)) if number > bound(max) => {
                Err(Message::new("custom_field.too_great").with("max", max))
            }
            _ => Ok(()),
        }
    }

    /// A domain stands for its subdomains too.
    fn judge_domain(&self, domain: &str) -> Result<(), Message> {
        let is_of = |known: &String| {
            domain == known
                || domain
                    .strip_suffix(known.as_str())
                    .is_some_and(|rest| rest.ends_with('.'))
        };
        if self.restricted.iter().any(is_of) {
            let message = Message::new("custom_field.restricted_domain");
            return Err(message.with("domain", domain));
        }
        if self.allowed.is_empty() || self.allowed.iter().any(is_of) {
            return Ok(());
        }
        let allowed = self.allowed.join(", ");
        Err(Message::new("custom_field.not_allowed_domain").with("domains", allowed))
    }

    fn judge_pattern(&self, text: &str) -> Result<String, Message> {
        let pattern = compiled(&self.pattern).map_err(|_| "custom_field.bad_pattern")?;
        if pattern.is_match(text) {
            return Ok(text.to_owned());
        }
        Err(Message::new("custom_field.no_match").with("pattern", &self.pattern))
    }
}

/// Digits with a sign and decimals, and nothing that is no number to a person.
fn number(text: &str) -> Option<f64> {
    let is_plain = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.');
    let plain = text.chars().all(is_plain) && text.ends_with(|c: char| c.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// The domain of a web address.
fn web_domain(text: &str) -> Option<String> {
    let address = Url::parse(text).ok()?;
    let is_web = matches!(address.scheme(), "http" | "https");
    is_web
        .then(|| address.host_str().map(str::to_ascii_lowercase))
        .flatten()
}

type Format = &'static [BorrowedFormatItem<'static>];

const DATE: Format = format_description!("[year]-[month]-[day]");
const TIME: Format = format_description!("[hour]:[minute]:[second]");
const MINUTE: Format = format_description!("[hour]:[minute]");
const DATE_TIME: Format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
const DATE_MINUTE: Format = format_description!("[year]-[month]-[day] [hour]:[minute]");

/// A day as `YYYY-MM-DD`.
fn as_date(text: &str) -> Option<String> {
    Date::parse(text, DATE).ok()?.format(DATE).ok()
}

/// A time of day with its seconds, whether it came with them or not.
fn as_time(text: &str) -> Option<String> {
    let read = Time::parse(text, TIME).or_else(|_| Time::parse(text, MINUTE));
    read.ok()?.format(TIME).ok()
}

/// A day with a time; browsers part the two by a `T`.
fn as_date_time(text: &str) -> Option<String> {
    let text = text.replacen('T', " ", 1);
    let read = PrimitiveDateTime::parse(&text, DATE_TIME)
        .or_else(|_| PrimitiveDateTime::parse(&text, DATE_MINUTE));
    read.ok()?.format(DATE_TIME).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(body: Value, field_type: FieldType) -> Result<Validation, Vec<String>> {
        let body: ValidationBody = serde_json::from_value(body).unwrap();
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
    fn texts_are_judged_by_kind_bounds_domains_and_pattern() {
        let documented = json!({ "fieldtype": "number", "minNo": 20, "maxNo": "100",
            "allowedDomain": "", "restrictedDomain": "", "regex": "^[1-9][0-9]*$" });
        let mail = json!({ "fieldtype": "email", "allowedDomain": "@Example.com, example.org",
            "restrictedDomain": ["bad.example.com"] });
        let web = json!({ "fieldtype": "url", "restrictedDomain": "evil.example" });
        let short = json!({ "minNo": 2, "maxNo": 3 });
        let table: [(&Value, &str, Option<&str>); 24] = [
            (&documented, "20", None),
            (&documented, "100", None),
            (&documented, "19", Some("custom_field.too_small")),
            (&documented, "101", Some("custom_field.too_great")),
            (&documented, "020", Some("custom_field.no_match")),
            (&documented, "50.5", Some("custom_field.no_match")),
            (&documented, "NaN", Some("custom_field.bad_number")),
            (&documented, "1e9", Some("custom_field.bad_number")),
            (&documented, "inf", Some("custom_field.bad_number")),
            (&documented, "5.", Some("custom_field.bad_number")),
            (&mail, "a@example.com", None),
            (&mail, "a@shop.EXAMPLE.org", None),
            (
                &mail,
                "a@notexample.com",
                Some("custom_field.not_allowed_domain"),
            ),
            (
                &mail,
                "a@bad.example.com",
                Some("custom_field.restricted_domain"),
            ),
            (
                &mail,
                "a@very.bad.example.com",
                Some("custom_field.restricted_domain"),
            ),
            (&mail, "nobody", Some("input.email")),
            (&web, "https://example.com/a?b#c", None),
            (
                &web,
                "http://user@evil.example:81/",
                Some("custom_field.restricted_domain"),
            ),
            (&web, "javascript:alert(1)", Some("custom_field.bad_url")),
            (&web, "example.com", Some("custom_field.bad_url")),
            (&short, "äö", None),
            (&short, "x", Some("input.too_short")),
            (&short, "four", Some("input.too_long")),
            (&short, "a\nb", Some("custom_field.not_one_line")),
        ];
        for (body, text, fault) in table {
            let rule = rule(body.clone(), FieldType::Text).unwrap();
            let judged = rule.judge(FieldType::Text, text);
            let key = judged.as_ref().err().map(|message| message.key.as_ref());
            assert_eq!(key, fault, "{body} {text}");
        }
    }

    #[test]
    fn days_and_times_are_kept_in_one_form() {
        let rule = Validation::default();
        for (field_type, text, kept) in [
            (FieldType::Date, "2025-06-02", Some("2025-06-02")),
            (FieldType::Date, "2025-02-30", None),
            (FieldType::Date, "02/06/2025", None),
            (FieldType::Time, "09:30", Some("09:30:00")),
            (FieldType::Time, "23:59:59", Some("23:59:59")),
            (FieldType::Time, "24:00", None),
            (
                FieldType::DateTime,
                "2025-06-02T09:30",
                Some("2025-06-02 09:30:00"),
            ),
            (
                FieldType::DateTime,
                "2025-06-02 09:30:20",
                Some("2025-06-02 09:30:20"),
            ),
            (FieldType::DateTime, "2025-06-02", None),
        ] {
            let judged = rule.judge(field_type, text).ok();
            assert_eq!(judged.as_deref(), kept, "{text}");
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

    #[test]
    fn a_costly_pattern_costs_little() {
        let rule = rule(json!({ "regex": "^(a+)+$" }), FieldType::Textarea).unwrap();
        let text = format!("{}b", "a".repeat(MAX_LINES - 1));
        let began = std::time::Instant::now();
        assert!(rule.judge(FieldType::Textarea, &text).is_err());
        assert!(
            rule.judge(FieldType::Textarea, &format!("{text}a"))
                .is_err()
        );
        assert!(began.elapsed().as_secs() < 5);
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

        #[test]
        fn no_text_is_too_odd(text in ".{0,40}", kind in proptest::sample::select(TextKind::ALL)) {
            let rule = Validation { kind: Some(kind), ..Validation::default() };
            for field_type in FieldType::ALL {
                if let Ok(kept) = rule.judge(*field_type, &text) {
                    prop_assert_eq!(rule.judge(*field_type, &kept).ok(), Some(kept));
                }
            }
        }
    }
}
