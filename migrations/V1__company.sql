-- The company: what admins set for the whole desk.
-- In every table times are whole seconds UTC in columns that end in _at, flags are 0 or 1, and
-- `name_key` is what names are unique, sorted and searched by: the SQL function of that name
-- makes it, in Rust (src/base/name_key.rs).

CREATE TABLE company (
    id INTEGER PRIMARY KEY CONSTRAINT company_is_one CHECK (id = 1),
    name TEXT NOT NULL DEFAULT 'pocketdesk',
    support_email TEXT,
    timezone TEXT NOT NULL DEFAULT 'UTC',
    -- PHP date letters; while NULL each answer has its documented format.
    time_format TEXT,
    -- The number that the next ticket will carry (the API's nextTicketId), which is above the
    -- last one given: that outlives its ticket.
    next_increment_id INTEGER NOT NULL DEFAULT 1 CHECK (next_increment_id > 0),
    last_increment_id INTEGER NOT NULL DEFAULT 0,
    -- What a new ticket gets when nobody says otherwise.
    default_status_id INTEGER NOT NULL DEFAULT 1 CHECK (default_status_id BETWEEN 1 AND 6),
    default_priority_id INTEGER NOT NULL DEFAULT 1 CHECK (default_priority_id BETWEEN 1 AND 4),
    default_group_id INTEGER REFERENCES "group" (id),
    default_mailbox_id INTEGER REFERENCES mailbox (id),
    -- Hours after an agent's answer without the customer's; 0 is off.
    pending_since INTEGER NOT NULL DEFAULT 0 CHECK (pending_since BETWEEN 0 AND 8760),
    -- The template of the mail that goes out then.
    pending_template_id INTEGER REFERENCES email_template (id)
) STRICT;

INSERT INTO company (id) VALUES (1);

-- A day of the week, 1 Monday to 7 Sunday, as its form shows it; a day without a row was never
-- set. A closed day keeps its spans.
CREATE TABLE business_day (
    weekday INTEGER PRIMARY KEY CHECK (weekday BETWEEN 1 AND 7),
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1))
) STRICT;

-- The hours of a day, in minutes of the wall clock; a span that closes after 1440 goes on over
-- midnight.
CREATE TABLE business_span (
    weekday INTEGER NOT NULL REFERENCES business_day (weekday) ON DELETE CASCADE,
    opens INTEGER NOT NULL CHECK (opens BETWEEN 0 AND 1439),
    closes INTEGER NOT NULL CHECK (closes BETWEEN 0 AND 2879),
    PRIMARY KEY (weekday, opens, closes)
) STRICT, WITHOUT ROWID;

-- A day on which nobody works, as YYYY-MM-DD in the company's time zone.
CREATE TABLE holiday (
    date TEXT PRIMARY KEY CHECK (length(date) = 10),
    name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Addresses and @domains in lower case, in the order in which they were given.
CREATE TABLE spam_entry (
    list TEXT NOT NULL CHECK (list IN ('black', 'white')),
    entry TEXT NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (entry, list)
) STRICT, WITHOUT ROWID;

CREATE INDEX spam_entry_by_place ON spam_entry (list, place);

-- How the portal looks. NULL is the built-in look, or nothing.
CREATE TABLE theme (
    id INTEGER PRIMARY KEY CONSTRAINT theme_is_one CHECK (id = 1),
    domain TEXT,
    website TEXT,
    is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    custom_css TEXT,
    page_background_color TEXT,
    header_background_color TEXT,
    nav_text_color TEXT,
    link_color TEXT,
    link_hover_color TEXT,
    article_text_color TEXT,
    script TEXT,
    site_description TEXT,
    meta_description TEXT,
    meta_keywords TEXT,
    homepage_content TEXT NOT NULL DEFAULT 'category' CHECK (homepage_content IN ('category', 'article')),
    needs_login INTEGER NOT NULL DEFAULT 0 CHECK (needs_login IN (0, 1))
) STRICT;

INSERT INTO theme (id) VALUES (1);

-- The theme's images. Their bytes are in the store under their hash.
CREATE TABLE theme_image (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL CONSTRAINT theme_image_name UNIQUE CHECK (name IN ('logo', 'favicon', 'banner')),
    content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg')),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
