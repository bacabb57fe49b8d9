-- Tickets, what hangs on them, and what is counted of them.

CREATE TABLE ticket_type (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL CONSTRAINT ticket_type_name UNIQUE,
    description TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1))
) STRICT;

INSERT INTO ticket_type (id, name, name_key, description, is_active) VALUES
    (1, 'Support', 'support', 'Support', 1),
    (2, 'Question', 'question', 'Question', 1),
    (3, 'Problem', 'problem', 'Problem', 1),
    (4, 'Incident', 'incident', 'Incident', 1),
    (5, 'Feature request', 'feature request', 'Feature request', 1),
    (6, 'Feedback', 'feedback', 'Feedback', 1);

CREATE TABLE mailbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL CONSTRAINT mailbox_email UNIQUE,
    -- Where mail for the mailbox is forwarded to; made with the mailbox and kept.
    mailbox_email TEXT NOT NULL CONSTRAINT mailbox_forwarding UNIQUE,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

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
    team_id INTEGER REFERENCES team (id),
    mailbox_id INTEGER REFERENCES mailbox (id),
    -- The ticket that this one went into, and the one that it was taken out of.
    merged_into_id INTEGER REFERENCES ticket (id) ON DELETE SET NULL,
    split_from_id INTEGER REFERENCES ticket (id) ON DELETE SET NULL,
    is_starred INTEGER NOT NULL DEFAULT 0 CHECK (is_starred IN (0, 1)),
    is_trashed INTEGER NOT NULL DEFAULT 0 CHECK (is_trashed IN (0, 1)),
    -- No agent has opened or answered it.
    is_new INTEGER NOT NULL DEFAULT 1 CHECK (is_new IN (0, 1)),
    -- The last public thread is an agent's.
    is_replied INTEGER NOT NULL DEFAULT 0 CHECK (is_replied IN (0, 1)),
    reply_count INTEGER NOT NULL DEFAULT 0,
    attachment_count INTEGER NOT NULL DEFAULT 0,
    -- Moves with every write, so that a stale one is noticed.
    version INTEGER NOT NULL DEFAULT 1,
    -- The unguessable part of the address that answers by mail go to.
    reply_token TEXT NOT NULL,
    ip_address TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- When an agent first answered, and when each side last did.
    first_replied_at INTEGER,
    agent_replied_at INTEGER,
    customer_replied_at INTEGER,
    -- When it came to its status; since when it is resolved or closed, NULL while it is neither.
    status_changed_at INTEGER NOT NULL,
    resolved_at INTEGER
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
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    color TEXT,
    -- The tickets that have it and are not in the trash.
    tickets INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT label_name UNIQUE (user_id, name_key)
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

-- A tag is the desk's. It counts the tickets outside the trash that have it, and the articles of
-- every folder and status.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL CONSTRAINT tag_name UNIQUE,
    tickets INTEGER NOT NULL DEFAULT 0,
    articles INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A tag that was deleted: it is none any more, and still has its name while it is taken off its
-- tickets and articles, for their histories.
CREATE TABLE removed_tag (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

-- The tag is a row of `tag` or, until it is taken off, one of `removed_tag`.
CREATE TABLE ticket_tag (
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (tag_id, ticket_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_tag_of_ticket ON ticket_tag (ticket_id);

-- The tickets outside the trash that have a tag, of each agent, group and team: every view
-- of tickets can sum these cells. 0 is nobody.
CREATE TABLE tag_count (
    tag_id INTEGER NOT NULL REFERENCES tag (id) ON DELETE CASCADE,
    agent_id INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    team_id INTEGER NOT NULL,
    tickets INTEGER NOT NULL,
    PRIMARY KEY (tag_id, agent_id, group_id, team_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tag_summed_in AFTER INSERT ON tag_count BEGIN
    UPDATE tag SET tickets = tickets + new.tickets WHERE id = new.tag_id;
END;

CREATE TRIGGER tag_summed_again AFTER UPDATE OF tickets ON tag_count BEGIN
    UPDATE tag SET tickets = tickets + new.tickets - old.tickets WHERE id = new.tag_id;
END;

CREATE TRIGGER tag_counted_in AFTER INSERT ON ticket_tag BEGIN
    INSERT INTO tag_count
    SELECT new.tag_id, ifnull(agent_id, 0), ifnull(group_id, 0), ifnull(team_id, 0), 1
    FROM ticket WHERE id = new.ticket_id AND is_trashed = 0
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
END;

CREATE TRIGGER tag_counted_out AFTER DELETE ON ticket_tag BEGIN
    UPDATE tag_count SET tickets = tickets - 1
    WHERE (tag_id, agent_id, group_id, team_id) = (
        SELECT old.tag_id, ifnull(agent_id, 0), ifnull(group_id, 0), ifnull(team_id, 0)
        FROM ticket WHERE id = old.ticket_id AND is_trashed = 0);
    -- Cells that ran empty go, so that sums stay short.
    DELETE FROM tag_count WHERE tag_id = old.tag_id AND tickets = 0;
END;

CREATE TRIGGER tag_recounted AFTER UPDATE OF is_trashed, agent_id, group_id, team_id ON ticket
WHEN EXISTS (SELECT 1 FROM ticket_tag WHERE ticket_id = new.id) BEGIN
    UPDATE tag_count SET tickets = tickets - 1
    WHERE old.is_trashed = 0 AND tag_id IN (SELECT tag_id FROM ticket_tag WHERE ticket_id = old.id)
        AND agent_id = ifnull(old.agent_id, 0) AND group_id = ifnull(old.group_id, 0)
        AND team_id = ifnull(old.team_id, 0);
    INSERT INTO tag_count
    SELECT tag_id, ifnull(new.agent_id, 0), ifnull(new.group_id, 0), ifnull(new.team_id, 0), 1
    FROM ticket_tag JOIN tag ON tag.id = tag_id WHERE ticket_id = new.id AND new.is_trashed = 0
    ON CONFLICT DO UPDATE SET tickets = tickets + 1;
    DELETE FROM tag_count
    WHERE tickets = 0 AND tag_id IN (SELECT tag_id FROM ticket_tag WHERE ticket_id = old.id)
        AND agent_id = ifnull(old.agent_id, 0) AND group_id = ifnull(old.group_id, 0)
        AND team_id = ifnull(old.team_id, 0);
END;

-- Before the ticket goes, for afterwards nobody can say whose it was.
CREATE TRIGGER ticket_untagged BEFORE DELETE ON ticket BEGIN
    DELETE FROM ticket_tag WHERE ticket_id = old.id;
END;

-- Before the tag goes, so that its tickets are not counted out one by one.
CREATE TRIGGER tag_uncounted BEFORE DELETE ON tag BEGIN
    DELETE FROM tag_count WHERE tag_id = old.id;
END;
