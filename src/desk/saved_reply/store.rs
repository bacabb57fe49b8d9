//! Rows of `saved_reply`, whom they are shared with, and the rule of who sees them.

use crate::base::db::{Change, Select, View, from_row, id_list, named_params};
use crate::base::error::Result;
use crate::base::placeholder::Template;
use crate::base::who::Who;

/// A saved reply as it is stored.
pub(super) struct SavedReplyRow {
    pub(super) id: i64,
    pub(super) user: i64,
    pub(super) name: String,
    pub(super) message: Template,
    pub(super) is_for_everybody: bool,
}

from_row!(SavedReplyRow {
    id,
    user: "user_id",
    name,
    message,
    is_for_everybody
});

/// The replies that somebody sees, of a table called `r`: admins all, agents their own and
/// what is shared with them, everybody else none.
pub(super) fn visible(who: &Who) -> Select {
    let mut select = Select::new(
        "r.id, r.user_id, r.name, r.message, r.is_for_everybody",
        "saved_reply r",
    );
    if who.is_admin() {
        return select;
    }
    if !who.is_agent() {
        select.and("0", []);
        return select;
    }
    select.and(
        "r.user_id = ? OR r.is_for_everybody = 1
         OR r.id IN (SELECT saved_reply_id FROM saved_reply_group
                 WHERE group_id IN (SELECT value FROM json_each(?)))
         OR r.id IN (SELECT saved_reply_id FROM saved_reply_team
                 WHERE team_id IN (SELECT value FROM json_each(?)))",
        [who.id.into(), id_list(&who.groups), id_list(&who.teams)],
    );
    select
}

/// The reply with this id, if the caller sees it.
pub(super) fn by_id(view: &View<'_>, id: i64) -> Result<Option<SavedReplyRow>> {
    let mut select = visible(view.who());
    select.and("r.id = ?", [id.into()]);
    Ok(view.select(&select)?.pop())
}

/// What a new reply begins with.
#[derive(Debug, Clone)]
pub struct NewSavedReply<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its text.
    pub message: &'a Template,
}

/// Makes a reply of the caller's own, which nobody else sees; answers its id.
pub fn create(change: &mut Change<'_>, new: &NewSavedReply<'_>) -> Result<i64> {
    let (user, now) = (change.who().id, change.now());
    change.insert(
        "INSERT INTO saved_reply (user_id, name, name_key, message, created_at, updated_at)
         VALUES (:user, :name, name_key(:name), :message, :now, :now)",
        named_params! {
            ":user": user, ":name": new.name, ":message": new.message.as_str(), ":now": now,
        },
    )
}

/// Shares a reply with these groups, and no others.
pub fn share_with_groups(change: &mut Change<'_>, reply: i64, groups: &[i64]) -> Result<()> {
    change.run(
        "DELETE FROM saved_reply_group WHERE saved_reply_id = :reply",
        named_params! { ":reply": reply },
    )?;
    change.run(
        "INSERT INTO saved_reply_group (saved_reply_id, group_id)
         SELECT :reply, value FROM json_each(:groups)",
        named_params! { ":reply": reply, ":groups": id_list(groups) },
    )?;
    Ok(())
}

/// Shares a reply with these teams, and no others.
pub(super) fn share_with_teams(change: &mut Change<'_>, reply: i64, teams: &[i64]) -> Result<()> {
    change.run(
        "DELETE FROM saved_reply_team WHERE saved_reply_id = :reply",
        named_params! { ":reply": reply },
    )?;
    change.run(
        "INSERT INTO saved_reply_team (saved_reply_id, team_id)
         SELECT :reply, value FROM json_each(:teams)",
        named_params! { ":reply": reply, ":teams": id_list(teams) },
    )?;
    Ok(())
}

/// Shares a reply with every agent (1), or not (0).
pub(super) fn share_with_everybody(
    change: &mut Change<'_>,
    reply: i64,
    is_shared: i64,
) -> Result<()> {
    change.run(
        "UPDATE saved_reply SET is_for_everybody = :is_shared WHERE id = :reply",
        named_params! { ":reply": reply, ":is_shared": is_shared },
    )?;
    Ok(())
}

/// A reply, and the id and the name of what it is shared with.
pub(super) type Share = (i64, i64, String);

/// The groups that these replies are shared with, by name.
pub(super) fn groups_of(view: &View<'_>, replies: &[i64]) -> Result<Vec<Share>> {
    view.all(
        "SELECT s.saved_reply_id, g.id, g.name FROM saved_reply_group s JOIN \"group\" g ON g.id = s.group_id
         WHERE s.saved_reply_id IN (SELECT value FROM json_each(:replies)) ORDER BY g.name_key",
        named_params! { ":replies": id_list(replies) },
    )
}

/// The teams that these replies are shared with, by name.
pub(super) fn teams_of(view: &View<'_>, replies: &[i64]) -> Result<Vec<Share>> {
    view.all(
        "SELECT s.saved_reply_id, t.id, t.name FROM saved_reply_team s JOIN team t ON t.id = s.team_id
         WHERE s.saved_reply_id IN (SELECT value FROM json_each(:replies)) ORDER BY t.name_key",
        named_params! { ":replies": id_list(replies) },
    )
}
