//! The lists, what a naive reading of each is, and the rows that they are read of.

/// Names, of which some are one by their key.
pub(super) const NAMES: &str =
    r#"["Same", "same", "Élodie", "emma", "Österling", "Zimmer", "Aalto", "Sáme"]"#;

/// A list: where it is and what it is of.
pub(super) struct List {
    pub(super) path: &'static str,
    /// Where the rows stand in the answer; empty for the whole.
    pub(super) rows: &'static str,
    /// The key of a row's id.
    pub(super) id: &'static str,
    /// What it lists, in SQL.
    pub(super) from: &'static str,
    /// Queries, and what they leave in SQL.
    pub(super) filters: &'static [(&'static str, &'static str)],
    /// Each order's names in the API, and its keys in SQL, the id last.
    pub(super) sorts: &'static [(&'static [&'static str], &'static str)],
}

pub(super) const TICKETS: List = List {
    path: "/api/tickets",
    rows: "/tickets",
    id: "id",
    from: "ticket t JOIN user c ON c.id = t.customer_id
        JOIN profile p ON p.user_id = t.customer_id AND p.side = 'customer'
        LEFT JOIN profile a ON a.user_id = t.agent_id AND a.side = 'agent'
        WHERE t.is_trashed = 0",
    filters: &[
        ("", "t.status_id = 1"),
        ("status=all", "1"),
        ("status=1,3", "t.status_id IN (1, 3)"),
        ("status=all&unassigned", "t.agent_id IS NULL"),
        ("status=all&agent=2", "t.agent_id = 2"),
        (
            "status=1&source=email",
            "t.status_id = 1 AND t.source = 'email'",
        ),
        ("status=all&source=email", "t.source = 'email'"),
        (
            "status=all&priority=2&new",
            "t.priority_id = 2 AND t.is_new = 1",
        ),
        (
            "customer=1001,1002,1003&status=1",
            "t.status_id = 1 AND t.customer_id BETWEEN 1001 AND 1003",
        ),
    ],
    sorts: &[
        (
            &["t.id", "id", "createdAt", "t.createdAt", "", "nonsense"],
            "t.id",
        ),
        (&["t.updatedAt", "updatedAt"], "t.updated_at, t.id"),
        (&["agentName"], "a.name_key, a.id, t.id"),
        (&["c.email"], "c.email_key, t.id"),
        (&["name", "c.name"], "p.name_key, p.id, t.id"),
    ],
};

pub(super) const LISTS: [List; 17] = [
    TICKETS,
    List {
        path: "/api/tasks",
        rows: "/tasks",
        id: "id",
        from: "task k JOIN user u ON u.id = k.user_id
            JOIN profile p ON p.user_id = k.user_id AND p.side = 'agent' WHERE 1",
        filters: &[
            ("", "1"),
            ("stage=1", "k.stage_id = 1"),
            ("priority=2", "k.priority_id = 2"),
            ("agent=2&stage=1,2", "k.agent_id = 2 AND k.stage_id < 3"),
        ],
        sorts: &[
            (&["tsk.id", "id", "createdAt", "", "nonsense"], "k.id"),
            (&["u.email"], "u.email_key, k.id"),
            (&["name"], "p.name_key, p.id, k.id"),
            (&["updatedAt", "tsk.updatedAt"], "k.updated_at, k.id"),
        ],
    },
    List {
        path: "/api/customers",
        rows: "/customers",
        id: "id",
        from: "profile p JOIN user u ON u.id = p.user_id WHERE p.side = 'customer' AND p.removed_at IS NULL",
        filters: &[
            ("", "1"),
            ("starred=1", "p.is_starred = 1"),
            ("isActive=0", "p.is_active = 0"),
        ],
        sorts: &[
            (
                &["CreatedAt", "createdAt", "c.createdAt", "nonsense"],
                "p.created_at, p.id",
            ),
            (&["name"], "p.name_key, p.id"),
            (&["email"], "u.email_key, p.id"),
            (&["id", "u.id"], "u.id, p.id"),
            (&["updatedAt"], "p.updated_at, p.id"),
        ],
    },
    List {
        path: "/api/members",
        rows: "/users",
        id: "id",
        from: "profile p JOIN user u ON u.id = p.user_id WHERE p.side = 'agent' AND p.removed_at IS NULL",
        filters: &[("", "1")],
        sorts: &[
            (&["createdAt"], "p.created_at, p.id"),
            (&["name"], "p.name_key, p.id"),
            (&["u.id"], "u.id, p.id"),
        ],
    },
    List {
        path: "/api/articles",
        rows: "/articles",
        id: "id",
        from: "article a WHERE 1",
        filters: &[
            ("", "1"),
            ("status=draft", "a.status = 'draft'"),
            (
                "category=1&status=published",
                "a.category_id = 1 AND a.status = 'published'",
            ),
        ],
        sorts: &[
            (&["id", "a.id", "nonsense"], "a.id"),
            (&["name"], "a.name_key, a.id"),
            (&["updatedAt"], "a.updated_at, a.id"),
            (&["createdAt"], "a.created_at, a.id"),
            (&["views"], "a.views, a.id"),
            (&["sortOrder"], "a.category_id, a.sort_order, a.id"),
        ],
    },
    List {
        path: "/api/tags",
        rows: "/tags",
        id: "id",
        from: "tag WHERE 1",
        filters: &[("", "1"), ("search=same", "name_key LIKE '%same%'")],
        sorts: &[
            (&["id", "t.id", "nonsense"], "id"),
            (&["name"], "name_key, id"),
            (&["ticketCount"], "tickets, id"),
        ],
    },
    List {
        path: "/api/groups",
        rows: "/groups",
        id: "id",
        from: "\"group\" WHERE 1",
        filters: &[("", "1"), ("isActive=1", "is_active = 1")],
        sorts: &[
            (&["ap.createdAt", "createdAt", "nonsense"], "created_at, id"),
            (&["ap.name", "name", "g.name"], "name_key, id"),
            (&["id"], "id"),
        ],
    },
    List {
        path: "/api/sub-groups",
        rows: "/groups",
        id: "id",
        from: "team WHERE 1",
        filters: &[("", "1")],
        sorts: &[
            (&["ap.createdAt", "createdAt", "nonsense"], "created_at, id"),
            (&["name"], "name_key, id"),
        ],
    },
    List {
        path: "/api/agent-privileges",
        rows: "/privileges",
        id: "id",
        from: "agent_privilege WHERE 1",
        filters: &[("", "1")],
        sorts: &[
            (&["ap.createdAt", "nonsense"], "created_at, id"),
            (&["ap.name"], "name_key, id"),
        ],
    },
    List {
        path: "/api/ticket-types",
        rows: "/types",
        id: "id",
        from: "ticket_type WHERE 1",
        filters: &[("", "1"), ("isActive=0", "is_active = 0")],
        sorts: &[
            (&["id", "nonsense"], "id"),
            (&["name", "tt.name"], "name_key, id"),
        ],
    },
    List {
        path: "/api/saved-replys",
        rows: "",
        id: "id",
        from: "saved_reply WHERE 1",
        filters: &[("", "1"), ("search=sam", "name_key = 'same'")],
        sorts: &[
            (&["id", "nonsense"], "id"),
            (&["name"], "name_key, id"),
            (&["createdAt"], "created_at, id"),
            (&["updatedAt"], "updated_at, id"),
        ],
    },
    List {
        path: "/api/email-templates",
        rows: "",
        id: "id",
        from: "email_template WHERE 1",
        filters: &[("", "1")],
        sorts: &[(&["id", "nonsense"], "id"), (&["name"], "name_key, id")],
    },
    List {
        path: "/api/workflows",
        rows: "/workflows",
        id: "id",
        from: "workflow WHERE 1",
        filters: &[("", "1"), ("type=1", "type = 1")],
        sorts: &[
            (&["sortOrder", "nonsense"], "type, sort_order, id"),
            (&["name"], "name_key, id"),
            (&["id"], "id"),
        ],
    },
    List {
        path: "/api/solutions",
        rows: "/results",
        id: "id",
        from: "folder WHERE 1",
        filters: &[("", "1")],
        sorts: &[
            (&["id", "s.id", "nonsense"], "id"),
            (&["name"], "name_key, id"),
            (&["createdAt"], "created_at, id"),
        ],
    },
    List {
        path: "/api/categories",
        rows: "/categories",
        id: "id",
        from: "category WHERE 1",
        filters: &[("", "1"), ("solution=2", "folder_id = 2")],
        sorts: &[
            (&["id", "nonsense"], "id"),
            (&["name"], "name_key, id"),
            (&["sortOrder"], "sort_order, id"),
        ],
    },
    List {
        path: "/api/todos",
        rows: "/todos",
        id: "id",
        from: "todo WHERE 1",
        filters: &[("", "1"), ("status=1", "is_done = 1")],
        sorts: &[
            (&["id", "nonsense"], "id"),
            (&["description"], "name_key(description), id"),
            (&["createdAt"], "created_at, id"),
        ],
    },
    List {
        path: "/api/mailboxes",
        rows: "/mailboxes",
        id: "id",
        from: "mailbox WHERE 1",
        filters: &[("", "1")],
        sorts: &[(&["id", "nonsense"], "id"), (&["name"], "name_key, id")],
    },
];

/// What is written before anything is listed: `$n` is a number from 1 to 40, `$name` one of
/// the names, and `$same` a time that several rows have.
pub(super) const ROWS: [&str; 20] = [
    "user (id, email, email_key, created_at) SELECT 1000 + $n, 'c' || $n || '@example.org', 'c' || $n || '@example.org', 0",
    "profile (user_id, side, role_id, first_name, name_key, is_active, is_starred, created_at, updated_at)
     SELECT 1000 + $n, 'customer', 4, $name, name_key($name), $n % 5 > 0, $n % 6 = 0, $same, nullif($same, 2)",
    "user (id, email, email_key, created_at) SELECT 2000 + $n, 'a' || $n || '@example.org', 'a' || $n || '@example.org', 0",
    "profile (user_id, side, role_id, first_name, name_key, created_at)
     SELECT 2000 + $n, 'agent', 3, $name, name_key($name), $same",
    "ticket_type (name, name_key, description, is_active) SELECT $name || $n, name_key($name || $n), 'x', $n % 2",
    "\"group\" (name, name_key, description, is_active, created_at) SELECT $name || $n, name_key($name || $n), 'x', $n % 2, $same",
    "team (name, name_key, description, is_active, created_at) SELECT $name || $n, name_key($name || $n), 'x', 1, $same",
    "agent_privilege (name, name_key, description, created_at) SELECT $name || $n, name_key($name || $n), 'x', $same",
    "ticket (id, increment_id, subject, source, status_id, priority_id, type_id, customer_id, agent_id, is_new, reply_token,
         created_at, updated_at, status_changed_at)
     SELECT $n, 70000 + $n, 'x', iif($n % 3 = 0, 'email', 'api'), 1 + $n % 3, 1 + $n % 2, 1, 1001 + $n % 9,
         iif($n % 4 = 0, NULL, iif($n % 4 = 1, 2, 2000 + $n % 11 + 1)), $n % 2, 'token' || $n, $n, $same, $n",
    "ticket (id, increment_id, subject, source, status_id, priority_id, type_id, customer_id, agent_id, is_trashed, reply_token,
         created_at, updated_at, status_changed_at)
     SELECT 100 + $n, 80000 + $n, 'x', 'api', 1, 1, 1, 1001, 2, 1, 'trash' || $n, 100 + $n, $same, 0",
    "task (ticket_id, user_id, agent_id, subject, stage_id, priority_id, deadline_at, ticket_agent_id, ticket_group_id,
         ticket_team_id, created_at, updated_at)
     SELECT $n, 2000 + $n % 5 + 1, 2, 'x', 1 + $n % 3, 1 + $n % 2, 0, ifnull((SELECT agent_id FROM ticket WHERE id = $n), 0), 0, 0, $n, $same",
    "tag (name, name_key) SELECT $name || $n, name_key($name || $n)",
    "ticket_tag (ticket_id, tag_id) SELECT $n, 1 + $n % 3",
    "folder (name, name_key, visibility, created_at, updated_at) SELECT $name || $n, name_key($name || $n), 'public', $same, $same",
    "category (folder_id, name, name_key, sort_order, created_at, updated_at)
     SELECT 1 + $n % 30, $name, name_key($name), $same, $same, $same WHERE $n <= 30",
    "article (category_id, name, name_key, status, sort_order, views, created_at, updated_at)
     SELECT 1 + $n % 2, $name, name_key($name), iif($n % 3 = 0, 'draft', 'published'), $same, $same, $n, $same",
    "saved_reply (user_id, name, name_key, message, created_at, updated_at) SELECT 1, $name, name_key($name), 'x', $n, $same",
    "email_template (name, name_key, subject, message, created_at, updated_at) SELECT $name, name_key($name), 'x', 'x', $n, $same",
    "workflow (type, name, name_key, description, is_active, sort_order, created_at, updated_at)
     SELECT $n % 2, $name || $n, name_key($name || $n), 'x', 1, $same, $n, $same",
    "mailbox (name, name_key, email, email_key, mailbox_email, is_active, created_at)
     SELECT $name, name_key($name), 'm' || $n || '@example.org', 'm' || $n || '@example.org', 'f' || $n, 1, $same",
];
