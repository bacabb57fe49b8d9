//! The table: what the numbers of each route's path and the ids of its body name, and
//! what each caller is to get.
//!
//! In a body, `<label>` is the id of such a thing, `<own label>` of one that is own
//! whatever the case, `<new>` a new word and `<caller>` the caller's address.

use pocketdesk::base::who::Privilege;

use super::grid::Grid;

/// One way to call a route.
pub(super) struct Row {
    pub(super) route: &'static str,
    /// What the numbers of the path name, in order.
    pub(super) names: &'static [&'static str],
    pub(super) query: &'static str,
    pub(super) body: &'static str,
    pub(super) grid: &'static Grid,
    pub(super) privilege: Option<Privilege>,
}

impl Row {
    /// With the privilege that is asked for behind the door.
    fn needs(self, privilege: Privilege) -> Self {
        Self {
            privilege: Some(privilege),
            ..self
        }
    }

    pub(super) fn is_api(&self) -> bool {
        !matches!(self.route, "GET /health" | "GET /setup" | "POST /setup")
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
        query: "",
        body,
        grid,
        privilege: None,
    }
}

// The columns: nobody, customer, stranger, without, with, narrow, admin, owner.

/// An owner is there, so there is nothing to set up.
const NOWHERE: Grid = Grid {
    own: [404, 404, 404, 404, 404, 404, 404, 404],
    foreign: None,
    deleted: None,
    mixed: None,
};
const EVERYBODY: Grid = Grid {
    own: [200; 8],
    ..NOWHERE
};
const SIGNED_IN: Grid = Grid {
    own: [401, 200, 200, 200, 200, 200, 200, 200],
    ..NOWHERE
};
const AGENTS: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    ..NOWHERE
};
const HOLDERS: Grid = Grid {
    own: [401, 403, 403, 403, 200, 200, 200, 200],
    ..NOWHERE
};
const ADMINS: Grid = Grid {
    own: [401, 403, 403, 403, 403, 403, 200, 200],
    ..NOWHERE
};

/// A thing of the desk's, which all agents see.
const AGENTS_ON_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    ..AGENTS
};
const HOLDERS_ON_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 404, 404, 404, 404]),
    ..HOLDERS
};
const ADMINS_ON_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 403, 403, 404, 404]),
    ..ADMINS
};

/// Each agent's own thing.
const ON_A_LABEL: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    mixed: None,
};

/// A ticket, or what hangs on it, by whoever sees it.
const ON_A_TICKET: Grid = Grid {
    own: [401, 200, 404, 200, 200, 200, 200, 200],
    foreign: Some([401, 404, 404, 200, 200, 404, 200, 200]),
    deleted: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    mixed: None,
};
const AGENTS_ON_A_TICKET: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 200, 200, 404, 200, 200]),
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    mixed: None,
};
const HOLDERS_ON_A_TICKET: Grid = Grid {
    own: [401, 403, 403, 403, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 403, 200, 404, 200, 200]),
    deleted: Some([401, 403, 403, 403, 404, 404, 404, 404]),
    mixed: None,
};
/// The door is open to agents, and the privilege is asked for once the ticket is found.
const HOLDERS_WITHIN_A_TICKET: Grid = Grid {
    own: [401, 403, 403, 403, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 403, 200, 404, 200, 200]),
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    mixed: None,
};
/// The same with a thing of the ticket: that of another ticket is not there.
const AGENTS_ON_A_PART: Grid = Grid {
    mixed: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    ..AGENTS_ON_A_TICKET
};
const HOLDERS_ON_A_PART: Grid = Grid {
    mixed: Some([401, 403, 403, 403, 404, 404, 404, 404]),
    ..HOLDERS_ON_A_TICKET
};
const HOLDERS_WITHIN_A_PART: Grid = Grid {
    mixed: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    ..HOLDERS_WITHIN_A_TICKET
};
/// What customers may not say, and agents with the privilege may.
const HOLDERS_SAY: Grid = Grid {
    own: [401, 403, 404, 403, 200, 200, 200, 200],
    foreign: Some([401, 404, 404, 403, 200, 404, 200, 200]),
    deleted: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    mixed: None,
};
const AGENTS_SAY: Grid = Grid {
    own: [401, 403, 404, 200, 200, 200, 200, 200],
    foreign: Some([401, 404, 404, 200, 200, 404, 200, 200]),
    deleted: Some([401, 404, 404, 404, 404, 404, 404, 404]),
    mixed: None,
};
/// What can be done is done, and the ids that are not there are named.
const HOLDERS_ON_TICKETS: Grid = Grid {
    own: [401, 403, 403, 403, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 403, 200, 200, 200, 200]),
    deleted: Some([401, 403, 403, 403, 200, 200, 200, 200]),
    mixed: Some([401, 403, 403, 403, 200, 200, 200, 200]),
};
const AGENTS_ON_TICKETS: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 200, 200, 200, 200, 200]),
    deleted: Some([401, 403, 403, 200, 200, 200, 200, 200]),
    mixed: Some([401, 403, 403, 200, 200, 200, 200, 200]),
};
/// An id in a body that names nothing for the caller.
const AGENTS_NAME_A_LABEL: Grid = Grid {
    own: [401, 403, 403, 200, 200, 200, 200, 200],
    foreign: Some([401, 403, 403, 400, 400, 400, 400, 400]),
    deleted: Some([401, 403, 403, 400, 400, 400, 400, 400]),
    mixed: None,
};
const HOLDERS_NAME_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 400, 400, 400, 400]),
    ..HOLDERS
};
const ADMINS_NAME_A_THING: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 403, 403, 400, 400]),
    ..ADMINS
};

/// A member; a foreign one is an admin, whom the owner alone manages.
const HOLDERS_ON_A_MEMBER: Grid = Grid {
    foreign: Some([401, 403, 403, 403, 403, 403, 403, 200]),
    ..HOLDERS_ON_A_THING
};
const AGENTS_ON_A_MEMBER: Grid = Grid {
    foreign: Some([401, 403, 403, 200, 200, 200, 200, 200]),
    ..AGENTS_ON_A_THING
};
/// Whose customer side goes stays the admin that they are.
const HOLDERS_ON_A_CUSTOMER: Grid = Grid {
    foreign: Some([401, 403, 403, 403, 200, 200, 200, 200]),
    ..HOLDERS_ON_A_THING
};
/// For the address that was given, which is the customer's.
const FOR_A_CUSTOMER: Grid = Grid {
    own: [401, 200, 403, 403, 200, 200, 200, 200],
    ..NOWHERE
};

const PERSON: &str = r#"{"firstName": "New", "lastName": "Name", "email": "<new>@example.com", "contactNumber": "1"}"#;
const NAMED: &str = r#"{"name": "<new>", "description": "What it is for"}"#;

/// Every route, in the order of the routing table.
pub(super) fn rows() -> Vec<Row> {
    [
        people(),
        words(),
        tickets(),
        changes(),
        mass(),
        threads(),
        settings(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Who works at the desk, and who writes to it.
fn people() -> Vec<Row> {
    vec![
        row("GET /groups", &[], "", &AGENTS),
        row("POST /groups", &[], NAMED, &HOLDERS),
        row("GET /group/{id}", &["group"], "", &AGENTS_ON_A_THING),
        row("PUT /group/{id}", &["group"], NAMED, &HOLDERS_ON_A_THING),
        row("DELETE /group/{id}", &["group"], "", &HOLDERS_ON_A_THING),
        row("GET /sub-groups", &[], "", &AGENTS),
        row(
            "POST /sub-groups",
            &[],
            r#"{"name": "<new>", "description": "x", "groups": ["<group>"]}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row("GET /sub-group/{id}", &["team"], "", &AGENTS_ON_A_THING),
        row(
            "PUT /sub-group/{id}",
            &["team"],
            r#"{"name": "<new>", "description": "x", "groups": ["<own group>"]}"#,
            &HOLDERS_ON_A_THING,
        ),
        row("DELETE /sub-group/{id}", &["team"], "", &HOLDERS_ON_A_THING),
        row("GET /agent-privileges", &[], "", &AGENTS),
        row(
            "POST /agent-privileges",
            &[],
            r#"{"name": "<new>", "description": "x", "privileges": ["ROLE_AGENT_MANAGE_AGENT_PRIVILEGE"]}"#,
            &HOLDERS,
        ),
        row(
            "POST /agent-privileges",
            &[],
            r#"{"name": "<new>", "description": "x", "privileges": ["ROLE_AGENT_MANAGE_AGENT"]}"#,
            &ADMINS,
        ),
        row(
            "GET /agent-privilege/{id}",
            &["set"],
            "",
            &AGENTS_ON_A_THING,
        ),
        row(
            "PUT /agent-privilege/{id}",
            &["set"],
            r#"{"name": "<new>", "description": "x", "privileges": ["ROLE_AGENT_MANAGE_AGENT_PRIVILEGE"]}"#,
            &HOLDERS_ON_A_THING,
        ),
        row(
            "PUT /agent-privilege/{id}",
            &["own set"],
            r#"{"name": "<new>", "description": "x", "privileges": ["ROLE_AGENT_MANAGE_AGENT"]}"#,
            &ADMINS,
        ),
        row(
            "DELETE /agent-privilege/{id}",
            &["set"],
            "",
            &HOLDERS_ON_A_THING,
        ),
        row("GET /customers", &[], "", &AGENTS),
        row("POST /customers", &[], PERSON, &HOLDERS),
        row("GET /customer/{id}", &["customer"], "", &AGENTS_ON_A_MEMBER),
        row(
            "PATCH /customer/{id}",
            &["customer"],
            "",
            &AGENTS_ON_A_MEMBER,
        ),
        row(
            "PUT /customer/{id}",
            &["customer"],
            PERSON,
            &HOLDERS_ON_A_MEMBER,
        ),
        row(
            "DELETE /customer/{id}",
            &["customer"],
            "",
            &HOLDERS_ON_A_CUSTOMER,
        ),
        row("GET /members", &[], "", &AGENTS),
        row("POST /members", &[], PERSON, &HOLDERS),
        row(
            "POST /members",
            &[],
            r#"{"firstName": "New", "lastName": "", "email": "<new>@example.com", "contactNumber": "", "role": "ROLE_ADMIN"}"#,
            &Grid {
                own: [401, 403, 403, 403, 403, 403, 403, 200],
                ..NOWHERE
            },
        ),
        row("GET /member/{id}", &["member"], "", &AGENTS_ON_A_MEMBER),
        row(
            "PUT /member/{id}",
            &["member"],
            PERSON,
            &HOLDERS_ON_A_MEMBER,
        ),
        row("DELETE /member/{id}", &["member"], "", &HOLDERS_ON_A_MEMBER),
        row(
            "PUT /member/profile",
            &[],
            r#"{"firstName": "New", "lastName": "Name", "email": "<caller>", "contactNumber": "1"}"#,
            &AGENTS,
        ),
        row("GET /me", &[], "", &SIGNED_IN),
        row("GET /setup", &[], "", &NOWHERE),
        row("POST /setup", &[], "", &NOWHERE),
    ]
}

/// What tickets are called by: labels, tags, types.
fn words() -> Vec<Row> {
    vec![
        row("GET /labels", &[], "", &AGENTS),
        row("POST /labels", &[], r#"{"name": "<new>"}"#, &AGENTS),
        row("GET /label/{id}", &["label"], "", &ON_A_LABEL),
        row(
            "PUT /label/{id}",
            &["label"],
            r#"{"name": "<new>"}"#,
            &ON_A_LABEL,
        ),
        row("DELETE /label/{id}", &["label"], "", &ON_A_LABEL),
        row("GET /tags", &[], "", &AGENTS),
        row("POST /tags", &[], r#"{"name": "<new>"}"#, &HOLDERS),
        row("GET /tag/{id}", &["tag"], "", &AGENTS_ON_A_THING),
        row(
            "PUT /tag/{id}",
            &["tag"],
            r#"{"name": "<new>"}"#,
            &HOLDERS_ON_A_THING,
        ),
        row("DELETE /tag/{id}", &["tag"], "", &HOLDERS_ON_A_THING),
        row("GET /ticket-types", &[], "", &AGENTS),
        row("POST /ticket-types", &[], NAMED, &HOLDERS),
        row("GET /ticket-type/{id}", &["type"], "", &AGENTS_ON_A_THING),
        row(
            "PUT /ticket-type/{id}",
            &["type"],
            NAMED,
            &HOLDERS_ON_A_THING,
        ),
        row(
            "DELETE /ticket-type/{id}",
            &["type"],
            "",
            &HOLDERS_ON_A_THING,
        ),
        row("GET /filters", &[], "", &AGENTS),
    ]
}

/// One ticket, and what hangs on it.
fn tickets() -> Vec<Row> {
    vec![
        row("GET /tickets", &[], "", &SIGNED_IN),
        row(
            "POST /tickets",
            &[],
            r#"{"type": "1", "name": "Alan", "from": "alan@example.com", "subject": "s", "reply": "r"}"#,
            &FOR_A_CUSTOMER,
        ),
        row("GET /ticket/{incrementId}", &["number"], "", &ON_A_TICKET),
        row(
            "PUT /ticket/{id}",
            &["ticket"],
            r#"{"type": "1", "from": "alan@example.com", "subject": "<new>", "reply": "<new>"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row("DELETE /ticket/{id}", &["ticket"], "", &HOLDERS_ON_A_TICKET),
        row(
            "PUT /ticket/{id}/trash",
            &["ticket"],
            "",
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "PUT /ticket/{id}/agent",
            &["ticket"],
            r#"{"id": "<own member>"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "PUT /ticket/{id}/agent",
            &["own ticket"],
            r#"{"id": "<member>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row(
            "POST /ticket/{id}/collaborator",
            &["ticket"],
            r#"{"email": "<new>@example.com"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "DELETE /ticket/{id}/collaborator",
            &["ticket"],
            r#"{"collaboratorId": "<collaborator>"}"#,
            &HOLDERS_ON_A_PART,
        ),
        row(
            "POST /ticket/{id}/tags",
            &["ticket"],
            r#"{"name": "<new>"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "DELETE /ticket/{id}/tags",
            &["ticket"],
            r#"{"tagId": "<ticket tag>"}"#,
            &HOLDERS_ON_A_PART,
        ),
        row(
            "GET /ticket/attachment/{id}",
            &["attachment"],
            "",
            &ON_A_TICKET,
        ),
        row(
            "GET /custom-field/file/{id}",
            &["field file"],
            "",
            &ON_A_TICKET,
        ),
    ]
}

/// One property of one ticket.
fn changes() -> Vec<Row> {
    let change = |body, grid| row("PATCH /ticket/{id}", &["ticket"], body, grid);
    let name = |body, grid| row("PATCH /ticket/{id}", &["own ticket"], body, grid);
    let within = &HOLDERS_WITHIN_A_TICKET;
    vec![
        change(r#"{"editType": "star"}"#, &AGENTS_ON_A_TICKET),
        change(
            r#"{"editType": "label", "value": "<own label>"}"#,
            &AGENTS_ON_A_TICKET,
        ),
        name(
            r#"{"editType": "label", "value": "<label>"}"#,
            &AGENTS_NAME_A_LABEL,
        ),
        change(r#"{"editType": "status", "value": "3"}"#, within)
            .needs(Privilege::UpdateTicketStatus),
        change(r#"{"editType": "priority", "value": "3"}"#, within)
            .needs(Privilege::UpdateTicketPriority),
        change(r#"{"editType": "type", "value": "<own type>"}"#, within)
            .needs(Privilege::UpdateTicketType),
        name(
            r#"{"editType": "type", "value": "<type>"}"#,
            &HOLDERS_NAME_A_THING,
        )
        .needs(Privilege::UpdateTicketType),
        change(r#"{"editType": "group", "value": "<own group>"}"#, within)
            .needs(Privilege::AssignTicketGroup),
        name(
            r#"{"editType": "group", "value": "<group>"}"#,
            &HOLDERS_NAME_A_THING,
        )
        .needs(Privilege::AssignTicketGroup),
        change(r#"{"editType": "team", "value": "<own team>"}"#, within)
            .needs(Privilege::AssignTicketGroup),
        name(
            r#"{"editType": "team", "value": "<team>"}"#,
            &HOLDERS_NAME_A_THING,
        )
        .needs(Privilege::AssignTicketGroup),
        change(r#"{"editType": "agent", "value": "<own member>"}"#, within)
            .needs(Privilege::AssignTicket),
        name(
            r#"{"editType": "agent", "value": "<member>"}"#,
            &HOLDERS_NAME_A_THING,
        )
        .needs(Privilege::AssignTicket),
        change(r#"{"editType": "subject", "value": "<new>"}"#, within).needs(Privilege::EditTicket),
    ]
}

/// Many tickets at once.
fn mass() -> Vec<Row> {
    let only = r#"{"ids": "<tickets>"}"#;
    let holders = &HOLDERS_ON_TICKETS;
    vec![
        row("DELETE /tickets", &[], only, holders),
        row("PUT /tickets/trash", &[], only, holders),
        row("PUT /tickets/restore", &[], only, holders),
        row(
            "PUT /tickets/status",
            &[],
            r#"{"ids": "<tickets>", "statusId": "3"}"#,
            holders,
        ),
        row(
            "PUT /tickets/priority",
            &[],
            r#"{"ids": "<tickets>", "priorityId": "3"}"#,
            holders,
        ),
        row(
            "PUT /tickets/label",
            &[],
            r#"{"ids": "<tickets>", "labelId": "<own label>"}"#,
            &AGENTS_ON_TICKETS,
        ),
        row(
            "PUT /tickets/label",
            &[],
            r#"{"ids": "<own tickets>", "labelId": "<label>"}"#,
            &AGENTS_NAME_A_LABEL,
        ),
        row(
            "PUT /tickets/group",
            &[],
            r#"{"ids": "<tickets>", "groupId": "<own group>"}"#,
            holders,
        ),
        row(
            "PUT /tickets/group",
            &[],
            r#"{"ids": "<own tickets>", "groupId": "<group>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row(
            "PUT /tickets/agent",
            &[],
            r#"{"ids": "<tickets>", "agentId": "<own member>"}"#,
            holders,
        ),
        row(
            "PUT /tickets/agent",
            &[],
            r#"{"ids": "<own tickets>", "agentId": "<member>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
    ]
}

/// What is said in a ticket.
fn threads() -> Vec<Row> {
    let say = |body, grid| row("POST /ticket/{id}/threads", &["ticket"], body, grid);
    let mark = |body, grid| {
        row(
            "PATCH /ticket/{ticketId}/thread/{id}",
            &["ticket", "thread"],
            body,
            grid,
        )
    };
    vec![
        row("GET /ticket/{id}/threads", &["ticket"], "", &ON_A_TICKET),
        say(r#"{"threadType": "reply", "reply": "r"}"#, &ON_A_TICKET),
        say(
            r#"{"threadType": "reply", "reply": "r", "status": "3"}"#,
            &HOLDERS_SAY,
        )
        .needs(Privilege::UpdateTicketStatus),
        say(r#"{"threadType": "note", "reply": "r"}"#, &HOLDERS_SAY).needs(Privilege::AddNote),
        say(
            r#"{"threadType": "forward", "reply": "r", "to": "<new>@example.com"}"#,
            &AGENTS_SAY,
        ),
        mark(r#"{"updateType": "bookmark"}"#, &AGENTS_ON_A_PART),
        mark(r#"{"updateType": "lock"}"#, &HOLDERS_WITHIN_A_PART)
            .needs(Privilege::ManageLockAndUnlockThread),
        row(
            "PUT /ticket/{ticketId}/thread/{id}",
            &["ticket", "thread"],
            r#"{"reply": "Other words"}"#,
            &HOLDERS_ON_A_PART,
        ),
        row(
            "DELETE /ticket/{ticketId}/thread/{threadId}",
            &["ticket", "thread"],
            "",
            &HOLDERS_ON_A_PART,
        ),
    ]
}

/// What admins set, and what the desk says of itself.
fn settings() -> Vec<Row> {
    let mailbox = r#"{"name": "<new>", "email": "<new>@example.com"}"#;
    let field = r#"{"name": "<new>", "fieldType": "text"}"#;
    vec![
        row("GET /mailboxes", &[], "", &ADMINS),
        row("POST /mailboxes", &[], mailbox, &ADMINS),
        row("GET /mailbox/{id}", &["mailbox"], "", &ADMINS_ON_A_THING),
        row(
            "PUT /mailbox/{id}",
            &["mailbox"],
            mailbox,
            &ADMINS_ON_A_THING,
        ),
        row("DELETE /mailbox/{id}", &["mailbox"], "", &ADMINS_ON_A_THING),
        row("GET /custom-fields", &[], "", &AGENTS),
        row("POST /custom-fields", &[], field, &ADMINS),
        row(
            "PUT /custom-field/order",
            &[],
            r#"{"sortorder": {"<field>": "3"}}"#,
            &ADMINS_NAME_A_THING,
        ),
        row("GET /custom-field/{id}", &["field"], "", &AGENTS_ON_A_THING),
        row(
            "PUT /custom-field/{id}",
            &["field"],
            field,
            &ADMINS_ON_A_THING,
        ),
        row(
            "DELETE /custom-field/{id}",
            &["field"],
            "",
            &ADMINS_ON_A_THING,
        ),
        row("GET /openapi", &[], "", &EVERYBODY),
        row("GET /health", &[], "", &EVERYBODY),
    ]
}
