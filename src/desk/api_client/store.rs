//! Rows of `api_client` and `api_client_redirect_uri`.

use subtle::ConstantTimeEq;

use super::{ClientShape, Maker};
use crate::access::token;
use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::{OrNotFound, Result};
use crate::base::time::Timestamp;
use crate::desk::company;
use crate::desk::person::{self, Side};

/// The columns of a client.
pub(super) const COLUMNS: &str = "id, name, client_id, secret_hash, user_id, created_at";

/// How times are shown while the company has no format.
const FORMAT: &str = "d-m-Y h:ia";

/// A program that asks for tokens.
pub struct Client {
    /// The row's id.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// How it names itself.
    pub client_id: String,
    secret_hash: Option<Vec<u8>>,
    /// Who made its secret.
    pub user: i64,
    created_at: Timestamp,
}

from_row!(Client {
    id,
    name,
    client_id,
    secret_hash,
    user: "user_id",
    created_at
});

impl Client {
    /// Whether it can keep no secret.
    pub fn is_public(&self) -> bool {
        self.secret_hash.is_none()
    }

    /// Whether this proves that it is the client: its secret, or none where it has none.
    pub fn is_proved_by(&self, secret: Option<&str>) -> bool {
        match (&self.secret_hash, secret) {
            (Some(hash), Some(secret)) => hash.ct_eq(&token::hash(secret)).into(),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// Where it may be answered, in order.
    pub fn redirect_uris(&self, view: &View<'_>) -> Result<Vec<String>> {
        view.all(
            "SELECT uri FROM api_client_redirect_uri WHERE api_client_id = :id ORDER BY place",
            named_params! { ":id": self.id },
        )
    }
}

/// The client with this row.
pub(super) fn by_id(view: &View<'_>, id: i64) -> Result<Option<Client>> {
    view.maybe(
        "SELECT id, name, client_id, secret_hash, user_id, created_at FROM api_client WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The client that names itself so.
pub fn by_client_id(view: &View<'_>, client_id: &str) -> Result<Option<Client>> {
    view.maybe(
        "SELECT id, name, client_id, secret_hash, user_id, created_at FROM api_client
         WHERE client_id = :client_id",
        named_params! { ":client_id": client_id },
    )
}

/// Sets where a client may be answered.
pub(super) fn set_redirect_uris(change: &mut Change<'_>, id: i64, uris: &[String]) -> Result<()> {
    change.run(
        "DELETE FROM api_client_redirect_uri WHERE api_client_id = :id",
        named_params! { ":id": id },
    )?;
    for (place, uri) in (1_i64..).zip(uris) {
        change.run(
            "INSERT INTO api_client_redirect_uri (api_client_id, place, uri) VALUES (:id, :place, :uri)",
            named_params! { ":id": id, ":place": place, ":uri": uri },
        )?;
    }
    Ok(())
}

/// A client as the API shows it.
pub(super) fn shape(view: &View<'_>, client: Client) -> Result<ClientShape> {
    let calendar = company::calendar(view)?;
    let maker = person::by_id(view, client.user)?.or_not_found("user")?;
    Ok(ClientShape {
        redirect_uris: client.redirect_uris(view)?,
        is_public: client.is_public(),
        created_at: calendar.date(client.created_at),
        formated_created_at: calendar.show(client.created_at, FORMAT),
        user: Maker {
            id: maker.id,
            name: maker.name_as(Side::Agent).to_owned(),
            email: maker.email,
        },
        id: client.id,
        name: client.name,
        client_id: client.client_id,
    })
}
