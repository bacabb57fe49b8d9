//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{self, New, NewTask};
use super::filter::{self, TaskQuery, Tasks};
use super::list::{self, TaskPage};
use crate::base::db::{Change, View};
use crate::base::error::{Error, Faults, OrNotFound, Result};
use crate::base::event::Property;
use crate::base::html;
use crate::base::input::{Id, Ids, Int, Line, Moment, Optional};
use crate::base::page::Pagination;
use crate::base::who::{Privilege, Who};
use crate::desk::task_model::{self, Task, TaskThread, TaskThreadShape, TaskView};
use crate::desk::{company, person, status, ticket};
use crate::web::answer_keys::{Alert, answer_keys};
use crate::web::extract::{Body, Checked, PathId, PathIds, Query, Uploads};
use crate::web::input::StoredFile;
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Download, Json, MessageReply};

pub(super) fn list(
    view: &View<'_>,
    Query(query): Query<TaskQuery>,
    Query(listing): Query<Listing<Tasks>>,
) -> Result<Json<TaskPage>> {
    let filter = filter::filter(view.who(), &query, listing);
    list::list(view, view.who(), &filter).map(Json)
}

pub(super) fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<TaskView>> {
    let task = visible(view, id)?;
    view.mark(move |change| change::note_viewed(change, id));
    task_model::show(view, view.who(), task).map(Json)
}

/// What a task becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EditedTask {
    /// Id of the priority, 1 to 4.
    #[serde(default)]
    priority: Optional<Int>,
    /// The same as `priority`, as the documented example spells it.
    #[serde(default)]
    prioirty: Optional<Int>,
    /// Id of the stage, 1 to 3.
    stage: Int,
    /// Subject of the task.
    subject: Line<255, 1>,
    /// Id of the agent in charge; 0 for nobody.
    assigned_agent: Int,
    /// What is to be done, as HTML or plain text.
    description: html::RichText,
    /// The deadline; without it, it stays.
    #[serde(default)]
    deadline: Optional<Moment>,
}

impl Checked for EditedTask {
    fn check(&self, faults: &mut Faults) {
        if self.priority().is_none() {
            faults.add("priority", "input.required");
        }
    }
}

impl EditedTask {
    /// The priority in the right spelling, else in the other.
    fn priority(&self) -> Option<i64> {
        let sent = self.priority.as_ref().or(self.prioirty.as_ref());
        sent.map(|priority| priority.get())
    }
}

answer_keys!(
    /// A task that was changed.
    pub(super) TaskChanged { "message": String, "task": task_model::TaskDetail }
);

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<EditedTask>,
) -> Result<MessageReply<TaskChanged>> {
    let task = visible(change.view(), id)?;
    let priority = edited.priority().unwrap_or(task.priority);
    let priority = check_priority(change.view(), priority)?;
    let stage = change::check_stage(edited.stage.get())?;
    let agent = edited.assigned_agent.get();
    // An agent who was deactivated since stays in charge until somebody else is.
    let agent = if task.agent == Some(agent) {
        task.agent
    } else {
        check_agent(change.view(), agent, "assignedAgent")?
    };
    change::set(change, &task, New::Subject(edited.subject.as_str()))?;
    change::set(change, &task, New::Description(&edited.description))?;
    change::set(change, &task, New::Priority(priority))?;
    change::set(change, &task, New::Stage(stage))?;
    change::set(change, &task, New::Agent(agent))?;
    if let Some(deadline) = edited.deadline.as_ref() {
        let deadline = deadline.at(company::calendar(change.view())?.zone());
        change::set(change, &task, New::Deadline(deadline))?;
    }
    Ok(told(change.view(), MessageReply::new("task.updated"), id)?.last())
}

/// The answer with the task as it is by now.
fn told<K>(view: &View<'_>, said: MessageReply<K>, id: i64) -> Result<MessageReply<K>> {
    // Whoever has given a task away may not see it any more; they see what they have done.
    let task = task_model::by_id(view, &Who::desk(), id)?.or_not_found("task")?;
    said.with("task", task_model::whole(view, view.who(), task)?)
}

fn check_priority(view: &View<'_>, priority: i64) -> Result<i64> {
    let checked = ticket::change::check(view, Property::Priority, priority, "priority")?;
    Ok(checked.unwrap_or(priority))
}

/// An active agent, or nobody where 0 is given.
fn check_agent(view: &View<'_>, agent: i64, field: &str) -> Result<Option<i64>> {
    ticket::change::check(view, Property::Agent, agent, field)
}

/// Who follows the task, or does no more.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Follower {
    /// Id of the user who follows the task, an agent.
    follower_id: Id,
}

impl Checked for Follower {}

answer_keys!(
    /// Who follows a task from now on.
    pub(super) FollowerAdded { "message": String, "id": i64, "follower": person::Brief }
);

pub(super) fn add_follower(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(new): Body<Follower>,
) -> Result<MessageReply<FollowerAdded>> {
    let task = visible(change.view(), id)?;
    let user = check_agent(change.view(), new.follower_id.get(), "followerId")?;
    let user = user.ok_or_else(|| Error::invalid("followerId", "input.required"))?;
    change::add_follower(change, &task, user)?;
    let person = person::by_id(change.view(), user)?.or_not_found("user")?;
    MessageReply::new("task.follower_added")
        .with("id", user)?
        .with("follower", person::brief(&person, person::Side::Agent))
}

/// Everybody may stop following; to take somebody else off is to change the task.
pub(super) fn remove_follower(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(old): Body<Follower>,
) -> Result<MessageReply<Alert>> {
    let user = old.follower_id.get();
    if user != change.who().id {
        change.who().need(Privilege::EditTask)?;
    }
    let task = visible(change.view(), id)?;
    change::remove_follower(change, &task, user)?;
    MessageReply::new("task.follower_removed").as_alert()
}

/// The list of a task's threads.
#[derive(Debug, Clone)]
pub(super) struct Threads;

impl Listed for Threads {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[Sort::descending(&["id", "createdAt"], &[])],
        size: 10,
        searched: "",
    };
}

/// A page of a task's threads, the newest first, without the one that it began with.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TaskThreadList")]
pub(super) struct ThreadList {
    threads: Vec<TaskThreadShape>,
    pagination: Pagination,
}

pub(super) fn list_threads(
    view: &View<'_>,
    PathId(id): PathId,
    Query(listing): Query<Listing<Threads>>,
) -> Result<Json<ThreadList>> {
    let task = visible(view, id)?;
    let (rows, mut pagination): (Vec<TaskThread>, _) = listing.page_of_texts(
        view,
        task_model::after_the_first(task.id),
        "octet_length(clean)",
    )?;
    pagination.url = format!("#id/{}/page/replacePage", task.id);
    Ok(Json(ThreadList {
        pagination,
        threads: task_model::shapes(view, &company::calendar(view)?, rows)?,
    }))
}

/// Something to be said in a task.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "NewTaskThread")]
pub(super) struct NewThread {
    /// The text, as HTML or plain text.
    description: html::RichText,
    /// Id of the stage that the task gets, 1 to 3.
    stage: Int,
}

impl Checked for NewThread {}

pub(super) fn add_thread(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(new): Body<NewThread>,
    Uploads(files): Uploads,
) -> Result<MessageReply<TaskThreadMade>> {
    say(change, id, &new, &files)
}

pub(super) fn add_thread_beside(
    change: &mut Change<'_>,
    PathIds(id, _): PathIds,
    Body(new): Body<NewThread>,
    Uploads(files): Uploads,
) -> Result<MessageReply<TaskThreadMade>> {
    say(change, id, &new, &files)
}

answer_keys!(
    /// A new thread of a task.
    pub(super) TaskThreadMade { "message": String, "id": i64, "thread": TaskThreadShape }
);

/// Saying something takes no right; another stage takes that to change the task.
fn say(
    change: &mut Change<'_>,
    id: i64,
    new: &NewThread,
    files: &[StoredFile],
) -> Result<MessageReply<TaskThreadMade>> {
    let task = visible(change.view(), id)?;
    let stage = change::check_stage(new.stage.get())?;
    if stage != task.stage {
        change.who().need(Privilege::EditTask)?;
    }
    let thread = change::say(change, &task, &new.description, files)?;
    change::set(change, &task, New::Stage(stage))?;
    let row = task_model::thread(change.view(), task.id, thread)?.or_not_found("thread")?;
    let calendar = company::calendar(change.view())?;
    let shape = task_model::shapes(change.view(), &calendar, vec![row])?.pop();
    MessageReply::new("task.thread_added")
        .with("id", thread)?
        .with("thread", shape)
}

/// Which thread is meant where the path does not say it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OldThread {
    /// Id of the thread; the path can name it too.
    thread_id: Id,
}

impl Checked for OldThread {}

pub(super) fn remove_named_thread(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(old): Body<OldThread>,
) -> Result<MessageReply> {
    remove_thread(change, PathIds(id, old.thread_id.get()))
}

pub(super) fn remove_thread(
    change: &mut Change<'_>,
    PathIds(id, thread): PathIds,
) -> Result<MessageReply> {
    let task = visible(change.view(), id)?;
    change::unsay(change, &task, thread)?;
    Ok(MessageReply::new("thread.removed"))
}

pub(super) fn download(view: &View<'_>, PathId(id): PathId) -> Result<Download> {
    task_model::attachment(view, view.who(), id)?
        .or_not_found("attachment")?
        .download()
}

/// What a task is made of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AskedTask {
    /// Subject of the task.
    subject: Line<255, 1>,
    /// What is to be done, as HTML or plain text.
    description: html::RichText,
    /// Id of the agent in charge; 0 for nobody.
    assigned_agent: Int,
    /// Deadline as YYYY-MM-DD, or as Unix seconds.
    deadline: Moment,
    /// Id of the ticket that the task belongs to.
    ticket: Id,
    /// Ids of the threads of that ticket that the task is about.
    #[serde(default)]
    thread_ids: Optional<Ids>,
    /// Id of the priority, 1 to 4; 1 without it.
    #[serde(default)]
    priority: Optional<Int>,
    /// Id of the stage, 1 to 3; 1 without it.
    #[serde(default)]
    stage: Optional<Int>,
}

impl Checked for AskedTask {}

answer_keys!(
    /// A new task.
    pub(super) TaskMade { "message": String, "id": i64, "task": task_model::TaskDetail }
);

pub(super) fn create(
    change: &mut Change<'_>,
    Body(asked): Body<AskedTask>,
    Uploads(files): Uploads,
) -> Result<MessageReply<TaskMade>> {
    let view = change.view();
    let ticket = ticket::by_id(view, view.who(), asked.ticket.get())?.or_not_found("ticket")?;
    let threads = asked
        .thread_ids
        .get()
        .map(Ids::into_vec)
        .unwrap_or_default();
    change::check_threads(view, ticket.id, &threads)?;
    let number = |asked: &Optional<Int>, usual| asked.as_ref().map_or(usual, |one| one.get());
    let new = NewTask {
        ticket: ticket.id,
        agent: check_agent(view, asked.assigned_agent.get(), "assignedAgent")?,
        stage: change::check_stage(number(&asked.stage, status::NEW))?,
        priority: check_priority(view, number(&asked.priority, status::LOW))?,
        deadline: asked.deadline.at(company::calendar(view)?.zone()),
        subject: asked.subject.into_string(),
        description: asked.description,
        threads,
        files,
    };
    let id = change::create(change, &new)?;
    told(
        change.view(),
        MessageReply::new("task.created").with("id", id)?,
        id,
    )
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let task = visible(change.view(), id)?;
    change::remove(change, &task)?;
    Ok(MessageReply::new("task.removed"))
}

fn visible(view: &View<'_>, id: i64) -> Result<Task> {
    task_model::by_id(view, view.who(), id)?.or_not_found("task")
}
