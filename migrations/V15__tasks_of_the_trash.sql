-- Lists of tasks leave out those of tickets in the trash: each task knows whether its ticket is
-- there, a trigger keeps it so, and what is there is not counted.

ALTER TABLE task ADD COLUMN ticket_is_trashed INTEGER NOT NULL DEFAULT 0 CHECK (ticket_is_trashed IN (0, 1));
UPDATE task SET ticket_is_trashed = 1 WHERE ticket_id IN (SELECT id FROM ticket WHERE is_trashed = 1);

DROP TRIGGER task_moved_with_its_ticket;
CREATE TRIGGER task_moved_with_its_ticket AFTER UPDATE OF agent_id, group_id, team_id, is_trashed ON ticket BEGIN
    UPDATE task SET ticket_agent_id = ifnull(new.agent_id, 0), ticket_group_id = ifnull(new.group_id, 0),
        ticket_team_id = ifnull(new.team_id, 0), ticket_is_trashed = new.is_trashed
    WHERE ticket_id = new.id;
END;

DROP TRIGGER task_counted_in;
CREATE TRIGGER task_counted_in AFTER INSERT ON task WHEN new.ticket_is_trashed = 0 BEGIN
    INSERT INTO task_count VALUES (
        new.ticket_agent_id, new.ticket_group_id, new.ticket_team_id, new.stage_id, new.priority_id, 1)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1;
    INSERT INTO task_total VALUES (new.stage_id, new.priority_id, 1)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1;
END;

DROP TRIGGER task_recounted;
CREATE TRIGGER task_recounted_out
AFTER UPDATE OF ticket_agent_id, ticket_group_id, ticket_team_id, ticket_is_trashed, stage_id, priority_id ON task
WHEN old.ticket_is_trashed = 0 BEGIN
    UPDATE task_count SET tasks = tasks - 1
    WHERE ticket_agent_id = old.ticket_agent_id AND ticket_group_id = old.ticket_group_id
        AND ticket_team_id = old.ticket_team_id AND stage_id = old.stage_id AND priority_id = old.priority_id;
    UPDATE task_total SET tasks = tasks - 1 WHERE stage_id = old.stage_id AND priority_id = old.priority_id;
    -- Cells that ran empty go, so that sums stay short.
    DELETE FROM task_count
    WHERE tasks = 0 AND ticket_agent_id = old.ticket_agent_id AND ticket_group_id = old.ticket_group_id
        AND ticket_team_id = old.ticket_team_id;
END;

CREATE TRIGGER task_recounted_in
AFTER UPDATE OF ticket_agent_id, ticket_group_id, ticket_team_id, ticket_is_trashed, stage_id, priority_id ON task
WHEN new.ticket_is_trashed = 0 BEGIN
    INSERT INTO task_count VALUES (
        new.ticket_agent_id, new.ticket_group_id, new.ticket_team_id, new.stage_id, new.priority_id, 1)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1;
    INSERT INTO task_total VALUES (new.stage_id, new.priority_id, 1)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1;
END;

DROP TRIGGER task_counted_out;
CREATE TRIGGER task_counted_out AFTER DELETE ON task WHEN old.ticket_is_trashed = 0 BEGIN
    UPDATE task_count SET tasks = tasks - 1
    WHERE ticket_agent_id = old.ticket_agent_id AND ticket_group_id = old.ticket_group_id
        AND ticket_team_id = old.ticket_team_id AND stage_id = old.stage_id AND priority_id = old.priority_id;
    UPDATE task_total SET tasks = tasks - 1 WHERE stage_id = old.stage_id AND priority_id = old.priority_id;
    DELETE FROM task_count
    WHERE tasks = 0 AND ticket_agent_id = old.ticket_agent_id AND ticket_group_id = old.ticket_group_id
        AND ticket_team_id = old.ticket_team_id;
END;

DELETE FROM task_count;
INSERT INTO task_count
SELECT ticket_agent_id, ticket_group_id, ticket_team_id, stage_id, priority_id, count(*)
FROM task WHERE ticket_is_trashed = 0 GROUP BY 1, 2, 3, 4, 5;
DELETE FROM task_total;
INSERT INTO task_total
SELECT stage_id, priority_id, count(*) FROM task WHERE ticket_is_trashed = 0 GROUP BY 1, 2;

-- What lists walk knows it too, so that they read no task that they do not show.
DROP INDEX task_by_user;
CREATE INDEX task_by_user ON task
    (user_id, id, stage_id, priority_id, ticket_agent_id, ticket_group_id, ticket_team_id, ticket_is_trashed);
DROP INDEX task_by_agent;
CREATE INDEX task_by_agent ON task (agent_id, id, stage_id, priority_id, ticket_is_trashed);
DROP INDEX task_by_stage;
CREATE INDEX task_by_stage ON task (stage_id, id, priority_id, ticket_is_trashed);
DROP INDEX task_by_priority;
CREATE INDEX task_by_priority ON task (priority_id, id, ticket_is_trashed);
DROP INDEX task_by_update;
CREATE INDEX task_by_update ON task (updated_at, id, ticket_is_trashed);
