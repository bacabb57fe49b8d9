//! Privilege sets: named lists of what agents may do. An agent may do what the sets
//! that they hold grant together. Nobody puts into a set what they do not hold, and
//! nobody but admins changes a set that grants more than they hold, or one of their own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::company::{self, Calendar};
use super::membership::{self, Memberships};
use crate::access::Access::{Agent, Holds};
use crate::base::db::{Change, Select, View, from_row, id_list, named_params};
use crate::base::error::{Error, Faults, Message, OrNotFound, Result};
use crate::base::input::{Codes, Line, Patch, Text};
use crate::base::page::Pagination;
use crate::base::time::{PhpDateErrors, Timestamp};
use crate::base::who::Privilege::ManageAgentPrivilege;
use crate::base::who::{Privilege, Privileges, Who};
use crate::desk::usage::{self, Use};
use crate::web::answer_keys::Made;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::Listing;
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageAgentPrivilege);
    vec![
        get("/agent-privileges", Agent, "List agent privileges", list),
        post(
            "/agent-privileges",
            manage,
            "Create an agent privilege",
            create,
        ),
        get(
            "/agent-privilege/{id}",
            Agent,
            "Show an agent privilege",
            show,
        ),
        put(
            "/agent-privilege/{id}",
            manage,
            "Change an agent privilege",
            edit,
        ),
        delete(
            "/agent-privilege/{id}",
            manage,
            "Delete an agent privilege",
            remove,
        ),
    ]
}

fn list(view: &View<'_>, Query(listing): Query<Listing<Memberships>>) -> Result<Json<SetList>> {
    let calendar = company::calendar(view)?;
    let select = Select::new(
        "ap.id, ap.name, ap.description, ap.created_at",
        "agent_privilege ap",
    );
    let (rows, pagination_data): (Vec<SetRow>, _) = membership::page(view, &listing, select)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let codes = codes_of(view, &ids)?;
    let shaped = rows.into_iter().map(|row| {
        let own = codes.iter().filter(|(set, _)| *set == row.id);
        let own = own.map(|(_, code)| code.clone()).collect();
        shape(&calendar, row, own)
    });
    Ok(Json(SetList {
        privileges: shaped.collect(),
        pagination_data,
    }))
}

fn create(change: &mut Change<'_>, Body(new): Body<NewSet>) -> Result<MessageReply<Made>> {
    let granted = granted(&new.privileges);
    refuse_beyond(change.who(), granted)?;
    refuse_taken_name(change.view(), new.name.as_str(), 0)?;
    let id = make(change, new.name.as_str(), new.description.as_str(), granted)?;
    MessageReply::new("agent_privilege.saved").with("id", id)
}

/// Makes a set that grants this; answers its id.
pub fn make(
    change: &mut Change<'_>,
    name: &str,
    description: &str,
    granted: Privileges,
) -> Result<i64> {
    let now = change.now();
    let id = change.insert(
        "INSERT INTO agent_privilege (name, name_key, description, created_at) VALUES (:name, name_key(:name), :description, :now)",
        named_params! { ":name": name, ":description": description, ":now": now },
    )?;
    set_codes(change, id, granted)?;
    Ok(id)
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<SetShape>> {
    let row = by_id(view, id)?.or_not_found("agent_privilege")?;
    let codes = codes_of(view, &[id])?;
    let codes = codes.into_iter().map(|(_, code)| code).collect();
    Ok(Json(shape(&company::calendar(view)?, row, codes)))
}

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<EditedSet>,
) -> Result<MessageReply<Made>> {
    by_id(change.view(), id)?.or_not_found("agent_privilege")?;
    refuse_foreign(change.view(), id)?;
    let granted = match edited.privileges {
        Patch::Absent => None,
        Patch::Empty => Some(Privileges::default()),
        Patch::Value(codes) => Some(granted(&codes)),
    };
    refuse_beyond(change.who(), granted.unwrap_or_default())?;
    refuse_taken_name(change.view(), edited.name.as_str(), id)?;
    change.run(
        "UPDATE agent_privilege SET name = :name, name_key = name_key(:name), description = :description WHERE id = :id",
        named_params! {
            ":id": id, ":name": edited.name.as_str(), ":description": edited.description.as_str(),
        },
    )?;
    if let Some(granted) = granted {
        set_codes(change, id, granted)?;
    }
    MessageReply::new("agent_privilege.saved").with("id", id)
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let row = by_id(change.view(), id)?.or_not_found("agent_privilege")?;
    refuse_foreign(change.view(), id)?;
    usage::refuse_used(change.view(), id, &row.name, &USES)?;
    change.run(
        "DELETE FROM agent_privilege WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("agent_privilege.removed"))
}

/// Where a privilege set can be in use, and what is said then.
const USES: [Use; 1] = [(
    "SELECT count(*) FROM user_agent_privilege WHERE agent_privilege_id = :id",
    "agent_privilege.is_held",
)];

/// A new privilege set.
#[derive(Debug, Deserialize, JsonSchema)]
struct NewSet {
    /// Name of the privilege set.
    name: Line<100, 1>,
    /// Description of the privilege set.
    description: Text<1000, 1>,
    /// Codes of all that the set grants, such as `ROLE_AGENT_CREATE_TASK`.
    privileges: Codes,
}

impl Checked for NewSet {
    fn check(&self, faults: &mut Faults) {
        check_codes(&self.privileges, faults);
    }
}

/// What a privilege set becomes.
#[derive(Debug, Deserialize, JsonSchema)]
struct EditedSet {
    /// Name of the privilege set.
    name: Line<100, 1>,
    /// Description of the privilege set.
    description: Text<1000, 1>,
    /// Codes of all that the set grants; left out, it grants what it did.
    #[serde(default)]
    privileges: Patch<Codes>,
}

impl Checked for EditedSet {
    fn check(&self, faults: &mut Faults) {
        if let Some(codes) = self.privileges.as_ref() {
            check_codes(codes, faults);
        }
    }
}

fn check_codes(codes: &Codes, faults: &mut Faults) {
    let codes = codes.as_slice().iter().map(String::as_str);
    let unknown: Vec<&str> = codes
        .filter(|code| Privilege::from_code(code).is_none())
        .collect();
    if !unknown.is_empty() {
        let message =
            Message::new("agent_privilege.unknown_codes").with("codes", unknown.join(", "));
        faults.add("privileges", message);
    }
}

fn granted(codes: &Codes) -> Privileges {
    let codes = codes.as_slice().iter();
    codes
        .filter_map(|code| Privilege::from_code(code))
        .collect()
}

/// A privilege set.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SetShape {
    id: i64,
    /// Codes of what it grants.
    privileges: Vec<String>,
    name: String,
    description: String,
    created_at: PhpDateErrors,
}

/// A page of privilege sets.
#[derive(Debug, Serialize, JsonSchema)]
struct SetList {
    privileges: Vec<SetShape>,
    pagination_data: Pagination,
}

fn shape(calendar: &Calendar, row: SetRow, privileges: Vec<String>) -> SetShape {
    SetShape {
        id: row.id,
        privileges,
        name: row.name,
        description: row.description,
        created_at: calendar.date_with_errors(row.created_at),
    }
}

struct SetRow {
    id: i64,
    name: String,
    description: String,
    created_at: Timestamp,
}

from_row!(SetRow {
    id,
    name,
    description,
    created_at
});

fn by_id(view: &View<'_>, id: i64) -> Result<Option<SetRow>> {
    view.maybe(
        "SELECT id, name, description, created_at FROM agent_privilege WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The codes in these sets, each with its set.
fn codes_of(view: &View<'_>, sets: &[i64]) -> Result<Vec<(i64, String)>> {
    view.all(
        "SELECT agent_privilege_id, code FROM agent_privilege_code
         WHERE agent_privilege_id IN (SELECT value FROM json_each(:sets)) ORDER BY agent_privilege_id, code",
        named_params! { ":sets": id_list(sets) },
    )
}

/// Makes this what a set grants, and nothing else.
fn set_codes(change: &mut Change<'_>, set: i64, granted: Privileges) -> Result<()> {
    change.run(
        "DELETE FROM agent_privilege_code WHERE agent_privilege_id = :set",
        named_params! { ":set": set },
    )?;
    for privilege in granted.iter() {
        change.run(
            "INSERT INTO agent_privilege_code (agent_privilege_id, code) VALUES (:set, :code)",
            named_params! { ":set": set, ":code": privilege.code() },
        )?;
    }
    Ok(())
}

/// 403 where a set would grant what `who` does not hold.
fn refuse_beyond(who: &Who, granted: Privileges) -> Result<()> {
    let beyond: Vec<&str> = granted
        .iter()
        .filter(|privilege| !who.may(*privilege))
        .map(Privilege::code)
        .collect();
    if beyond.is_empty() {
        return Ok(());
    }
    let message = Message::new("agent_privilege.not_held").with("codes", beyond.join(", "));
    Err(Error::Forbidden(message))
}

/// 403 where a set is not the caller's to change: it grants what they do not hold,
/// or it is one that they hold themselves.
fn refuse_foreign(view: &View<'_>, set: i64) -> Result<()> {
    let who = view.who();
    if who.is_admin() {
        return Ok(());
    }
    let codes = codes_of(view, &[set])?;
    let granted = codes
        .iter()
        .filter_map(|(_, code)| Privilege::from_code(code));
    refuse_beyond(who, granted.collect())?;
    let own: i64 = view.one(
        "SELECT count(*) FROM user_agent_privilege WHERE agent_privilege_id = :set AND user_id = :user",
        named_params! { ":set": set, ":user": who.id },
    )?;
    if own == 0 {
        return Ok(());
    }
    Err(Error::Forbidden(Message::new("agent_privilege.own")))
}

fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM agent_privilege WHERE name_key = name_key(:name) AND id <> :except",
        named_params! { ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("agent_privilege.name_taken").with("name", name),
    ))
}
