-- Addresses to forward mail to, and the fields that a desk adds to its tickets.

-- Where mail for the mailbox is forwarded to; made with the mailbox and kept.
ALTER TABLE mailbox ADD COLUMN mailbox_email TEXT NOT NULL COLLATE NOCASE DEFAULT '';

UPDATE mailbox SET mailbox_email =
    'support.' || lower(hex(randomblob(10))) || substr(email, instr(email, '@'));

CREATE UNIQUE INDEX mailbox_by_forwarding ON mailbox (mailbox_email) WHERE mailbox_email <> '';
