//! Rows of `user` and `profile`.

use crate::access::{self, session};
use crate::base::db::{Change, View, from_row, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::event::Event;
use crate::base::time::Timestamp;
use crate::base::who::{Role, Side};

/// A user with the sides that they have, removed ones too (for what they once wrote).
#[derive(Debug, Clone)]
pub struct Person {
    /// The user's id.
    pub id: i64,
    /// The address that is the user.
    pub email: String,
    /// Their own time zone, if they set one.
    pub timezone: Option<String>,
    /// When the address was proved to be theirs.
    pub email_proved_at: Option<Timestamp>,
    /// The agent side.
    pub agent: Option<Profile>,
    /// The customer side.
    pub customer: Option<Profile>,
}

/// One side of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The side's own id, which is not the user's.
    pub id: i64,
    /// What the user is on this side.
    pub role: Role,
    /// First name.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// Both names.
    pub name: String,
    /// Job title.
    pub job_title: Option<String>,
    /// Phone number.
    pub contact_number: Option<String>,
    /// What goes under an agent's replies.
    pub signature: Option<String>,
    /// Which tickets an agent sees, 1 to 4.
    pub ticket_view: Option<i64>,
    /// How the side came to be: website, email, api, …
    pub source: Option<String>,
    /// Whether it may sign in.
    pub is_active: bool,
    /// Whether its owner has proved who they are.
    pub is_verified: bool,
    /// Whether it is starred.
    pub is_starred: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was removed.
    pub removed_at: Option<Timestamp>,
}

impl Person {
    /// The side that is not removed.
    pub fn current(&self, side: Side) -> Option<&Profile> {
        self.side(side)
            .filter(|profile| profile.removed_at.is_none())
    }

    /// The side, removed or not.
    pub fn side(&self, side: Side) -> Option<&Profile> {
        match side {
            Side::Agent => self.agent.as_ref(),
            Side::Customer => self.customer.as_ref(),
        }
    }

    /// The name on this side, else on the other, else the address.
    pub fn name_as(&self, side: Side) -> &str {
        let either = self
            .side(side)
            .or(self.agent.as_ref())
            .or(self.customer.as_ref());
        either.map_or(&self.email, |profile| &profile.name)
    }
}

struct UserRow {
    id: i64,
    email: String,
    timezone: Option<String>,
    email_proved_at: Option<Timestamp>,
}

from_row!(UserRow {
    id,
    email,
    timezone,
    email_proved_at
});

struct SideRow {
    user: i64,
    profile: Profile,
}

from_row!(SideRow { user: "user_id", profile => Profile });

from_row!(Profile {
    id,
    role: "role_id",
    first_name,
    last_name,
    name,
    job_title,
    contact_number,
    signature,
    ticket_view,
    source,
    is_active,
    is_verified,
    is_starred,
    created_at,
    updated_at,
    removed_at
});

/// The user with this id.
pub fn by_id(view: &View<'_>, user: i64) -> Result<Option<Person>> {
    Ok(by_ids(view, &[user])?.pop())
}

/// The user with this address, in any case of its letters.
pub fn by_email(view: &View<'_>, email: &str) -> Result<Option<Person>> {
    let user: Option<i64> = view.maybe(
        "SELECT user_id FROM user_address WHERE email_key = email_key(:email)",
        named_params! { ":email": email },
    )?;
    match user {
        Some(user) => by_id(view, user),
        None => Ok(None),
    }
}

/// The id and the password's hash, if there is one, of the user with this address.
pub fn credentials(view: &View<'_>, email: &str) -> Result<Option<(i64, Option<String>)>> {
    view.maybe(
        "SELECT u.id, u.password_hash FROM user_address a JOIN user u ON u.id = a.user_id
         WHERE a.email_key = email_key(:email)",
        named_params! { ":email": email },
    )
}

/// The users with these ids, in the order of their ids, with one query a table.
pub fn by_ids(view: &View<'_>, users: &[i64]) -> Result<Vec<Person>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let list = id_list(users);
    let rows: Vec<UserRow> = view.all(
        "SELECT u.id, u.email, u.timezone, a.proved_at AS email_proved_at FROM user u
         JOIN user_address a ON a.user_id = u.id AND a.is_primary = 1
         WHERE u.id IN (SELECT value FROM json_each(:users)) ORDER BY u.id",
        named_params! { ":users": list },
    )?;
    let sides: Vec<SideRow> = view.all(
        "SELECT user_id, id, role_id, first_name, last_name, name, job_title, contact_number, signature,
             ticket_view, source, is_active, is_verified, is_starred, created_at, updated_at, removed_at
         FROM profile WHERE user_id IN (SELECT value FROM json_each(:users))",
        named_params! { ":users": list },
    )?;
    let mut people: Vec<Person> = rows
        .into_iter()
        .map(|row| Person {
            id: row.id,
            email: row.email,
            timezone: row.timezone,
            email_proved_at: row.email_proved_at,
            agent: None,
            customer: None,
        })
        .collect();
    for side in sides {
        if let Ok(at) = people.binary_search_by_key(&side.user, |person| person.id) {
            let slot = match side.profile.role {
                Role::Customer => &mut people[at].customer,
                Role::Owner | Role::Admin | Role::Agent => &mut people[at].agent,
            };
            *slot = Some(side.profile);
        }
    }
    Ok(people)
}

/// What a new side begins with.
#[derive(Debug, Clone)]
pub struct NewSide {
    /// The address; the user is made where there is none.
    pub email: String,
    /// What the user is on the new side.
    pub role: Role,
    /// First name.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// How it comes to be.
    pub source: &'static str,
}

/// Gives the address a side and answers the user's id: makes the user where there is
/// none, and brings a removed side back. A current side is a conflict. Who becomes an agent
/// comes in by nothing that let them in as a customer: whoever manages customers could set
/// that, and need not hold what an agent holds.
pub fn add_side(change: &mut Change<'_>, new: &NewSide) -> Result<i64> {
    let side = Side::of(new.role);
    let known = by_email(change.view(), &new.email)?;
    if known
        .as_ref()
        .is_some_and(|person| person.current(side).is_some())
    {
        return Err(Error::Conflict(
            Message::new("person.email_taken").with("email", &new.email),
        ));
    }
    if new.role == Role::Owner {
        refuse_second_owner(change.view())?;
    }
    let now = change.now();
    let user = match known {
        Some(person) => {
            if side == Side::Agent {
                refuse_while_parting(change.view(), person.id)?;
                forget_password(change, person.id)?;
                access::end_all(change, person.id)?;
            }
            person.id
        }
        None => add_user(change, &new.email)?,
    };
    change.run(
        "INSERT INTO profile (user_id, side, role_id, first_name, last_name, name_key, source, created_at)
         VALUES (:user, :side, :role, :first_name, :last_name, name_key(:first_name || ' ' || :last_name), :source, :now)
         ON CONFLICT (user_id, side) DO UPDATE SET
             role_id = excluded.role_id, first_name = excluded.first_name, last_name = excluded.last_name,
             name_key = excluded.name_key, is_active = 1, updated_at = excluded.created_at, removed_at = NULL,
             -- Older removals left these behind.
             job_title = NULL, contact_number = NULL, signature = NULL, is_starred = 0",
        named_params! {
            ":user": user, ":side": side, ":role": new.role.id(), ":first_name": new.first_name,
            ":last_name": new.last_name, ":source": new.source, ":now": now,
        },
    )?;
    Ok(user)
}

/// A user who is known by this address and has no side yet.
fn add_user(change: &mut Change<'_>, email: &str) -> Result<i64> {
    let now = change.now();
    let user = change.insert(
        "INSERT INTO user (email, email_key, created_at) VALUES (:email, email_key(:email), :now)",
        named_params! { ":email": email, ":now": now },
    )?;
    change.run(
        "INSERT INTO user_address (user_id, email, email_key, is_primary, created_at)
         VALUES (:user, :email, email_key(:email), 1, :now)",
        named_params! { ":user": user, ":email": email, ":now": now },
    )?;
    Ok(user)
}

/// 503 while what somebody had as an agent is still given up: what they are given now would be
/// taken from them too.
fn refuse_while_parting(view: &View<'_>, user: i64) -> Result<()> {
    let parting: i64 = view.one(
        "SELECT count(*) FROM job WHERE kind = 'part_with_member' AND data ->> 'user' = :user",
        named_params! { ":user": user },
    )?;
    if parting == 0 {
        return Ok(());
    }
    Err(Error::unavailable(
        "a member who was removed is not parted with yet",
    ))
}

fn refuse_second_owner(view: &View<'_>) -> Result<()> {
    let owners: i64 = view.one("SELECT count(*) FROM profile WHERE role_id = 1", [])?;
    if owners == 0 {
        return Ok(());
    }
    Err(Error::conflict("person.one_owner"))
}

/// Keeps what a current side has become: role, names, title, number, signature and
/// whether it is active. A side that may sign in no more keeps no tokens, and with another
/// role one signs in anew.
pub fn save_side(change: &mut Change<'_>, user: i64, profile: &Profile) -> Result<()> {
    let now = change.now();
    let (name, role, number): (String, i64, Option<String>) = change.view().one(
        "SELECT name, role_id, contact_number FROM profile WHERE id = :id",
        named_params! { ":id": profile.id },
    )?;
    if role != profile.role.id() {
        session::end_all(change, user, Some(Side::of(profile.role)))?;
    }
    change.run(
        "UPDATE profile SET role_id = :role, first_name = :first_name, last_name = :last_name,
             name_key = name_key(:first_name || ' ' || :last_name), job_title = :job_title, contact_number = :contact_number, signature = :signature,
             is_active = :is_active, updated_at = :now
         WHERE id = :id",
        named_params! {
            ":id": profile.id, ":role": profile.role.id(), ":first_name": profile.first_name,
            ":last_name": profile.last_name, ":job_title": profile.job_title,
            ":contact_number": profile.contact_number, ":signature": profile.signature,
            ":is_active": profile.is_active, ":now": now,
        },
    )?;
    let is_renamed = name != full_name(&profile.first_name, &profile.last_name);
    // A customer's tickets are found by their number too.
    let is_called_anew = profile.role == Role::Customer && number != profile.contact_number;
    if is_renamed || is_called_anew {
        change.emit(Event::PersonRenamed { user });
    }
    if profile.is_active {
        return Ok(());
    }
    access::end_side(change, user, Side::of(profile.role))
}

/// Both names as the table joins them.
fn full_name(first: &str, last: &str) -> String {
    format!("{first} {last}").trim_matches(' ').to_owned()
}

/// Stars a side, or takes its star off; answers whether it is starred now.
pub fn toggle_star(change: &mut Change<'_>, profile: &Profile) -> Result<bool> {
    change.run(
        "UPDATE profile SET is_starred = :is_starred WHERE id = :id",
        named_params! { ":id": profile.id, ":is_starred": !profile.is_starred },
    )?;
    Ok(!profile.is_starred)
}

/// Removes a side: its name stays beside what it wrote, and nothing else that was known of it.
/// A user without any side left keeps neither password nor tokens.
pub fn remove_side(change: &mut Change<'_>, user: i64, side: Side) -> Result<()> {
    let now = change.now();
    let numbers: i64 = change.view().one(
        "SELECT count(contact_number) FROM profile WHERE user_id = :user AND side = :side",
        named_params! { ":user": user, ":side": side },
    )?;
    change.run(
        "UPDATE profile SET removed_at = :now, job_title = NULL, contact_number = NULL, signature = NULL, is_starred = 0
         WHERE user_id = :user AND side = :side AND removed_at IS NULL",
        named_params! { ":user": user, ":side": side, ":now": now },
    )?;
    if numbers > 0 {
        // Tickets are found by it.
        change.emit(Event::PersonRenamed { user });
    }
    let remaining: i64 = change.view().one(
        "SELECT count(*) FROM profile WHERE user_id = :user AND removed_at IS NULL",
        named_params! { ":user": user },
    )?;
    access::end_side(change, user, side)?;
    if remaining == 0 {
        forget_password(change, user)?;
    }
    Ok(())
}

fn forget_password(change: &mut Change<'_>, user: i64) -> Result<()> {
    let forget = "UPDATE user SET password_hash = NULL WHERE id = :user";
    change.run(forget, named_params! { ":user": user })?;
    Ok(())
}

/// Changes the address of a user; one that somebody else has is a conflict.
pub fn set_email(change: &mut Change<'_>, user: i64, email: &str) -> Result<()> {
    if by_email(change.view(), email)?.is_some_and(|other| other.id != user) {
        return Err(Error::Conflict(
            Message::new("person.email_taken").with("email", email),
        ));
    }
    let known = by_id(change.view(), user)?;
    if known.is_none_or(|known| known.email != email) {
        change.emit(Event::PersonRenamed { user });
    }
    change.run(
        "UPDATE user_address SET proved_at = iif(email_key = email_key(:email), proved_at, NULL),
             email = :email, email_key = email_key(:email)
         WHERE user_id = :user AND is_primary = 1",
        named_params! { ":user": user, ":email": email },
    )?;
    Ok(())
}

/// Sets the time zone of a user, or none.
pub fn set_timezone(change: &mut Change<'_>, user: i64, timezone: Option<&str>) -> Result<()> {
    change.run(
        "UPDATE user SET timezone = :timezone WHERE id = :user",
        named_params! { ":user": user, ":timezone": timezone },
    )?;
    Ok(())
}

/// Sets the hash of a new password, and ends all that lets in but the caller's own token:
/// whoever had the old password may have made tokens with it.
pub fn set_password(change: &mut Change<'_>, user: i64, hash: &str) -> Result<()> {
    change.run(
        "UPDATE user SET password_hash = :hash WHERE id = :user",
        named_params! { ":user": user, ":hash": hash },
    )?;
    access::end_others(change, user)
}
