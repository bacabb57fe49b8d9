//! Tasks: what agents have to do about a ticket. They are for agents alone. Whoever sees
//! a task may say something in it; to move it to another stage is to change it. A task
//! goes with its ticket.

mod api;
pub mod change;
mod filter;
mod list;

use serde_json::Value;

use crate::access::Access::{Agent, Holds};
use crate::base::db::{Select, View};
use crate::base::error::{Error, Result};
use crate::base::input::read_object;
use crate::base::who::Privilege::{CreateTask, DeleteTask, EditTask};
use crate::desk::task_model;
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/tasks", Agent, "List tasks", api::list),
        get("/task/{id}", Agent, "Show a task", api::show).versioned(task_model::version),
        put("/task/{id}", Holds(EditTask), "Change a task", api::edit),
        post(
            "/task/{id}/follower",
            Holds(EditTask),
            "Add a follower to a task",
            api::add_follower,
        ),
        delete(
            "/task/{id}/follower",
            Agent,
            "Remove a follower from a task",
            api::remove_follower,
        ),
        get(
            "/task/{id}/threads",
            Agent,
            "List the threads of a task",
            api::list_threads,
        ),
        post(
            "/task/{id}/thread",
            Agent,
            "Add a thread to a task",
            api::add_thread,
        ),
        // As the documented example writes it, with the number of another thread.
        post(
            "/task/{id}/thread/{threadId}",
            Agent,
            "Add a thread to a task",
            api::add_thread_beside,
        ),
        delete(
            "/task/{id}/thread",
            Holds(EditTask),
            "Remove a thread from a task",
            api::remove_named_thread,
        ),
        delete(
            "/task/{id}/thread/{threadId}",
            Holds(EditTask),
            "Remove a thread from a task",
            api::remove_thread,
        ),
        get(
            "/task/attachment/{id}",
            Agent,
            "Download an attachment of a task",
            api::download,
        ),
        post("/tasks", Holds(CreateTask), "Create a task", api::create),
        delete(
            "/task/{id}",
            Holds(DeleteTask),
            "Delete a task",
            api::remove,
        ),
    ]
}

/// The queries that the list walks and counts by which the viewer asks for with `fields`,
/// the filters of `GET /tasks`: for tests that hold their plans.
pub fn list_queries(view: &View<'_>, fields: Value) -> Result<Vec<Select>> {
    let query = read_object(&fields).map_err(Error::Invalid)?;
    let listing = read_object(&fields).map_err(Error::Invalid)?;
    list::queries(view, &filter::filter(view.who(), &query, listing))
}
