-- The knowledge base: folders (the API's solutions), their categories, and articles with
-- tags, revisions and feedback. An article is public while it is published in a public
-- folder; everything else is for agents alone.

CREATE TABLE folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL CONSTRAINT folder_name UNIQUE,
    description TEXT,
    visibility TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- The picture of a folder. Its bytes are in the store under their hash.
CREATE TABLE folder_image (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL CONSTRAINT folder_image_once UNIQUE REFERENCES folder (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE INDEX folder_image_by_hash ON folder_image (hash);

CREATE TABLE category (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Restricted, because a folder with something in it is not removed.
    folder_id INTEGER NOT NULL REFERENCES folder (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT,
    sort_order INTEGER NOT NULL,
    -- The articles in it, by their status.
    drafts INTEGER NOT NULL DEFAULT 0,
    published INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT category_name UNIQUE (folder_id, name_key)
) STRICT;

CREATE INDEX category_of_folder ON category (folder_id, sort_order, id, drafts, published);

-- What lists show of an article. Its words are elsewhere, so that a list never reads them.
CREATE TABLE article (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    category_id INTEGER NOT NULL REFERENCES category (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
    -- Whether it is published in a public folder: kept by triggers, asked by every query.
    is_public INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),
    sort_order INTEGER NOT NULL,
    user_id INTEGER REFERENCES user (id),
    -- The number of its newest revision, which is what it says.
    revision INTEGER NOT NULL DEFAULT 0,
    -- Moves with every write, so that a stale one is noticed.
    version INTEGER NOT NULL DEFAULT 1,
    views INTEGER NOT NULL DEFAULT 0,
    helpful INTEGER NOT NULL DEFAULT 0,
    unhelpful INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Articles are counted and found by their category in it, without their rows.
CREATE INDEX article_of_category ON article (category_id, sort_order, id, status, is_public);
CREATE INDEX article_of_user ON article (user_id) WHERE user_id IS NOT NULL;

-- Every text that an article has had, numbered from 1; what is restored is a new one.
CREATE TABLE article_revision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    user_id INTEGER REFERENCES user (id),
    created_at INTEGER NOT NULL,
    -- The content as it came, where cleaning changed it; else NULL.
    raw TEXT,
    -- The content as readers are served it, and the version of the cleaner that made it.
    clean TEXT NOT NULL,
    cleaner INTEGER NOT NULL,
    CONSTRAINT article_revision_number UNIQUE (article_id, number)
) STRICT;

CREATE INDEX article_revision_of_user ON article_revision (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX article_revision_by_cleaner ON article_revision (cleaner) WHERE raw IS NOT NULL;

-- The words of the newest revision without markup: for excerpts and for the search.
CREATE TABLE article_text (
    article_id INTEGER PRIMARY KEY REFERENCES article (id) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

-- Whether an article helped: one answer of each person who is signed in, and of each reader who
-- is not, told apart by a hash of what their browser keeps.
CREATE TABLE article_feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    user_id INTEGER REFERENCES user (id),
    reader_hash BLOB,
    is_helpful INTEGER NOT NULL CHECK (is_helpful IN (0, 1)),
    given_at INTEGER NOT NULL,
    CONSTRAINT article_feedback_has_one_reader CHECK ((user_id IS NULL) <> (reader_hash IS NULL)),
    CONSTRAINT article_feedback_of_a_person UNIQUE (article_id, user_id),
    CONSTRAINT article_feedback_of_a_reader UNIQUE (article_id, reader_hash)
) STRICT;

CREATE INDEX article_feedback_of_user ON article_feedback (user_id) WHERE user_id IS NOT NULL;

-- The tag is a row of `tag` or, until it is taken off, one of `removed_tag`.
CREATE TABLE article_tag (
    article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL,
    PRIMARY KEY (tag_id, article_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX article_tag_of_article ON article_tag (article_id);

-- The rule of what is public, for the triggers below and for whoever proves them.
CREATE VIEW article_publicity AS
SELECT article.id, article.status = 'published' AND folder.visibility = 'public' AS is_public
FROM article
JOIN category ON category.id = article.category_id
JOIN folder ON folder.id = category.folder_id;

CREATE TRIGGER article_added AFTER INSERT ON article BEGIN
    UPDATE category SET drafts = drafts + (new.status = 'draft'), published = published + (new.status = 'published')
    WHERE id = new.category_id;
    UPDATE article SET is_public = (SELECT is_public FROM article_publicity WHERE id = new.id) WHERE id = new.id;
END;

CREATE TRIGGER article_moved AFTER UPDATE OF category_id, status ON article BEGIN
    UPDATE category SET drafts = drafts - (old.status = 'draft'), published = published - (old.status = 'published')
    WHERE id = old.category_id;
    UPDATE category SET drafts = drafts + (new.status = 'draft'), published = published + (new.status = 'published')
    WHERE id = new.category_id;
    UPDATE article SET is_public = (SELECT is_public FROM article_publicity WHERE id = new.id) WHERE id = new.id;
END;

CREATE TRIGGER article_removed AFTER DELETE ON article BEGIN
    UPDATE category SET drafts = drafts - (old.status = 'draft'), published = published - (old.status = 'published')
    WHERE id = old.category_id;
END;

CREATE TRIGGER category_moved AFTER UPDATE OF folder_id ON category WHEN new.folder_id <> old.folder_id BEGIN
    UPDATE article SET is_public = (SELECT is_public FROM article_publicity WHERE id = article.id)
    WHERE category_id = new.id AND status = 'published';
END;

CREATE TRIGGER folder_shown AFTER UPDATE OF visibility ON folder WHEN new.visibility <> old.visibility BEGIN
    UPDATE article SET is_public = (SELECT is_public FROM article_publicity WHERE id = article.id)
    WHERE category_id IN (SELECT id FROM category WHERE folder_id = new.id) AND status = 'published';
END;

CREATE TRIGGER feedback_given AFTER INSERT ON article_feedback BEGIN
    UPDATE article SET helpful = helpful + new.is_helpful, unhelpful = unhelpful + 1 - new.is_helpful
    WHERE id = new.article_id;
END;

CREATE TRIGGER feedback_changed AFTER UPDATE OF is_helpful ON article_feedback BEGIN
    UPDATE article SET helpful = helpful + new.is_helpful - old.is_helpful,
        unhelpful = unhelpful - new.is_helpful + old.is_helpful
    WHERE id = new.article_id;
END;

CREATE TRIGGER feedback_withdrawn AFTER DELETE ON article_feedback BEGIN
    UPDATE article SET helpful = helpful - old.is_helpful, unhelpful = unhelpful - 1 + old.is_helpful
    WHERE id = old.article_id;
END;
