//! Todos: what an agent has noted for themselves to do about a ticket or a task. They are
//! their agent's own, and so it takes no right but to see what they are about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::Agent;
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::input::{Flag, Flags, Ids, Int, Optional, Patch, Text};
use crate::base::page::Pagination;
use crate::desk::task_model::{self, TodoFilter, TodoParent, TodoShape};
use crate::desk::ticket;
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/todos", Agent, "List to-do items", list),
        post("/todo", Agent, "Add a to-do item", create),
        get("/todo/{id}", Agent, "Show a to-do item", show),
        put("/todo/{id}", Agent, "Change a to-do item", edit),
        delete("/todo/{id}", Agent, "Delete a to-do item", remove),
    ]
}

/// The list of one's own todos.
#[derive(Debug, Clone)]
struct Todos;

impl Listed for Todos {
    const LIST: &'static List = &List {
        id: "d.id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::descending(&["description"], &["name_key(d.description)"]),
            Sort::descending(&["createdAt"], &["d.created_at"]),
        ],
        size: 10,
        searched: "Words of the description; the last may be the beginning of one.",
    };
}

fn list(
    view: &View<'_>,
    Query(query): Query<TodoQuery>,
    Query(listing): Query<Listing<Todos>>,
) -> Result<Json<TodoList>> {
    let ids = |ids: &Optional<Ids>| ids.entries().map(<[i64]>::to_vec);
    let filter = TodoFilter {
        id: None,
        tickets: ids(&query.ticket_id),
        tasks: ids(&query.task_id),
        is_done: query.status.only(),
    };
    let mut select = task_model::own_todos(view.who(), &filter);
    // What is beside a ticket in the trash waits for it to be restored.
    select.and("ifnull(t.is_trashed, k.ticket_is_trashed) = 0", []);
    listing.find_words_in(&mut select, "search_words(d.description)");
    let (todos, pagination_data) = listing.page(view, select)?;
    Ok(Json(TodoList {
        todos,
        pagination_data,
    }))
}

answer_keys!(
    /// A new to-do item.
    TodoMade { "message": String, "id": i64, "todo": TodoShape }
);

fn create(change: &mut Change<'_>, Body(new): Body<NewTodo>) -> Result<MessageReply<TodoMade>> {
    let place = place_of(new.task_id, new.ticket_id, new.thread_id)?;
    let place = place.ok_or_else(|| Error::invalid("ticketId", "todo.needs_a_place"))?;
    let id = add(change, place, new.description.as_str(), new.status)?;
    MessageReply::new("todo.created")
        .with("id", id)?
        .with("todo", own(change.view(), id)?)
}

/// Notes what the caller has to do beside a place in their sight; answers its id.
pub fn add(
    change: &mut Change<'_>,
    place: TodoParent,
    description: &str,
    is_done: Flag,
) -> Result<i64> {
    let (ticket, task) = visible(change.view(), place)?;
    let (user, now) = (change.who().id, change.now());
    change.insert(
        "INSERT INTO todo (user_id, ticket_id, task_id, description, is_done, created_at)
         VALUES (:user, :ticket, :task, :description, :is_done, :now)",
        named_params! {
            ":user": user, ":ticket": ticket, ":task": task, ":description": description,
            ":is_done": is_done.get(), ":now": now,
        },
    )
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<TodoShape>> {
    own(view, id).map(Json)
}

answer_keys!(
    /// A to-do item that was changed.
    TodoChanged { "message": String, "todo": TodoShape }
);

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<EditedTodo>,
) -> Result<MessageReply<TodoChanged>> {
    let before = own(change.view(), id)?;
    // Clients say once more where it stands; it stays there.
    let place = place_of(edited.task_id, edited.ticket_id, edited.thread_id)?;
    if place.is_some() && place != before.place() {
        return Err(Error::invalid("ticketId", "todo.place_stays"));
    }
    let description = edited
        .description
        .value()
        .map_or(before.description, Text::into_string);
    change.run(
        "UPDATE todo SET description = :description, is_done = :is_done WHERE id = :id",
        named_params! { ":id": id, ":description": description, ":is_done": edited.status.get() },
    )?;
    let said = if edited.status.get() {
        MessageReply::new("todo.completed")
    } else {
        MessageReply::new("todo.reopened")
    };
    said.with("todo", own(change.view(), id)?)
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    own(change.view(), id)?;
    change.run(
        "DELETE FROM todo WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("todo.removed"))
}

/// The filters of the list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
struct TodoQuery {
    /// Ids of tickets.
    ticket_id: Optional<Ids>,
    /// Ids of tasks.
    task_id: Optional<Ids>,
    /// Only those done (1), or only those to be done (0).
    status: Optional<Flags>,
}

impl Checked for TodoQuery {}

/// A new todo.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NewTodo {
    /// Id of the task, when the item belongs to a task.
    #[serde(default)]
    task_id: Optional<Int>,
    /// Id of the ticket, when the item belongs to a ticket.
    #[serde(default)]
    ticket_id: Optional<Int>,
    /// The same as `ticketId`.
    #[serde(default)]
    thread_id: Optional<Int>,
    /// Text of the item.
    description: Text<1000, 1>,
    /// 0 incomplete, 1 complete; 0 without it.
    #[serde(default)]
    status: Flag,
}

impl Checked for NewTodo {}

/// What a todo becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct EditedTodo {
    /// Id of the task that the item belongs to.
    #[serde(default)]
    task_id: Optional<Int>,
    /// Id of the ticket that the item belongs to.
    #[serde(default)]
    ticket_id: Optional<Int>,
    /// The same as `ticketId`.
    #[serde(default)]
    thread_id: Optional<Int>,
    /// New text of the item; without it, it stays.
    #[serde(default)]
    description: Patch<Text<1000, 1>>,
    /// 0 incomplete, 1 complete.
    status: Flag,
}

impl Checked for EditedTodo {}

/// A page of the caller's todos.
#[derive(Debug, Serialize, JsonSchema)]
struct TodoList {
    todos: Vec<TodoShape>,
    pagination_data: Pagination,
}

/// The caller's own todo.
fn own(view: &View<'_>, id: i64) -> Result<TodoShape> {
    task_model::own_todo(view, id)?.or_not_found("todo")
}

/// The one place that is named, 0 naming none.
fn place_of(
    task: Optional<Int>,
    ticket: Optional<Int>,
    thread: Optional<Int>,
) -> Result<Option<TodoParent>> {
    let id = |named: Optional<Int>| named.get().map(Int::get).filter(|id| *id != 0);
    let ticket = match (id(ticket), id(thread)) {
        (Some(ticket), Some(other)) if ticket != other => {
            return Err(Error::invalid("threadId", "todo.two_tickets"));
        }
        (ticket, other) => ticket.or(other),
    };
    match (id(task), ticket) {
        (Some(_), Some(_)) => Err(Error::invalid("taskId", "todo.two_places")),
        (task, ticket) => Ok(task
            .map(TodoParent::Task)
            .or(ticket.map(TodoParent::Ticket))),
    }
}

/// The ids of the ticket and of the task that a place in the caller's sight has.
fn visible(view: &View<'_>, place: TodoParent) -> Result<(Option<i64>, Option<i64>)> {
    match place {
        TodoParent::Ticket(id) => {
            let ticket = ticket::by_id(view, view.who(), id)?.or_not_found("ticket")?;
            Ok((Some(ticket.id), None))
        }
        TodoParent::Task(id) => {
            let task = task_model::by_id(view, view.who(), id)?.or_not_found("task")?;
            Ok((None, Some(task.id)))
        }
    }
}
