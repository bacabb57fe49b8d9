-- The search indexes. What they hold is folded and cut into words in Rust (src/base/search; here
-- the functions `search_words` and `search_phone`), so that no tokenizer of SQLite decides;
-- rowid is the id of what is found.

-- A row a ticket, kept by src/work/index.rs. What only agents are shown has columns of its own,
-- `details` and `note`, which customers never search; the words of locked threads are in none.
CREATE VIRTUAL TABLE ticket_search USING fts5 (
    subject, people, details, message, note, content = '', contentless_delete = 1,
    tokenize = 'ascii', prefix = '2 3'
);

-- The words of the index in their order, for the beginnings of words.
CREATE VIRTUAL TABLE ticket_search_term USING fts5vocab (ticket_search, instance);

-- What the search knows of each ticket. Tags, types, groups and agents are filters of the list.
CREATE VIEW ticket_words AS
SELECT ticket.id,
    search_words(ticket.increment_id || ' ' || ticket.subject) AS subject,
    -- By whom: the customer and who takes part.
    (
        SELECT search_words(group_concat(user.email || ' ' || ifnull(profile.name, ''), ' '))
        FROM user LEFT JOIN profile ON profile.user_id = user.id AND profile.side = 'customer'
        WHERE user.id IN (
            SELECT ticket.customer_id
            UNION ALL SELECT user_id FROM ticket_collaborator WHERE ticket_id = ticket.id)
    ) AS people,
    -- Their other addresses and their phone numbers, and what stands in plain custom fields.
    (
        SELECT ifnull(group_concat(search_words(email), ' '), '') FROM user_address
        WHERE is_primary = 0 AND user_id IN (
            SELECT ticket.customer_id
            UNION ALL SELECT user_id FROM ticket_collaborator WHERE ticket_id = ticket.id)
    ) || ' ' || (
        SELECT ifnull(group_concat(search_phone(contact_number), ' '), '') FROM profile
        WHERE side = 'customer' AND user_id IN (
            SELECT ticket.customer_id
            UNION ALL SELECT user_id FROM ticket_collaborator WHERE ticket_id = ticket.id)
    ) || ' ' || (
        SELECT ifnull(group_concat(search_words(value), ' '), '')
        FROM custom_field_value JOIN custom_field ON custom_field.id = custom_field_id
        WHERE ticket_id = ticket.id AND value IS NOT NULL AND is_encrypted = 0
            AND field_type IN ('text', 'textarea', 'date', 'time', 'datetime')
    ) || ' ' || (
        SELECT ifnull(group_concat(search_words(custom_field_file.name), ' '), '')
        FROM custom_field_value JOIN custom_field_file ON custom_field_value_id = custom_field_value.id
        WHERE ticket_id = ticket.id
    ) AS details,
    -- What everybody on it reads, with the names of files.
    (
        SELECT ifnull(group_concat(search_html(clean), ' '), '') FROM thread
        WHERE ticket_id = ticket.id AND is_locked = 0 AND thread_type IN ('create', 'reply')
    ) || ' ' || (
        SELECT ifnull(group_concat(search_words(attachment.name), ' '), '')
        FROM thread CROSS JOIN attachment ON attachment.thread_id = thread.id
        WHERE ticket_id = ticket.id AND is_locked = 0 AND thread_type IN ('create', 'reply')
            AND ticket.attachment_count > 0
    ) AS message,
    -- What agents read beside that, and whom mail came from and went to; who had a blind copy is
    -- a secret of its sender.
    (
        SELECT ifnull(group_concat(search_html(clean), ' '), '') FROM thread
        WHERE ticket_id = ticket.id AND is_locked = 0 AND thread_type IN ('note', 'forward')
    ) || ' ' || (
        SELECT ifnull(group_concat(search_words(attachment.name), ' '), '')
        FROM thread CROSS JOIN attachment ON attachment.thread_id = thread.id
        WHERE ticket_id = ticket.id AND is_locked = 0 AND thread_type IN ('note', 'forward')
            AND ticket.attachment_count > 0
    ) || ' ' || (
        SELECT ifnull(group_concat(search_words(ifnull(name, '') || ' ' || email), ' '), '')
        FROM thread CROSS JOIN thread_address ON thread_address.thread_id = thread.id
        WHERE ticket_id = ticket.id AND is_locked = 0 AND kind <> 'bcc'
    ) AS note
FROM ticket;

-- A value that is sealed is found no more, and one that is not any more is found again.
CREATE TRIGGER custom_field_value_sealed AFTER UPDATE OF sealed ON custom_field_value
WHEN (old.sealed IS NULL) <> (new.sealed IS NULL) BEGIN
    DELETE FROM ticket_search WHERE rowid = new.ticket_id;
    INSERT INTO ticket_search (rowid, subject, people, details, message, note)
    SELECT id, subject, people, details, message, note FROM ticket_words WHERE id = new.ticket_id;
END;

CREATE TRIGGER ticket_unfound AFTER DELETE ON ticket BEGIN
    DELETE FROM ticket_search WHERE rowid = old.id;
END;

-- Names, addresses and telephone numbers, for the search of customers and members.
CREATE VIRTUAL TABLE profile_search USING fts5 (
    name, email, phone, content = '', contentless_delete = 1,
    tokenize = 'ascii', prefix = '2 3'
);

CREATE VIRTUAL TABLE profile_search_term USING fts5vocab (profile_search, instance);

-- What the search knows of each side that is not removed.
CREATE VIEW profile_words AS
SELECT profile.id, profile.user_id, search_words(profile.name) AS name,
    (SELECT group_concat(search_words(email), ' ') FROM user_address WHERE user_id = profile.user_id) AS email,
    search_phone(profile.contact_number) AS phone
FROM profile WHERE profile.removed_at IS NULL;

CREATE TRIGGER profile_found AFTER INSERT ON profile BEGIN
    INSERT INTO profile_search (rowid, name, email, phone)
    SELECT id, name, email, phone FROM profile_words WHERE id = new.id;
END;

CREATE TRIGGER profile_refound AFTER UPDATE OF first_name, last_name, contact_number, removed_at ON profile BEGIN
    DELETE FROM profile_search WHERE rowid = old.id;
    INSERT INTO profile_search (rowid, name, email, phone)
    SELECT id, name, email, phone FROM profile_words WHERE id = new.id;
END;

CREATE TRIGGER user_address_found AFTER INSERT ON user_address BEGIN
    DELETE FROM profile_search WHERE rowid IN (SELECT id FROM profile WHERE user_id = new.user_id);
    INSERT INTO profile_search (rowid, name, email, phone)
    SELECT id, name, email, phone FROM profile_words WHERE user_id = new.user_id;
END;

CREATE TRIGGER user_address_refound AFTER UPDATE OF email, user_id ON user_address BEGIN
    DELETE FROM profile_search
    WHERE rowid IN (SELECT id FROM profile WHERE user_id IN (old.user_id, new.user_id));
    INSERT INTO profile_search (rowid, name, email, phone)
    SELECT id, name, email, phone FROM profile_words WHERE user_id IN (old.user_id, new.user_id);
END;

CREATE TRIGGER user_address_unfound AFTER DELETE ON user_address BEGIN
    DELETE FROM profile_search WHERE rowid IN (SELECT id FROM profile WHERE user_id = old.user_id);
    INSERT INTO profile_search (rowid, name, email, phone)
    SELECT id, name, email, phone FROM profile_words WHERE user_id = old.user_id;
END;

-- Subject and words of each task, and the names of its files, kept by src/work/index.rs.
CREATE VIRTUAL TABLE task_search USING fts5 (
    subject, message, content = '', contentless_delete = 1,
    tokenize = 'ascii', prefix = '2 3'
);

CREATE VIRTUAL TABLE task_search_term USING fts5vocab (task_search, instance);

-- What the search knows of each task.
CREATE VIEW task_words AS
SELECT task.id, search_words(task.subject) AS subject,
    (SELECT ifnull(group_concat(search_html(clean), ' '), '') FROM task_thread WHERE task_id = task.id)
    || ' ' || (
        SELECT ifnull(group_concat(search_words(task_attachment.name), ' '), '')
        FROM task_thread CROSS JOIN task_attachment ON task_thread_id = task_thread.id
        WHERE task_id = task.id) AS message
FROM task;

CREATE TRIGGER task_unfound AFTER DELETE ON task BEGIN
    DELETE FROM task_search WHERE rowid = old.id;
END;

-- Names, words and tags of articles.
CREATE VIRTUAL TABLE article_search USING fts5 (
    name, text, tags, content = '', contentless_delete = 1,
    tokenize = 'ascii', prefix = '2 3'
);

-- What the search knows of each article.
CREATE VIEW article_words AS
SELECT article.id, search_words(article.name) AS name, search_words(article_text.text) AS text, (
    SELECT ifnull(group_concat(search_words(tag.name), ' '), '')
    FROM article_tag JOIN tag ON tag.id = article_tag.tag_id
    WHERE article_tag.article_id = article.id) AS tags
FROM article JOIN article_text ON article_text.article_id = article.id;

CREATE TRIGGER article_found AFTER INSERT ON article_text BEGIN
    INSERT INTO article_search (rowid, name, text, tags)
    SELECT id, name, text, tags FROM article_words WHERE id = new.article_id;
END;

CREATE TRIGGER article_refound AFTER UPDATE OF text ON article_text BEGIN
    DELETE FROM article_search WHERE rowid = new.article_id;
    INSERT INTO article_search (rowid, name, text, tags)
    SELECT id, name, text, tags FROM article_words WHERE id = new.article_id;
END;

CREATE TRIGGER article_renamed AFTER UPDATE OF name ON article WHEN new.name <> old.name BEGIN
    DELETE FROM article_search WHERE rowid = new.id;
    INSERT INTO article_search (rowid, name, text, tags)
    SELECT id, name, text, tags FROM article_words WHERE id = new.id;
END;

CREATE TRIGGER article_unfound AFTER DELETE ON article BEGIN
    DELETE FROM article_search WHERE rowid = old.id;
END;

CREATE TRIGGER article_tagged AFTER INSERT ON article_tag BEGIN
    UPDATE tag SET articles = articles + 1 WHERE id = new.tag_id;
    DELETE FROM article_search WHERE rowid = new.article_id;
    INSERT INTO article_search (rowid, name, text, tags)
    SELECT id, name, text, tags FROM article_words WHERE id = new.article_id;
END;

CREATE TRIGGER article_untagged AFTER DELETE ON article_tag BEGIN
    UPDATE tag SET articles = articles - 1 WHERE id = old.tag_id;
    DELETE FROM article_search WHERE rowid = old.article_id;
    INSERT INTO article_search (rowid, name, text, tags)
    SELECT id, name, text, tags FROM article_words WHERE id = old.article_id;
END;
