//! API clients: programs that get tokens by OAuth 2. Admins make them. A client that can
//! keep a secret has one, which is shown once; where nobody else lets it in, it acts as
//! the admin who made its secret, so that whoever is handed a secret gains what its maker
//! has and no more.

mod redirect_uri;
mod store;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access;
use crate::access::Access::Admin;
use crate::access::family::{self, Grant};
use crate::access::token::{self, Token};
use crate::base::db::{Change, Select, View, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::{Flag, Line, Optional, Patch};
use crate::base::page::Pagination;
use crate::base::time::PhpDate;
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply, ShownOnce};
use crate::web::route::{Route, delete, get, post, put};
use redirect_uri::RedirectUris;

pub use redirect_uri::place;
pub use store::{Client, by_client_id};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/api-clients", Admin, "List API clients", list),
        post("/api-clients", Admin, "Create an API client", create),
        get("/api-client/{id}", Admin, "Show an API client", show),
        put("/api-client/{id}", Admin, "Change an API client", edit),
        delete("/api-client/{id}", Admin, "Delete an API client", remove),
        post(
            "/api-client/{id}/secret",
            Admin,
            "Make a new client secret",
            rotate,
        ),
    ]
}

/// The list of clients.
#[derive(Debug, Clone)]
struct Clients;

impl Listed for Clients {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[
            Sort::descending(&["id", "createdAt"], &[]),
            Sort::descending(&["name"], &["name_key"]),
        ],
        size: 10,
        searched: "Words of the name or the client id.",
    };
}

fn list(view: &View<'_>, Query(listing): Query<Listing<Clients>>) -> Result<Json<ClientList>> {
    let mut select = Select::new(store::COLUMNS, "api_client");
    listing.find_in(&mut select, "name_key || ' ' || client_id");
    let (clients, pagination_data) = listing.page::<Client>(view, select)?;
    let shapes: Vec<ClientShape> = clients
        .into_iter()
        .map(|client| store::shape(view, client))
        .collect::<Result<_>>()?;
    Ok(Json(ClientList {
        pagination_data,
        api_clients: shapes,
    }))
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<ClientShape>> {
    let client = store::by_id(view, id)?.or_not_found("api_client")?;
    store::shape(view, client).map(Json)
}

answer_keys!(
    /// A new client; its secret is shown this once, and null for one without.
    ClientMade { "message": String, "id": i64, "clientId": String, "clientSecret": Option<String>, "apiClient": ClientShape }
);

fn create(
    change: &mut Change<'_>,
    Body(new): Body<NewClient>,
) -> Result<ShownOnce<MessageReply<ClientMade>>> {
    access::confirm(change.view())?;
    family::refuse_lent(change.view())?;
    refuse_taken_name(change.view(), new.name.as_str(), 0)?;
    let is_public = new.is_public.as_ref().is_some_and(|flag| flag.get());
    // 128 bits name a client; only its secret has to be hard to guess.
    let client_id = Token::random().reveal()[..32].to_owned();
    let secret = (!is_public).then(Token::random);
    let hash = secret.as_ref().map(|secret| token::hash(secret.reveal()));
    let (user, now) = (change.who().id, change.now());
    let id = change.insert(
        "INSERT INTO api_client (name, name_key, client_id, secret_hash, user_id, created_at)
         VALUES (:name, name_key(:name), :client_id, :hash, :user, :now)",
        named_params! {
            ":name": new.name.as_str(), ":client_id": client_id, ":hash": hash, ":user": user, ":now": now,
        },
    )?;
    store::set_redirect_uris(change, id, &new.redirect_uris.into_vec())?;
    let client = store::by_id(change.view(), id)?.or_not_found("api_client")?;
    let shape = store::shape(change.view(), client)?;
    let said = MessageReply::new("api_client.created")
        .with("id", id)?
        .with("clientId", client_id)?
        .with("clientSecret", secret.as_ref().map(Token::reveal))?
        .with("apiClient", shape)?;
    Ok(ShownOnce(said))
}

answer_keys!(
    /// A client that was changed.
    ClientChanged { "message": String, "apiClient": ClientShape }
);

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<EditedClient>,
) -> Result<MessageReply<ClientChanged>> {
    access::confirm(change.view())?;
    family::refuse_lent(change.view())?;
    store::by_id(change.view(), id)?.or_not_found("api_client")?;
    if let Some(name) = edited.name.as_ref() {
        refuse_taken_name(change.view(), name.as_str(), id)?;
        change.run(
            "UPDATE api_client SET name = :name, name_key = name_key(:name) WHERE id = :id",
            named_params! { ":id": id, ":name": name.as_str() },
        )?;
    }
    if edited.redirect_uris.is_given() {
        let uris = edited.redirect_uris.value().unwrap_or_default();
        store::set_redirect_uris(change, id, &uris.into_vec())?;
        // A code that is on its way to where the client was answered before is not taken.
        change.run(
            "DELETE FROM authorization_code WHERE api_client_id = :id",
            named_params! { ":id": id },
        )?;
    }
    let client = store::by_id(change.view(), id)?.or_not_found("api_client")?;
    let shape = store::shape(change.view(), client)?;
    MessageReply::new("api_client.updated").with("apiClient", shape)
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    store::by_id(change.view(), id)?.or_not_found("api_client")?;
    family::end_of_client(change, id, None)?;
    change.run(
        "DELETE FROM api_client WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("api_client.removed"))
}

answer_keys!(
    /// A new secret of a client, which is shown this once.
    SecretMade { "message": String, "id": i64, "clientId": String, "clientSecret": String }
);

/// Gives a client another secret. From here on it acts as who made this one: otherwise an
/// admin could have themselves a secret that opens what only the owner may.
fn rotate(
    change: &mut Change<'_>,
    PathId(id): PathId,
) -> Result<ShownOnce<MessageReply<SecretMade>>> {
    access::confirm(change.view())?;
    family::refuse_lent(change.view())?;
    let client = store::by_id(change.view(), id)?.or_not_found("api_client")?;
    if client.is_public() {
        return Err(Error::conflict("api_client.has_no_secret"));
    }
    let secret = Token::random();
    let user = change.who().id;
    change.run(
        "UPDATE api_client SET secret_hash = :hash, user_id = :user WHERE id = :id",
        named_params! { ":id": id, ":hash": token::hash(secret.reveal()), ":user": user },
    )?;
    family::end_of_client(change, id, Some(Grant::ClientCredentials))?;
    let said = MessageReply::new("api_client.secret_made")
        .with("id", id)?
        .with("clientId", client.client_id)?
        .with("clientSecret", secret.reveal())?;
    Ok(ShownOnce(said))
}

/// A new API client.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NewClient {
    /// The name that members read when it asks for their consent.
    name: Line<100, 1>,
    /// Where it may be answered, to the letter: https, http on the same machine, or a
    /// native program's own scheme; no fragments. Without any it gets no codes.
    #[serde(default)]
    redirect_uris: RedirectUris,
    /// Whether it can keep no secret, as a program in a browser or on a telephone; 0 without it.
    #[serde(default, alias = "public")]
    is_public: Optional<Flag>,
}

impl Checked for NewClient {}

/// What an API client becomes; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct EditedClient {
    /// The name that members read when it asks for their consent.
    #[serde(default)]
    name: Patch<Line<100, 1>>,
    /// Where it may be answered, all of them; empty for nowhere.
    #[serde(default)]
    redirect_uris: Patch<RedirectUris>,
}

impl Checked for EditedClient {}

/// An API client, without its secret.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ClientShape {
    id: i64,
    name: String,
    client_id: String,
    is_public: bool,
    redirect_uris: Vec<String>,
    /// As whom it acts by `client_credentials`: who made its secret.
    user: Maker,
    created_at: PhpDate,
    formated_created_at: String,
}

/// Somebody who made a client's secret.
#[derive(Debug, Serialize, JsonSchema)]
struct Maker {
    id: i64,
    name: String,
    email: String,
}

/// A page of API clients.
#[derive(Debug, Serialize, JsonSchema)]
struct ClientList {
    #[serde(rename = "apiClients")]
    api_clients: Vec<ClientShape>,
    pagination_data: Pagination,
}

fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM api_client WHERE name_key = name_key(:name) AND id <> :except",
        named_params! { ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("api_client.name_taken").with("name", name),
    ))
}
