-- The search index of tickets knows who sees a ticket as a customer: their searches ask it for
-- the words and for them at once. It is written once for all changes that share a transaction
-- (src/base/db/writer.rs), values that are sealed among them, so no trigger writes it any more.

DROP TRIGGER custom_field_value_sealed;
DROP TABLE ticket_search_term;
DROP TABLE ticket_search;
DROP VIEW ticket_words;

CREATE VIRTUAL TABLE ticket_search USING fts5 (
    customers, subject, people, details, message, note, content = '', contentless_delete = 1,
    tokenize = 'ascii', prefix = '2 3'
);

CREATE VIRTUAL TABLE ticket_search_term USING fts5vocab (ticket_search, instance);

-- What the search knows of each ticket. Tags, types, groups and agents are filters of the list.
CREATE VIEW ticket_words AS
SELECT ticket.id,
    search_words(ticket.increment_id || ' ' || ticket.subject) AS subject,
    -- Who sees it as a customer, each a token that no words are cut into.
    (
        SELECT group_concat('·' || id, ' ') FROM user
        WHERE id IN (
            SELECT ticket.customer_id
            UNION ALL SELECT user_id FROM ticket_collaborator WHERE ticket_id = ticket.id)
    ) AS customers,
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
    -- What everybody on it reads, with the names of files: of a conversation that is longer than
    -- 256 KiB the newest part and its beginning, for whoever writes waits for the index.
    (
        SELECT ifnull(group_concat(search_html(thread.clean), ' '), '')
        FROM (
            SELECT id, thread_type,
                sum(octet_length(clean)) OVER (ORDER BY created_at DESC, id DESC) - octet_length(clean) AS newer
            FROM thread WHERE ticket_id = ticket.id AND is_locked = 0 AND thread_type IN ('create', 'reply')
        ) AS said CROSS JOIN thread ON thread.id = said.id
        WHERE said.newer < 262144 OR said.thread_type = 'create'
    ) || ' ' || (
        SELECT ifnull(group_concat(search_words(attachment.name), ' '), '')
        FROM thread CROSS JOIN attachment ON attachment.thread_id = thread.id
        WHERE ticket_id = ticket.id AND is_locked = 0 AND thread_type IN ('create', 'reply')
            AND ticket.attachment_count > 0
    ) AS message,
    -- What agents read beside that, and whom mail came from and went to; who had a blind copy is
    -- a secret of its sender.
    (
        SELECT ifnull(group_concat(search_html(thread.clean), ' '), '')
        FROM (
            SELECT id, thread_type,
                sum(octet_length(clean)) OVER (ORDER BY created_at DESC, id DESC) - octet_length(clean) AS newer
            FROM thread WHERE ticket_id = ticket.id AND is_locked = 0 AND thread_type IN ('note', 'forward')
        ) AS said CROSS JOIN thread ON thread.id = said.id
        WHERE said.newer < 262144 OR said.thread_type = 'create'
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

INSERT INTO ticket_search (rowid, customers, subject, people, details, message, note)
SELECT id, customers, subject, people, details, message, note FROM ticket_words;
