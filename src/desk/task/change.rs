//! What can be done to a task. Each verb does nothing where nothing would change, and
//! tells what happened.

use crate::base::db::{Change, Value, View, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::event::{Event, TaskProperty};
use crate::base::html::{CLEANER, RichText};
use crate::base::job::{Progress, Slice};
use crate::base::time::Timestamp;
use crate::base::who::Who;
use crate::desk::status;
use crate::desk::task_model::{self, NewTaskThread, Task};
use crate::desk::thread_model::{self, ThreadType};
use crate::web::input::StoredFile;

/// A task about to be made.
#[derive(Debug)]
pub struct NewTask {
    /// The ticket that it is about.
    pub ticket: i64,
    /// The subject line.
    pub subject: String,
    /// What is to be done.
    pub description: RichText,
    /// Who is in charge, if anybody is.
    pub agent: Option<i64>,
    /// A stage.
    pub stage: i64,
    /// A priority.
    pub priority: i64,
    /// When it is to be done.
    pub deadline: Timestamp,
    /// The threads of the ticket that it is about, which `check_threads` let through.
    pub threads: Vec<i64>,
    /// Files, kept in the store already.
    pub files: Vec<StoredFile>,
}

/// Makes a task of the caller's, who follows it from then on, as the agent in charge does;
/// answers its id.
pub fn create(change: &mut Change<'_>, new: &NewTask) -> Result<i64> {
    let (user, now) = (change.who().id, change.now());
    let task = change.insert(
        "INSERT INTO task (ticket_id, user_id, agent_id, subject, stage_id, priority_id, deadline_at,
             ticket_agent_id, ticket_group_id, ticket_team_id, ticket_is_trashed, created_at, updated_at)
         SELECT id, :user, :agent, :subject, :stage, :priority, :deadline,
             ifnull(agent_id, 0), ifnull(group_id, 0), ifnull(team_id, 0), is_trashed, :now, :now
         FROM ticket WHERE id = :ticket",
        named_params! {
            ":ticket": new.ticket, ":user": user, ":agent": new.agent, ":subject": new.subject,
            ":stage": new.stage, ":priority": new.priority, ":deadline": new.deadline, ":now": now,
        },
    )?;
    let saying = NewTaskThread {
        thread_type: ThreadType::Create,
        message: &new.description,
        files: &new.files,
    };
    task_model::add_thread(change, task, saying)?;
    change.run(
        "INSERT INTO task_about_thread (task_id, thread_id)
         SELECT DISTINCT :task, value FROM json_each(:threads)",
        named_params! { ":task": task, ":threads": id_list(&new.threads) },
    )?;
    note_viewed(change, task)?;
    follow(change, task, user)?;
    if let Some(agent) = new.agent {
        follow(change, task, agent)?;
    }
    change.emit(Event::TaskCreated {
        ticket: new.ticket,
        task,
    });
    Ok(task)
}

/// 400 at `threadIds` with those that are no threads of the ticket for the caller's eyes.
pub(super) fn check_threads(view: &View<'_>, ticket: i64, threads: &[i64]) -> Result<()> {
    let sql = format!(
        "SELECT value FROM json_each(:threads) WHERE value NOT IN (
             SELECT m.id FROM thread m WHERE m.ticket_id = :ticket AND {})",
        thread_model::visibility_of(view.who()).condition()
    );
    let unknown: Vec<i64> = view.all(
        &sql,
        named_params! { ":threads": id_list(threads), ":ticket": ticket },
    )?;
    if unknown.is_empty() {
        return Ok(());
    }
    let unknown: Vec<String> = unknown.iter().map(i64::to_string).collect();
    Err(Error::invalid(
        "threadIds",
        Message::new("task.unknown_threads").with("ids", unknown.join(", ")),
    ))
}

/// Notes that the caller has opened the task.
pub(super) fn note_viewed(change: &mut Change<'_>, task: i64) -> Result<()> {
    let user = change.who().id;
    change.run(
        "INSERT INTO task_viewer (task_id, user_id) SELECT id, :user FROM task WHERE id = :task
         ON CONFLICT DO NOTHING",
        named_params! { ":task": task, ":user": user },
    )?;
    Ok(())
}

/// A property with its new value.
#[derive(Debug, Clone, Copy)]
pub enum New<'a> {
    /// Another subject line.
    Subject(&'a str),
    /// Other words for what is to be done.
    Description(&'a RichText),
    /// Another stage.
    Stage(i64),
    /// Another priority.
    Priority(i64),
    /// Somebody else in charge, or nobody.
    Agent(Option<i64>),
    /// Another time when it is to be done.
    Deadline(Timestamp),
}

/// Gives a task, as it is stored, a property's new value. Whoever comes to be in charge
/// follows it.
pub fn set(change: &mut Change<'_>, task: &Task, new: New<'_>) -> Result<()> {
    let (sql, property, from, to): (_, _, Value, Value) = match new {
        New::Description(message) => return describe(change, task, message),
        New::Subject(subject) => (
            "UPDATE task SET subject = :value, updated_at = :now WHERE id = :task",
            TaskProperty::Subject,
            task.subject.clone().into(),
            subject.to_owned().into(),
        ),
        New::Stage(stage) => (
            "UPDATE task SET stage_id = :value, updated_at = :now WHERE id = :task",
            TaskProperty::Stage,
            task.stage.into(),
            stage.into(),
        ),
        New::Priority(priority) => (
            "UPDATE task SET priority_id = :value, updated_at = :now WHERE id = :task",
            TaskProperty::Priority,
            task.priority.into(),
            priority.into(),
        ),
        New::Agent(agent) => (
            "UPDATE task SET agent_id = :value, updated_at = :now WHERE id = :task",
            TaskProperty::Agent,
            task.agent.into(),
            agent.into(),
        ),
        New::Deadline(deadline) => (
            "UPDATE task SET deadline_at = :value, updated_at = :now WHERE id = :task",
            TaskProperty::Deadline,
            task.deadline.0.into(),
            deadline.0.into(),
        ),
    };
    if from == to {
        return Ok(());
    }
    let now = change.now();
    change.run(
        sql,
        named_params! { ":value": to, ":now": now, ":task": task.id },
    )?;
    if let New::Agent(Some(agent)) = new {
        follow(change, task.id, agent)?;
    }
    emit_changed(change, task, property, (text(from), text(to)));
    Ok(())
}

/// A value as an event holds it.
fn text(value: Value) -> Option<String> {
    match value {
        Value::Integer(number) => Some(number.to_string()),
        Value::Text(text) => Some(text),
        Value::Null | Value::Real(_) | Value::Blob(_) => None,
    }
}

fn describe(change: &mut Change<'_>, task: &Task, message: &RichText) -> Result<()> {
    let now = change.now();
    let first = task_model::first_thread(change.view(), task.id)?;
    if first.clean == message.clean {
        return Ok(());
    }
    change.run(
        "UPDATE task_thread SET raw = :raw, clean = :clean, cleaner = :cleaner, updated_at = :now
         WHERE id = :thread",
        named_params! {
            ":thread": first.id, ":raw": message.raw, ":clean": message.clean, ":cleaner": CLEANER, ":now": now,
        },
    )?;
    touch(change, task)?;
    emit_changed(change, task, TaskProperty::Description, (None, None));
    Ok(())
}

fn emit_changed(
    change: &mut Change<'_>,
    task: &Task,
    property: TaskProperty,
    values: (Option<String>, Option<String>),
) {
    let (from, to) = values;
    change.emit(Event::TaskChanged {
        ticket: task.ticket,
        task: task.id,
        property,
        from,
        to,
    });
}

/// Notes that the task was changed now.
fn touch(change: &mut Change<'_>, task: &Task) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE task SET updated_at = :now WHERE id = :task",
        named_params! { ":now": now, ":task": task.id },
    )?;
    Ok(())
}

/// 400 at `stage` where there is no such stage.
pub(super) fn check_stage(stage: i64) -> Result<i64> {
    if status::is_stage(stage) {
        return Ok(stage);
    }
    let message = Message::new("task.unknown_stage").with("id", stage);
    Err(Error::invalid("stage", message))
}

/// Says something in a task as the caller; answers the thread's id.
pub fn say(
    change: &mut Change<'_>,
    task: &Task,
    message: &RichText,
    files: &[StoredFile],
) -> Result<i64> {
    let saying = NewTaskThread {
        thread_type: ThreadType::Reply,
        message,
        files,
    };
    let thread = task_model::add_thread(change, task.id, saying)?;
    touch(change, task)?;
    change.emit(Event::TaskThreadAdded {
        ticket: task.ticket,
        task: task.id,
        thread,
    });
    Ok(thread)
}

/// Removes what was said in a task; its description goes with the task alone.
pub(super) fn unsay(change: &mut Change<'_>, task: &Task, thread: i64) -> Result<()> {
    if task_model::first_thread(change.view(), task.id)?.id == thread {
        return Err(Error::conflict("task.create_stays"));
    }
    let removed = change.run(
        "DELETE FROM task_thread WHERE id = :thread AND task_id = :task",
        named_params! { ":thread": thread, ":task": task.id },
    )?;
    if removed == 0 {
        return Err(Error::NotFound("thread"));
    }
    touch(change, task)?;
    change.emit(Event::TaskThreadRemoved {
        ticket: task.ticket,
        task: task.id,
        thread,
    });
    Ok(())
}

/// Lets an agent follow the task; answers whether that is new.
fn follow(change: &mut Change<'_>, task: i64, user: i64) -> Result<bool> {
    let now = change.now();
    let added = change.run(
        "INSERT INTO task_follower (task_id, user_id, added_at) VALUES (:task, :user, :now)
         ON CONFLICT DO NOTHING",
        named_params! { ":task": task, ":user": user, ":now": now },
    )?;
    Ok(added > 0)
}

/// Lets an active agent follow the task; who follows it already goes on to.
pub(super) fn add_follower(change: &mut Change<'_>, task: &Task, user: i64) -> Result<()> {
    if !follow(change, task.id, user)? {
        return Ok(());
    }
    change.emit(Event::TaskFollowerAdded {
        ticket: task.ticket,
        task: task.id,
        user,
    });
    Ok(())
}

/// Lets somebody follow the task no more.
pub(super) fn remove_follower(change: &mut Change<'_>, task: &Task, user: i64) -> Result<()> {
    let removed = change.run(
        "DELETE FROM task_follower WHERE task_id = :task AND user_id = :user",
        named_params! { ":task": task.id, ":user": user },
    )?;
    if removed == 0 {
        return Err(Error::NotFound("follower"));
    }
    change.emit(Event::TaskFollowerRemoved {
        ticket: task.ticket,
        task: task.id,
        user,
    });
    Ok(())
}

/// Removes the task and all that hangs on it. What was told of it stays.
pub(super) fn remove(change: &mut Change<'_>, task: &Task) -> Result<()> {
    change.run(
        "DELETE FROM task WHERE id = :task",
        named_params! { ":task": task.id },
    )?;
    change.emit(Event::TaskRemoved {
        ticket: task.ticket,
        task: task.id,
    });
    Ok(())
}

/// Parts with an agent, as far as the slice takes: their tasks wait for somebody else, those out
/// of the caller's sight too, they follow none, and their todos, which were nobody else's, go.
pub fn part_with(change: &mut Change<'_>, user: i64, slice: &mut Slice) -> Result<Progress> {
    let tasks: Vec<i64> = change.view().all(
        "SELECT id FROM task WHERE agent_id = :user LIMIT :rows",
        named_params! { ":user": user, ":rows": slice.rows() },
    )?;
    for id in tasks {
        if !slice.take() {
            return Ok(Progress::Left(()));
        }
        if let Some(task) = task_model::by_id(change.view(), &Who::desk(), id)? {
            set(change, &task, New::Agent(None))?;
        }
    }
    for (rows, remove) in [
        (
            "SELECT task_id FROM task_follower WHERE user_id = :user LIMIT :rows",
            "DELETE FROM task_follower WHERE task_id = :id AND user_id = :user",
        ),
        (
            "SELECT id FROM todo WHERE user_id = :user LIMIT :rows",
            "DELETE FROM todo WHERE id = :id AND user_id = :user",
        ),
    ] {
        let rows: Vec<i64> = change
            .view()
            .all(rows, named_params! { ":user": user, ":rows": slice.rows() })?;
        for id in rows {
            if !slice.take() {
                return Ok(Progress::Left(()));
            }
            change.run(remove, named_params! { ":id": id, ":user": user })?;
        }
    }
    Ok(Progress::Done)
}
