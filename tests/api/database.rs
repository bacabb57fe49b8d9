//! What the database promises to whoever writes: an answer is the truth.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use pocketdesk::app::{self, Settings};
use pocketdesk::base::cause::Cause;
use pocketdesk::base::db::{self, Change, Db, EventHandler, Outcome, Patience, named_params};
use pocketdesk::base::error::{Error, Result};
use pocketdesk::base::event::Event;
use pocketdesk::base::job::Job;
use pocketdesk::base::search::IndexRow;
use pocketdesk::base::time::Clock;
use pocketdesk::base::who::Caller;
use tempfile::TempDir;

use crate::support::{BEGINNING, Desk};

/// Fails, and has the engine undo the whole transaction by itself, as it does when the
/// disk fails under it.
fn lose_the_transaction(change: &mut Change<'_>) -> Result<()> {
    change.run("INSERT OR ROLLBACK INTO company (id) VALUES (1)", [])?;
    Ok(())
}

/// A change that came after the loss was durable, and its caller was told that it was not.
#[test]
fn a_lost_transaction_takes_no_later_change_for_its_own() {
    let desk = Desk::new();
    let db = desk.app.parts().db.clone();
    let (begun_to, begun) = channel();
    let (go_to, go) = channel::<()>();
    let losing = {
        let db = db.clone();
        thread::spawn(move || {
            db.write(&Caller::desk(), move |change| {
                begun_to.send(()).expect("somebody waits");
                go.recv().expect("the word to go on");
                lose_the_transaction(change)
            })
        })
    };
    begun.recv().expect("the writer has begun");
    let following = {
        let db = db.clone();
        thread::spawn(move || {
            db.write(&Caller::desk(), |change| {
                change.insert(
                    "INSERT INTO tag (name, name_key) VALUES ('after', name_key('after'))",
                    [],
                )
            })
        })
    };
    // The second change waits in the queue by now, and so shares the first one's group.
    thread::sleep(Duration::from_millis(100));
    go_to.send(()).expect("the writer waits");
    let lost = losing.join().expect("no panic").expect_err("it was lost");
    assert!(
        lost.to_string().contains("UNIQUE"),
        "the cause is told: {lost}"
    );
    let kept = following.join().expect("no panic");
    let tags = desk.number("SELECT count(*) FROM tag WHERE name = 'after'");
    assert_eq!(tags, i64::from(kept.is_ok()), "answered {kept:?}");
}

#[test]
fn the_writer_goes_on_after_a_lost_transaction() {
    let desk = Desk::new();
    let db = &desk.app.parts().db;
    let lost = db.write(&Caller::desk(), lose_the_transaction);
    assert!(matches!(lost, Err(Error::Internal(_))), "{lost:?}");
    desk.write(|change| {
        change.insert(
            "INSERT INTO tag (name, name_key) VALUES ('next', name_key('next'))",
            [],
        )
    });
    assert_eq!(desk.number("SELECT count(*) FROM tag"), 1);
}

/// After a lost transaction the connection is opened anew. Where that fails nothing is written
/// with the old one, whose pages may not be those on disk, and no empty database takes the place.
#[test]
fn a_database_that_cannot_be_opened_again_takes_no_change_until_it_can() {
    let desk = Desk::new();
    let db = &desk.app.parts().db;
    let away = desk.folder().join("away");
    std::fs::rename(db.path(), &away).expect("it goes");
    db.write(&Caller::desk(), lose_the_transaction)
        .expect_err("it is lost");
    for _ in 0..2 {
        let refused = db.write(&Caller::desk(), |change| add_tag(change, "lost"));
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
    }
    assert!(!db.path().exists());
    std::fs::rename(&away, db.path()).expect("it comes back");
    desk.write(|change| add_tag(change, "next"));
    assert_eq!(
        desk.number("SELECT count(*) FROM tag WHERE name = 'next'"),
        1
    );
    assert_eq!(desk.number("SELECT count(*) FROM tag"), 1);
}

/// Service managers and volumes make the folder, as one that others may look into.
#[test]
fn what_is_in_a_folder_that_was_there_is_private() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("it opens");
    let settings = Settings {
        folder: folder.path().to_owned(),
        base_url: "https://desk.example.com".into(),
        clock: Clock::fixed(BEGINNING),
        workers: 1,
    };
    let parts = app::open_parts(&settings).expect("the desk opens");
    let mut seen = 0;
    for entry in folder.path().read_dir().expect("it is read") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} has mode {mode:o}", entry.path());
        seen += 1;
    }
    assert!(seen >= 4, "database, log, key and attachments: {seen}");
    parts.db.close().expect("it closes");
}

/// A database of its own, with what handles its events.
struct Own {
    db: Db,
    _folder: TempDir,
}

impl Own {
    fn new(event_handler: EventHandler, patience: Patience) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Db::open(db::Settings {
            folder: folder.path().to_owned(),
            clock: Clock::fixed(BEGINNING),
            event_handler,
            indexer: |change, rows| {
                // It begins, and fails: so it does in these tests wherever anything is outdated.
                add_tag(change, &format!("{rows:?}"))?;
                Err(Error::internal("it fails"))
            },
            follow_up: |_, _| {},
            base_url: "https://desk.example.com".into(),
            readers: 1,
            patience,
        });
        Self {
            db: db.expect("it opens"),
            _folder: folder,
        }
    }

    fn numbers(&self, sql: &str) -> Vec<i64> {
        let read = self
            .db
            .read(&Caller::desk(), |view| view.all::<i64>(sql, []));
        read.expect("it is read")
    }

    /// A person's change, which is the beginning of all that follows.
    fn rename_a_tag(&self) {
        let outcome = self.db.write(&Caller::desk(), |change| {
            add_tag(change, "own")?;
            change.emit(Event::TagRenamed { tag: 0 });
            Ok(())
        });
        outcome.expect("the person's own change stands");
        let own = "SELECT count(*) FROM tag WHERE name = 'own'";
        assert_eq!(self.numbers(own), [1]);
    }
}

fn add_tag(change: &mut Change<'_>, name: &str) -> Result<i64> {
    change.insert(
        "INSERT INTO tag (name, name_key) VALUES (:name, name_key(:name))",
        named_params! { ":name": name },
    )
}

/// Does something that sets itself off again, each time as the workflow of this id.
fn go_on(change: &mut Change<'_>, event: &Event, workflow: i64) -> Result<()> {
    let &Event::TagRenamed { tag } = event else {
        return Ok(());
    };
    change.caused_by(Cause::Workflow(workflow), |change| {
        change.emit(Event::TagRenamed { tag: tag + 1 });
        change.emit(Event::TagDeleted { tag });
        Ok(())
    })?;
    Ok(())
}

#[test]
fn what_sets_itself_off_is_stopped_at_the_fifth_of_a_chain() {
    let own = Own::new(
        |change, event| match event {
            Event::TagRenamed { tag } => go_on(change, event, 100 + tag),
            _ => change.batch().map(|_| ()),
        },
        Patience::default(),
    );
    own.rename_a_tag();
    assert_eq!(
        own.numbers("SELECT depth FROM batch ORDER BY id"),
        [0, 1, 2, 3, 4, 5],
        "one batch for all events of each run"
    );
    let parents = "SELECT count(*) FROM batch b JOIN batch p ON p.id = b.parent_id WHERE p.depth = b.depth - 1";
    assert_eq!(own.numbers(parents), [5]);
}

#[test]
fn no_workflow_is_twice_in_one_chain() {
    let own = Own::new(|change, event| go_on(change, event, 7), Patience::default());
    own.rename_a_tag();
    assert_eq!(
        own.numbers("SELECT ifnull(workflow_id, 0) FROM batch ORDER BY id"),
        [0, 7]
    );
}

#[test]
fn what_fails_because_of_an_event_leaves_nothing() {
    let own = Own::new(
        |change, event| {
            if *event != (Event::TagRenamed { tag: 0 }) {
                return add_tag(change, "handled").map(|_| ());
            }
            let outcome = change.caused_by(Cause::Workflow(7), |change| {
                add_tag(change, "left")?;
                change.emit(Event::TagDeleted { tag: 1 });
                change.enqueue(&Job::TakeOffTag { tag: 1 })?;
                Err::<(), _>(Error::internal("it fails"))
            })?;
            assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
            Ok(())
        },
        Patience::default(),
    );
    own.rename_a_tag();
    assert_eq!(own.numbers("SELECT count(*) FROM tag"), [1]);
    assert_eq!(own.numbers("SELECT count(*) FROM job"), [0]);
}

#[test]
fn what_the_index_does_not_take_stands_and_leaves_a_job() {
    let own = Own::new(|_, _| Ok(()), Patience::default());
    let outcome = own.db.write(&Caller::desk(), |change| {
        change.outdate(IndexRow::Ticket(1));
        change.outdate(IndexRow::Ticket(1));
        add_tag(change, "own")
    });
    outcome.expect("the change stands");
    assert_eq!(own.numbers("SELECT count(*) FROM tag"), [1]);
    let left =
        "SELECT count(*) FROM job WHERE kind = 'reindex' AND data = '{\"rows\":[{\"ticket\":1}]}'";
    assert_eq!(own.numbers(left), [1]);
}

/// Somebody from outside.
fn somebody() -> Caller {
    Caller::nobody()
}

fn patience(ms: u64) -> Patience {
    Patience {
        read: Duration::from_millis(ms),
        queue: Duration::from_millis(ms),
        write: Duration::from_millis(ms),
    }
}

#[test]
fn a_change_that_has_waited_too_long_is_not_begun() {
    let own = Own::new(|_, _| Ok(()), patience(50));
    let (begun_to, begun) = channel();
    let db = own.db.clone();
    let busy = thread::spawn(move || {
        db.write(&Caller::desk(), move |_| {
            begun_to.send(()).expect("somebody waits");
            thread::sleep(Duration::from_millis(300));
            Ok(())
        })
    });
    begun.recv().expect("the writer has begun");
    let late = own.db.write(&somebody(), |change| add_tag(change, "late"));
    assert!(matches!(late, Err(Error::Unavailable(_))), "{late:?}");
    busy.join()
        .expect("no panic")
        .expect("the desk's own stands");
    assert_eq!(own.numbers("SELECT count(*) FROM tag"), [0]);
}

#[test]
fn a_change_that_takes_too_long_is_undone_alone() {
    let own = Own::new(|_, _| Ok(()), patience(50));
    let (begun_to, begun) = channel();
    let db = own.db.clone();
    let slow = thread::spawn(move || {
        db.write(&somebody(), move |change| {
            begun_to.send(()).expect("somebody waits");
            for at in 0.. {
                add_tag(change, &format!("slow {at}"))?;
            }
            Ok(())
        })
    });
    begun.recv().expect("the writer has begun");
    let next = own
        .db
        .write(&Caller::desk(), |change| add_tag(change, "next"));
    let slow = slow.join().expect("no panic");
    assert!(matches!(slow, Err(Error::Unavailable(_))), "{slow:?}");
    next.expect("it is not its fault");
    assert_eq!(own.numbers("SELECT count(*) FROM tag"), [1]);
}

const ENDLESS: &str =
    "WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n";

#[test]
fn a_statement_that_takes_too_long_ends() {
    let own = Own::new(|_, _| Ok(()), patience(50));
    let write = own
        .db
        .write(&somebody(), |change| change.view().one::<i64>(ENDLESS, []));
    assert!(matches!(write, Err(Error::Unavailable(_))), "{write:?}");
    let read = own
        .db
        .read(&somebody(), |view| view.one::<i64>(ENDLESS, []));
    assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
    own.rename_a_tag();
}

/// What was deleted is in no free part of the database's file.
#[test]
fn what_is_deleted_is_written_over() {
    let desk = Desk::new();
    for sql in [
        "INSERT INTO holiday (date, name) VALUES ('2026-12-25', 'quincunx-9183')",
        "DELETE FROM holiday",
    ] {
        desk.write(move |change| change.run(sql, []));
    }
    let db = &desk.app.parts().db;
    db.close().expect("the log is moved into the file");
    let bytes = std::fs::read(db.path()).expect("the database's file");
    let is_there = bytes.windows(13).any(|part| part == b"quincunx-9183");
    assert!(!is_there);
}
