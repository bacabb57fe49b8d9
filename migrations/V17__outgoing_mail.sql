-- Outgoing mail: through which servers it leaves, every mail with what came of it, and what lets
-- somebody in by the link of one.

-- For how many seconds the reply of an agent waits, so that it can be taken back.
ALTER TABLE company ADD COLUMN undo_secs INTEGER NOT NULL DEFAULT 10 CHECK (undo_secs BETWEEN 0 AND 120);
-- The line above which answers are written; NULL is the built-in one, in the reader's language.
ALTER TABLE company ADD COLUMN delimiter TEXT;

-- The name that stands beside the address; NULL is the agent's and the company's.
ALTER TABLE mailbox ADD COLUMN from_name TEXT;
-- Whether who writes to it is told that their ticket was received.
ALTER TABLE mailbox ADD COLUMN acknowledges INTEGER NOT NULL DEFAULT 1 CHECK (acknowledges IN (0, 1));

-- Where mail is sent through: a mailbox's own, or the company's, which has none.
CREATE TABLE smtp_server (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox_id INTEGER CONSTRAINT smtp_server_of_mailbox UNIQUE REFERENCES mailbox (id) ON DELETE CASCADE,
    host TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('tls', 'starttls', 'optional', 'plain')),
    user TEXT NOT NULL,
    password TEXT,
    oauth TEXT,
    -- How many a minute it takes; NULL is as many as there are.
    per_minute INTEGER CHECK (per_minute > 0),
    -- Nothing is sent through it before, for this reason, for the so manieth time in a row.
    paused_until INTEGER,
    pause_reason TEXT,
    pauses INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE UNIQUE INDEX smtp_server_of_company ON smtp_server (mailbox_id IS NULL) WHERE mailbox_id IS NULL;

-- Every mail that leaves, one a recipient.
CREATE TABLE mail_out (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'forward', 'notice', 'acknowledgement', 'account', 'test')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'deferred', 'failed', 'bounced', 'cancelled')),
    reason TEXT,
    -- The server's last words.
    answer TEXT,
    recipient TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    -- Who that is, on which side; NULL is somebody whom the desk does not know.
    user_id INTEGER REFERENCES user (id),
    side TEXT CHECK (side IN ('agent', 'customer')),
    -- Who did what the mail is about.
    actor_id INTEGER REFERENCES user (id),
    mailbox_id INTEGER REFERENCES mailbox (id) ON DELETE SET NULL,
    ticket_id INTEGER REFERENCES ticket (id) ON DELETE SET NULL,
    thread_id INTEGER REFERENCES thread (id) ON DELETE SET NULL,
    task_id INTEGER,
    template_id INTEGER REFERENCES email_template (id) ON DELETE SET NULL,
    workflow_id INTEGER REFERENCES workflow (id) ON DELETE SET NULL,
    event_id INTEGER,
    -- These three are made when it is first taken to be sent, and are the same at every try; the
    -- last is the whole mail as JSON.
    subject TEXT,
    message_id TEXT CONSTRAINT mail_out_message_id UNIQUE,
    made TEXT,
    due_at INTEGER NOT NULL,
    give_up_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    claimed_until INTEGER,
    -- Kept before the message itself is sent, and emptied by any verdict: whether it arrived is
    -- not known where it stands.
    data_at INTEGER,
    sent_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX mail_out_by_due ON mail_out (due_at, id) WHERE state IN ('waiting', 'deferred', 'sending');
CREATE INDEX mail_out_by_state ON mail_out (state, id);
CREATE INDEX mail_out_of_ticket ON mail_out (ticket_id, id) WHERE ticket_id IS NOT NULL;
CREATE INDEX mail_out_of_workflow ON mail_out (workflow_id, created_at) WHERE workflow_id IS NOT NULL;
CREATE INDEX mail_out_to ON mail_out (recipient_key, created_at);
CREATE INDEX mail_out_of_user ON mail_out (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX mail_out_of_actor ON mail_out (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX mail_out_of_mailbox ON mail_out (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX mail_out_of_template ON mail_out (template_id) WHERE template_id IS NOT NULL;
CREATE UNIQUE INDEX mail_out_once_a_thread ON mail_out (thread_id, recipient_key, kind)
    WHERE kind IN ('reply', 'forward') AND state NOT IN ('failed', 'bounced', 'cancelled');
CREATE INDEX mail_out_of_thread ON mail_out (thread_id) WHERE thread_id IS NOT NULL;
-- Nobody is told twice of one event.
CREATE UNIQUE INDEX mail_out_once_an_event ON mail_out (event_id, recipient_key, template_id)
    WHERE event_id IS NOT NULL AND kind NOT IN ('reply', 'forward');

-- What servers said to each attempt.
CREATE TABLE mail_attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mail_out_id INTEGER NOT NULL REFERENCES mail_out (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    answer TEXT NOT NULL
) STRICT;

CREATE INDEX mail_attempt_of_mail ON mail_attempt (mail_out_id, id);

-- Addresses to which notices and acknowledgements failed for good, and until when they get none.
CREATE TABLE suppressed_address (
    email_key TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What lets somebody choose a password once, by the link of a mail. Kept as SHA-256 alone.
CREATE TABLE account_token (
    hash TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    side TEXT NOT NULL CHECK (side IN ('agent', 'customer')),
    purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'password')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_token_of_user ON account_token (user_id);
CREATE INDEX account_token_by_end ON account_token (expires_at);
