-- Tasks: what agents have to do about a ticket, what is said about it among them, and
-- everybody's own list of todos.

CREATE TABLE task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket_id INTEGER NOT NULL REFERENCES ticket (id) ON DELETE CASCADE,
    -- Who made it.
    user_id INTEGER NOT NULL REFERENCES user (id),
    -- Who is in charge of it.
    agent_id INTEGER REFERENCES user (id),
    subject TEXT NOT NULL,
    stage_id INTEGER NOT NULL CONSTRAINT task_stage CHECK (stage_id BETWEEN 1 AND 3),
    priority_id INTEGER NOT NULL CONSTRAINT task_priority CHECK (priority_id BETWEEN 1 AND 4),
    deadline_at INTEGER NOT NULL,
    -- Whose its ticket is, which is what the rule of visibility looks at: a copy that a
    -- trigger keeps, so that no list of tasks has to read tickets. 0 is nobody.
    ticket_agent_id INTEGER NOT NULL,
    ticket_group_id INTEGER NOT NULL,
    ticket_team_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX task_of_ticket ON task (ticket_id);
CREATE INDEX task_by_user ON task (user_id);
-- With what is filtered and counted beside it.
CREATE INDEX task_by_agent ON task (agent_id, id, stage_id, priority_id);
CREATE INDEX task_by_stage ON task (stage_id, id, priority_id);
CREATE INDEX task_by_priority ON task (priority_id, id);
CREATE INDEX task_by_update ON task (updated_at, id);
CREATE INDEX task_by_ticket_agent ON task (ticket_agent_id);
CREATE INDEX task_by_ticket_group ON task (ticket_group_id);
CREATE INDEX task_by_ticket_team ON task (ticket_team_id);

CREATE TRIGGER task_moved_with_its_ticket AFTER UPDATE OF agent_id, group_id, team_id ON ticket BEGIN
    UPDATE task SET ticket_agent_id = ifnull(new.agent_id, 0), ticket_group_id = ifnull(new.group_id, 0),
        ticket_team_id = ifnull(new.team_id, 0)
    WHERE ticket_id = new.id;
END;

-- How many tasks there are of each kind: every view of tickets can sum these cells.
CREATE TABLE task_count (
    ticket_agent_id INTEGER NOT NULL,
    ticket_group_id INTEGER NOT NULL,
    ticket_team_id INTEGER NOT NULL,
    stage_id INTEGER NOT NULL,
    priority_id INTEGER NOT NULL,
    tasks INTEGER NOT NULL,
    PRIMARY KEY (ticket_agent_id, ticket_group_id, ticket_team_id, stage_id, priority_id)
) STRICT, WITHOUT ROWID;

-- The same over all agents, groups and teams, for those who see everything: 12 cells.
CREATE TABLE task_total (
    stage_id INTEGER NOT NULL,
    priority_id INTEGER NOT NULL,
    tasks INTEGER NOT NULL,
    PRIMARY KEY (stage_id, priority_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER task_counted_in AFTER INSERT ON task BEGIN
    INSERT INTO task_count VALUES (
        new.ticket_agent_id, new.ticket_group_id, new.ticket_team_id, new.stage_id, new.priority_id, 1)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1;
    INSERT INTO task_total VALUES (new.stage_id, new.priority_id, 1)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1;
END;

CREATE TRIGGER task_recounted
AFTER UPDATE OF ticket_agent_id, ticket_group_id, ticket_team_id, stage_id, priority_id ON task BEGIN
    UPDATE task_count SET tasks = tasks - 1
    WHERE ticket_agent_id = old.ticket_agent_id AND ticket_group_id = old.ticket_group_id
        AND ticket_team_id = old.ticket_team_id AND stage_id = old.stage_id AND priority_id = old.priority_id;
    INSERT INTO task_count VALUES (
        new.ticket_agent_id, new.ticket_group_id, new.ticket_team_id, new.stage_id, new.priority_id, 1)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1;
    UPDATE task_total SET tasks = tasks - 1 WHERE stage_id = old.stage_id AND priority_id = old.priority_id;
    INSERT INTO task_total VALUES (new.stage_id, new.priority_id, 1)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1;
    -- Cells that ran empty go, so that sums stay short.
    DELETE FROM task_count
    WHERE tasks = 0 AND ticket_agent_id = old.ticket_agent_id AND ticket_group_id = old.ticket_group_id
        AND ticket_team_id = old.ticket_team_id;
END;

CREATE TRIGGER task_counted_out AFTER DELETE ON task BEGIN
    UPDATE task_count SET tasks = tasks - 1
    WHERE ticket_agent_id = old.ticket_agent_id AND ticket_group_id = old.ticket_group_id
        AND ticket_team_id = old.ticket_team_id AND stage_id = old.stage_id AND priority_id = old.priority_id;
    UPDATE task_total SET tasks = tasks - 1 WHERE stage_id = old.stage_id AND priority_id = old.priority_id;
    DELETE FROM task_count
    WHERE tasks = 0 AND ticket_agent_id = old.ticket_agent_id AND ticket_group_id = old.ticket_group_id
        AND ticket_team_id = old.ticket_team_id;
    DELETE FROM task_search WHERE rowid = old.id;
END;

CREATE TABLE task_follower (
    task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id),
    added_at INTEGER NOT NULL,
    PRIMARY KEY (task_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_follower_of_user ON task_follower (user_id, task_id);

-- Who has opened the task: the API's viewedUsers.
CREATE TABLE task_viewer (
    task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id),
    PRIMARY KEY (task_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_viewer_of_user ON task_viewer (user_id);

-- The messages of its ticket that a task is about.
CREATE TABLE task_about_thread (
    task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    thread_id INTEGER NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
    PRIMARY KEY (task_id, thread_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX task_about_thread_of_thread ON task_about_thread (thread_id, task_id);

-- What agents say in a task: its description first, then what they add.
CREATE TABLE task_thread (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES user (id),
    thread_type TEXT NOT NULL CHECK (thread_type IN ('create', 'reply')),
    -- The message as it came, where cleaning changed it; else NULL.
    raw TEXT,
    -- The message as readers are served it, and the version of the cleaner that made it.
    clean TEXT NOT NULL,
    cleaner INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER
) STRICT;

CREATE INDEX task_thread_of_task ON task_thread (task_id, thread_type, id);
CREATE UNIQUE INDEX task_thread_one_create ON task_thread (task_id) WHERE thread_type = 'create';
CREATE INDEX task_thread_of_user ON task_thread (user_id);
CREATE INDEX task_thread_by_cleaner ON task_thread (cleaner) WHERE raw IS NOT NULL;

-- A file of such a thread. Its bytes are in the store under their hash.
CREATE TABLE task_attachment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_thread_id INTEGER NOT NULL REFERENCES task_thread (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX task_attachment_of_thread ON task_attachment (task_thread_id);
CREATE INDEX task_attachment_by_hash ON task_attachment (hash);

-- A todo is one agent's own, and stands beside a ticket or a task.
CREATE TABLE todo (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES user (id),
    ticket_id INTEGER REFERENCES ticket (id) ON DELETE CASCADE,
    task_id INTEGER REFERENCES task (id) ON DELETE CASCADE,
    description TEXT NOT NULL,
    is_done INTEGER NOT NULL CHECK (is_done IN (0, 1)),
    created_at INTEGER NOT NULL,
    CONSTRAINT todo_has_one_place CHECK ((ticket_id IS NULL) <> (task_id IS NULL))
) STRICT;

CREATE INDEX todo_of_user ON todo (user_id, id);
CREATE INDEX todo_of_ticket ON todo (ticket_id, user_id, id) WHERE ticket_id IS NOT NULL;
CREATE INDEX todo_of_task ON todo (task_id, user_id, id) WHERE task_id IS NOT NULL;
