//! Workflows: what a desk does by itself, or at one press of a button. Their words are tables of
//! rows, by which what comes in is judged and the editor's menus are made; `engine` runs them.

mod api;
mod choice;
mod definition;
mod engine;
mod named;
mod options;
mod run;
mod sent;
mod shape;
mod store;
mod validate;
pub mod vocabulary;

pub use choice::Choice;
pub use definition::store_new;
pub use engine::follow;
pub use named::named;
pub use sent::WorkflowBody;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};

use crate::access::Access::{Holds, HoldsOneOf};
use crate::base::closed_list::closed_list;
use crate::base::who::Privilege::{
    self, ApplyWorkflow, ManageWorkflowAutomatic, ManageWorkflowManual,
};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room. Which of the privileges it takes depends on the type of the
/// workflow, so each handler asks again.
pub fn routes() -> Vec<Route> {
    let read = HoldsOneOf(&[ManageWorkflowManual, ManageWorkflowAutomatic, ApplyWorkflow]);
    let manage = HoldsOneOf(&[ManageWorkflowManual, ManageWorkflowAutomatic]);
    vec![
        get("/workflows", read, "List workflows", api::list),
        post("/workflows", manage, "Create a workflow", api::create),
        get(
            "/workflows/options",
            manage,
            "List what workflows are made of",
            options::show,
        ),
        put(
            "/workflows/order",
            manage,
            "Order the workflows",
            api::order,
        ),
        get("/workflow/{type}/{id}", read, "Show a workflow", api::show)
            .text("type", &Kind::IN_PATHS)
            .also("/workflow/{id}"),
        put(
            "/workflow/{type}/{id}",
            manage,
            "Change a workflow",
            api::edit,
        )
        .text("type", &Kind::IN_PATHS)
        .also("/workflow/{id}"),
        post(
            "/workflow/{type}/{id}/try",
            read,
            "Try a workflow",
            run::try_on,
        )
        .text("type", &Kind::IN_PATHS)
        .also("/workflow/{id}/try")
        .only_reads(),
        post(
            "/workflow/{type}/{id}/run",
            Holds(ApplyWorkflow),
            "Run a manual workflow on tickets",
            run::run,
        )
        .text("type", &Kind::IN_PATHS)
        .also("/workflow/{id}/run"),
        delete(
            "/workflow/{type}/{id}",
            manage,
            "Delete a workflow",
            api::remove,
        )
        .text("type", &Kind::IN_PATHS)
        .also("/workflow/{id}"),
    ]
}

/// Who sets a workflow off: the API's `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 0: an agent applies it to a ticket.
    Manual,
    /// 1: it runs when one of its events happens.
    Automatic,
}

/// Stored as its number.
impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::from_id(value.as_i64()?).ok_or(FromSqlError::InvalidType)
    }
}

impl Kind {
    /// Both.
    const ALL: [Self; 2] = [Self::Manual, Self::Automatic];

    /// The API's number.
    pub fn id(self) -> i64 {
        self as i64
    }

    /// The kind with this number.
    fn from_id(id: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// What a path may call them.
    const IN_PATHS: [&str; 4] = ["automatic", "manual", "1", "0"];

    /// The kind that a path names.
    fn from_path(text: &str) -> Option<Self> {
        match text {
            "automatic" | "1" => Some(Self::Automatic),
            "manual" | "0" => Some(Self::Manual),
            _ => None,
        }
    }

    /// What it takes to manage workflows of this kind.
    fn privilege(self) -> Privilege {
        match self {
            Self::Manual => ManageWorkflowManual,
            Self::Automatic => ManageWorkflowAutomatic,
        }
    }
}

closed_list! {
    /// What an event happens to, and so what a workflow is about: the API's `event`.
    Entity {
        /// A ticket; every manual workflow is about one.
        Ticket = "ticket",
        /// A task.
        Task = "task",
        /// A member of the desk.
        Agent = "agent",
        /// A customer.
        Customer = "customer",
        /// Anybody, on whichever side.
        User = "user",
    }
}

impl Entity {
    /// The key of its name.
    fn label(self) -> &'static str {
        match self {
            Self::Ticket => "workflow.about_ticket",
            Self::Task => "workflow.about_task",
            Self::Agent => "workflow.about_agent",
            Self::Customer => "workflow.about_customer",
            Self::User => "workflow.about_user",
        }
    }
}
