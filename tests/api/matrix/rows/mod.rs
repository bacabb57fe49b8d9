//! The table: what the numbers of each route's path and the ids of its body name, and
//! what each caller is to get.
//!
//! In a body, `<label>` is the id of such a thing, `<own label>` of one that is own
//! whatever the case, `<new>` a new word, `<caller>` the caller's address and `<me>` their id.
//! Some places are numbers that stay: `manual` and `automatic`, `first`, `missing`.

mod knowledge;
mod people;
mod programs;
mod settings;
mod tasks;
mod tickets;
mod words;
mod workflows;

use pocketdesk::base::who::Privilege;

use super::grid::Grid;

/// One way to call a route.
pub(in crate::matrix) struct Row {
    pub(in crate::matrix) route: &'static str,
    /// What the numbers of the path name, in order.
    pub(in crate::matrix) names: &'static [&'static str],
    pub(in crate::matrix) body: &'static str,
    pub(in crate::matrix) grid: &'static Grid,
    pub(in crate::matrix) privilege: Option<Privilege>,
    /// Whether the second call does nothing because the first has done it all.
    pub(in crate::matrix) is_done_once: bool,
}

impl Row {
    /// With the privilege that is asked for behind the door.
    fn needs(self, privilege: Privilege) -> Self {
        Self {
            privilege: Some(privilege),
            ..self
        }
    }

    /// A setting, which is what it is when it is set again.
    fn done_once(self) -> Self {
        Self {
            is_done_once: true,
            ..self
        }
    }
}

fn row(
    route: &'static str,
    names: &'static [&'static str],
    body: &'static str,
    grid: &'static Grid,
) -> Row {
    Row {
        route,
        names,
        body,
        grid,
        privilege: None,
        is_done_once: false,
    }
}

const NAMED: &str = r#"{"name": "<new>", "description": "What it is for"}"#;

/// Every row.
pub(in crate::matrix) fn rows() -> Vec<Row> {
    let rooms = [
        people::rows(),
        words::rows(),
        tickets::rows(),
        settings::rows(),
        workflows::rows(),
        knowledge::rows(),
        tasks::rows(),
        programs::rows(),
    ];
    rooms.into_iter().flatten().collect()
}
