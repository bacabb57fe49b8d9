//! What tests stand on: a desk on a temporary folder, the people who work at it and
//! write to it, and a client that speaks to it through the router.

pub(crate) mod client;
pub(crate) mod ledger;
pub(crate) mod multipart;
pub(crate) mod outline;
pub(crate) mod picture;
pub(crate) mod plan;
pub(crate) mod schema;
pub(crate) mod snapshot;
pub(crate) mod strict;

use std::path::Path;
use std::sync::{Arc, OnceLock};

use pocketdesk::access::token;
use pocketdesk::app::{App, Settings};
use pocketdesk::base::db::{Change, FILE_NAME, View, named_params};
use pocketdesk::base::error::Result;
use pocketdesk::base::seal::KEY_FILE;
use pocketdesk::base::time::{Clock, Timestamp};
use pocketdesk::base::who::{Caller, Privilege, Role, TicketView};
use pocketdesk::desk::company;
use pocketdesk::desk::person::{self, NewSide};
use tempfile::TempDir;

pub(crate) use client::{Answer, Client};

/// When every test begins: Monday, 2 June 2025, 09:30:20 UTC.
pub(crate) const BEGINNING: Timestamp = Timestamp(1_748_856_620);

/// What a new desk's next ticket is numbered, far from any id: a test that mixes up
/// `id` and `incrementId` fails.
pub(crate) const FIRST_INCREMENT_ID: i64 = 70_001;

/// A desk of one owner, one agent and one customer.
pub(crate) struct Desk {
    /// The open desk.
    pub(crate) app: Arc<App>,
    /// Its clock, to be moved.
    pub(crate) clock: Clock,
    folder: TempDir,
}

/// The files that make a desk without attachments.
const OF_A_DESK: [&str; 2] = [FILE_NAME, KEY_FILE];

impl Desk {
    /// A new desk, a copy of one that was migrated once a process.
    pub(crate) fn new() -> Self {
        static TEMPLATE: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let folder = folder();
            let app = open(folder.path(), &Clock::fixed(BEGINNING));
            people_of(&app);
            app.parts().db.close().expect("the template closes");
            OF_A_DESK.map(|file| std::fs::read(folder.path().join(file)).expect("a file of it"))
        });
        let folder = folder();
        for (file, content) in OF_A_DESK.iter().zip(template) {
            #[expect(
                clippy::disallowed_methods,
                reason = "a copy for a test need not be durable"
            )]
            std::fs::write(folder.path().join(file), content).expect("the template is copied");
        }
        let clock = Clock::fixed(BEGINNING);
        Self {
            app: Arc::new(open(folder.path(), &clock)),
            clock,
            folder,
        }
    }

    /// The desk's folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The owner: may do all.
    pub(crate) fn ada(&self) -> Client {
        self.as_email("ada@example.com")
    }

    /// An agent without any privilege, who sees every ticket.
    pub(crate) fn grace(&self) -> Client {
        self.as_email("grace@example.com")
    }

    /// A customer.
    pub(crate) fn alan(&self) -> Client {
        self.as_email("alan@example.com")
    }

    /// Somebody without a token.
    pub(crate) fn anyone(&self) -> Client {
        Client::new(Arc::clone(&self.app), None)
    }

    /// The user with this address, with a fresh token.
    pub(crate) fn as_email(&self, email: &str) -> Client {
        let email = email.to_owned();
        let token = self.write(move |change| {
            let person = person::by_email(change.view(), &email)?.expect("there is such a user");
            token::create(change, person.id, "test", None)
        });
        Client::new(Arc::clone(&self.app), Some(token.reveal().to_owned()))
    }

    /// A new agent with these privileges and this view of tickets.
    pub(crate) fn agent(
        &self,
        email: &str,
        privileges: &[Privilege],
        ticket_view: TicketView,
    ) -> Client {
        let (address, codes) = (email.to_owned(), privileges.to_vec());
        self.write(move |change| {
            let user = add(change, &address, "Extra", "Agent", Role::Agent)?;
            set_rights(change, user, &codes, ticket_view)
        });
        self.as_email(email)
    }

    /// A new customer.
    pub(crate) fn customer(&self, email: &str) -> Client {
        let address = email.to_owned();
        self.write(move |change| {
            add(change, &address, "Extra", "Customer", Role::Customer).map(|_| ())
        });
        self.as_email(email)
    }

    /// Gives the user with this address a password.
    pub(crate) fn set_password(&self, email: &str, password: &str) {
        let user = self.user_id(email);
        let hash = self.app.parts().hasher.hash(password);
        let hash = hash.expect("a password is hashed");
        self.write(move |change| person::set_password(change, user, &hash));
    }

    /// The id of the user with this address.
    pub(crate) fn user_id(&self, email: &str) -> i64 {
        self.read(|view| {
            Ok(person::by_email(view, email)?
                .expect("there is such a user")
                .id)
        })
    }

    /// Changes the desk from the inside, as the desk itself.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Change<'_>) -> Result<T> + Send + 'static,
    ) -> T {
        self.app
            .parts()
            .db
            .write(&Caller::desk(), write)
            .expect("the change is made")
    }

    /// Looks at the desk from the inside.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&View<'_>) -> Result<T>) -> T {
        self.app
            .parts()
            .db
            .read(&Caller::desk(), read)
            .expect("the reading is made")
    }

    /// One number out of the database.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.read(|view| view.one(sql, []))
    }

    /// A ticket of Alan's, opened by Ada; answers its id and its increment id.
    pub(crate) fn ticket(&self, subject: &str) -> Opened {
        self.ticket_of("alan@example.com", subject)
    }

    /// A ticket of this customer, opened by Ada; answers its id and its increment id.
    pub(crate) fn ticket_of(&self, email: &str, subject: &str) -> Opened {
        let answer = self.ada().post(
            "/api/tickets.json",
            serde_json::json!({ "type": "1", "name": "Alan Turing", "from": email,
                "subject": subject, "reply": format!("About {subject}.") }),
        );
        assert_eq!(answer.status, 200, "{}", answer.text());
        let body = answer.json();
        Opened {
            id: body["ticketId"].as_i64().expect("an id"),
            increment_id: body["incrementId"].as_i64().expect("a number"),
        }
    }
}

/// A ticket that a test has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opened {
    pub(crate) id: i64,
    pub(crate) increment_id: i64,
}

/// A folder in memory where there is such a place: what is tested here is not whether a
/// disk keeps what was synced to it, and waiting for one takes half of the time.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a temporary folder")
}

fn open(folder: &Path, clock: &Clock) -> App {
    App::open(&Settings {
        folder: folder.to_owned(),
        base_url: "https://desk.example.com".into(),
        clock: clock.clone(),
        workers: 2,
    })
    .expect("the desk opens")
}

fn people_of(app: &App) {
    let made = app.parts().db.write(&Caller::desk(), |change| {
        add(change, "ada@example.com", "Ada", "Lovelace", Role::Owner)?;
        let grace = add(change, "grace@example.com", "Grace", "Hopper", Role::Agent)?;
        set_rights(change, grace, &[], TicketView::All)?;
        add(change, "alan@example.com", "Alan", "Turing", Role::Customer)?;
        company::set_next_ticket_id(change, FIRST_INCREMENT_ID)
    });
    made.expect("the first people are made");
}

fn add(change: &mut Change<'_>, email: &str, first: &str, last: &str, role: Role) -> Result<i64> {
    person::add_side(
        change,
        &NewSide {
            email: email.into(),
            role,
            first_name: first.into(),
            last_name: last.into(),
            source: "website",
        },
    )
}

fn set_rights(
    change: &mut Change<'_>,
    user: i64,
    privileges: &[Privilege],
    view: TicketView,
) -> Result<()> {
    change.run(
        "UPDATE profile SET ticket_view = :view WHERE user_id = :user AND side = 'agent'",
        named_params! { ":user": user, ":view": view.id() },
    )?;
    let set = change.insert(
        "INSERT INTO agent_privilege (name, name_key, description, created_at) VALUES (:name, name_key(:name), 'for a test', 0)",
        named_params! { ":name": format!("of user {user}") },
    )?;
    for privilege in privileges {
        change.run(
            "INSERT INTO agent_privilege_code (agent_privilege_id, code) VALUES (:set, :code)",
            named_params! { ":set": set, ":code": privilege.code() },
        )?;
    }
    change.run(
        "INSERT INTO user_agent_privilege (user_id, agent_privilege_id) VALUES (:user, :set)",
        named_params! { ":user": user, ":set": set },
    )?;
    Ok(())
}
