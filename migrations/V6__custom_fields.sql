-- What a desk asks of its tickets beside the usual, and what tickets hold of it.

CREATE TABLE custom_field (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    -- Who fills it in.
    agent_type TEXT NOT NULL CHECK (agent_type IN ('customer', 'agent', 'both')),
    field_type TEXT NOT NULL CHECK (field_type IN (
        'text', 'textarea', 'select', 'radio', 'checkbox', 'date', 'time', 'datetime', 'file')),
    -- The API's `value`: what stands in the empty field.
    placeholder TEXT,
    -- The API's `validation`, as JSON.
    validation TEXT NOT NULL,
    is_required INTEGER NOT NULL CHECK (is_required IN (0, 1)),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    is_encrypted INTEGER NOT NULL CHECK (is_encrypted IN (0, 1)),
    sort_order INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- What a select, radio or checkbox field offers. A retired option is offered no more,
-- and still names what tickets hold.
CREATE TABLE custom_field_option (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    custom_field_id INTEGER NOT NULL REFERENCES custom_field (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    sort_order INTEGER NOT NULL,
    is_retired INTEGER NOT NULL DEFAULT 0 CHECK (is_retired IN (0, 1)),
    CONSTRAINT custom_field_option_name UNIQUE (custom_field_id, name_key)
) STRICT;

-- The ticket types that a field is for; a field without any is for all. Restricted,
-- because a field must not come to be for all by the removal of its last type.
CREATE TABLE custom_field_dependency (
    custom_field_id INTEGER NOT NULL REFERENCES custom_field (id) ON DELETE CASCADE,
    ticket_type_id INTEGER NOT NULL REFERENCES ticket_type (id),
    PRIMARY KEY (custom_field_id, ticket_type_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX custom_field_dependency_of_type ON custom_field_dependency (ticket_type_id);

-- What a ticket holds in a field: text, or a JSON list of option ids; sealed where the
-- field is encrypted. Restricted, because a field with values is not removed.
CREATE TABLE custom_field_value (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    custom_field_id INTEGER NOT NULL REFERENCES custom_field (id),
    value TEXT,
    sealed BLOB,
    CONSTRAINT custom_field_value_is_plain_or_sealed CHECK ((value IS NULL) <> (sealed IS NULL)),
    CONSTRAINT custom_field_value_once UNIQUE (ticket_id, custom_field_id)
) STRICT;

CREATE INDEX custom_field_value_of_field ON custom_field_value (custom_field_id);

-- The file of a value of a file field. Its bytes are in the store under their hash.
CREATE TABLE custom_field_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    custom_field_value_id INTEGER NOT NULL REFERENCES custom_field_value (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE INDEX custom_field_file_of_value ON custom_field_file (custom_field_value_id);
CREATE INDEX custom_field_file_by_hash ON custom_field_file (hash);
