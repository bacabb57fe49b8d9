//! `check`: each kind of damage is found, named by its place, and is exit code 1.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::binary::{Serving, run};
use crate::database;

/// A copy of a filled desk.
pub(crate) fn desk() -> TempDir {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut demo = Serving::demo_in(folder.path());
        demo.lines_until("curl ");
        demo.end_with(Signal::TERM);
        folder
    });
    let folder = tempfile::tempdir().expect("a folder");
    copy(template.path(), folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry").path();
        let target = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            fs::create_dir(&target).expect("a folder is made");
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).expect("a file is copied");
        }
    }
}

/// Checks a desk that must have a fault with all these words in its line.
#[track_caller]
fn expect_fault(folder: &Path, words: &[&str]) {
    let ended = run(folder, &["check"], "");
    assert_eq!(ended.code, Some(1), "{words:?}: {ended:?}");
    assert!(
        ended
            .out
            .lines()
            .any(|line| words.iter().all(|word| line.contains(word))),
        "{words:?}: {}",
        ended.out
    );
    let last = ended.out.lines().last().unwrap_or_default();
    assert!(last.contains(" found: "), "a summary comes last: {last}");
}

/// Does this damage to a desk; `check` must name it with all these words.
#[track_caller]
fn expect_damage(sql: &str, words: &[&str]) {
    let desk = desk();
    let changed = database(desk.path()).execute(sql, []);
    assert_ne!(changed.expect("the damage is done"), 0, "{sql}");
    expect_fault(desk.path(), words);
}

#[test]
fn damaged_rows_are_found() {
    for (sql, words) in [
        (
            "DELETE FROM thread WHERE ticket_id = 4 AND thread_type = 'create'",
            &["ticket 4:", "lacks the thread that opened it"][..],
        ),
        (
            "UPDATE ticket SET customer_id = 9999 WHERE id = 7",
            &["ticket 7:", "row of user"],
        ),
        (
            "DELETE FROM ticket WHERE id = 8",
            &["thread ", "row of ticket"],
        ),
        (
            "UPDATE ticket SET reply_count = 77 WHERE id = 9",
            &["ticket 9:", "reply_count is 77"],
        ),
        (
            "UPDATE ticket SET attachment_count = 5 WHERE id = 10",
            &["ticket 10:", "attachment_count is 5"],
        ),
        (
            "UPDATE ticket_count SET tickets = tickets + 1 WHERE is_trashed = 1",
            &["ticket_count (trashed 1", "says"],
        ),
        (
            "DELETE FROM ticket_count WHERE is_trashed = 1",
            &["ticket_count (trashed 1", "says 0"],
        ),
        (
            "UPDATE ticket_total SET tickets = tickets - 1 WHERE is_trashed = 1",
            &["ticket_total (trashed 1", "says"],
        ),
        (
            "UPDATE profile_count SET profiles = 3 WHERE side = 'customer'",
            &["profile_count (customer", "says 3"],
        ),
        (
            "INSERT INTO job (kind, data, due_at, attempts, last_error, created_at)
             VALUES ('reindex_person', '{}', 0, 10, 'no such luck', 0)",
            &["job 1:", "reindex_person", "no such luck"],
        ),
        (
            "INSERT INTO ticket_tag (ticket_id, tag_id) SELECT id, 9999 FROM ticket WHERE is_trashed = 1",
            &["tag 9999:", "have it"],
        ),
        (
            "UPDATE ticket SET agent_id = customer_id WHERE id = 3",
            &["user ", "is no agent"],
        ),
        (
            "DELETE FROM ticket_search WHERE rowid = 12",
            &["ticket 12:", "not in the search index"],
        ),
        (
            "INSERT INTO ticket_search (rowid, subject) VALUES (999999999999, 'x')",
            &["ticket_search 999999999999:", "not there"],
        ),
        (
            "DELETE FROM profile_search WHERE rowid = 3",
            &["profile 3:", "not in the search index"],
        ),
        (
            "INSERT INTO profile_search (rowid, name) VALUES (98765, 'x')",
            &["profile_search 98765:", "not there"],
        ),
        (
            "UPDATE ticket_search_data SET block = zeroblob(length(block)) WHERE id > 10",
            &["database:", "ticket_search"],
        ),
        (
            "UPDATE company SET next_increment_id = 4850",
            &["company 1:", "number 4850"],
        ),
        (
            "UPDATE company SET last_increment_id = 999999",
            &["company 1:", "number 999999 is given already"],
        ),
        (
            "INSERT INTO theme_image (id, name, content_type, width, height, size, hash, created_at)
             VALUES (3, 'logo', 'image/png', 1, 1, 70, printf('%064d', 0), 0)",
            &["theme_image 3:", "missing"],
        ),
        (
            "UPDATE profile SET role_id = 2 WHERE role_id = 1",
            &["profile:", "no owner"],
        ),
    ] {
        expect_damage(sql, words);
    }
}

#[test]
fn damaged_attachments_are_found() {
    for (sql, words) in [
        (
            "UPDATE attachment SET size = 3 WHERE id = 2",
            &["attachment 2:", "instead of 3"][..],
        ),
        (
            "UPDATE attachment SET hash = 'zz' WHERE id = 1",
            &["attachment 1:", "hexadecimal"],
        ),
    ] {
        expect_damage(sql, words);
    }
}

#[test]
fn a_damaged_knowledge_base_is_found() {
    for (sql, words) in [
        (
            "DELETE FROM article_search WHERE rowid = 2",
            &["article 2:", "not in the search index"][..],
        ),
        (
            "INSERT INTO article_search (rowid, name) VALUES (98765, 'x')",
            &["article_search 98765:", "not there"],
        ),
        (
            "UPDATE article SET is_public = 1 WHERE status = 'draft'",
            &["article 5:", "must not be"],
        ),
        (
            "UPDATE article SET is_public = 0 WHERE id = 1",
            &["article 1:", "agents alone"],
        ),
        (
            "UPDATE category SET published = 9 WHERE id = 1",
            &["category 1:", "published is 9 where 2"],
        ),
        (
            "UPDATE tag SET articles = 7 WHERE name = 'refund'",
            &["tag ", "articles is 7 where 1"],
        ),
        (
            "UPDATE article SET unhelpful = 3 WHERE id = 1",
            &["article 1:", "unhelpful is 3 where 0"],
        ),
        (
            "DELETE FROM article_revision WHERE article_id = 3",
            &["article 3:", "1 revisions"],
        ),
        (
            "DELETE FROM article_text WHERE article_id = 3",
            &["article 3:", "lacks the words"],
        ),
        (
            "INSERT INTO folder_image (folder_id, name, content_type, size, hash)
             VALUES (1, 'x.png', 'image/png', 3, 'zz')",
            &["folder_image 1:", "hexadecimal"],
        ),
    ] {
        expect_damage(sql, words);
    }
}

#[test]
fn damaged_tags_are_found() {
    for (sql, words) in [
        (
            "UPDATE tag_count SET tickets = tickets + 1",
            &["tag_count (tag 1, agent ", "says"][..],
        ),
        (
            "UPDATE tag SET tickets = 77 WHERE id = 1",
            &["tag 1:", "says 77"],
        ),
    ] {
        expect_damage(sql, words);
    }
}

#[test]
fn damaged_tasks_are_found() {
    for (sql, words) in [
        (
            "DELETE FROM task_search WHERE rowid = 3",
            &["task 3:", "not in the search index"][..],
        ),
        (
            "INSERT INTO task_search (rowid, subject) VALUES (98765, 'x')",
            &["task_search 98765:", "not there"],
        ),
        (
            "UPDATE task_count SET tasks = tasks + 1 WHERE stage_id = 3",
            &["task_count (agent ", "stage 3", "says"],
        ),
        (
            "UPDATE task_total SET tasks = tasks - 1 WHERE stage_id = 1",
            &["task_total (stage 1", "says"],
        ),
        (
            "UPDATE task SET ticket_group_id = 77 WHERE id = 4",
            &["task 4:", "another agent, group, team or trash"],
        ),
        (
            "DELETE FROM task_thread WHERE task_id = 5 AND thread_type = 'create'",
            &["task 5:", "lacks the thread that it began with"],
        ),
        (
            "INSERT INTO task_attachment (id, task_thread_id, name, content_type, size, hash, created_at)
             SELECT 1, min(id), 'x', 'text/plain', 3, 'zz', 0 FROM task_thread",
            &["task_attachment 1:", "hexadecimal"],
        ),
    ] {
        expect_damage(sql, words);
    }
}

/// The index keeps no text, only how many words each column has, as varints: 128 and its
/// multiples are the ones that end in a zero byte, as none does.

#[test]
fn damaged_workflows_are_found() {
    for (sql, words) in [
        (
            "DELETE FROM workflow_action WHERE workflow_id = 1",
            &["workflow 1:", "has no action"][..],
        ),
        (
            "DELETE FROM workflow_event WHERE workflow_id = 2",
            &["workflow 2:", "has no event"],
        ),
        (
            "DELETE FROM workflow_use WHERE kind = 'team'",
            &["workflow ", "do not agree on team"],
        ),
        (
            "UPDATE workflow_action SET value = '77' WHERE type = 'assign_team'",
            &["workflow ", "names the team 77"],
        ),
    ] {
        let desk = desk();
        let changed = database(desk.path()).execute(sql, []);
        assert_ne!(changed.expect("the damage is done"), 0, "{sql}");
        expect_fault(desk.path(), words);
    }
}

/// The index keeps no text, only how many words each column has, as varints: 128 and its
/// multiples are the ones that end in a zero byte, as none does.
#[test]
fn a_ticket_may_be_in_the_index_but_no_words_where_all_of_it_is_locked() {
    let desk = desk();
    let database = database(desk.path());
    let run_sql = |sql: &str, words: [String; 2]| {
        let changed = database.execute(sql, words);
        assert_eq!(changed.expect("the row is written"), 1, "{sql}");
    };
    database
        .execute("UPDATE thread SET is_locked = 1 WHERE ticket_id = 12", [])
        .expect("the thread is locked");
    for (message, note) in [
        (0, 0),
        (1, 0),
        (0, 1),
        (127, 0),
        (128, 0),
        (0, 128),
        (384, 0),
        (16384, 0),
        (0, 16384),
    ] {
        database
            .execute("DELETE FROM ticket_search WHERE rowid = 12", [])
            .expect("the row goes");
        run_sql(
            "INSERT INTO ticket_search (rowid, subject, people, message, note)
             VALUES (12, 'a subject', 'somebody', ?1, ?2)",
            [message, note].map(|count| "word ".repeat(count)),
        );
        let ended = run(desk.path(), &["check"], "");
        let is_told = ended.out.contains("ticket_search 12:");
        assert_eq!(is_told, message + note > 0, "{message} {note}: {ended:?}");
    }
}

#[test]
fn a_damaged_page_is_found_and_the_other_checks_go_on() {
    let desk = desk();
    let database = database(desk.path());
    let (page, size): (u32, u32) = database
        .query_row(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema
             WHERE name = 'ticket_by_group'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .expect("the index");
    database
        .execute("UPDATE ticket SET reply_count = 77 WHERE id = 9", [])
        .expect("one more damage");
    drop(database);
    let mut file = File::options()
        .write(true)
        .open(desk.path().join("pocketdesk.db"))
        .expect("the file");
    file.seek(SeekFrom::Start(u64::from(page - 1) * u64::from(size)))
        .expect("the page");
    file.write_all(&[0xff; 512]).expect("the page is damaged");
    expect_fault(desk.path(), &["database:", "backup"]);
    expect_fault(desk.path(), &["ticket 9:", "reply_count is 77"]);
}

#[test]
fn a_missing_or_foreign_key_is_found_and_none_is_made() {
    let desk = desk();
    let key = desk.path().join("secret.key");
    let database = database(desk.path());
    database
        .execute_batch(
            "INSERT INTO custom_field (id, name, name_key, agent_type, field_type, validation, is_required, is_active,
                 is_encrypted, sort_order, created_at, updated_at)
             VALUES (5, 'IBAN', 'iban', 'both', 'text', '{}', 0, 1, 1, 1, 0, 0);
             INSERT INTO custom_field_value (id, ticket_id, custom_field_id, sealed)
             VALUES (6, 3, 5, zeroblob(60))",
        )
        .expect("a value that no key opens");
    expect_fault(desk.path(), &["custom_field_value 6:", "does not open"]);
    fs::remove_file(&key).expect("the key is lost");
    expect_fault(desk.path(), &["secret.key:", "is missing"]);
    assert!(!key.exists());
    File::create(&key).expect("an empty key");
    expect_fault(desk.path(), &["secret.key:", "32 bytes"]);
}

#[test]
fn what_is_no_database_is_said_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    File::create(folder.path().join("pocketdesk.db"))
        .and_then(|mut file| file.write_all(&[b'x'; 8192]))
        .expect("a file");
    let err = run(folder.path(), &["check"], "").failed();
    assert!(err.contains("not a database"), "{err}");
}

#[test]
fn a_folder_without_a_desk_is_refused_and_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let err = run(folder.path(), &["check"], "").failed();
    assert!(err.contains("there is no desk"), "{err}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

/// Spoils a file.
type Damage = fn(&Path);

#[test]
fn damaged_files_are_found_and_extra_ones_noted() {
    let file_of = |folder: &Path| -> PathBuf {
        let hash: String = database(folder)
            .query_row("SELECT hash FROM attachment WHERE id = 1", [], |row| {
                row.get(0)
            })
            .expect("an attachment");
        folder
            .join("attachments")
            .join(&hash[..2])
            .join(&hash[2..4])
            .join(hash)
    };
    let damages: [(Damage, &str); 4] = [
        (
            |file| fs::remove_file(file).expect("it is removed"),
            "missing",
        ),
        (
            |file| {
                let file = File::options().write(true).open(file).expect("the file");
                file.set_len(5).expect("it is cut");
            },
            "5 bytes instead of",
        ),
        (
            |file| {
                let mut file = File::options().write(true).open(file).expect("the file");
                file.write_all(b"?").expect("a byte is changed");
            },
            "content does not match",
        ),
        (
            |file| {
                let moved = file.with_extension("moved");
                fs::rename(file, &moved).expect("it is moved");
                symlink(&moved, file).expect("a link is made");
            },
            "not a regular file",
        ),
    ];
    for (damage, word) in damages {
        let desk = desk();
        damage(&file_of(desk.path()));
        expect_fault(desk.path(), &["attachment 1:", word]);
    }

    let desk = desk();
    let stray = "ab".repeat(32);
    let place = desk.path().join("attachments/ab/ab");
    fs::create_dir_all(&place).expect("a folder");
    File::create(place.join(&stray)).expect("a stray file");
    let out = run(desk.path(), &["check"], "").ok();
    assert!(
        out.lines()
            .any(|line| line.starts_with("note: ") && line.contains(&stray)),
        "{out}"
    );
    assert!(out.contains("all is well"), "{out}");
}
