-- Lists of tasks by who made them: the few people who have or had an agent's side are walked by
-- their address without passing every customer, and what a list filters and counts by stands in
-- the index beside them.

ALTER TABLE user ADD COLUMN was_agent INTEGER NOT NULL DEFAULT 0 CHECK (was_agent IN (0, 1));
UPDATE user SET was_agent = 1 WHERE id IN (SELECT user_id FROM profile WHERE side = 'agent');

CREATE TRIGGER profile_of_an_agent AFTER INSERT ON profile WHEN new.side = 'agent' BEGIN
    UPDATE user SET was_agent = 1 WHERE id = new.user_id;
END;

CREATE INDEX user_agent_by_email ON user (email_key, id) WHERE was_agent = 1;

DROP INDEX task_by_user;
CREATE INDEX task_by_user ON task
    (user_id, id, stage_id, priority_id, ticket_agent_id, ticket_group_id, ticket_team_id);
