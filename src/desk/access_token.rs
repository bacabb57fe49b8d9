//! Personal access tokens: what people make for their own programs. A token does what its
//! owner may do on the side on which they made it, no more; it is shown once. Everybody
//! sees and ends their own of that side alone, and
//! an admin ends somebody's by a new password or by deactivating them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::format_description;

use crate::access::Access::SignedIn;
use crate::access::{self, family, token};
use crate::base::db::{Change, Select, View, from_row, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::{Line, Optional, Text};
use crate::base::page::Pagination;
use crate::base::time::{PhpDate, Timestamp, Zone};
use crate::desk::company::{self, Calendar};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply, ShownOnce};
use crate::web::route::{Route, delete, get, post};
use crate::web::version::Version;

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/access-tokens", SignedIn, "List own access tokens", list),
        post("/access-tokens", SignedIn, "Create an access token", create),
        get("/access-token/{id}", SignedIn, "Show an access token", show).versioned(version),
        delete(
            "/access-token/{id}",
            SignedIn,
            "Revoke an access token",
            revoke,
        )
        .versioned(version),
    ]
}

/// How many tokens that have not ended somebody may have.
const MOST_OF_A_USER: i64 = 100;
/// The longest life that can be asked for, in days: ten years.
const LONGEST_DAYS: i64 = 3_653;
/// How times are shown while the company has no format.
const FORMAT: &str = "d-m-Y h:ia";

/// The list of tokens.
#[derive(Debug, Clone)]
struct Tokens;

impl Listed for Tokens {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[
            Sort::descending(&["id", "createdAt"], &[]),
            Sort::descending(&["name"], &["name_key"]),
        ],
        size: 10,
        searched: "Words of the name.",
    };
}

fn list(view: &View<'_>, Query(listing): Query<Listing<Tokens>>) -> Result<Json<TokenList>> {
    let mut select = Select::new(COLUMNS, "access_token INDEXED BY access_token_personal");
    let who = view.who();
    select.and(
        "user_id = ? AND side = ?",
        [who.id.into(), who.side().code().to_owned().into()],
    );
    select.and("kind = 'personal' AND revoked_at IS NULL", []);
    listing.find_in(&mut select, "name_key");
    let (rows, pagination_data) = listing.page::<TokenRow>(view, select)?;
    let calendar = company::calendar(view)?;
    let now = view.now();
    let shapes: Vec<TokenShape> = rows
        .into_iter()
        .map(|row| row.shape(&calendar, now))
        .collect();
    Ok(Json(TokenList {
        pagination_data,
        access_tokens: shapes,
    }))
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<TokenShape>> {
    own(view, id)?.or_not_found("access_token").map(Json)
}

answer_keys!(
    /// A new access token; its text is shown this once.
    TokenMade { "message": String, "id": i64, "token": String, "accessToken": TokenShape }
);

fn create(
    change: &mut Change<'_>,
    Body(new): Body<NewToken>,
) -> Result<ShownOnce<MessageReply<TokenMade>>> {
    let user = change.who().id;
    access::confirm(change.view())?;
    family::refuse_lent(change.view())?;
    refuse_one_too_many(change.view(), user)?;
    let zone = company::calendar(change.view())?.zone().clone();
    let asked = new.expires.as_ref().map(Text::as_str);
    let asked = asked
        .map(|text| expiry(text, change.now(), &zone))
        .transpose()?;
    // What a token makes does not outlive it.
    let expires_at = match (asked, own_end(change.view())?) {
        (Some(asked), Some(own)) => Some(asked.min(own)),
        (asked, own) => asked.or(own),
    };
    let (id, token) = token::issue(
        change,
        token::NewToken {
            user,
            side: change.who().side(),
            name: new.name.as_str(),
            expires_at,
        },
    )?;
    let said = MessageReply::new("access_token.created")
        .with("id", id)?
        .with("token", token.reveal())?
        .with(
            "accessToken",
            own(change.view(), id)?.or_not_found("access_token")?,
        )?;
    Ok(ShownOnce(said))
}

fn revoke(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    access::confirm(change.view())?;
    own(change.view(), id)?.or_not_found("access_token")?;
    let now = change.now();
    change.run(
        "UPDATE access_token SET revoked_at = :now WHERE id = :id",
        named_params! { ":id": id, ":now": now },
    )?;
    Ok(MessageReply::new("access_token.revoked"))
}

/// A new access token.
#[derive(Debug, Deserialize, JsonSchema)]
struct NewToken {
    /// What it is for, such as the name of a program or of a machine.
    name: Line<100, 1>,
    /// When it ends: a number of days from now, or its last day as YYYY-MM-DD where the
    /// company is. Without it the token lives until it is revoked.
    #[serde(default)]
    expires: Optional<Text>,
}

impl Checked for NewToken {}

/// An access token, without its secret.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TokenShape {
    id: i64,
    name: String,
    created_at: PhpDate,
    formated_created_at: String,
    /// To the minute.
    last_used_at: Option<PhpDate>,
    formated_last_used_at: Option<String>,
    expires_at: Option<PhpDate>,
    formated_expires_at: Option<String>,
    /// Whether it opens nothing any more.
    is_expired: bool,
}

/// A page of access tokens.
#[derive(Debug, Serialize, JsonSchema)]
struct TokenList {
    #[serde(rename = "accessTokens")]
    access_tokens: Vec<TokenShape>,
    pagination_data: Pagination,
}

const COLUMNS: &str = "id, name, created_at, last_used_at, expires_at";

struct TokenRow {
    id: i64,
    name: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

from_row!(TokenRow {
    id,
    name,
    created_at,
    last_used_at,
    expires_at
});

impl TokenRow {
    fn shape(self, calendar: &Calendar, now: Timestamp) -> TokenShape {
        let show = |stamp| calendar.show(stamp, FORMAT);
        TokenShape {
            id: self.id,
            name: self.name,
            created_at: calendar.date(self.created_at),
            formated_created_at: show(self.created_at),
            last_used_at: self.last_used_at.map(|stamp| calendar.date(stamp)),
            formated_last_used_at: self.last_used_at.map(show),
            expires_at: self.expires_at.map(|stamp| calendar.date(stamp)),
            formated_expires_at: self.expires_at.map(show),
            is_expired: self.expires_at.is_some_and(|end| end <= now),
        }
    }
}

/// The token with this id, if the caller made it and has not revoked it.
fn own(view: &View<'_>, id: i64) -> Result<Option<TokenShape>> {
    let row: Option<TokenRow> = view.maybe(
        "SELECT id, name, created_at, last_used_at, expires_at FROM access_token
         WHERE id = :id AND user_id = :user AND side = :side AND kind = 'personal' AND revoked_at IS NULL",
        named_params! { ":id": id, ":user": view.who().id, ":side": view.who().side() },
    )?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(row.shape(&company::calendar(view)?, view.now())))
}

/// The version of an own token: when it was last used changes nothing of it, and reading it with
/// itself would.
fn version(view: &View<'_>, numbers: &[i64]) -> Result<Option<Version>> {
    let state: Option<String> = view.maybe(
        "SELECT json_array(id, name, expires_at, ifnull(expires_at <= :now, 0)) FROM access_token
         WHERE id = :id AND user_id = :user AND kind = 'personal' AND revoked_at IS NULL",
        named_params! { ":user": view.who().id, ":id": numbers.first(), ":now": view.now() },
    )?;
    Ok(state.map(|state| Version::of(state.as_bytes())))
}

/// When the personal token that the caller came with ends, if it does.
fn own_end(view: &View<'_>) -> Result<Option<Timestamp>> {
    let end: Option<Option<Timestamp>> = view.maybe(
        "SELECT expires_at FROM access_token WHERE id = :token AND kind = 'personal'",
        named_params! { ":token": view.who().token },
    )?;
    Ok(end.flatten())
}

fn refuse_one_too_many(view: &View<'_>, user: i64) -> Result<()> {
    let have: i64 = view.one(
        "SELECT count(*) FROM access_token
         WHERE user_id = :user AND kind = 'personal' AND revoked_at IS NULL",
        named_params! { ":user": user },
    )?;
    if have < MOST_OF_A_USER {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("access_token.too_many").with("max", MOST_OF_A_USER),
    ))
}

/// When a token ends of which this was said: a count of days, or a last day.
fn expiry(text: &str, now: Timestamp, zone: &Zone) -> Result<Timestamp> {
    let latest = now.days_later(LONGEST_DAYS);
    let end = match text.parse::<i64>() {
        Ok(days) => Some(now.days_later(days)),
        Err(_) => Date::parse(text, format_description!("[year]-[month]-[day]"))
            .ok()
            .and_then(Date::next_day)
            .map(|day| zone.stamp_at(day.midnight())),
    };
    end.filter(|end| *end > now && *end <= latest)
        .ok_or_else(|| {
            Error::invalid(
                "expires",
                Message::new("access_token.bad_expiry").with("max", LONGEST_DAYS),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_count_of_days_or_a_last_day() {
        let now = Timestamp(1_748_856_620); // 2 June 2025, 09:30:20 UTC
        let utc = Zone::utc();
        let end = |text: &str| expiry(text, now, &utc).ok().map(|end| end.0 - now.0);
        assert_eq!(end("1"), Some(86_400));
        assert_eq!(end("3653"), Some(3653 * 86_400));
        // The whole of its last day: here what is left of today.
        assert_eq!(end("2025-06-02"), Some(86_400 - 34_220));
        assert_eq!(end("2025-06-03"), Some(2 * 86_400 - 34_220));
        for refused in [
            "0",
            "-1",
            "3654",
            "9223372036854775807",
            "2025-06-01",
            "2125-06-01",
            "2025-02-30",
            "tomorrow",
            "1.5",
        ] {
            assert_eq!(end(refused), None, "{refused}");
        }
        let tokyo = Zone::named("Asia/Tokyo").unwrap();
        let end = expiry("2025-06-02", now, &tokyo).unwrap();
        assert_eq!(end.0 - now.0, 86_400 - 34_220 - 9 * 3600);
    }
}
