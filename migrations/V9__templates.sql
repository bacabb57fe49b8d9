-- The words of the desk's mail, and the replies that agents keep for use again.

CREATE TABLE email_template (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What a built-in template is sent for. It is found by this alone: its name and its words are
    -- the company's to change. NULL for the company's own templates.
    code TEXT CONSTRAINT email_template_code UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    -- One line, with placeholders.
    subject TEXT NOT NULL CONSTRAINT email_template_subject_is_a_line
        CHECK (instr(subject, char(10)) = 0 AND instr(subject, char(13)) = 0),
    -- HTML or plain text as it came, with placeholders: cleaned each time that it is shown or sent,
    -- because it is what values make of it that must be clean.
    message TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- One of an agent's own; shared with groups and teams, or with every agent.
CREATE TABLE saved_reply (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    -- HTML or plain text as it came, with placeholders.
    message TEXT NOT NULL,
    is_for_everybody INTEGER NOT NULL DEFAULT 0 CHECK (is_for_everybody IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX saved_reply_of_user ON saved_reply (user_id);

-- A group or a team that goes takes its share with it, and the reply is its agent's alone again.
CREATE TABLE saved_reply_group (
    saved_reply_id INTEGER NOT NULL REFERENCES saved_reply (id) ON DELETE CASCADE,
    group_id INTEGER NOT NULL REFERENCES "group" (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, saved_reply_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX saved_reply_group_of_reply ON saved_reply_group (saved_reply_id);

CREATE TABLE saved_reply_team (
    saved_reply_id INTEGER NOT NULL REFERENCES saved_reply (id) ON DELETE CASCADE,
    team_id INTEGER NOT NULL REFERENCES team (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, saved_reply_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX saved_reply_team_of_reply ON saved_reply_team (saved_reply_id);

-- The built-in templates. The acknowledgement of a ticket that came in names neither its subject
-- nor its text: whoever writes in the name of somebody else could send them anything by it.
INSERT INTO email_template (code, name, name_key, subject, message, created_at, updated_at)
SELECT column1, column2, lower(column2), column3, column4, unixepoch(), unixepoch() FROM (VALUES
    ('ticket_received', 'Ticket received: to the customer',
        'We have received your request #{%ticket.incrementId%}',
        '<p>Hello {%ticket.customerName%},</p><p>thank you for writing to {%company.name%}. Your request has the number <strong>#{%ticket.incrementId%}</strong>, and somebody will answer it as soon as possible.</p><p>You can follow it and add to it here: <a href="{%ticket.customerLink%}">{%ticket.customerLink%}</a></p><p>{%company.name%}</p>'),
    ('ticket_opened_for_customer', 'Ticket opened by an agent: to the customer',
        '[#{%ticket.incrementId%}] {%ticket.subject%}',
        '<p>Hello {%ticket.customerName%},</p><p>{%user.agentName%} has opened the request #{%ticket.incrementId%} for you:</p><blockquote>{%ticket.message%}</blockquote><p>To add something, answer this mail or go to <a href="{%ticket.customerLink%}">{%ticket.customerLink%}</a>.</p><p>{%company.name%}</p>'),
    ('ticket_new', 'New ticket: to the agents',
        'New ticket #{%ticket.incrementId%}: {%ticket.subject%}',
        '<p>{%ticket.customerName%} ({%ticket.customerEmail%}) has opened a ticket.</p><blockquote>{%ticket.message%}</blockquote><p>Priority: {%ticket.priority%}<br>Type: {%ticket.type%}<br>Group: {%ticket.group%}</p><p><a href="{%ticket.link%}">Open ticket #{%ticket.incrementId%}</a></p>'),
    ('ticket_assigned', 'Ticket assigned: to the agent',
        'Ticket #{%ticket.incrementId%} is yours: {%ticket.subject%}',
        '<p>Hello {%ticket.agentName%},</p><p>{%user.agentName%} has assigned this ticket of {%ticket.customerName%} to you. Its priority is {%ticket.priority%}.</p><blockquote>{%ticket.message%}</blockquote><p><a href="{%ticket.link%}">Open ticket #{%ticket.incrementId%}</a></p>'),
    ('ticket_given_to_group', 'Ticket given to a group: to its agents',
        'Ticket #{%ticket.incrementId%} is with {%ticket.group%}: {%ticket.subject%}',
        '<p>A ticket of {%ticket.customerName%} is now with your group {%ticket.group%}.</p><blockquote>{%ticket.message%}</blockquote><p><a href="{%ticket.link%}">Open ticket #{%ticket.incrementId%}</a></p>'),
    ('ticket_given_to_team', 'Ticket given to a team: to its agents',
        'Ticket #{%ticket.incrementId%} is with {%ticket.team%}: {%ticket.subject%}',
        '<p>A ticket of {%ticket.customerName%} is now with your team {%ticket.team%}.</p><blockquote>{%ticket.message%}</blockquote><p><a href="{%ticket.link%}">Open ticket #{%ticket.incrementId%}</a></p>'),
    ('agent_reply', 'Reply of an agent: to the customer',
        'Re: [#{%ticket.incrementId%}] {%ticket.subject%}',
        '<div>{%ticket.threadMessage%}</div><p>{%user.agentName%}<br>{%company.name%}</p><p>Request #{%ticket.incrementId%}: <a href="{%ticket.customerLink%}">{%ticket.customerLink%}</a></p>'),
    ('customer_reply', 'Reply of a customer: to the agent',
        'Re: [#{%ticket.incrementId%}] {%ticket.subject%}',
        '<p>{%ticket.customerName%} has answered.</p><blockquote>{%ticket.threadMessage%}</blockquote><p><a href="{%ticket.link%}">Open ticket #{%ticket.incrementId%}</a></p>'),
    ('collaborator_added', 'Collaborator added: to the collaborator',
        'You now take part in [#{%ticket.incrementId%}] {%ticket.subject%}',
        '<p>Hello {%ticket.collaboratorName%},</p><p>{%user.agentName%} has added you to this request of {%ticket.customerName%}. You can read and answer it here: <a href="{%ticket.customerLink%}">{%ticket.customerLink%}</a></p><p>{%company.name%}</p>'),
    ('collaborator_reply', 'Reply of a collaborator: to the agent and the customer',
        'Re: [#{%ticket.incrementId%}] {%ticket.subject%}',
        '<p>{%ticket.collaboratorName%} has answered.</p><blockquote>{%ticket.threadMessage%}</blockquote><p><a href="{%ticket.link%}">Open request #{%ticket.incrementId%}</a></p>'),
    ('note_added', 'Note added: to the agent',
        'Note on [#{%ticket.incrementId%}] {%ticket.subject%}',
        '<p>Hello {%ticket.agentName%},</p><p>{%user.agentName%} has left a note on this ticket.</p><p><a href="{%ticket.link%}">Open ticket #{%ticket.incrementId%}</a></p>'),
    ('forward', 'Message forwarded: to somebody outside the ticket',
        'Fwd: {%ticket.subject%}',
        '<p>{%user.agentName%} of {%company.name%} forwards this to you:</p><div>{%ticket.threadMessage%}</div>'),
    ('pending', 'Reminder of an answered ticket: to the customer',
        'Do you still need help with #{%ticket.incrementId%}?',
        '<p>Hello {%ticket.customerName%},</p><p>we have answered your request #{%ticket.incrementId%} “{%ticket.subject%}” and have not heard from you since. If anything is left to do, answer this mail or write to us here: <a href="{%ticket.customerLink%}">{%ticket.customerLink%}</a></p><p>If all is well, you need not do anything.</p><p>{%company.name%}</p>'),
    ('customer_created', 'Account made: to the customer',
        'Your account at {%company.name%}',
        '<p>Hello {%user.userName%},</p><p>there is an account for {%user.userEmail%} at {%company.name%} now. Prove that the address is yours, and choose a password: <a href="{%user.accountValidationLink%}">{%user.accountValidationLink%}</a></p><p>If you did not expect this mail, leave it alone.</p>'),
    ('agent_created', 'Account made: to the agent',
        'Welcome to the desk of {%company.name%}',
        '<p>Hello {%user.userName%},</p><p>{%user.agentName%} has made you an agent at {%company.name%}. Choose your password here: <a href="{%user.accountValidationLink%}">{%user.accountValidationLink%}</a></p><p>Afterwards you sign in with {%user.userEmail%} at {%company.url%}.</p>'),
    ('customer_forgot_password', 'Forgotten password: to the customer',
        'Choose a new password for {%company.name%}',
        '<p>Hello {%user.userName%},</p><p>somebody, you we hope, has asked for a new password for {%user.userEmail%}. Choose one here: <a href="{%user.forgotPasswordLink%}">{%user.forgotPasswordLink%}</a></p><p>If it was not you, leave this mail alone: your password stays as it is.</p>'),
    ('agent_forgot_password', 'Forgotten password: to the agent',
        'Choose a new password for the desk',
        '<p>Hello {%user.userName%},</p><p>somebody has asked for a new password for your agent account {%user.userEmail%}. Choose one here: <a href="{%user.forgotPasswordLink%}">{%user.forgotPasswordLink%}</a></p><p>If it was not you, leave this mail alone and tell an admin: your password stays as it is.</p>'),
    ('task_created', 'Task made: to its followers',
        'New task: {%task.name%}',
        '<p>{%user.agentName%} has made the task <strong>{%task.name%}</strong>, due {%task.deadline%}.</p><div>{%task.description%}</div>'),
    ('task_assigned', 'Task assigned: to the agent',
        'Your task: {%task.name%}',
        '<p>Hello {%task.agentName%},</p><p>{%user.agentName%} has given you the task <strong>{%task.name%}</strong>, due {%task.deadline%}.</p><div>{%task.description%}</div>'),
    ('task_reply', 'Message in a task: to its members',
        'Re: {%task.name%}',
        '<p>{%user.agentName%} writes in the task <strong>{%task.name%}</strong>:</p><blockquote>{%task.message%}</blockquote>')
);
