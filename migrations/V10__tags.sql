-- What the list of tags finds and counts, however many tags there are and however many
-- tickets have one.

-- Every three letters of each name, whatever their case: a part of a name is found by them.
-- rowid is the tag's id.
CREATE VIRTUAL TABLE tag_search USING fts5 (
    name, content = '', contentless_delete = 1, tokenize = 'trigram'
);

INSERT INTO tag_search (rowid, name) SELECT id, name FROM tag;

CREATE TRIGGER tag_found AFTER INSERT ON tag BEGIN
    INSERT INTO tag_search (rowid, name) VALUES (new.id, new.name);
END;

CREATE TRIGGER tag_refound AFTER UPDATE OF name ON tag BEGIN
    DELETE FROM tag_search WHERE rowid = old.id;
    INSERT INTO tag_search (rowid, name) VALUES (new.id, new.name);
END;

CREATE TRIGGER tag_unfound AFTER DELETE ON tag BEGIN
    DELETE FROM tag_search WHERE rowid = old.id;
END;

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

-- The same over all of them, for those who see everything; in the order of the list.
ALTER TABLE tag ADD COLUMN tickets INTEGER NOT NULL DEFAULT 0;

CREATE INDEX tag_by_tickets ON tag (tickets, id);

CREATE TRIGGER tag_summed_in AFTER INSERT ON tag_count BEGIN
    UPDATE tag SET tickets = tickets + new.tickets WHERE id = new.tag_id;
END;

CREATE TRIGGER tag_summed_again AFTER UPDATE OF tickets ON tag_count BEGIN
    UPDATE tag SET tickets = tickets + new.tickets - old.tickets WHERE id = new.tag_id;
END;

INSERT INTO tag_count
SELECT tag_id, ifnull(agent_id, 0), ifnull(group_id, 0), ifnull(team_id, 0), count(*)
FROM ticket_tag JOIN ticket ON ticket.id = ticket_id
WHERE is_trashed = 0
GROUP BY 1, 2, 3, 4;

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
    FROM ticket_tag WHERE ticket_id = new.id AND new.is_trashed = 0
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
