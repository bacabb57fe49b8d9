-- The company, its people, what they may do, and the tokens they prove themselves with.
-- Times are whole seconds UTC in columns that end in _at. Flags are 0 or 1.

CREATE TABLE company (
    id INTEGER PRIMARY KEY CONSTRAINT company_is_one CHECK (id = 1),
    name TEXT NOT NULL DEFAULT 'pocketdesk',
    support_email TEXT,
    timezone TEXT NOT NULL DEFAULT 'UTC',
    -- PHP date letters; while NULL each answer has its documented format.
    time_format TEXT,
    -- The number that the next ticket will carry (the API's nextTicketId).
    next_increment_id INTEGER NOT NULL DEFAULT 1 CHECK (next_increment_id > 0)
) STRICT;

INSERT INTO company (id) VALUES (1);

-- One e-mail address is one user, whatever sides it has.
CREATE TABLE user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL COLLATE NOCASE CONSTRAINT user_email UNIQUE,
    password_hash TEXT,
    timezone TEXT,
    email_proved_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

-- The agent side or the customer side of a user: the API's `data[]` and `detail`.
CREATE TABLE profile (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    side TEXT NOT NULL CHECK (side IN ('agent', 'customer')),
    role_id INTEGER NOT NULL CHECK (role_id BETWEEN 1 AND 4),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL GENERATED ALWAYS AS (trim(first_name || ' ' || last_name)) STORED,
    job_title TEXT,
    contact_number TEXT,
    signature TEXT,
    ticket_view INTEGER CHECK (ticket_view BETWEEN 1 AND 4),
    source TEXT,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    is_verified INTEGER NOT NULL DEFAULT 0 CHECK (is_verified IN (0, 1)),
    is_starred INTEGER NOT NULL DEFAULT 0 CHECK (is_starred IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER,
    -- A removed side keeps its name beside what it wrote, and is listed no more.
    removed_at INTEGER,
    CONSTRAINT profile_role_fits_side CHECK ((side = 'customer') = (role_id = 4)),
    CONSTRAINT profile_side UNIQUE (user_id, side)
) STRICT;

CREATE UNIQUE INDEX profile_one_owner ON profile (role_id) WHERE role_id = 1;
CREATE INDEX profile_by_creation ON profile (side, created_at, id) WHERE removed_at IS NULL;
-- Whole, for tickets are listed by their customers' names, removed ones too.
CREATE INDEX profile_by_name ON profile (side, name COLLATE NOCASE, id);

-- How many there are of each kind, so that no list has to count.
CREATE TABLE profile_count (
    side TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    is_starred INTEGER NOT NULL,
    profiles INTEGER NOT NULL,
    PRIMARY KEY (side, is_active, is_starred)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER profile_counted_in AFTER INSERT ON profile WHEN new.removed_at IS NULL BEGIN
    INSERT INTO profile_count VALUES (new.side, new.is_active, new.is_starred, 1)
    ON CONFLICT DO UPDATE SET profiles = profiles + 1;
END;

CREATE TRIGGER profile_recounted AFTER UPDATE OF is_active, is_starred, removed_at ON profile BEGIN
    UPDATE profile_count SET profiles = profiles - 1
    WHERE old.removed_at IS NULL
        AND side = old.side AND is_active = old.is_active AND is_starred = old.is_starred;
    INSERT INTO profile_count SELECT new.side, new.is_active, new.is_starred, 1 WHERE new.removed_at IS NULL
    ON CONFLICT DO UPDATE SET profiles = profiles + 1;
END;

-- Names and addresses, for the search of customers and members; rowid is the profile's id.
CREATE VIRTUAL TABLE profile_search USING fts5 (
    name, email, content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

CREATE TRIGGER profile_found AFTER INSERT ON profile WHEN new.removed_at IS NULL BEGIN
    INSERT INTO profile_search (rowid, name, email)
    SELECT new.id, new.name, user.email FROM user WHERE user.id = new.user_id;
END;

CREATE TRIGGER profile_refound AFTER UPDATE OF first_name, last_name, removed_at ON profile BEGIN
    DELETE FROM profile_search WHERE rowid = old.id;
    INSERT INTO profile_search (rowid, name, email)
    SELECT new.id, new.name, user.email FROM user WHERE user.id = new.user_id AND new.removed_at IS NULL;
END;

CREATE TRIGGER user_refound AFTER UPDATE OF email ON user BEGIN
    DELETE FROM profile_search WHERE rowid IN (SELECT id FROM profile WHERE user_id = old.id);
    INSERT INTO profile_search (rowid, name, email)
    SELECT id, name, new.email FROM profile WHERE user_id = new.id AND removed_at IS NULL;
END;

-- A named set of privileges, and the codes in it.
CREATE TABLE agent_privilege (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE CONSTRAINT agent_privilege_name UNIQUE,
    description TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE agent_privilege_code (
    agent_privilege_id INTEGER NOT NULL REFERENCES agent_privilege (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    PRIMARY KEY (agent_privilege_id, code)
) STRICT, WITHOUT ROWID;

-- The sets that an agent holds; restricted, because a set in use is not removed.
CREATE TABLE user_agent_privilege (
    user_id INTEGER NOT NULL REFERENCES user (id),
    agent_privilege_id INTEGER NOT NULL REFERENCES agent_privilege (id),
    PRIMARY KEY (user_id, agent_privilege_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_agent_privilege_of_set ON user_agent_privilege (agent_privilege_id);

CREATE TABLE "group" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE CONSTRAINT group_name UNIQUE,
    description TEXT NOT NULL,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO "group" (id, name, description, created_at) VALUES (1, 'Default', 'Default', unixepoch());

-- A sub-group is what agents call a team.
CREATE TABLE sub_group (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL COLLATE NOCASE CONSTRAINT sub_group_name UNIQUE,
    description TEXT NOT NULL,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE group_sub_group (
    group_id INTEGER NOT NULL REFERENCES "group" (id),
    sub_group_id INTEGER NOT NULL REFERENCES sub_group (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, sub_group_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_sub_group_of_sub_group ON group_sub_group (sub_group_id);

CREATE TABLE group_user (
    group_id INTEGER NOT NULL REFERENCES "group" (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_user_of_user ON group_user (user_id);

CREATE TABLE sub_group_user (
    sub_group_id INTEGER NOT NULL REFERENCES sub_group (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (sub_group_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sub_group_user_of_user ON sub_group_user (user_id);

-- Tokens are kept as SHA-256 alone: whoever reads this table cannot use them.
CREATE TABLE access_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    name TEXT NOT NULL,
    hash BLOB NOT NULL CONSTRAINT access_token_hash UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
) STRICT;

CREATE INDEX access_token_of_user ON access_token (user_id);

-- Answers to requests that carried an Idempotency-Key, kept for a day.
CREATE TABLE idempotency_key (
    user_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    body BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_key_by_age ON idempotency_key (created_at);
