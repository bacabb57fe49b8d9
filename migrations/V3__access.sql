-- Who is calling: sessions of browsers, tokens, clients of the API, and what is given to them.
-- Every secret is kept as SHA-256 alone: whoever reads these tables cannot use them.

-- A browser that somebody signed in with. A row that is gone is a session that has ended.
CREATE TABLE session (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    -- Which side of the person it opens.
    side TEXT NOT NULL CHECK (side IN ('agent', 'customer')),
    hash BLOB NOT NULL CONSTRAINT session_hash UNIQUE,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) STRICT;

CREATE INDEX session_of_user ON session (user_id, id);
CREATE INDEX session_by_last_seen ON session (last_seen_at);
CREATE INDEX session_by_creation ON session (created_at);

-- A program that asks for tokens.
CREATE TABLE api_client (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL CONSTRAINT api_client_name UNIQUE,
    -- How it names itself; no secret.
    client_id TEXT NOT NULL CONSTRAINT api_client_client_id UNIQUE,
    -- NULL where it can keep none: a program in a browser or on a telephone.
    secret_hash BLOB,
    -- The admin who made its secret. The client acts as them where nobody else lets it in.
    user_id INTEGER NOT NULL REFERENCES user (id),
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX api_client_of_user ON api_client (user_id);

-- Where a client may be answered, to the letter.
CREATE TABLE api_client_redirect_uri (
    api_client_id INTEGER NOT NULL REFERENCES api_client (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    uri TEXT NOT NULL,
    PRIMARY KEY (api_client_id, place)
) STRICT, WITHOUT ROWID;

-- What somebody let a client have: all tokens that follow from one another are one family.
CREATE TABLE token_family (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    -- Which side of the person it opens.
    side TEXT NOT NULL CHECK (side IN ('agent', 'customer')),
    api_client_id INTEGER NOT NULL REFERENCES api_client (id) ON DELETE CASCADE,
    grant_type TEXT NOT NULL
        CHECK (grant_type IN ('authorization_code', 'password', 'client_credentials')),
    created_at INTEGER NOT NULL,
    -- When the last of its tokens ends.
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX token_family_of_user ON token_family (user_id);
CREATE INDEX token_family_of_client ON token_family (api_client_id);
CREATE INDEX token_family_by_end ON token_family (expires_at);

-- A token of one's own has no family. One that was revoked keeps its row for a while, so that
-- its holder is told that it has ended.
CREATE TABLE access_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    -- Which side of the person it opens.
    side TEXT NOT NULL CHECK (side IN ('agent', 'customer')),
    kind TEXT NOT NULL DEFAULT 'personal' CONSTRAINT access_token_kind CHECK (kind IN ('personal', 'oauth')),
    token_family_id INTEGER CONSTRAINT access_token_family REFERENCES token_family (id) ON DELETE SET NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    hash BLOB NOT NULL CONSTRAINT access_token_hash UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    last_used_at INTEGER
) STRICT;

CREATE INDEX access_token_of_user ON access_token (user_id);
CREATE INDEX access_token_of_family ON access_token (token_family_id);
CREATE INDEX access_token_personal ON access_token (user_id, id)
    WHERE kind = 'personal' AND revoked_at IS NULL;
CREATE INDEX access_token_by_end ON access_token (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX access_token_by_revocation ON access_token (revoked_at) WHERE revoked_at IS NOT NULL;

-- One is spent for the next; one that comes a second time was stolen, and ends its family.
CREATE TABLE refresh_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_family_id INTEGER NOT NULL REFERENCES token_family (id) ON DELETE CASCADE,
    hash BLOB NOT NULL CONSTRAINT refresh_token_hash UNIQUE,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;

CREATE INDEX refresh_token_of_family ON refresh_token (token_family_id);
CREATE INDEX refresh_token_by_end ON refresh_token (expires_at);

-- A code that a client changes for tokens, once and soon.
CREATE TABLE authorization_code (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    -- Which side of the person it opens.
    side TEXT NOT NULL CHECK (side IN ('agent', 'customer')),
    api_client_id INTEGER NOT NULL REFERENCES api_client (id) ON DELETE CASCADE,
    hash BLOB NOT NULL CONSTRAINT authorization_code_hash UNIQUE,
    -- As the request named it, NULL where it named none.
    redirect_uri TEXT,
    -- SHA-256 of the verifier, base64url (RFC 7636).
    code_challenge TEXT,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER,
    -- What it was changed for, to be ended if it comes a second time.
    token_family_id INTEGER REFERENCES token_family (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX authorization_code_of_user ON authorization_code (user_id);
CREATE INDEX authorization_code_of_client ON authorization_code (api_client_id);
CREATE INDEX authorization_code_of_family ON authorization_code (token_family_id);
CREATE INDEX authorization_code_by_end ON authorization_code (expires_at);

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
