//! Tasks as the API shows them.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::store::{COLUMNS, Task, by_id, followers};
use super::thread::{self, TIME, TaskThreadShape};
use super::todo::{TodoParent, TodoShape, todos_beside};
use super::visibility;
use crate::base::db::{Select, View, from_row, id_list, named_params};
use crate::base::error::Result;
use crate::base::who::Who;
use crate::desk::company::{self, Calendar};
use crate::desk::person::{self, Brief, Person, Side};
use crate::desk::status::{self, Priority, Stage};
use crate::desk::thread_model::{self, TaskBrief};
use crate::web::version::Version;

/// The documented format of times in lists of tasks, in PHP's letters.
const DAY: &str = "Y-m-d";

/// A task in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskItem {
    id: i64,
    subject: String,
    /// Ids of the users who have opened it.
    viewed_users: Vec<i64>,
    stage: Option<Stage>,
    priority: Option<Priority>,
    /// Seconds UTC.
    deadline_timestamp: i64,
    /// (sic)
    formated_deadline: String,
    /// Seconds UTC.
    timestamp: i64,
    /// (sic)
    formated_created_at: String,
    /// Who is in charge of it.
    assigned_agent: Option<Brief>,
    /// Who made it.
    user: Option<Brief>,
    /// The ticket that it is about; null where that is out of the caller's sight.
    ticket: Option<TicketBrief>,
}

/// A ticket in a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TicketBrief {
    id: i64,
    increment_id: i64,
    subject: String,
}

from_row!(TicketBrief {
    id,
    increment_id,
    subject
});

/// What hangs on tasks, read for all of them at once.
struct Beside {
    people: HashMap<i64, Person>,
    tickets: HashMap<i64, TicketBrief>,
    viewers: HashMap<i64, Vec<i64>>,
}

impl Beside {
    fn read(view: &View<'_>, who: &Who, tasks: &[Task]) -> Result<Self> {
        let mut users: Vec<i64> = tasks.iter().map(|task| task.user).collect();
        users.extend(tasks.iter().filter_map(|task| task.agent));
        let people = person::by_ids(view, &users)?;
        let mut viewers: HashMap<i64, Vec<i64>> = HashMap::new();
        let ids: Vec<i64> = tasks.iter().map(|task| task.id).collect();
        let seen: Vec<(i64, i64)> = view.all(
            "SELECT task_id, user_id FROM task_viewer
             WHERE task_id IN (SELECT value FROM json_each(:tasks)) ORDER BY task_id, user_id",
            named_params! { ":tasks": id_list(&ids) },
        )?;
        for (task, user) in seen {
            viewers.entry(task).or_default().push(user);
        }
        let tickets = tickets_in_sight(view, who, tasks)?;
        Ok(Self {
            people: people.into_iter().map(|one| (one.id, one)).collect(),
            tickets: tickets.into_iter().map(|one| (one.id, one)).collect(),
            viewers,
        })
    }

    fn brief(&self, user: i64) -> Option<Brief> {
        let person = self.people.get(&user)?;
        Some(person::brief(person, Side::Agent))
    }
}

fn tickets_in_sight(view: &View<'_>, who: &Who, tasks: &[Task]) -> Result<Vec<TicketBrief>> {
    let ids: Vec<i64> = tasks.iter().map(|task| task.ticket).collect();
    let mut select = Select::new(
        "t.id, t.increment_id, t.subject",
        // By their ids, for which the planner would rather read an index of all.
        "ticket t NOT INDEXED",
    );
    let (condition, binds) = crate::desk::visibility::of(who).condition();
    select.and("t.id IN (SELECT value FROM json_each(?))", [id_list(&ids)]);
    select.and(condition, binds);
    view.select(&select)
}

/// Tasks that `who` sees, in the order given.
pub fn tasks(view: &View<'_>, who: &Who, rows: Vec<Task>) -> Result<Vec<TaskItem>> {
    let calendar = company::calendar(view)?;
    let mut beside = Beside::read(view, who, &rows)?;
    let shaped = rows.into_iter().map(|task| TaskItem {
        id: task.id,
        viewed_users: beside.viewers.remove(&task.id).unwrap_or_default(),
        stage: status::stage(task.stage, view.locale()),
        priority: status::priority(task.priority, view.locale()),
        deadline_timestamp: task.deadline.0,
        formated_deadline: calendar.show(task.deadline, DAY),
        timestamp: task.created_at.0,
        formated_created_at: calendar.show(task.created_at, DAY),
        assigned_agent: task.agent.and_then(|agent| beside.brief(agent)),
        user: beside.brief(task.user),
        ticket: beside.tickets.get(&task.ticket).cloned(),
        subject: task.subject,
    });
    Ok(shaped.collect())
}

/// The tasks of a ticket that `who` sees, the newest first.
pub fn of_ticket(view: &View<'_>, who: &Who, ticket: i64) -> Result<Vec<TaskItem>> {
    let mut select = Select::new(COLUMNS, "task k INDEXED BY task_of_ticket");
    let (condition, binds) = visibility::condition(who);
    select.and("k.ticket_id = ?", [ticket.into()]);
    select.and(condition, binds);
    select.then("ORDER BY k.id DESC", []);
    tasks(view, who, view.select(&select)?)
}

/// A task with all its keys.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskDetail {
    id: i64,
    subject: String,
    /// What it began with; in a view it stands beside the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_type_thread: Option<TaskThreadShape>,
    priority: Option<Priority>,
    stage: Option<Stage>,
    assigned_agent: Option<Brief>,
    /// Null, as documented.
    current_thread: Option<Value>,
    /// Null, as documented.
    last_follower: Option<Value>,
    /// (sic)
    formated_created_at: String,
    /// (sic)
    formated_deadline: String,
    /// Seconds UTC.
    timestamp: i64,
    /// Seconds UTC.
    deadline_timestamp: i64,
    /// Who made it.
    user: Option<Brief>,
    /// Ids of the users who have opened it.
    viewed_users: Vec<i64>,
    /// The ticket that it is about; null where that is out of the caller's sight.
    ticket: Option<TicketBrief>,
    /// Ids of the threads of that ticket that it is about, as far as the caller sees them.
    thread_ids: Vec<i64>,
}

/// The task as an answer to a change shows it.
pub fn whole(view: &View<'_>, who: &Who, task: Task) -> Result<TaskDetail> {
    let calendar = company::calendar(view)?;
    let first = first_thread(view, &calendar, task.id)?;
    Ok(TaskDetail {
        created_type_thread: first,
        ..bare(view, who, &calendar, task)?
    })
}

/// The task without what it began with.
fn bare(view: &View<'_>, who: &Who, calendar: &Calendar, task: Task) -> Result<TaskDetail> {
    let mut beside = Beside::read(view, who, std::slice::from_ref(&task))?;
    let ticket = beside.tickets.remove(&task.ticket);
    Ok(TaskDetail {
        id: task.id,
        created_type_thread: None,
        priority: status::priority(task.priority, view.locale()),
        stage: status::stage(task.stage, view.locale()),
        assigned_agent: task.agent.and_then(|agent| beside.brief(agent)),
        current_thread: None,
        last_follower: None,
        formated_created_at: calendar.show(task.created_at, TIME),
        formated_deadline: calendar.show(task.deadline, TIME),
        timestamp: task.created_at.0,
        deadline_timestamp: task.deadline.0,
        user: beside.brief(task.user),
        viewed_users: beside.viewers.remove(&task.id).unwrap_or_default(),
        thread_ids: match &ticket {
            Some(_) => thread_ids(view, who, task.id)?,
            None => Vec::new(),
        },
        ticket,
        subject: task.subject,
    })
}

fn first_thread(
    view: &View<'_>,
    calendar: &Calendar,
    task: i64,
) -> Result<Option<TaskThreadShape>> {
    let first = thread::first_thread(view, task)?;
    Ok(thread::shapes(view, calendar, vec![first])?.pop())
}

/// The threads that a task is about, as far as `who`, who sees the ticket, reads them.
fn thread_ids(view: &View<'_>, who: &Who, task: i64) -> Result<Vec<i64>> {
    let sql = format!(
        "SELECT m.id FROM task_about_thread a CROSS JOIN thread m ON m.id = a.thread_id
         WHERE a.task_id = :task AND {} ORDER BY m.id",
        thread_model::visibility_of(who).condition()
    );
    view.all(&sql, named_params! { ":task": task })
}

/// One task, with what its page shows beside it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskView {
    task: TaskDetail,
    create_thread: Option<TaskThreadShape>,
    /// What the caller has to do for it.
    todo: Vec<TodoShape>,
    followers: Vec<Brief>,
}

/// A task as `who`, who sees it, does.
pub fn show(view: &View<'_>, who: &Who, task: Task) -> Result<TaskView> {
    let calendar = company::calendar(view)?;
    Ok(TaskView {
        create_thread: first_thread(view, &calendar, task.id)?,
        todo: todos_beside(view, who, TodoParent::Task(task.id))?,
        followers: following(view, task.id)?,
        task: bare(view, who, &calendar, task)?,
    })
}

/// The version of the task that a path names, as the caller sees it: what is shown, but for
/// who has opened it, which a reading itself changes.
pub fn version(view: &View<'_>, numbers: &[i64]) -> Result<Option<Version>> {
    let id = numbers.first().copied().unwrap_or_default();
    let Some(task) = by_id(view, view.who(), id)? else {
        return Ok(None);
    };
    let mut shown = show(view, view.who(), task)?;
    shown.task.viewed_users.clear();
    Version::shown(&shown).map(Some)
}

/// Who follows a task, in the order in which they came.
fn following(view: &View<'_>, task: i64) -> Result<Vec<Brief>> {
    let users = followers(view, task)?;
    let people = person::by_ids(view, &users)?;
    let in_order = users.iter().filter_map(|user| {
        let person = people.iter().find(|person| person.id == *user)?;
        Some(person::brief(person, Side::Agent))
    });
    Ok(in_order.collect())
}

/// A thread, and a task that is about it.
struct About {
    thread: i64,
    task: i64,
    subject: String,
    stage: i64,
}

from_row!(About {
    thread: "thread_id",
    task: "task_id",
    subject,
    stage: "stage_id"
});

/// The newest task that `who` sees about each of these threads of tickets, by thread.
pub fn about_threads(
    view: &View<'_>,
    who: &Who,
    threads: &[i64],
) -> Result<HashMap<i64, TaskBrief>> {
    let mut select = Select::new(
        "a.thread_id, a.task_id, k.subject, k.stage_id",
        "task_about_thread a INDEXED BY task_about_thread_of_thread CROSS JOIN task k ON k.id = a.task_id",
    );
    let (condition, binds) = visibility::condition(who);
    select.and(
        "a.thread_id IN (SELECT value FROM json_each(?))",
        [id_list(threads)],
    );
    select.and(condition, binds);
    select.then("ORDER BY a.task_id", []);
    let found: Vec<About> = view.select(&select)?;
    let briefs = found.into_iter().map(|about| {
        let brief = TaskBrief {
            id: about.task,
            subject: about.subject,
            stage: status::stage(about.stage, view.locale()),
        };
        (about.thread, brief)
    });
    // The last of each thread stays, which is the newest.
    Ok(briefs.collect())
}
