-- What happened and why, what tickets tell of it, and the work that is left to do.

-- One cause and all that it changed: a person's request, one run of a workflow, one mail, one
-- job. What can be undone is undone by the batch.
CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cause TEXT NOT NULL CHECK (cause IN ('person', 'workflow', 'mail', 'job', 'clock')),
    -- As whom it was done, and who stood behind them where somebody acted as somebody else.
    user_id INTEGER,
    impersonator_id INTEGER,
    workflow_id INTEGER,
    -- The batch whose event set it off, and how many came before it in that chain.
    parent_id INTEGER REFERENCES batch (id) ON DELETE SET NULL,
    depth INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX batch_of_user ON batch (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX batch_of_impersonator ON batch (impersonator_id) WHERE impersonator_id IS NOT NULL;
CREATE INDEX batch_of_parent ON batch (parent_id) WHERE parent_id IS NOT NULL;

-- What happened, in the order it happened.
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL REFERENCES batch (id),
    kind TEXT NOT NULL,
    ticket_id INTEGER,
    -- The person that it happened to, where it was one.
    user_id INTEGER,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX event_of_batch ON event (batch_id);
CREATE INDEX event_of_ticket ON event (ticket_id, id) WHERE ticket_id IS NOT NULL;
CREATE INDEX event_of_user ON event (user_id, id) WHERE user_id IS NOT NULL;

-- A ticket's history: who, what, from, to, when. Names are kept as they were.
CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch_id INTEGER NOT NULL REFERENCES batch (id),
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    user_id INTEGER,
    user_name TEXT,
    workflow_id INTEGER,
    workflow_name TEXT,
    property TEXT NOT NULL,
    thread_id INTEGER,
    from_value TEXT,
    from_name TEXT,
    to_value TEXT,
    to_name TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX activity_of_ticket ON activity (ticket_id, id);
CREATE INDEX activity_of_batch ON activity (batch_id);
CREATE INDEX activity_of_user ON activity (user_id) WHERE user_id IS NOT NULL;

-- Work that follows a change and is too long for it, done in slices after the commit.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    -- What it is about, and how far it has come, as JSON.
    data TEXT NOT NULL,
    batch_id INTEGER REFERENCES batch (id) ON DELETE SET NULL,
    due_at INTEGER NOT NULL,
    -- Until when the worker that took it may be at work on it.
    leased_until INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX job_by_due ON job (due_at, id);
CREATE INDEX job_of_batch ON job (batch_id) WHERE batch_id IS NOT NULL;
