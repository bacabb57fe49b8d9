-- People: who they are on each of their sides, by which addresses they are known, what they may
-- do, and the groups and teams that they work in.

CREATE TABLE user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The primary address and its key: a copy of `user_address`, kept by its triggers, so that
    -- no list has to look it up.
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT,
    timezone TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX user_by_email ON user (email_key, id);

-- The addresses that a person writes from: one address is one person's.
CREATE TABLE user_address (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL CONSTRAINT user_address_email UNIQUE,
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    -- When somebody showed that they read what is sent there.
    proved_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX user_address_of_user ON user_address (user_id);
CREATE UNIQUE INDEX user_address_one_primary ON user_address (user_id) WHERE is_primary = 1;

CREATE TRIGGER user_address_made_primary AFTER INSERT ON user_address WHEN new.is_primary = 1 BEGIN
    UPDATE user SET email = new.email, email_key = new.email_key WHERE id = new.user_id;
END;

CREATE TRIGGER user_address_changed
AFTER UPDATE OF email, is_primary ON user_address WHEN new.is_primary = 1 BEGIN
    UPDATE user SET email = new.email, email_key = new.email_key WHERE id = new.user_id;
END;

-- The agent side or the customer side of a user: the API's `data[]` and `detail`.
CREATE TABLE profile (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    side TEXT NOT NULL CHECK (side IN ('agent', 'customer')),
    role_id INTEGER NOT NULL CHECK (role_id BETWEEN 1 AND 4),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL GENERATED ALWAYS AS (trim(first_name || ' ' || last_name)) STORED,
    name_key TEXT NOT NULL,
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
CREATE INDEX profile_by_name ON profile (side, name_key, id);
-- People who are not removed, by name: a late page of their list passes over the others in
-- the index, and reads none of their rows.
CREATE INDEX profile_listed_by_name ON profile (side, name_key, id) WHERE removed_at IS NULL;
CREATE INDEX profile_by_update ON profile (side, updated_at, id) WHERE removed_at IS NULL;
-- The few of very many that a list can be asked for.
CREATE INDEX profile_starred ON profile (side, id) WHERE is_starred = 1 AND removed_at IS NULL;
CREATE INDEX profile_inactive ON profile (side, id) WHERE is_active = 0 AND removed_at IS NULL;

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

-- A named set of privileges, and the codes in it.
CREATE TABLE agent_privilege (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL CONSTRAINT agent_privilege_name UNIQUE,
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
    name TEXT NOT NULL,
    name_key TEXT NOT NULL CONSTRAINT group_name UNIQUE,
    description TEXT NOT NULL,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

INSERT INTO "group" (id, name, name_key, description, created_at) VALUES (1, 'Default', 'default', 'Default', unixepoch());

-- What the API calls a sub-group.
CREATE TABLE team (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL CONSTRAINT team_name UNIQUE,
    description TEXT NOT NULL,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE group_team (
    group_id INTEGER NOT NULL REFERENCES "group" (id),
    team_id INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, team_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_team_of_team ON group_team (team_id);

CREATE TABLE group_user (
    group_id INTEGER NOT NULL REFERENCES "group" (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (group_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_user_of_user ON group_user (user_id);

CREATE TABLE team_user (
    team_id INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX team_user_of_user ON team_user (user_id);
