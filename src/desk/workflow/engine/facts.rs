//! What is so of the ticket, the task or the person that a workflow is about, and whether
//! conditions hold of it. Each is looked up when the first condition asks for it, and once.

use std::collections::HashMap;

use super::store::Condition;
use super::{Subject, acting};
use crate::base::db::{View, named_params};
use crate::base::error::Result;
use crate::base::html;
use crate::base::time::Timestamp;
use crate::desk::company;
use crate::desk::workflow::choice::ACTING;
use crate::desk::workflow::validate::field_of;
use crate::desk::workflow::vocabulary::Match;

/// What was looked up so far, by the condition that asked: one text or id, or several of which
/// each counts. What there is none of is the empty text, or 0 where an id stands.
pub(super) struct Facts {
    subject: Subject,
    known: HashMap<String, Vec<String>>,
}

impl Facts {
    /// Of which nothing is known yet.
    pub(super) fn of(subject: Subject) -> Self {
        Self {
            subject,
            known: HashMap::new(),
        }
    }

    /// Whether of each group of alternatives one holds.
    pub(super) fn hold(&mut self, view: &View<'_>, conditions: &[Condition]) -> Result<bool> {
        for alternatives in conditions.chunk_by(|one, next| one.or_group == next.or_group) {
            let mut holds = false;
            for condition in alternatives {
                holds = holds || self.holds(view, condition)?;
            }
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn holds(&mut self, view: &View<'_>, condition: &Condition) -> Result<bool> {
        if !self.known.contains_key(&condition.code) {
            let found = self.find(view, &condition.code)?;
            self.known.insert(condition.code.clone(), found);
        }
        let found = self
            .known
            .get(&condition.code)
            .map_or(&[][..], Vec::as_slice);
        let wanted = if condition.value == ACTING.code {
            acting(view.who())
                .map(|id| id.to_string())
                .unwrap_or_default()
        } else {
            folded(&condition.value)
        };
        let is_field = field_of(&condition.code).is_some();
        Ok(compare(condition.comparison, found, &wanted, is_field))
    }

    fn find(&self, view: &View<'_>, code: &str) -> Result<Vec<String>> {
        match self.subject {
            Subject::Ticket(ticket) => match field_of(code) {
                Some(field) => of_field(view, ticket, field),
                None => of_ticket(view, ticket, code),
            },
            Subject::Task(task) => of_task(view, task, code),
            Subject::Agent(user) | Subject::Customer(user) => {
                of_person(view, self.subject, user, code)
            }
        }
    }
}

/// Regardless of case.
fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Compares what is so with what is wanted: one that is so suffices where something is to be so,
/// and none may be so where it is not to be. What is typed into a field may be a number, which can be
/// written in several ways.
fn compare(comparison: Match, found: &[String], wanted: &str, is_field: bool) -> bool {
    let any = |is: &dyn Fn(&str) -> bool| found.iter().any(|one| is(one));
    let number = |text: &str| text.parse::<f64>().ok();
    let order = |one: &str, is: fn(&f64, &f64) -> bool| {
        number(one)
            .zip(number(wanted))
            .is_some_and(|(one, wanted)| is(&one, &wanted))
    };
    let same = |one: &str| one == wanted || is_field && order(one, f64::eq);
    match comparison {
        Match::Is => any(&same),
        Match::IsNot => !any(&same),
        Match::Contains => any(&|one| one.contains(wanted)),
        Match::NotContains => !any(&|one| one.contains(wanted)),
        Match::StartWith => any(&|one| one.starts_with(wanted)),
        Match::EndWith => any(&|one| one.ends_with(wanted)),
        // Days and times are kept in a form that sorts as they follow each other.
        Match::Before => any(&|one| !one.is_empty() && one < wanted),
        Match::BeforeOn => any(&|one| !one.is_empty() && one <= wanted),
        Match::After => any(&|one| one > wanted),
        Match::AfterOn => any(&|one| !one.is_empty() && one >= wanted),
        Match::GreaterThan => any(&|one| order(one, f64::gt)),
        Match::LessThan => any(&|one| order(one, f64::lt)),
    }
}

/// What a condition of this name asks of a ticket, by its row `t`.
fn column_of_ticket(code: &str) -> Option<&'static str> {
    Some(match code {
        "subject" => "t.subject",
        "priority" => "t.priority_id",
        "status" => "t.status_id",
        "type" => "ifnull(t.type_id, 0)",
        "agent" => "ifnull(t.agent_id, 0)",
        "group" => "ifnull(t.group_id, 0)",
        "team" => "ifnull(t.team_id, 0)",
        "source" => "t.source",
        "from_mail" | "customer_email" => "(SELECT email FROM user WHERE id = t.customer_id)",
        "customer_name" => {
            "(SELECT name FROM profile WHERE user_id = t.customer_id AND side = 'customer')"
        }
        "to_mail" => "(SELECT email FROM mailbox WHERE id = t.mailbox_id)",
        // Mail that came in is its customer's, and so is what nobody at the desk opened.
        "opened_by" => {
            "(SELECT iif(b.cause = 'mail' OR ifnull(b.user_id, t.customer_id) = t.customer_id, 'customer', 'agent')
              FROM event e JOIN batch b ON b.id = e.batch_id
              WHERE e.ticket_id = t.id AND e.kind = 'ticket_created' ORDER BY e.id LIMIT 1)"
        }
        _ => return None,
    })
}

fn of_ticket(view: &View<'_>, ticket: i64, code: &str) -> Result<Vec<String>> {
    let id = named_params! { ":ticket": ticket };
    if let Some(column) = column_of_ticket(code) {
        let sql = format!("SELECT CAST({column} AS TEXT) FROM ticket t WHERE id = :ticket");
        let found: Option<Option<String>> = view.maybe(&sql, id)?;
        return Ok(vec![folded(&found.flatten().unwrap_or_default())]);
    }
    match code {
        "description" => Ok(vec![description(view, ticket)?]),
        "subject_or_description" => {
            let mut texts = of_ticket(view, ticket, "subject")?;
            texts.push(description(view, ticket)?);
            Ok(texts)
        }
        "tag" => view.all(
            "SELECT CAST(tag_id AS TEXT) FROM ticket_tag WHERE ticket_id = :ticket",
            id,
        ),
        "created" => day(
            view,
            view.maybe("SELECT created_at FROM ticket WHERE id = :ticket", id)?
                .flatten(),
        ),
        _ => Ok(vec![String::new()]),
    }
}

/// The words of the message that opened a ticket.
fn description(view: &View<'_>, ticket: i64) -> Result<String> {
    let clean: Option<String> = view.maybe(
        "SELECT clean FROM thread WHERE ticket_id = :ticket AND thread_type = 'create'",
        named_params! { ":ticket": ticket },
    )?;
    Ok(folded(&html::text_of(&clean.unwrap_or_default())))
}

/// A day, in the company's zone.
fn day(view: &View<'_>, stamp: Option<Timestamp>) -> Result<Vec<String>> {
    let calendar = company::calendar(view)?;
    let shown = stamp.map(|stamp| calendar.zone().calendar(stamp).date().to_string());
    Ok(vec![shown.unwrap_or_default()])
}

/// The value of a custom field: text, or the ids of what was chosen.
fn of_field(view: &View<'_>, ticket: i64, field: i64) -> Result<Vec<String>> {
    let value: Option<Option<String>> = view.maybe(
        "SELECT value FROM custom_field_value WHERE ticket_id = :ticket AND custom_field_id = :field",
        named_params! { ":ticket": ticket, ":field": field },
    )?;
    let value = value.flatten().unwrap_or_default();
    let chosen: Option<Vec<i64>> = value
        .starts_with('[')
        .then(|| serde_json::from_str(&value).ok())
        .flatten();
    Ok(match chosen {
        Some(ids) => ids.iter().map(i64::to_string).collect(),
        None => vec![folded(&value)],
    })
}

fn of_task(view: &View<'_>, task: i64, code: &str) -> Result<Vec<String>> {
    let id = named_params! { ":task": task };
    let sql = match code {
        "subject" => "SELECT subject FROM task WHERE id = :task",
        "priority" => "SELECT CAST(priority_id AS TEXT) FROM task WHERE id = :task",
        "agent" => "SELECT CAST(ifnull(agent_id, 0) AS TEXT) FROM task WHERE id = :task",
        "created" => {
            return day(
                view,
                view.maybe("SELECT created_at FROM task WHERE id = :task", id)?
                    .flatten(),
            );
        }
        _ => return Ok(vec![String::new()]),
    };
    let found: Option<String> = view.maybe(sql, id)?;
    Ok(vec![folded(&found.unwrap_or_default())])
}

fn of_person(view: &View<'_>, subject: Subject, user: i64, code: &str) -> Result<Vec<String>> {
    let side = match subject {
        Subject::Agent(_) => "agent",
        _ => "customer",
    };
    let column = match code {
        "agent_email" | "customer_email" => "user.email",
        _ => "profile.name",
    };
    let found: Option<String> = view.maybe(
        &format!(
            "SELECT {column} FROM user JOIN profile ON profile.user_id = user.id AND profile.side = :side
             WHERE user.id = :user"
        ),
        named_params! { ":user": user, ":side": side },
    )?;
    Ok(vec![folded(&found.unwrap_or_default())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_so_is_compared_with_what_is_wanted() {
        for (found, comparison, wanted, want) in [
            (&["a leak"][..], Match::Contains, "leak", true),
            (&["a leak"], Match::NotContains, "leak", false),
            (&["a", "leak"], Match::Is, "leak", true),
            (&["a", "leak"], Match::IsNot, "leak", false),
            (&[""], Match::IsNot, "leak", true),
            (&[], Match::IsNot, "3", true),
            (&[], Match::Is, "3", false),
            (&["10"], Match::GreaterThan, "9", true),
            (&["10"], Match::Is, "10.0", true),
            (&[""], Match::LessThan, "9", false),
            (&["2026-01-31"], Match::Before, "2026-02-01", true),
            (&["2026-02-01"], Match::Before, "2026-02-01", false),
            (&["2026-02-01"], Match::BeforeOn, "2026-02-01", true),
            (&[""], Match::BeforeOn, "2026-02-01", false),
            (&["2026-02-02"], Match::After, "2026-02-01", true),
            (&["abc"], Match::StartWith, "ab", true),
            (&["abc"], Match::EndWith, "bc", true),
        ] {
            let found: Vec<String> = found.iter().map(|&one| one.to_owned()).collect();
            assert_eq!(
                compare(comparison, &found, wanted, true),
                want,
                "{found:?} {comparison:?} {wanted}"
            );
        }
    }
}
