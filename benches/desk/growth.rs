//! What grows beside the tickets of a desk, straight into its database: customers, tags,
//! articles, tasks and saved replies, all invented, and the same for the same numbers.

use std::time::Instant;

use pocketdesk::base::html::CLEANER;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::{Connection, Transaction, named_params};

use crate::Outcome;
use crate::folder::Folder;
use crate::report::say;
use crate::rows::{self, Person};
use crate::seed::{self, AGENTS, AT_ONCE, FIRST_CUSTOMER, GROUPS, OWNER, SEED, TAGS, TWO_YEARS};
use crate::words::{COMMON, RARE, Words};

/// Folders of the knowledge base; every fifth is private.
const FOLDERS: i64 = 20;
/// Its categories.
pub(crate) const CATEGORIES: i64 = 200;

/// So many of each room at most, whatever is asked for: what a desk comes to in life, and what
/// its list is made for.
pub(crate) const MOST_TAGS: i64 = 10_000;
pub(crate) const MOST_ARTICLES: i64 = 10_000;
pub(crate) const MOST_TASKS: i64 = 100_000;
pub(crate) const MOST_SAVED_REPLIES: i64 = 1_000;

/// Fills a folder that holds this many tickets with so many of everything else, unless it
/// holds them already.
pub(crate) fn fill(folder: &Folder, tickets: i64, rows: i64) -> Outcome<()> {
    let mut connection = rows::connect(folder)?;
    let have: i64 = connection.query_row("SELECT count(*) FROM article", [], |row| row.get(0))?;
    if have == rows.min(MOST_ARTICLES) {
        return say(&format!("the folder holds {have} of each room already"));
    }
    if have > 0 {
        return Err(format!(
            "{} holds {have} articles, which is not {rows}: name another folder",
            folder.path().display()
        )
        .into());
    }
    let began = Instant::now();
    seed::hurry(&connection)?;
    let now = connection.query_row("SELECT max(created_at) FROM ticket", [], |row| row.get(0))?;
    Growth::new(tickets, rows, now).run(&mut connection)?;
    drop(connection);
    // Opened once more as the server does, so that the log is in the file.
    rows::connect(folder)?.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let took = began.elapsed().as_secs_f64();
    say(&format!("seeded {rows} of each room in {took:.1} s"))
}

struct Growth {
    tickets: i64,
    rows: i64,
    now: i64,
    words: Words,
    random: StdRng,
}

/// Keeps one row of a room, by its number from 1.
type Keep = fn(&mut Growth, &Transaction<'_>, i64) -> Outcome<()>;

impl Growth {
    fn new(tickets: i64, rows: i64, now: i64) -> Self {
        Self {
            tickets,
            rows,
            now,
            words: Words::new(SEED),
            random: StdRng::seed_from_u64(SEED + 1),
        }
    }

    fn run(mut self, connection: &mut Connection) -> Outcome<()> {
        let transaction = connection.transaction()?;
        self.folders(&transaction)?;
        transaction.commit()?;
        let rooms: [(i64, i64, Keep); 5] = [
            (seed::customers(self.tickets) + 1, i64::MAX, Self::customer),
            (TAGS + 1, MOST_TAGS, Self::tag),
            (1, MOST_ARTICLES, Self::article),
            (1, MOST_TASKS, Self::task),
            (1, MOST_SAVED_REPLIES, Self::saved_reply),
        ];
        for (first, most, keep) in rooms {
            let mut next = first;
            let last = self.rows.min(most);
            while next <= last {
                let transaction = connection.transaction()?;
                let end = (next + AT_ONCE).min(last + 1);
                for number in next..end {
                    keep(&mut self, &transaction, number)?;
                }
                transaction.commit()?;
                next = end;
            }
        }
        Ok(())
    }

    /// Folders and categories.
    fn folders(&mut self, transaction: &Transaction<'_>) -> Outcome<()> {
        for folder in 1..=FOLDERS {
            let is_private = folder % 5 == 0;
            transaction.execute(
                "INSERT INTO folder (id, name, name_key, visibility, created_at, updated_at)
                 VALUES (?1, 'Folder ' || ?1, 'folder ' || ?1, ?2, ?3, ?3)",
                (
                    folder,
                    if is_private { "private" } else { "public" },
                    self.now,
                ),
            )?;
        }
        for category in 1..=CATEGORIES {
            transaction.execute(
                "INSERT INTO category (id, folder_id, name, name_key, sort_order, created_at, updated_at)
                 VALUES (?1, ?2, 'Category ' || ?1, 'category ' || ?1, ?1, ?3, ?3)",
                [category, category % FOLDERS + 1, self.now],
            )?;
        }
        Ok(())
    }

    fn customer(&mut self, transaction: &Transaction<'_>, number: i64) -> Outcome<()> {
        let id = FIRST_CUSTOMER + number - 1;
        let first_name = self.words.one(&mut self.random).to_owned();
        let last_name = self.name(number, 1);
        rows::insert_person(
            transaction,
            &Person {
                id,
                email: seed::email_of(id),
                side: "customer",
                role: 4,
                first_name: &first_name,
                last_name: &last_name,
                ticket_view: None,
                is_starred: self.random.random_bool(0.01),
                created_at: self.moment(number),
            },
        )
    }

    fn tag(&mut self, transaction: &Transaction<'_>, number: i64) -> Outcome<()> {
        let name = format!("{} {number}", self.name(number, 2));
        transaction
            .prepare_cached("INSERT INTO tag (id, name, name_key) VALUES (?1, ?2, ?2)")?
            .execute((number, name))?;
        Ok(())
    }

    fn article(&mut self, transaction: &Transaction<'_>, number: i64) -> Outcome<()> {
        let (name, text) = (self.name(number, 5), self.text(number, 60));
        let (created_at, author) = (self.moment(number), self.agent());
        let status = if self.random.random_bool(0.15) {
            "draft"
        } else {
            "published"
        };
        transaction
            .prepare_cached(
                "INSERT INTO article (id, category_id, name, name_key, status, sort_order, user_id, revision, views,
                     created_at, updated_at)
                 VALUES (:id, :category, :name, name_key(:name), :status, :id, :user, 1, :views, :now, :updated_at)",
            )?
            .execute(named_params! {
                ":id": number, ":category": self.random.random_range(1..=CATEGORIES), ":name": name,
                ":status": status, ":user": author, ":views": self.random.random_range(0..10_000),
                ":now": created_at, ":updated_at": created_at + self.random.random_range(0..1_000_000),
            })?;
        transaction
            .prepare_cached(
                "INSERT INTO article_revision (article_id, number, name, user_id, created_at, clean, cleaner)
                 VALUES (:id, 1, :name, :user, :now, :clean, :cleaner)",
            )?
            .execute(named_params! {
                ":id": number, ":name": name, ":user": author, ":now": created_at,
                ":clean": format!("<p>{text}</p>"), ":cleaner": CLEANER,
            })?;
        // Before the words, which are then indexed once.
        if self.random.random_bool(0.3) {
            let last = if self.random.random_bool(0.5) {
                TAGS
            } else {
                self.rows.min(MOST_TAGS)
            };
            transaction
                .prepare_cached("INSERT INTO article_tag (article_id, tag_id) VALUES (?1, ?2)")?
                .execute([number, self.random.random_range(1..=last)])?;
        }
        transaction
            .prepare_cached("INSERT INTO article_text (article_id, text) VALUES (?1, ?2)")?
            .execute((number, text))?;
        if self.random.random_bool(0.1) {
            transaction
                .prepare_cached(
                    "INSERT INTO article_feedback (article_id, user_id, is_helpful, given_at)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((
                    number,
                    seed::some_customer(&mut self.random, self.tickets),
                    self.random.random_bool(0.7),
                    created_at,
                ))?;
        }
        Ok(())
    }

    fn task(&mut self, transaction: &Transaction<'_>, number: i64) -> Outcome<()> {
        let (subject, text) = (self.name(number, 5), self.text(number, 20));
        let (created_at, author) = (self.moment(number), self.agent());
        let agent = self.random.random_bool(0.85).then(|| self.agent());
        transaction
            .prepare_cached(
                "INSERT INTO task (id, ticket_id, user_id, agent_id, subject, stage_id, priority_id, deadline_at,
                     ticket_agent_id, ticket_group_id, ticket_team_id, created_at, updated_at)
                 SELECT :id, id, :user, :agent, :subject, :stage, :priority, :deadline,
                     ifnull(agent_id, 0), ifnull(group_id, 0), ifnull(team_id, 0), :now, :now
                 FROM ticket WHERE id = :ticket",
            )?
            .execute(named_params! {
                ":id": number, ":ticket": self.random.random_range(1..=self.tickets), ":user": author,
                ":agent": agent, ":subject": subject,
                ":stage": [1, 2, 3, 3, 3][self.random.random_range(0..5)],
                ":priority": self.random.random_range(1..=4), ":now": created_at,
                ":deadline": created_at + self.random.random_range(1..30) * 86_400,
            })?;
        transaction
            .prepare_cached(
                "INSERT INTO task_thread (task_id, user_id, thread_type, clean, cleaner, created_at)
                 VALUES (?1, ?2, 'create', ?3, ?4, ?5)",
            )?
            .execute((number, author, format!("<p>{text}</p>"), CLEANER, created_at))?;
        transaction
            .prepare_cached(
                "INSERT INTO task_search (rowid, subject, message)
                 VALUES (?1, search_words(?2), search_words(?3))",
            )?
            .execute((number, subject, text))?;
        if self.random.random_bool(0.2) {
            transaction
                .prepare_cached(
                    "INSERT INTO task_follower (task_id, user_id, added_at) VALUES (?1, ?2, ?3)",
                )?
                .execute([number, self.agent(), created_at])?;
        }
        Ok(())
    }

    /// A reply that is one agent's alone, their group's or everybody's.
    fn saved_reply(&mut self, transaction: &Transaction<'_>, number: i64) -> Outcome<()> {
        let (name, text) = (self.name(number, 3), self.text(number, 30));
        transaction
            .prepare_cached(
                "INSERT INTO saved_reply (id, user_id, name, name_key, message, is_for_everybody, created_at, updated_at)
                 VALUES (?1, ?2, ?3, name_key(?3), ?4, ?5, ?6, ?6)",
            )?
            .execute((
                number,
                self.agent(),
                name,
                text,
                self.random.random_bool(0.05),
                self.moment(number),
            ))?;
        if self.random.random_bool(0.2) {
            transaction
                .prepare_cached(
                    "INSERT INTO saved_reply_group (saved_reply_id, group_id) VALUES (?1, ?2)",
                )?
                .execute([number, self.random.random_range(1..=GROUPS)])?;
        }
        Ok(())
    }

    /// An agent or the owner.
    fn agent(&mut self) -> i64 {
        self.random.random_range(OWNER..=OWNER + AGENTS)
    }

    /// When the row of this number was made: they are made one after the other.
    fn moment(&self, number: i64) -> i64 {
        self.now - TWO_YEARS + TWO_YEARS / self.rows * number
    }

    /// So many words; three names in ten have the common one beside them.
    fn name(&mut self, number: i64, words: usize) -> String {
        let mut name = self.words.text(&mut self.random, words);
        if self.random.random_bool(0.3) {
            name.push(' ');
            name.push_str(COMMON);
        }
        // Ten of the large rooms have the rare word, and one of those that are small in life.
        if number % (self.rows / 10).max(1) == 0 || number == MOST_SAVED_REPLIES / 2 {
            name.push(' ');
            name.push_str(RARE);
        }
        name
    }

    /// About so many words, and the common one as in names.
    fn text(&mut self, number: i64, words: usize) -> String {
        let words = self.random.random_range(words / 2..=words * 2);
        self.name(number, words)
    }
}
