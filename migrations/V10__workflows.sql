-- Workflows: what sets them off, what must hold then, and what they do.

CREATE TABLE workflow (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- 0 is applied by hand, 1 runs by itself.
    type INTEGER NOT NULL CHECK (type IN (0, 1)),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    -- Those of one type run in this order, and in that of their ids where it is the same.
    sort_order INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT workflow_name UNIQUE (type, name_key)
) STRICT;

-- In the three tables of steps, `sent` is the step as a client spelled it, as a JSON
-- object; the other columns are what it means, in the desk's own words.

CREATE TABLE workflow_event (
    workflow_id INTEGER NOT NULL REFERENCES workflow (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    entity TEXT NOT NULL CHECK (entity IN ('ticket', 'task', 'agent', 'customer', 'user')),
    trigger_code TEXT NOT NULL,
    sent TEXT NOT NULL,
    PRIMARY KEY (workflow_id, position),
    CONSTRAINT workflow_event_once UNIQUE (workflow_id, entity, trigger_code)
) STRICT, WITHOUT ROWID;

-- What happens is looked up here, at every event.
CREATE INDEX workflow_event_by_trigger ON workflow_event (entity, trigger_code, workflow_id);

CREATE TABLE workflow_condition (
    workflow_id INTEGER NOT NULL REFERENCES workflow (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    -- One condition of each group must hold: those of a group are alternatives.
    or_group INTEGER NOT NULL,
    type TEXT NOT NULL,
    match_code TEXT NOT NULL,
    -- As JSON: an id, 0 for none, or text.
    value TEXT NOT NULL,
    sent TEXT NOT NULL,
    PRIMARY KEY (workflow_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE workflow_action (
    workflow_id INTEGER NOT NULL REFERENCES workflow (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    type TEXT NOT NULL,
    -- As JSON: an id, 0 for none, text, null, or `{"for": […], "value": template}`.
    value TEXT NOT NULL,
    sent TEXT NOT NULL,
    PRIMARY KEY (workflow_id, position)
) STRICT, WITHOUT ROWID;

-- What the steps of a workflow name by its id, each once: it is not deleted meanwhile.
CREATE TABLE workflow_use (
    workflow_id INTEGER NOT NULL REFERENCES workflow (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN (
        'agent', 'custom_field', 'email_template', 'group', 'label', 'tag', 'team', 'ticket_type')),
    target_id INTEGER NOT NULL,
    PRIMARY KEY (workflow_id, kind, target_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX workflow_use_of_target ON workflow_use (kind, target_id);
