-- Tickets, what is said in them, what hangs on them, and what is counted, searched and told of them.

CREATE TABLE ticket_type (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE CONSTRAINT ticket_type_name UNIQUE,
    description TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1))
) STRICT;

INSERT INTO ticket_type (id, name, description, is_active) VALUES
    (1, 'Support', 'Support', 1),
    (2, 'Question', 'Question', 1),
    (3, 'Problem', 'Problem', 1),
    (4, 'Incident', 'Incident', 1),
    (5, 'Feature request', 'Feature request', 1),
    (6, 'Feedback', 'Feedback', 1);

CREATE TABLE mailbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    email TEXT NOT NULL COLLATE NOCASE CONSTRAINT mailbox_email UNIQUE,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

-- What a new ticket gets when nobody says otherwise.
ALTER TABLE company ADD COLUMN default_status_id INTEGER NOT NULL DEFAULT 1 CHECK (default_status_id BETWEEN 1 AND 6);
ALTER TABLE company ADD COLUMN default_priority_id INTEGER NOT NULL DEFAULT 1 CHECK (default_priority_id BETWEEN 1 AND 4);
ALTER TABLE company ADD COLUMN default_group_id INTEGER REFERENCES "group" (id);
ALTER TABLE company ADD COLUMN default_mailbox_id INTEGER REFERENCES mailbox (id);

CREATE TABLE ticket (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    increment_id INTEGER NOT NULL CONSTRAINT ticket_increment_id UNIQUE,
    subject TEXT NOT NULL,
    source TEXT NOT NULL,
    status_id INTEGER NOT NULL CHECK (status_id BETWEEN 1 AND 6),
    priority_id INTEGER NOT NULL CHECK (priority_id BETWEEN 1 AND 4),
    type_id INTEGER REFERENCES ticket_type (id),
    customer_id INTEGER NOT NULL REFERENCES user (id),
    agent_id INTEGER REFERENCES user (id),
    group_id INTEGER REFERENCES "group" (id),
    team_id INTEGER REFERENCES sub_group (id),
    mailbox_id INTEGER REFERENCES mailbox (id),
    is_starred INTEGER NOT NULL DEFAULT 0 CHECK (is_starred IN (0, 1)),
    is_trashed INTEGER NOT NULL DEFAULT 0 CHECK (is_trashed IN (0, 1)),
    -- No agent has opened or answered it.
    is_new INTEGER NOT NULL DEFAULT 1 CHECK (is_new IN (0, 1)),
    -- The last public thread is an agent's.
    is_replied INTEGER NOT NULL DEFAULT 0 CHECK (is_replied IN (0, 1)),
    reply_count INTEGER NOT NULL DEFAULT 0,
    -- Places given to threads so far; the create thread has place 0.
    thread_places INTEGER NOT NULL DEFAULT 0,
    attachment_count INTEGER NOT NULL DEFAULT 0,
    -- Moves with every write, so that a stale one is noticed.
    version INTEGER NOT NULL DEFAULT 1,
    -- The unguessable part of the address that answers by mail go to.
    reply_token TEXT NOT NULL,
    ip_address TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    agent_replied_at INTEGER,
    customer_replied_at INTEGER
) STRICT;

-- Each list walks one of these in its own order.
CREATE INDEX ticket_by_status ON ticket (is_trashed, status_id, id);
CREATE INDEX ticket_by_trash ON ticket (is_trashed, id);
-- The status stands last: lists of one status skip the others in the index, and lists of all walk it too.
CREATE INDEX ticket_by_update ON ticket (is_trashed, updated_at, id, status_id);
CREATE INDEX ticket_by_customer ON ticket (customer_id, is_trashed, status_id, id);
CREATE INDEX ticket_by_agent ON ticket (agent_id, is_trashed, status_id, id);
CREATE INDEX ticket_by_group ON ticket (group_id, is_trashed, status_id, id);
CREATE INDEX ticket_by_team ON ticket (team_id, is_trashed, status_id, id);
-- No table of counts knows types and priorities: what is counted beside them stands in the index.
CREATE INDEX ticket_by_type ON ticket (type_id, is_trashed, status_id, id, priority_id, group_id, team_id, agent_id);
CREATE INDEX ticket_by_priority ON ticket (priority_id, is_trashed, status_id, id, group_id, team_id, agent_id);
CREATE INDEX ticket_by_mailbox ON ticket (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX ticket_starred ON ticket (is_trashed, status_id, id) WHERE is_starred = 1;
CREATE INDEX ticket_new ON ticket (is_trashed, status_id, id) WHERE is_new = 1;

-- How many tickets there are of each kind: every rule of visibility can sum these cells.
CREATE TABLE ticket_count (
    is_trashed INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    team_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    status_id INTEGER NOT NULL,
    is_new INTEGER NOT NULL,
    is_replied INTEGER NOT NULL,
    is_starred INTEGER NOT NULL,
    tickets INTEGER NOT NULL,
    PRIMARY KEY (is_trashed, group_id, team_id, agent_id, status_id, is_new, is_replied, is_starred)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_count_of_agent ON ticket_count (agent_id, is_trashed);

-- The same over all groups, teams and agents, for those who see everything: 200 cells at most.
CREATE TABLE ticket_total (
    is_trashed INTEGER NOT NULL,
    is_assigned INTEGER NOT NULL,
    status_id INTEGER NOT NULL,
    is_new INTEGER NOT NULL,
    is_replied INTEGER NOT NULL,
    is_starred INTEGER NOT NULL,
    tickets INTEGER NOT NULL,
    PRIMARY KEY (is_trashed, is_assigned, status_id, is_new, is_replied, is_starred)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER ticket_counted_in AFTER INSERT ON ticket BEGIN
    INSERT INTO ticket_count VALUES (
        new.is_trashed, ifnull(new.group_id, 0), ifnull(new.team_id, 0), ifnull(new.agent_id, 0),
        new.status_id, new.is_new, new.is_replied, new.is_starred, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
    INSERT INTO ticket_total VALUES (
        new.is_trashed, new.agent_id IS NOT NULL, new.status_id, new.is_new, new.is_replied, new.is_starred, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;

CREATE TRIGGER ticket_recounted
AFTER UPDATE OF is_trashed, group_id, team_id, agent_id, status_id, is_new, is_replied, is_starred ON ticket BEGIN
    UPDATE ticket_count SET tickets = tickets - 1
    WHERE is_trashed = old.is_trashed AND group_id = ifnull(old.group_id, 0)
        AND team_id = ifnull(old.team_id, 0) AND agent_id = ifnull(old.agent_id, 0)
        AND status_id = old.status_id AND is_new = old.is_new
        AND is_replied = old.is_replied AND is_starred = old.is_starred;
    INSERT INTO ticket_count VALUES (
        new.is_trashed, ifnull(new.group_id, 0), ifnull(new.team_id, 0), ifnull(new.agent_id, 0),
        new.status_id, new.is_new, new.is_replied, new.is_starred, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
    UPDATE ticket_total SET tickets = tickets - 1
    WHERE is_trashed = old.is_trashed AND is_assigned = (old.agent_id IS NOT NULL)
        AND status_id = old.status_id AND is_new = old.is_new
        AND is_replied = old.is_replied AND is_starred = old.is_starred;
    INSERT INTO ticket_total VALUES (
        new.is_trashed, new.agent_id IS NOT NULL, new.status_id, new.is_new, new.is_replied, new.is_starred, 1)
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
    -- Cells that ran empty go, so that sums stay short.
    DELETE FROM ticket_count
    WHERE tickets = 0 AND is_trashed = old.is_trashed AND group_id = ifnull(old.group_id, 0)
        AND team_id = ifnull(old.team_id, 0) AND agent_id = ifnull(old.agent_id, 0);
END;

CREATE TRIGGER ticket_counted_out AFTER DELETE ON ticket BEGIN
    UPDATE ticket_count SET tickets = tickets - 1
    WHERE is_trashed = old.is_trashed AND group_id = ifnull(old.group_id, 0)
        AND team_id = ifnull(old.team_id, 0) AND agent_id = ifnull(old.agent_id, 0)
        AND status_id = old.status_id AND is_new = old.is_new
        AND is_replied = old.is_replied AND is_starred = old.is_starred;
    UPDATE ticket_total SET tickets = tickets - 1
    WHERE is_trashed = old.is_trashed AND is_assigned = (old.agent_id IS NOT NULL)
        AND status_id = old.status_id AND is_new = old.is_new
        AND is_replied = old.is_replied AND is_starred = old.is_starred;
    DELETE FROM ticket_count
    WHERE tickets = 0 AND is_trashed = old.is_trashed AND group_id = ifnull(old.group_id, 0)
        AND team_id = ifnull(old.team_id, 0) AND agent_id = ifnull(old.agent_id, 0);
END;

CREATE TABLE thread (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    -- 0 for the create thread, then 1, 2, … in the order of writing; never given twice.
    place INTEGER NOT NULL,
    user_id INTEGER REFERENCES user (id),
    user_type TEXT NOT NULL CHECK (user_type IN ('agent', 'customer', 'system')),
    thread_type TEXT NOT NULL CHECK (thread_type IN ('create', 'reply', 'note', 'forward')),
    source TEXT NOT NULL,
    -- The message as it came, where cleaning changed it; else NULL.
    raw TEXT,
    -- The message as readers are served it, and the version of the cleaner that made it.
    clean TEXT NOT NULL,
    cleaner INTEGER NOT NULL,
    -- Addresses as JSON arrays of text, or NULL.
    reply_to TEXT,
    cc TEXT,
    bcc TEXT,
    message_id TEXT,
    is_locked INTEGER NOT NULL DEFAULT 0 CHECK (is_locked IN (0, 1)),
    is_bookmarked INTEGER NOT NULL DEFAULT 0 CHECK (is_bookmarked IN (0, 1)),
    viewed_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    CONSTRAINT thread_place UNIQUE (ticket_id, place)
) STRICT;

CREATE INDEX thread_of_user ON thread (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX thread_by_cleaner ON thread (cleaner) WHERE raw IS NOT NULL;

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

CREATE TABLE ticket_collaborator (
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_collaborator_of_user ON ticket_collaborator (user_id, ticket_id);

-- A label is one agent's own.
CREATE TABLE label (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    name TEXT NOT NULL COLLATE NOCASE,
    color TEXT,
    -- The tickets that have it and are not in the trash.
    tickets INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT label_name UNIQUE (user_id, name)
) STRICT;

CREATE TABLE ticket_label (
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    label_id INTEGER NOT NULL REFERENCES label (id) ON DELETE CASCADE,
    PRIMARY KEY (label_id, ticket_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_label_of_ticket ON ticket_label (ticket_id);

CREATE TRIGGER label_counted_in AFTER INSERT ON ticket_label BEGIN
    UPDATE label SET tickets = tickets + 1
    WHERE id = new.label_id AND (SELECT is_trashed FROM ticket WHERE id = new.ticket_id) = 0;
END;

CREATE TRIGGER label_counted_out AFTER DELETE ON ticket_label BEGIN
    UPDATE label SET tickets = tickets - 1
    WHERE id = old.label_id AND (SELECT is_trashed FROM ticket WHERE id = old.ticket_id) = 0;
END;

CREATE TRIGGER label_recounted AFTER UPDATE OF is_trashed ON ticket WHEN new.is_trashed <> old.is_trashed BEGIN
    UPDATE label SET tickets = tickets + old.is_trashed - new.is_trashed
    WHERE id IN (SELECT label_id FROM ticket_label WHERE ticket_id = new.id);
END;

-- Before the ticket goes, for afterwards nobody can say whether it was in the trash.
CREATE TRIGGER ticket_unlabelled BEFORE DELETE ON ticket BEGIN
    DELETE FROM ticket_label WHERE ticket_id = old.id;
END;

-- A tag is the desk's.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE CONSTRAINT tag_name UNIQUE
) STRICT;

CREATE TABLE ticket_tag (
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_id, ticket_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_tag_of_ticket ON ticket_tag (ticket_id);

-- One row a thread: rowid = ticket_id * 1048576 + place, so that the rows of a
-- ticket lie together and the newest tickets come first by descending rowid.
-- Notes have a column of their own, which customers never search.
CREATE VIRTUAL TABLE ticket_search USING fts5 (
    subject, people, message, note, content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TRIGGER thread_unfound AFTER DELETE ON thread BEGIN
    DELETE FROM ticket_search WHERE rowid = old.ticket_id * 1048576 + old.place;
END;

-- What happened, in the order it happened: the audit trail, and what listeners heard.
CREATE TABLE event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    user_id INTEGER,
    ticket_id INTEGER,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX event_of_ticket ON event (ticket_id, id) WHERE ticket_id IS NOT NULL;

-- A ticket's history in words' raw material: who, what, from, to, when.
CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    user_id INTEGER,
    what TEXT NOT NULL,
    thread_id INTEGER,
    from_value TEXT,
    to_value TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX activity_of_ticket ON activity (ticket_id, id);
