//! The routing table as a whole: every row times every kind of caller. What is expected
//! follows from the row, and a row that is in no list below fails.

use pocketdesk::access::Access;
use pocketdesk::base::who::{Privilege, Role, TicketView};
use pocketdesk::desk::person::{self, NewSide};
use pocketdesk::web::route::Route;

use crate::support::outline;
use crate::support::snapshot::assert_snapshot;
use crate::support::{Answer, Client, Desk};

/// Which test file is about the rows of which tag. A new room is entered here when its
/// tests are written.
const TESTED: &[(&str, &str)] = &[
    (".well-known", "oauth/metadata.rs"),
    ("access-token", "access_token.rs"),
    ("access-tokens", "access_token.rs"),
    ("agent-privilege", "agent_privilege.rs"),
    ("agent-privileges", "agent_privilege.rs"),
    ("article", "knowledge/article.rs"),
    ("articles", "knowledge/list.rs"),
    ("categories", "knowledge/category.rs"),
    ("category", "knowledge/category.rs"),
    ("api-client", "api_client.rs"),
    ("api-clients", "api_client.rs"),
    ("company", "company"),
    ("custom-field", "custom_field"),
    ("custom-fields", "custom_field"),
    ("customer", "customer.rs"),
    ("customers", "customer.rs"),
    ("docs", "documents.rs"),
    ("email-template", "email_template.rs"),
    ("email-templates", "email_template.rs"),
    ("filters", "filter.rs"),
    ("group", "group.rs"),
    ("groups", "group.rs"),
    ("health", "access.rs"),
    ("label", "label.rs"),
    ("labels", "label.rs"),
    ("mailbox", "mailbox.rs"),
    ("mailboxes", "mailbox.rs"),
    ("me", "member.rs"),
    ("member", "member.rs"),
    ("members", "member.rs"),
    ("openapi", "documents.rs"),
    ("oauth", "oauth"),
    ("placeholders", "placeholder.rs"),
    ("saved-reply", "saved_reply.rs"),
    ("saved-replys", "saved_reply.rs"),
    ("savedreply", "saved_reply.rs"),
    ("savedreplys", "saved_reply.rs"),
    ("search", "search.rs"),
    ("setup", "access.rs"),
    ("solution", "knowledge/folder.rs"),
    ("solutions", "knowledge/folder.rs"),
    ("", "session"),
    ("sign-in", "session"),
    ("sign-out", "session"),
    ("sub-group", "team.rs"),
    ("sub-groups", "team.rs"),
    ("tag", "tag"),
    ("tags", "tag"),
    ("task", "task"),
    ("tasks", "task"),
    ("theme", "company/theme.rs"),
    ("ticket", "ticket/change.rs"),
    ("ticket-type", "ticket_type.rs"),
    ("ticket-types", "ticket_type.rs"),
    ("ticketTypes", "ticket_type.rs"),
    ("tickets", "ticket/list.rs"),
    ("todo", "todo.rs"),
    ("todos", "todo.rs"),
    ("workflow", "workflow/stored.rs"),
    ("workflows", "workflow/stored.rs"),
];

/// What somebody meets at the door of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    /// 401.
    Unknown,
    /// 403.
    Shut,
    /// Anything else: 200 where the call makes sense, 400 or 404 where it does not.
    Open,
}

impl Door {
    /// Pages send whoever has to sign in to the page for it.
    fn of(answer: &Answer) -> Self {
        let leads_to = answer.header("location").unwrap_or_default();
        match answer.status {
            303 if leads_to.starts_with("/sign-in?") => Self::Unknown,
            401 => Self::Unknown,
            403 => Self::Shut,
            _ => Self::Open,
        }
    }

    fn open_if(is_open: bool) -> Self {
        if is_open { Self::Open } else { Self::Shut }
    }
}

/// The kinds of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Nobody,
    Customer,
    AgentWithout,
    AgentWith,
    Admin,
    Owner,
}

const KINDS: [Kind; 6] = [
    Kind::Nobody,
    Kind::Customer,
    Kind::AgentWithout,
    Kind::AgentWith,
    Kind::Admin,
    Kind::Owner,
];

fn expected(access: Access, kind: Kind) -> Door {
    use Kind::{Admin, AgentWith, AgentWithout, Customer, Nobody, Owner};
    let is_agent = matches!(kind, AgentWithout | AgentWith | Admin | Owner);
    match (access, kind) {
        (Access::Anyone, _) => Door::Open,
        (_, Nobody) => Door::Unknown,
        (Access::SignedIn, _) | (Access::CustomerOr(_), Customer) => Door::Open,
        (Access::Agent, _) => Door::open_if(is_agent),
        (Access::Holds(_) | Access::HoldsOneOf(_) | Access::CustomerOr(_), _) => {
            Door::open_if(is_agent && kind != AgentWithout)
        }
        (Access::Admin, _) => Door::open_if(matches!(kind, Admin | Owner)),
    }
}

/// The privileges of which a row asks one of agents.
fn privileges_of(access: Access) -> Vec<Privilege> {
    match access {
        Access::Holds(privilege) | Access::CustomerOr(privilege) => vec![privilege],
        Access::HoldsOneOf(privileges) => privileges.to_vec(),
        Access::Anyone | Access::SignedIn | Access::Agent | Access::Admin => Vec::new(),
    }
}

/// Callers of every kind; those with or without a privilege are made as they are needed.
struct Callers {
    desk: Desk,
    admin: Client,
    without: Vec<(Vec<Privilege>, Client)>,
    with: Vec<(Vec<Privilege>, Client)>,
}

impl Callers {
    fn new() -> Self {
        let desk = Desk::new();
        desk.write(|change| {
            let side = NewSide {
                email: "root@example.com".into(),
                role: Role::Admin,
                first_name: "Root".into(),
                last_name: String::new(),
                source: "website",
            };
            person::add_side(change, &side).map(|_| ())
        });
        Self {
            admin: desk.as_email("root@example.com"),
            desk,
            without: Vec::new(),
            with: Vec::new(),
        }
    }

    fn client(&mut self, kind: Kind, access: Access) -> Client {
        let privileges = privileges_of(access);
        match kind {
            Kind::Nobody => self.desk.anyone(),
            Kind::Customer => self.desk.alan(),
            Kind::Admin => self.admin.clone(),
            Kind::Owner => self.desk.ada(),
            // Everything but the one: a row must not ask for another privilege than it says.
            Kind::AgentWithout => {
                let others = |one: &Privilege| !privileges.contains(one);
                let held: Vec<Privilege> = Privilege::ALL.iter().copied().filter(others).collect();
                agent(&self.desk, &mut self.without, "without", privileges, &held)
            }
            Kind::AgentWith => {
                let held: Vec<Privilege> = privileges.iter().copied().take(1).collect();
                agent(&self.desk, &mut self.with, "with", privileges, &held)
            }
        }
    }
}

fn agent(
    desk: &Desk,
    known: &mut Vec<(Vec<Privilege>, Client)>,
    word: &str,
    privileges: Vec<Privilege>,
    held: &[Privilege],
) -> Client {
    if let Some((_, client)) = known.iter().find(|(one, _)| *one == privileges) {
        return client.clone();
    }
    let email = format!("{word}-{}@example.com", known.len());
    let client = desk.agent(&email, held, TicketView::All);
    known.push((privileges, client.clone()));
    client
}

/// The path as a request has it, with a number that nothing has where one is due.
fn target(route: &Route, path: &str) -> String {
    let segments: Vec<&str> = path
        .split('/')
        .map(|one| if one.starts_with('{') { "999999" } else { one })
        .collect();
    let path = segments.join("/");
    if route.is_api {
        format!("/api{path}.json")
    } else {
        path
    }
}

#[test]
fn every_row_opens_to_whom_it_names_and_to_nobody_else() {
    let mut callers = Callers::new();
    let app = std::sync::Arc::clone(&callers.desk.app);
    let mut wrong = Vec::new();
    for route in app.table().routes() {
        for path in std::iter::once(&route.path).chain(&route.aliases) {
            for kind in KINDS {
                let client = callers.client(kind, route.access);
                let target = target(route, path);
                let answer = client.send(route.method.name(), &target, "", b"");
                let (have, want) = (Door::of(&answer), expected(route.access, kind));
                // An open row may know better than its row says: a token that is no token.
                if have != want || answer.status >= 500 {
                    let name = route.method.name();
                    wrong.push(format!(
                        "{name} {path} as {kind:?}: {} where {want:?} was due",
                        answer.status
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_row_has_a_place_where_it_is_tested() {
    let desk = Desk::new();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    for route in desk.app.table().routes() {
        let entry = TESTED.iter().find(|(tag, _)| *tag == route.tag);
        let (_, file) = entry.unwrap_or_else(|| {
            panic!(
                "{} {}: enter where it is tested",
                route.method.name(),
                route.path
            )
        });
        assert!(folder.join(file).exists(), "{file} is gone");
    }
}

#[test]
fn the_rows_are_these() {
    let desk = Desk::new();
    let rows: Vec<String> = desk
        .app
        .table()
        .routes()
        .iter()
        .map(|route| {
            let place = if route.is_api { "/api" } else { "" };
            let aliases: Vec<String> = route
                .aliases
                .iter()
                .map(|one| format!(" = {one}"))
                .collect();
            let aliases = aliases.concat();
            let method = route.method.name();
            format!(
                "{method} {place}{}{aliases}: {:?}",
                route.path, route.access
            )
        })
        .collect();
    assert_snapshot("routes.txt", &rows.join("\n"));
}

#[test]
fn the_document_promises_this() {
    let desk = Desk::new();
    let document = desk.anyone().get("/api/openapi.json").ok();
    assert_snapshot("operations.txt", &outline::of(&document));
}

#[test]
fn another_method_is_told_which_ones_work() {
    let desk = Desk::new();
    for (method, target, allow) in [
        ("DELETE", "/api/labels.json", "GET, POST, HEAD, OPTIONS"),
        ("PUT", "/de/api/tickets", "GET, POST, DELETE, HEAD, OPTIONS"),
        ("GET", "/api/tickets/trash", "PUT, OPTIONS"),
        ("TRACE", "/api/labels", "GET, POST, HEAD, OPTIONS"),
    ] {
        let answer = desk.anyone().send(method, target, "", b"");
        assert_eq!(answer.error(405), "method_not_allowed", "{method} {target}");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {target}");
    }
    let answer = desk.anyone().send("OPTIONS", "/api/labels.json", "", b"");
    assert!(matches!(answer.status, 200 | 204));
    assert_eq!(answer.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        desk.anyone()
            .send("OPTIONS", "/api/nothing", "", b"")
            .status,
        404
    );
    assert_eq!(desk.ada().send("HEAD", "/api/labels", "", b"").status, 200);
    assert_eq!(
        desk.anyone().send("HEAD", "/api/labels", "", b"").status,
        401
    );
}

#[test]
fn a_well_desk_says_so_to_everybody() {
    let desk = Desk::new();
    let said = desk.anyone().get("/health").ok();
    assert_eq!(said, serde_json::json!({ "status": "ok" }));
}

/// A set-up that can be reached again makes a second owner of whoever finds it.
#[test]
fn a_desk_with_an_owner_cannot_be_set_up_again() {
    let desk = Desk::new();
    let form = b"code=x&email=eve@example.com&firstName=Eve&password=long-enough&code[]=";
    for target in ["/setup", "/setup?code=", "/setup?code=x"] {
        assert_eq!(desk.anyone().get(target).status, 404, "{target}");
        let kind = "application/x-www-form-urlencoded";
        let answer = desk.anyone().send("POST", target, kind, form);
        assert!(
            matches!(answer.status, 400 | 404),
            "{target}: {}",
            answer.status
        );
    }
    let owners = desk.number("SELECT count(*) FROM profile WHERE role_id = 1");
    assert_eq!(owners, 1);
    assert_eq!(
        desk.number("SELECT count(*) FROM user WHERE email LIKE 'eve%'"),
        0
    );
}

#[test]
fn bad_tokens_open_nothing() {
    let desk = Desk::new();
    let good = desk.ada().token().to_owned();
    for value in [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Basic YTpi",
        "Bearer null",
        &good,
        &format!("Bearer {good}x"),
        &format!("Bearer {}", good.to_uppercase()),
        &format!("Token {good}"),
    ] {
        let client = desk.anyone().with_header("Authorization", value);
        assert_eq!(
            client.get("/api/labels").error(401),
            "access_denied",
            "{value}"
        );
    }
    let lower = desk
        .anyone()
        .with_header("Authorization", &format!("bearer {good}"));
    lower.get("/api/labels").ok();
    // In the query on GET alone.
    desk.anyone()
        .get(&format!("/api/labels?access_token={good}"))
        .ok();
    let post = desk.anyone().post(
        &format!("/api/labels?access_token={good}"),
        serde_json::json!({ "name": "x" }),
    );
    post.error(401);
    let alan = desk.user_id("alan@example.com");
    let alans = desk.alan();
    desk.write(move |change| pocketdesk::access::end_all(change, alan));
    assert_eq!(alans.get("/api/tickets").error(401), "invalid_grant");
}

#[test]
fn what_is_withdrawn_is_gone_at_once() {
    let desk = Desk::new();
    let agent = desk.agent(
        "agent@example.com",
        &[Privilege::ManageTicketType],
        TicketView::All,
    );
    let make = |name: &str| {
        let body = serde_json::json!({ "name": name, "description": "x" });
        agent.post("/api/ticket-types", body)
    };
    make("One").ok();
    let user = desk.user_id("agent@example.com");
    desk.write(move |change| {
        change.run(
            "DELETE FROM user_agent_privilege WHERE user_id = ?1",
            [user],
        )
    });
    assert_eq!(make("Two").error(403), "forbidden");
    desk.write(move |change| {
        change.run(
            "UPDATE profile SET is_active = 0 WHERE user_id = ?1",
            [user],
        )
    });
    assert_eq!(agent.get("/api/ticket-types").error(401), "invalid_grant");
}
