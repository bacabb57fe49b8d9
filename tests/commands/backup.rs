//! `backup` and `restore`: what comes back is what was there, under load too; what was cut,
//! killed or ran out of room never looks whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::binary::{Ended, Serving, add_user, command, run, token};
use crate::check::desk;
use crate::http::Client;
use crate::{database, put};

fn backup(folder: &Path, file: &Path) -> Ended {
    run(folder, &["backup", text(file)], "")
}

fn restore(folder: &Path, file: &Path) -> Ended {
    run(folder, &["restore", text(file)], "")
}

fn proof(file: &Path) -> Ended {
    run(
        Path::new("/nowhere"),
        &["restore", "--check", text(file)],
        "",
    )
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a name")
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

fn subjects(folder: &Path) -> BTreeSet<String> {
    let database = database(folder);
    let mut rows = database
        .prepare("SELECT subject FROM ticket")
        .expect("tickets");
    let subjects = rows.query_map([], |row| row.get(0)).expect("they are read");
    subjects
        .map(|subject| subject.expect("a subject"))
        .collect()
}

#[test]
fn what_is_restored_is_what_was_there() {
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let file = elsewhere.path().join("desk.tar");
    let said = backup(desk.path(), &file).ok();
    assert!(
        said.starts_with(text(&file)) && said.contains("attachments"),
        "{said}"
    );
    assert_eq!(names(elsewhere.path()), ["desk.tar"]);
    assert!(proof(&file).ok().contains("is whole"));
    let restored = elsewhere.path().join("restored");
    restore(&restored, &file).ok();
    run(&restored, &["check"], "").ok();
    assert_eq!(subjects(&restored), subjects(desk.path()));
    assert_eq!(
        fs::read(restored.join("secret.key")).expect("the key"),
        fs::read(desk.path().join("secret.key")).expect("the key")
    );
    let left: Vec<String> = names(&restored);
    assert!(
        !left.iter().any(|name| name.contains("unfinished")),
        "{left:?}"
    );
    let owner = token(&restored, "maren@example.com");
    let server = Serving::start(&restored);
    assert_eq!(server.get("/api/tickets", &owner).status, 200);
    // Once more over the same name, of the restored desk.
    backup(&restored, &file).ok();
    proof(&file).ok();
    // Any system can look into it.
    let list = Command::new("tar").arg("-tf").arg(&file).output();
    if let Ok(list) = list {
        let list = String::from_utf8(list.stdout).expect("text");
        assert!(
            list.starts_with("pocketdesk.db\nsecret.key\nattachments/"),
            "{list}"
        );
        assert!(
            list.ends_with("manifest.json\nmanifest.json.sha256\n"),
            "{list}"
        );
    }
}

#[test]
fn a_backup_under_load_has_all_that_was_acknowledged_before_it() {
    let (folder, elsewhere) = (
        tempfile::tempdir().expect("a folder"),
        tempfile::tempdir().expect("a folder"),
    );
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let owner = token(folder.path(), "ada@example.com");
    let server = Serving::start(folder.path());
    let (socket, is_over) = (server.socket(), Arc::new(AtomicBool::new(false)));
    let acknowledged: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (owner, is_over, acknowledged) = (owner.clone(), Arc::clone(&is_over), Arc::clone(&acknowledged));
            thread::spawn(move || {
                let mut client = Client::connect(socket);
                for turn in 0.. {
                    if is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    let subject = format!("Ticket {writer}-{turn}");
                    let body = multipart(&subject);
                    client.send(format!(
                        "POST /api/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {owner}\r\n\
                         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n\r\n{body}",
                        body.len()
                    ));
                    assert_eq!(client.answer().status, 200);
                    acknowledged.lock().expect("nobody panicked").insert(subject);
                }
            })
        })
        .collect();
    for round in 0..3 {
        thread::sleep(Duration::from_millis(200));
        let before = acknowledged.lock().expect("nobody panicked").clone();
        let file = elsewhere.path().join(format!("{round}.tar"));
        backup(folder.path(), &file).ok();
        assert!(
            acknowledged.lock().expect("nobody panicked").len() > before.len(),
            "writing went on"
        );
        let restored = elsewhere.path().join(format!("restored-{round}"));
        restore(&restored, &file).ok();
        run(&restored, &["check"], "").ok();
        assert!(subjects(&restored).is_superset(&before));
    }
    is_over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.join().expect("a writer ends");
    }
}

fn multipart(subject: &str) -> String {
    let fields = [
        ("type", "1"),
        ("name", "Alan"),
        ("from", "alan@example.com"),
        ("subject", subject),
        ("reply", "See the file."),
    ];
    let fields = fields.map(|(name, value)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let file = format!("About {subject}").repeat(100);
    format!(
        "{}--x\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"a.txt\"\r\n\r\n{file}\r\n--x--\r\n",
        fields.concat()
    )
}

#[test]
fn a_backup_that_was_cut_or_changed_restores_nothing() {
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let file = elsewhere.path().join("desk.tar");
    backup(desk.path(), &file).ok();
    let whole = fs::read(&file).expect("the backup");
    let refused = |content: &[u8], what: &str| {
        let changed = elsewhere.path().join("changed.tar");
        put(&changed, content);
        let restored = elsewhere.path().join("restored");
        for err in [
            proof(&changed).failed(),
            restore(&restored, &changed).failed(),
        ] {
            assert!(
                err.contains("changed.tar") && err.contains("no whole backup"),
                "{what}: {err}"
            );
        }
        assert!(!restored.exists(), "{what}");
    };
    let length = whole.len();
    for cut in [
        0,
        1,
        511,
        512,
        4096,
        length / 3,
        length / 2,
        length - 2048,
        length - 1024,
        length - 513,
        length - 1,
    ] {
        refused(&whole[..cut], &format!("cut at {cut}"));
    }
    for at in [0, 600, 5000, length / 2, length - 1500] {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        if whole[at] != 0 {
            refused(&changed, &format!("changed at {at}"));
        }
    }
    refused(b"no backup at all", "a text");
    refused(&[&whole[..], b"x"].concat(), "longer");
}

#[test]
fn nothing_is_overwritten() {
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let notes = elsewhere.path().join("notes.txt");
    put(&notes, "mine");
    for taken in [&notes, &desk.path().join("pocketdesk.db")] {
        let before = fs::read(taken).expect("a file");
        let err = backup(desk.path(), taken).failed();
        assert!(err.contains("is no backup"), "{err}");
        assert_eq!(fs::read(taken).expect("a file"), before);
    }
    let file = elsewhere.path().join("desk.tar");
    backup(desk.path(), &file).ok();
    let before = subjects(desk.path());
    let err = restore(desk.path(), &file).failed();
    assert!(err.contains("holds a desk already"), "{err}");
    assert_eq!(subjects(desk.path()), before);
    let err = restore(elsewhere.path(), &file).failed();
    assert!(err.contains("not empty"), "{err}");
    let err = restore(
        &elsewhere.path().join("new"),
        &elsewhere.path().join("none.tar"),
    )
    .failed();
    assert!(err.contains("none.tar"), "{err}");
    let err = backup(&elsewhere.path().join("mistyped"), &file).failed();
    assert!(err.contains("there is no desk"), "{err}");
    proof(&file).ok();
    let err = backup(desk.path(), &elsewhere.path().join("missing/desk.tar")).failed();
    assert!(err.contains("missing"), "{err}");
}

/// Starts a command, kills it after so long, and answers whether it was still at it.
fn kill_after(folder: &Path, arguments: &[&str], after: Duration) -> bool {
    let mut child = command(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    thread::sleep(after);
    let was_at_it = child.try_wait().expect("it can be asked").is_none();
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    was_at_it
}

#[test]
fn a_backup_that_was_killed_never_looks_whole_and_spoils_none() {
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let file = elsewhere.path().join("desk.tar");
    let mut killed = 0;
    for turn in 0..12 {
        let after = Duration::from_millis(5 + turn * 23);
        killed += usize::from(kill_after(desk.path(), &["backup", text(&file)], after));
        if file.exists() {
            proof(&file).ok();
        }
    }
    assert!(killed > 0, "none was killed, so nothing was proved");
    backup(desk.path(), &file).ok();
    proof(&file).ok();
    assert_eq!(names(elsewhere.path()), ["desk.tar"]);
}

#[test]
fn a_restore_that_was_killed_is_done_again() {
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let file = elsewhere.path().join("desk.tar");
    backup(desk.path(), &file).ok();
    let mut unfinished = 0;
    for turn in 0..12 {
        let restored = elsewhere.path().join(format!("restored-{turn}"));
        let after = Duration::from_millis(10 + turn * 25);
        kill_after(&restored, &["restore", text(&file)], after);
        if !restored.join("pocketdesk.db").exists() {
            if restored.join("restore.unfinished").exists() {
                unfinished += 1;
                let err = run(&restored, &["serve", "--listen", "127.0.0.1:0"], "").failed();
                assert!(err.contains("restore again"), "{err}");
            }
            restore(&restored, &file).ok();
        }
        run(&restored, &["check"], "").ok();
    }
    assert!(
        unfinished > 0,
        "none was killed in the middle, so nothing was proved"
    );
}

/// The largest file that a process may write stands for a disk that is full.
#[test]
fn a_full_disk_leaves_neither_backup_nor_half_a_desk() {
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let limited = |folder: &Path, arguments: &str| {
        let binary = env!("CARGO_BIN_EXE_pocketdesk");
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("ulimit -f 100; exec {binary} {arguments}"))
            .env("POCKETDESK_DATA", folder)
            .env("POCKETDESK_LOG", "off")
            .output()
            .expect("a shell");
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).expect("text")
    };
    let file: PathBuf = elsewhere.path().join("desk.tar");
    let err = limited(desk.path(), &format!("backup {}", file.display()));
    assert!(
        err.lines().count() == 1 && err.contains("make room"),
        "{err}"
    );
    assert_eq!(names(elsewhere.path()), [""; 0]);
    backup(desk.path(), &file).ok();
    let restored = elsewhere.path().join("restored");
    let err = limited(&restored, &format!("restore {}", file.display()));
    assert!(
        err.lines().count() == 1 && err.contains("make room"),
        "{err}"
    );
    assert!(!restored.join("pocketdesk.db").exists());
    restore(&restored, &file).ok();
    run(&restored, &["check"], "").ok();
}

#[test]
fn what_was_missing_before_is_said_and_the_rest_is_saved() {
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let hash: String = database(desk.path())
        .query_row("SELECT hash FROM attachment LIMIT 1", [], |row| row.get(0))
        .expect("an attachment");
    let path = desk
        .path()
        .join("attachments")
        .join(&hash[..2])
        .join(&hash[2..4])
        .join(&hash);
    fs::remove_file(path).expect("it is lost");
    let file = elsewhere.path().join("desk.tar");
    let err = backup(desk.path(), &file).failed();
    assert!(
        err.contains("1 attachments are missing or damaged") && err.contains("check"),
        "{err}"
    );
    assert!(proof(&file).ok().contains("without 1 attachments"));
    let restored = elsewhere.path().join("restored");
    restore(&restored, &file).ok();
    let said = run(&restored, &["check"], "").out;
    assert!(
        said.contains(&hash) && said.contains("1 fault found"),
        "{said}"
    );
}

/// What claims to be a backup and is none of ours is not followed out of the folder.
#[test]
fn a_backup_of_somebody_elses_making_writes_nothing_elsewhere() {
    use pocketdesk::base::archive::{ArchiveWriter, Manifest};
    use pocketdesk::base::time::Timestamp;
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let database = fs::read(desk.path().join("pocketdesk.db")).expect("the database");
    let file = elsewhere.path().join("desk.tar");
    let output = fs::File::create(&file).expect("a file");
    let mut writer = ArchiveWriter::begin(output, Manifest::new(12, Timestamp(0)));
    let size = |bytes: &[u8]| u64::try_from(bytes.len()).expect("a size");
    for (name, content) in [
        ("pocketdesk.db", &database[..]),
        ("secret.key", &[7; 32]),
        ("attachments/evil", b"evil"),
    ] {
        writer
            .add(name, size(content), content)
            .expect("it is added");
    }
    writer.finish().expect("it ends");
    let restored = elsewhere.path().join("restored");
    for err in [proof(&file).failed(), restore(&restored, &file).failed()] {
        assert!(err.contains("does not agree with its database"), "{err}");
    }
    assert!(!restored.join("pocketdesk.db").exists());
    assert!(!restored.join("attachments").exists());
}

#[test]
fn a_stopped_server_is_not_needed_and_a_running_one_not_disturbed() {
    let (desk, elsewhere) = (desk(), tempfile::tempdir().expect("a folder"));
    let file = elsewhere.path().join("desk.tar");
    let owner = token(desk.path(), "maren@example.com");
    let server = Serving::start(desk.path());
    backup(desk.path(), &file).ok();
    assert_eq!(server.get("/api/tickets", &owner).status, 200);
    assert_eq!(server.end_with(Signal::TERM).code(), Some(0));
    backup(desk.path(), &file).ok();
    proof(&file).ok();
}
