-- What the company sets for the whole desk beside its name and its clock: when it works, whom
-- it hears, and how its portal looks.

-- The last number given, which outlives its ticket: nextTicketId must be above it. Which of
-- the numbers so far were given cannot be told any more where tickets were deleted.
ALTER TABLE company ADD COLUMN last_increment_id INTEGER NOT NULL DEFAULT 0;
UPDATE company SET last_increment_id = next_increment_id - 1;

-- Hours after an agent's answer without the customer's; 0 is off.
ALTER TABLE company ADD COLUMN pending_since INTEGER NOT NULL DEFAULT 0
    CHECK (pending_since BETWEEN 0 AND 8760);
-- The template of the mail that goes out then.
ALTER TABLE company ADD COLUMN pending_template_id INTEGER REFERENCES email_template (id);

-- The hours of a day of the week, 1 Monday to 7 Sunday, in minutes of the wall clock; a
-- day without a row was never set. A closed day keeps the hours that its form shows.
CREATE TABLE business_hours (
    weekday INTEGER PRIMARY KEY CHECK (weekday BETWEEN 1 AND 7),
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    opens INTEGER NOT NULL CHECK (opens BETWEEN 0 AND 1440),
    closes INTEGER NOT NULL CHECK (closes BETWEEN 0 AND 1440),
    CONSTRAINT business_hours_open_before_close CHECK (is_open = 0 OR opens < closes)
) STRICT;

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
