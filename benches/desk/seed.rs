//! A desk that has been at work for two years, written straight into its database: all
//! of it invented, and the same for the same number of tickets.

use std::time::Instant;

use pocketdesk::access::token;
use pocketdesk::app;
use pocketdesk::base::time::Clock;
use pocketdesk::base::who::{Privilege, TicketView};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::{Connection, Transaction};

use crate::Outcome;
use crate::folder::Folder;
use crate::report::say;
use crate::rows::{self, Kind, Person, Thread, Ticket};
use crate::words::{COMMON, RARE, Words};

/// The owner of the desk.
pub(crate) const OWNER: i64 = 1;
/// An agent who sees what is with their groups and teams.
pub(crate) const AGENT_OF_GROUPS: i64 = 2;
/// An agent who sees their own tickets alone.
pub(crate) const AGENT_OF_OWN: i64 = 3;
/// A customer with many tickets.
pub(crate) const CUSTOMER: i64 = FIRST_CUSTOMER;
/// What the number of a ticket is above its id, so that nothing confuses the two.
pub(crate) const NUMBERS_FROM: i64 = 1000;

/// Agents beside the owner.
pub(crate) const AGENTS: i64 = 10;
/// The least id of a customer.
pub(crate) const FIRST_CUSTOMER: i64 = OWNER + AGENTS + 1;
/// Groups, the default one among them.
pub(crate) const GROUPS: i64 = 3;
const TEAMS: i64 = 4;
/// Tags that tickets have.
pub(crate) const TAGS: i64 = 20;
const LABELS: i64 = 3;
/// For how long the desk has been at work, in seconds.
pub(crate) const TWO_YEARS: i64 = 2 * 365 * 86_400;
/// Rows a transaction.
pub(crate) const AT_ONCE: i64 = 10_000;
/// What chance begins with.
pub(crate) const SEED: u64 = 7;

/// The token of a user of a seeded desk.
pub(crate) fn token_of(user: i64) -> String {
    format!("token-of-user-{user}-of-a-seeded-desk")
}

/// The address of a user of a seeded desk.
pub(crate) fn email_of(user: i64) -> String {
    if user < FIRST_CUSTOMER {
        format!("agent{user}@desk.example.com")
    } else {
        // Names in no order of their ids, as in life.
        format!("c{:08x}@mail.example.com", scattered(user))
    }
}

/// How many customers a desk of so many tickets has.
pub(crate) fn customers(tickets: i64) -> i64 {
    (tickets / 5).max(10)
}

/// A customer of a seeded desk.
pub(crate) fn some_customer(random: &mut StdRng, tickets: i64) -> i64 {
    FIRST_CUSTOMER + random.random_range(0..customers(tickets))
}

/// Fills the folder, unless it holds a desk of this size already.
pub(crate) fn fill(folder: &Folder, tickets: i64) -> Outcome<()> {
    let parts = app::open_parts(&app::Settings {
        folder: folder.path().to_owned(),
        base_url: String::new(),
        clock: Clock::System,
        workers: 1,
    })?;
    let now = parts.db.clock().now().0;
    parts.db.close()?;
    drop(parts);
    let mut connection = rows::connect(folder)?;
    let have: i64 = connection.query_row("SELECT count(*) FROM ticket", [], |row| row.get(0))?;
    if have == tickets {
        return say(&format!("the folder holds {have} tickets already"));
    }
    if have > 0 {
        return Err(format!(
            "{} holds {have} tickets, which is not {tickets}: name another folder",
            folder.path().display()
        )
        .into());
    }
    let began = Instant::now();
    hurry(&connection)?;
    Seeding::new(tickets, now).run(&mut connection)?;
    drop(connection);
    // Opened once more as the server does, so that the log is in the file.
    rows::connect(folder)?.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    let took = began.elapsed().as_secs_f64();
    say(&format!("seeded {tickets} tickets in {took:.1} s"))
}

/// Nothing is lost that cannot be seeded again.
pub(crate) fn hurry(connection: &Connection) -> Outcome<()> {
    connection.execute_batch(
        "PRAGMA journal_mode = OFF;
         PRAGMA synchronous = OFF;
         PRAGMA foreign_keys = OFF;
         PRAGMA cache_size = -524288;",
    )?;
    Ok(())
}

struct Seeding {
    tickets: i64,
    now: i64,
    words: Words,
    random: StdRng,
}

impl Seeding {
    fn new(tickets: i64, now: i64) -> Self {
        Self {
            tickets,
            now,
            words: Words::new(SEED),
            random: StdRng::seed_from_u64(SEED),
        }
    }

    fn run(mut self, connection: &mut Connection) -> Outcome<()> {
        let transaction = connection.transaction()?;
        self.houses(&transaction)?;
        self.people(&transaction)?;
        transaction.commit()?;
        let mut id = 1;
        while id <= self.tickets {
            let transaction = connection.transaction()?;
            let end = (id + AT_ONCE).min(self.tickets + 1);
            for id in id..end {
                let ticket = self.ticket(id);
                rows::insert(&transaction, &ticket)?;
                self.hang_on(&transaction, id)?;
            }
            transaction.commit()?;
            id = end;
        }
        Ok(())
    }

    /// Groups, teams, tags and labels.
    fn houses(&mut self, transaction: &Transaction<'_>) -> Outcome<()> {
        for group in 2..=GROUPS {
            transaction.execute(
                "INSERT INTO \"group\" (id, name, name_key, description, created_at)
                 VALUES (?1, 'Group ' || ?1, 'group ' || ?1, 'seeded', ?2)",
                [group, self.now],
            )?;
        }
        for team in 1..=TEAMS {
            transaction.execute(
                "INSERT INTO team (id, name, name_key, description, created_at)
                 VALUES (?1, 'Team ' || ?1, 'team ' || ?1, 'seeded', ?2)",
                [team, self.now],
            )?;
            transaction.execute(
                "INSERT INTO group_team (group_id, team_id) VALUES (?1, ?2)",
                [team % GROUPS + 1, team],
            )?;
        }
        for tag in 1..=TAGS {
            let name = format!("{} {tag}", self.words.one(&mut self.random));
            transaction.execute(
                "INSERT INTO tag (id, name, name_key) VALUES (?1, ?2, ?2)",
                (tag, name),
            )?;
        }
        for label in 1..=LABELS {
            transaction.execute(
                "INSERT INTO label (id, user_id, name, name_key) VALUES (?1, ?2, 'Label ' || ?1, 'label ' || ?1)",
                [label, OWNER],
            )?;
        }
        Ok(())
    }

    fn people(&mut self, transaction: &Transaction<'_>) -> Outcome<()> {
        let last = FIRST_CUSTOMER + customers(self.tickets);
        for user in OWNER..last {
            self.person(transaction, user)?;
        }
        for agent in OWNER + 1..FIRST_CUSTOMER {
            transaction.execute(
                "INSERT INTO group_user (group_id, user_id) VALUES (?1, ?2)",
                [agent % GROUPS + 1, agent],
            )?;
            transaction.execute(
                "INSERT INTO team_user (team_id, user_id) VALUES (?1, ?2)",
                [agent % TEAMS + 1, agent],
            )?;
        }
        transaction.execute(
            "INSERT INTO agent_privilege (id, name, name_key, description, created_at)
             VALUES (1, 'All', 'all', 'seeded', ?1)",
            [self.now],
        )?;
        for privilege in Privilege::ALL {
            transaction.execute(
                "INSERT INTO agent_privilege_code (agent_privilege_id, code) VALUES (1, ?1)",
                [privilege.code()],
            )?;
        }
        transaction.execute(
            "INSERT INTO user_agent_privilege (user_id, agent_privilege_id)
             SELECT user_id, 1 FROM profile WHERE role_id = 3",
            [],
        )?;
        for user in [OWNER, AGENT_OF_GROUPS, AGENT_OF_OWN, CUSTOMER] {
            transaction.execute(
                "INSERT INTO access_token (user_id, side, name, name_key, hash, created_at)
                 VALUES (?1, (SELECT side FROM profile WHERE user_id = ?1), 'bench', 'bench', ?2, ?3)",
                (user, token::hash(&token_of(user)), self.now),
            )?;
        }
        Ok(())
    }

    fn person(&mut self, transaction: &Transaction<'_>, user: i64) -> Outcome<()> {
        let (side, role) = match user {
            OWNER => ("agent", 1),
            agent if agent < FIRST_CUSTOMER => ("agent", 3),
            _ => ("customer", 4),
        };
        let view = match user {
            AGENT_OF_GROUPS => TicketView::GroupsAndTeams,
            AGENT_OF_OWN => TicketView::Own,
            _ => TicketView::All,
        };
        let first_name = self.words.one(&mut self.random);
        let last_name = self.words.one(&mut self.random);
        rows::insert_person(
            transaction,
            &Person {
                id: user,
                email: email_of(user),
                side,
                role,
                first_name,
                last_name,
                ticket_view: (side == "agent").then_some(view.id()),
                is_starred: false,
                created_at: self.now - TWO_YEARS,
            },
        )
    }

    fn ticket(&mut self, id: i64) -> Ticket {
        let random = &mut self.random;
        let customer = if id % (self.tickets / 200).max(1) == 0 {
            CUSTOMER
        } else {
            some_customer(random, self.tickets)
        };
        let agent = random
            .random_bool(0.85)
            .then(|| OWNER + random.random_range(1..=AGENTS));
        let status = match random.random_range(0..100) {
            0..20 => 1,
            20..30 => 2,
            30..60 => 3,
            60..77 => 4,
            77..80 => 5,
            _ => 6,
        };
        let created_at = self.now - TWO_YEARS + TWO_YEARS / self.tickets * id;
        let words = random.random_range(4..10);
        Ticket {
            id,
            increment_id: NUMBERS_FROM + id,
            subject: self.words.text(random, words),
            status,
            priority: [1, 1, 1, 2, 2, 3, 4][random.random_range(0..7)],
            type_id: random.random_range(1..=6),
            customer,
            agent,
            group: random
                .random_bool(0.9)
                .then(|| random.random_range(1..=GROUPS)),
            team: random
                .random_bool(0.8)
                .then(|| random.random_range(1..=TEAMS)),
            is_new: status == 1 && random.random_bool(0.05),
            is_starred: random.random_bool(0.01),
            is_trashed: random.random_bool(0.02),
            created_at,
            people: format!("{} {}", email_of(customer), self.words.text(random, 4)),
            threads: self.threads(id, customer, agent.unwrap_or(OWNER), created_at),
        }
    }

    fn threads(&mut self, ticket: i64, customer: i64, agent: i64, opened: i64) -> Vec<Thread> {
        let last = if self.random.random_bool(0.2) {
            (agent, Kind::Note)
        } else {
            (customer, Kind::CustomerReply)
        };
        let mut created_at = opened;
        let mut threads = Vec::with_capacity(3);
        for (user, kind) in [(customer, Kind::Create), (agent, Kind::AgentReply), last] {
            let words = self.random.random_range(20..60);
            threads.push(Thread {
                user,
                kind,
                text: self.words.text(&mut self.random, words),
                created_at,
            });
            created_at += self.random.random_range(600..200_000);
        }
        if self.random.random_bool(0.3) {
            let text = &mut threads[1].text;
            text.push(' ');
            text.push_str(COMMON);
        }
        if ticket % (self.tickets / 10).max(1) == 0 {
            threads[0].text = format!("{RARE} {}", threads[0].text);
        }
        threads
    }

    /// Tags, labels and collaborators.
    fn hang_on(&mut self, transaction: &Transaction<'_>, ticket: i64) -> Outcome<()> {
        if self.random.random_bool(0.1) {
            let tag = self.random.random_range(1..=TAGS);
            transaction
                .prepare_cached("INSERT INTO ticket_tag (ticket_id, tag_id) VALUES (?1, ?2)")?
                .execute([ticket, tag])?;
        }
        if self.random.random_bool(0.05) {
            let user = some_customer(&mut self.random, self.tickets);
            transaction
                .prepare_cached(
                    "INSERT INTO ticket_collaborator (ticket_id, user_id, added_at) VALUES (?1, ?2, ?3)",
                )?
                .execute([ticket, user, self.now])?;
        }
        // Labels are put on by hand: a few hundred, however large the desk is.
        if ticket % (self.tickets / 300).max(1) == 0 {
            let label = self.random.random_range(1..=LABELS);
            transaction
                .prepare_cached("INSERT INTO ticket_label (ticket_id, label_id) VALUES (?1, ?2)")?
                .execute([ticket, label])?;
        }
        Ok(())
    }
}

/// A number that looks like none of its neighbours.
fn scattered(number: i64) -> u32 {
    let mixed = number.unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    u32::try_from(mixed >> 32).unwrap_or_default()
}
