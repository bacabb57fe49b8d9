-- What is said in tickets: threads, their addresses, what they said before they were edited, the
-- ids of their mails, and their files.

CREATE TABLE thread (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    -- The ticket that it was written in, where that was merged into this one or split off.
    origin_ticket_id INTEGER REFERENCES ticket (id) ON DELETE SET NULL,
    user_id INTEGER REFERENCES user (id),
    user_type TEXT NOT NULL CHECK (user_type IN ('agent', 'customer', 'system')),
    thread_type TEXT NOT NULL CHECK (thread_type IN ('create', 'reply', 'note', 'forward')),
    source TEXT NOT NULL,
    is_locked INTEGER NOT NULL DEFAULT 0 CHECK (is_locked IN (0, 1)),
    is_bookmarked INTEGER NOT NULL DEFAULT 0 CHECK (is_bookmarked IN (0, 1)),
    viewed_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    -- The Message-ID of its own mail.
    message_id TEXT,
    -- The version of the cleaner that made `clean`.
    cleaner INTEGER NOT NULL,
    -- The message as readers are served it.
    clean TEXT NOT NULL,
    -- The message as it came, where cleaning changed it; else NULL.
    raw TEXT
) STRICT;

-- A ticket's threads in their order, with what decides who reads them.
CREATE INDEX thread_of_ticket ON thread (ticket_id, created_at, id, thread_type, is_locked);
CREATE UNIQUE INDEX thread_one_create ON thread (ticket_id) WHERE thread_type = 'create';
CREATE INDEX thread_locked ON thread (ticket_id) WHERE is_locked = 1;
CREATE INDEX thread_of_origin ON thread (origin_ticket_id) WHERE origin_ticket_id IS NOT NULL;
CREATE INDEX thread_of_user ON thread (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX thread_by_cleaner ON thread (cleaner) WHERE raw IS NOT NULL;

-- What a thread said before it was edited, oldest first: what somebody wrote is evidence.
CREATE TABLE thread_revision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thread_id INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    -- Who edited it then, and when.
    user_id INTEGER REFERENCES user (id),
    edited_at INTEGER NOT NULL,
    cleaner INTEGER NOT NULL,
    clean TEXT NOT NULL,
    raw TEXT
) STRICT;

CREATE INDEX thread_revision_of_thread ON thread_revision (thread_id, id);
CREATE INDEX thread_revision_of_user ON thread_revision (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX thread_revision_by_cleaner ON thread_revision (cleaner) WHERE raw IS NOT NULL;

-- Whom a thread came from and went to, in the order named.
CREATE TABLE thread_address (
    thread_id INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('from', 'to', 'cc', 'bcc', 'reply_to')),
    position INTEGER NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    name TEXT,
    PRIMARY KEY (thread_id, kind, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX thread_address_by_email ON thread_address (email_key, thread_id);

-- Which ids of mails are a ticket's: they came, went, or were learnt from a server that renamed ours.
CREATE TABLE message_id (
    message_id TEXT NOT NULL,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    thread_id INTEGER REFERENCES thread (id) ON DELETE SET NULL,
    origin TEXT NOT NULL CHECK (origin IN ('came', 'went', 'learnt')),
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (message_id, ticket_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_id_of_ticket ON message_id (ticket_id, seen_at);
CREATE INDEX message_id_of_thread ON message_id (thread_id) WHERE thread_id IS NOT NULL;

-- A file of a thread. Its bytes are in the store under their hash; several rows may share them.
CREATE TABLE attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thread_id INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX attachment_of_thread ON attachment (thread_id);
CREATE INDEX attachment_by_hash ON attachment (hash);
