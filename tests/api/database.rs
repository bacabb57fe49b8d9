//! What the database promises to whoever writes: an answer is the truth.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use pocketdesk::app::{self, Settings};
use pocketdesk::base::db::Change;
use pocketdesk::base::error::{Error, Result};
use pocketdesk::base::time::Clock;
use pocketdesk::base::who::Caller;

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
