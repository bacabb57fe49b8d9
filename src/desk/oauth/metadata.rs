//! What the authorization server says of itself (RFC 8414).

use schemars::JsonSchema;
use serde::Serialize;

use crate::access::family::Grant;
use crate::base::db::View;
use crate::base::error::Result;
use crate::base::locale::Locale;
use crate::web::reply::Json;

use super::shape::SCOPE;

/// The metadata document.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    revocation_endpoint: String,
    service_documentation: String,
    scopes_supported: [&'static str; 1],
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 1],
    grant_types_supported: [&'static str; 4],
    token_endpoint_auth_methods_supported: [&'static str; 3],
    revocation_endpoint_auth_methods_supported: [&'static str; 3],
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
    ui_locales_supported: [&'static str; 4],
}

#[expect(clippy::unnecessary_wraps, reason = "handlers can fail")]
pub(super) fn show(view: &View<'_>) -> Result<Json<Metadata>> {
    let issuer = view.base_url();
    let at = |path: &str| format!("{issuer}{path}");
    let methods = ["client_secret_basic", "client_secret_post", "none"];
    Ok(Json(Metadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: at("/member/oauth/v2/auth"),
        token_endpoint: at("/oauth/v2/token"),
        revocation_endpoint: at("/oauth/v2/revoke"),
        service_documentation: at("/api/openapi.json"),
        scopes_supported: [SCOPE],
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: [
            Grant::AuthorizationCode.name(),
            "refresh_token",
            Grant::Password.name(),
            Grant::ClientCredentials.name(),
        ],
        token_endpoint_auth_methods_supported: methods,
        revocation_endpoint_auth_methods_supported: methods,
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
        ui_locales_supported: Locale::ALL.map(Locale::code),
    }))
}
