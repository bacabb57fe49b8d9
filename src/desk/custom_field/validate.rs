//! The judgement of one text by its field's rule. Patterns run in time linear in the
//! text, and never see a text that is too long.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, PrimitiveDateTime, Time};
use url::Url;

use super::validation::{Validation, compiled};
use super::{FieldType, TextKind};
use crate::base::error::Message;
use crate::base::input::Email;

/// The most characters of one line of text.
const MAX_LINE: usize = 1_000;
/// The most characters of lines of text.
const MAX_LINES: usize = 20_000;
impl Validation {
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
    use super::super::validation::tests::rule;
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

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
