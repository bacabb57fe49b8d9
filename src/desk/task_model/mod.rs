//! What is to be done: rows of tasks, of what is said in them and of todos, who sees
//! them, and how they are shown. Who may add, change or remove what is decided by the
//! rooms above.

mod shape;
mod store;
mod thread;
mod todo;
mod visibility;

pub use shape::{
    TaskDetail, TaskItem, TaskView, about_threads, of_ticket, show, tasks, version, whole,
};
pub use store::{COLUMNS, Task, by_id};
pub use thread::{
    NewTaskThread, TaskThread, TaskThreadShape, add_thread, after_the_first, attachment,
    first_thread, shapes, thread,
};
pub use todo::{TodoFilter, TodoParent, TodoShape, own_todo, own_todos, todos_beside};
pub use visibility::{Condition, beyond_tickets, condition, ticket_is_visible};
