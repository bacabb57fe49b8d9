//! The words of workflows, as three tables of rows: what can set one off, what can be
//! asked, what can be done. Judgement, menus and whatever runs workflows read them. They must
//! not know how they are stored.
//!
//! Each row has the name that is stored and other spellings that mean it: those of
//! `UVdesk`'s community edition (`uvdesk.ticket.update_priority`, without what stands
//! before the last full stop), and the documented simple ones.

mod actions;
mod conditions;
mod triggers;

pub use actions::ACTIONS;
pub use conditions::CONDITIONS;
pub use triggers::TRIGGERS;

use super::choice::{Choice, Keyword};
use super::{Entity, Kind};
use crate::base::closed_list::closed_list;
use crate::base::who::Privilege;

/// Something that can set an automatic workflow off.
#[derive(Debug)]
pub struct Trigger {
    /// What it happens to.
    pub entity: Entity,
    /// Its name.
    pub code: &'static str,
    /// Other spellings.
    pub also: &'static [&'static str],
    /// The key of what a options calls it.
    pub label: &'static str,
}

/// Something that can be asked of what a workflow is about.
#[derive(Debug)]
pub struct Condition {
    /// What it can be asked of.
    pub entities: &'static [Entity],
    /// Its name.
    pub code: &'static str,
    /// Other spellings.
    pub also: &'static [&'static str],
    /// What it is compared with.
    pub compared: Compared,
    /// The key of what a options calls it.
    pub label: &'static str,
}

/// Something that a workflow can do.
#[derive(Debug)]
pub struct Action {
    /// What it is done to.
    pub entity: Entity,
    /// Its name.
    pub code: &'static str,
    /// Other spellings.
    pub also: &'static [&'static str],
    /// What it is told beside its name.
    pub takes: Takes,
    /// What it takes to do the same by hand, and so to store it.
    pub privilege: Option<Privilege>,
    /// Triggers after which it would have no effect.
    pub not_after: &'static [&'static str],
    /// The one kind of workflows that can do it, where the other cannot.
    pub only: Option<Kind>,
    /// The key of what a options calls it.
    pub label: &'static str,
}

/// What a condition compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// Text, regardless of case.
    Text,
    /// A number.
    Number,
    /// A day as `YYYY-MM-DD`, in the company's zone.
    Date,
    /// A time of day as `HH:MM:SS`.
    Time,
    /// A day with a time as `YYYY-MM-DD HH:MM:SS`.
    DateTime,
    /// One of a list, or one of these words.
    OneOf(Choice, &'static [Keyword]),
    /// One of the options of a custom field.
    FieldOption,
}

/// What an action is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// HTML or plain text.
    Message,
    /// One of a list, or one of these words.
    OneOf(Choice, &'static [Keyword]),
    /// Some of a list, or of these words, and the template of the mail to them.
    Mail(Choice, &'static [Keyword]),
}

closed_list! {
    /// How a condition compares: the API's `match`.
    Match {
        /// It is the value.
        Is = "is",
        /// It is anything but the value.
        IsNot = "isNot",
        /// The value is a part of it.
        Contains = "contains",
        /// The value is no part of it.
        NotContains = "notContains",
        /// It begins with the value.
        StartWith = "startWith",
        /// It ends in the value.
        EndWith = "endWith",
        /// It is earlier.
        Before = "before",
        /// It is earlier or the same.
        BeforeOn = "beforeOn",
        /// It is later.
        After = "after",
        /// It is later or the same.
        AfterOn = "afterOn",
        /// It is more.
        GreaterThan = "greaterThan",
        /// It is less.
        LessThan = "lessThan",
    }
}

impl Match {
    /// The one that a client means; `UVdesk` has a spelling of its own for each kind of time.
    pub fn meant(sent: &str) -> Option<Self> {
        let plain = sent.replace("DateTime", "").replace("Time", "");
        let known = |one: &&Self| one.code().eq_ignore_ascii_case(&plain);
        Self::ALL.iter().find(known).copied()
    }

    /// The key of what a options calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Is => "workflow.match_is",
            Self::IsNot => "workflow.match_is_not",
            Self::Contains => "workflow.match_contains",
            Self::NotContains => "workflow.match_not_contains",
            Self::StartWith => "workflow.match_start_with",
            Self::EndWith => "workflow.match_end_with",
            Self::Before => "workflow.match_before",
            Self::BeforeOn => "workflow.match_before_on",
            Self::After => "workflow.match_after",
            Self::AfterOn => "workflow.match_after_on",
            Self::GreaterThan => "workflow.match_greater_than",
            Self::LessThan => "workflow.match_less_than",
        }
    }
}

impl Compared {
    /// How it can be compared.
    pub fn matches(self) -> &'static [Match] {
        use Match::{
            After, AfterOn, Before, BeforeOn, Contains, EndWith, GreaterThan, Is, IsNot, LessThan,
            NotContains, StartWith,
        };
        match self {
            Self::Text => &[Is, IsNot, Contains, NotContains, StartWith, EndWith],
            Self::Number => &[Is, IsNot, GreaterThan, LessThan],
            Self::Date | Self::Time | Self::DateTime => &[Before, BeforeOn, After, AfterOn],
            Self::OneOf(..) | Self::FieldOption => &[Is, IsNot],
        }
    }

    /// Its name for those who draw a form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "datetime",
            Self::OneOf(..) | Self::FieldOption => "option",
        }
    }
}

impl Takes {
    /// Its name for those who draw a form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Message => "message",
            Self::OneOf(..) => "option",
            Self::Mail(..) => "mail",
        }
    }
}

/// What stands behind the last full stop: `uvdesk.ticket.mail_agent` is `mail_agent`.
fn bare(sent: &str) -> &str {
    sent.rsplit_once('.').map_or(sent, |(_, last)| last)
}

/// Whether a row of this name and these other spellings is meant, in any case of letters.
fn is_meant(sent: &str, code: &str, also: &[&str]) -> bool {
    let sent = bare(sent);
    code.eq_ignore_ascii_case(sent) || also.iter().any(|one| one.eq_ignore_ascii_case(sent))
}

/// The triggers of an entity.
pub fn triggers_of(entity: Entity) -> impl Iterator<Item = &'static Trigger> {
    TRIGGERS.iter().filter(move |row| row.entity == entity)
}

/// The conditions that can be asked of an entity.
pub fn conditions_of(entity: Entity) -> impl Iterator<Item = &'static Condition> {
    let is_asked = move |row: &&Condition| row.entities.contains(&entity);
    CONDITIONS.iter().filter(is_asked)
}

/// The actions that can be done to an entity.
pub fn actions_of(entity: Entity) -> impl Iterator<Item = &'static Action> {
    ACTIONS.iter().filter(move |row| row.entity == entity)
}

/// The trigger of an entity that a client means.
pub fn trigger(entity: Entity, sent: &str) -> Option<&'static Trigger> {
    triggers_of(entity).find(|row| is_meant(sent, row.code, row.also))
}

/// The condition on an entity that a client means.
pub fn condition(entity: Entity, sent: &str) -> Option<&'static Condition> {
    conditions_of(entity).find(|row| is_meant(sent, row.code, row.also))
}

/// The action on an entity that a client means.
pub fn action(entity: Entity, sent: &str) -> Option<&'static Action> {
    actions_of(entity).find(|row| is_meant(sent, row.code, row.also))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Two rows that one spelling means are one too many.
    #[test]
    fn every_spelling_means_one_row() {
        for entity in Entity::ALL.iter().copied() {
            let triggers = triggers_of(entity).map(|row| (row.code, row.also));
            let conditions = conditions_of(entity).map(|row| (row.code, row.also));
            let actions = actions_of(entity).map(|row| (row.code, row.also));
            let tables: [Vec<(&str, &[&str])>; 3] =
                [triggers.collect(), conditions.collect(), actions.collect()];
            for table in tables {
                let mut known = HashSet::new();
                for spelling in table
                    .iter()
                    .flat_map(|(code, also)| also.iter().chain([code]))
                {
                    assert!(known.insert(spelling.to_ascii_lowercase()), "{spelling}");
                    assert_eq!(bare(spelling), *spelling);
                }
            }
        }
    }

    #[test]
    fn an_action_names_only_triggers_that_there_are() {
        for row in ACTIONS {
            for code in row.not_after {
                assert!(trigger(row.entity, code).is_some_and(|found| found.code == *code));
            }
        }
    }

    #[test]
    fn matches_are_known_by_every_spelling() {
        for (sent, want) in [
            ("is", Match::Is),
            ("isnot", Match::IsNot),
            ("beforeDateTimeOn", Match::BeforeOn),
            ("afterTime", Match::After),
            ("startWith", Match::StartWith),
        ] {
            assert_eq!(Match::meant(sent), Some(want), "{sent}");
        }
        assert_eq!(Match::meant("like"), None);
    }
}
