-- Workflows at work: what came of them, whose turn it is, and those that every desk begins with.

ALTER TABLE workflow ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflow ADD COLUMN last_run_at INTEGER;
-- What went wrong last since it was stored, as a key of what the desk says with its arguments.
ALTER TABLE workflow ADD COLUMN last_error TEXT;
ALTER TABLE workflow ADD COLUMN last_error_at INTEGER;
-- Since when it is stopped because it mailed too many; notices from before `counted_from` do not
-- count against it any more.
ALTER TABLE workflow ADD COLUMN paused_at INTEGER;
ALTER TABLE workflow ADD COLUMN counted_from INTEGER NOT NULL DEFAULT 0;

-- Who of a group was given a ticket last, where workflows give them out in turn.
CREATE TABLE group_turn (
    group_id INTEGER PRIMARY KEY REFERENCES "group" (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id)
) STRICT;

CREATE INDEX group_turn_of_user ON group_turn (user_id);

-- To whom a workflow gives the tickets of an agent who is being removed.
CREATE TABLE ticket_heir (
    user_id INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    agent_id INTEGER NOT NULL REFERENCES user (id),
    workflow_id INTEGER NOT NULL
) STRICT;

CREATE INDEX ticket_heir_of_agent ON ticket_heir (agent_id);

-- When it was said that the customer has not answered for long; an agent's next answer empties it.
ALTER TABLE ticket ADD COLUMN pending_told_at INTEGER;

-- Those that wait for their customer, and of which nobody was told yet.
CREATE INDEX ticket_unanswered ON ticket (agent_replied_at)
    WHERE is_replied = 1 AND is_trashed = 0 AND status_id IN (1, 2, 6) AND pending_told_at IS NULL;

-- What ships: what sets it off, and what must hold. A desk that has a workflow of the same name
-- keeps its own.
CREATE TEMPORARY TABLE shipped AS
SELECT column1 AS place, column2 AS name, column3 AS entity, column4 AS trigger_code, column5 AS opened_by
FROM (VALUES
    (1, 'Tell a new customer of their account', 'customer', 'created', NULL),
    (2, 'Invite a new agent', 'agent', 'created', NULL),
    (3, 'Acknowledge a ticket', 'ticket', 'created', 'customer'),
    (4, 'Tell a customer of a ticket opened for them', 'ticket', 'created', 'agent'),
    (5, 'Tell agents of a new ticket', 'ticket', 'created', NULL),
    (6, 'Tell an agent of a ticket assigned to them', 'ticket', 'agent_updated', NULL),
    (7, 'Send the reply of an agent', 'ticket', 'agent_reply', NULL),
    (8, 'Tell agents of the reply of a customer', 'ticket', 'customer_reply', NULL),
    (9, 'Tell a new collaborator', 'ticket', 'collaborator_updated', NULL),
    (10, 'Tell of the reply of a collaborator', 'ticket', 'collaborator_reply', NULL),
    (11, 'Remind a customer who has not answered', 'ticket', 'pending', NULL));

DELETE FROM shipped WHERE lower(name) IN (SELECT name_key FROM workflow WHERE type = 1);

INSERT INTO workflow (type, name, name_key, description, is_active, sort_order, created_at, updated_at)
SELECT 1, name, lower(name), '', 1,
    (SELECT ifnull(max(sort_order), 0) FROM workflow WHERE type = 1) + place, unixepoch(), unixepoch()
FROM shipped ORDER BY place;

INSERT INTO workflow_event (workflow_id, position, entity, trigger_code, sent)
SELECT id, 0, entity, trigger_code, json_object('event', entity, 'trigger', trigger_code)
FROM shipped JOIN workflow USING (name) WHERE type = 1;

INSERT INTO workflow_condition (workflow_id, position, or_group, type, match_code, value, sent)
SELECT id, 0, 0, 'opened_by', 'is', json_quote(opened_by),
    json_object('type', 'opened_by', 'match', 'is', 'value', opened_by)
FROM shipped JOIN workflow USING (name) WHERE type = 1 AND opened_by IS NOT NULL;

-- What they do: they mail a template, to the one that it is about or to those named.
CREATE TEMPORARY TABLE shipped_mail AS
SELECT column1 AS place, column2 AS position, column3 AS action, column4 AS receiver, column5 AS code
FROM (VALUES
    (1, 0, 'mail_customer', NULL, 'customer_created'),
    (2, 0, 'mail_agent', NULL, 'agent_created'),
    (3, 0, 'mail_customer', NULL, 'ticket_received'),
    (4, 0, 'mail_customer', NULL, 'ticket_opened_for_customer'),
    (5, 0, 'mail_agent', 'responsibleAgents', 'ticket_new'),
    (6, 0, 'mail_agent', 'assignedAgent', 'ticket_assigned'),
    (7, 0, 'mail_customer', NULL, 'agent_reply'),
    (7, 1, 'mail_all_collaborators', NULL, 'agent_reply'),
    (8, 0, 'mail_agent', 'responsibleAgents', 'customer_reply'),
    (9, 0, 'mail_last_collaborators', NULL, 'collaborator_added'),
    (10, 0, 'mail_agent', 'responsibleAgents', 'collaborator_reply'),
    (10, 1, 'mail_customer', NULL, 'collaborator_reply'),
    (11, 0, 'mail_customer', NULL, 'pending'));

INSERT INTO workflow_action (workflow_id, position, type, value, sent)
SELECT workflow.id, position, action,
    iif(receiver IS NULL, CAST(email_template.id AS TEXT),
        json_object('for', json_array(receiver), 'value', email_template.id)),
    -- Ids are text where the documented answers have them.
    json_object('type', action, 'value', iif(receiver IS NULL, CAST(email_template.id AS TEXT),
        json_object('for', json_array(receiver), 'value', CAST(email_template.id AS TEXT))))
FROM shipped_mail JOIN shipped USING (place) JOIN workflow ON workflow.name = shipped.name AND type = 1
JOIN email_template USING (code);

INSERT OR IGNORE INTO workflow_use (workflow_id, kind, target_id)
SELECT workflow.id, 'email_template', email_template.id
FROM shipped_mail JOIN shipped USING (place) JOIN workflow ON workflow.name = shipped.name AND type = 1
JOIN email_template USING (code);

DROP TABLE shipped_mail;
DROP TABLE shipped;
