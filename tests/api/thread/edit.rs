//! Changing and deleting threads.

use serde_json::json;

use super::{path_of, say, threads_of, words_of};
use crate::support::Desk;
use crate::support::multipart::Form;
use pocketdesk::base::who::{Privilege, TicketView};

#[test]
fn an_edit_gives_a_thread_other_words_and_nothing_else() {
    let desk = Desk::new();
    let ticket = desk.ticket("Words");
    let ada = desk.ada();
    let path = path_of(ticket, &say(&ada, ticket, "note", "first").ok());
    let said = ada
        .put(
            &path,
            json!({ "threadType": "reply", "reply": "<p>second</p>", "status": "4" }),
        )
        .ok();
    assert_eq!(
        said,
        json!({ "message": "Success ! Thread updated successfully." })
    );
    assert_eq!(words_of(&ada, ticket), ["<p>second</p>"]);
    let thread = ada.get(&threads_of(ticket)).ok()["threads"][0].clone();
    assert_eq!(thread["threadType"], "note", "a note never becomes public");
    assert_eq!(desk.number("SELECT status_id FROM ticket"), 1);
    for body in [
        json!({}),
        json!({ "reply": "" }),
        json!({ "reply": "<p></p>" }),
    ] {
        let answer = ada.put(&path, body.clone());
        assert_eq!(answer.error(400), "invalid_request", "{body}");
        assert!(answer.json()["errors"]["reply"].is_array());
        assert_eq!(words_of(&ada, ticket), ["<p>second</p>"]);
    }
}

#[test]
fn what_is_shown_is_saved_again_as_it_was() {
    let desk = Desk::new();
    let ticket = desk.ticket("Words");
    let ada = desk.ada();
    for words in [
        "if 1 < 2 & 3 > 2",
        "Noël & fils",
        "two\nlines & <one> more",
        "09:30 <Ines> ready<br>09:31 <Ravi> go",
        "<p>a &amp;amp; b</p>",
        "&lt;b&gt;",
    ] {
        let path = path_of(ticket, &say(&ada, ticket, "note", words).ok());
        let shown = words_of(&ada, ticket).remove(0);
        for _ in 0..2 {
            ada.put(&path, json!({ "reply": shown })).ok();
            assert_eq!(words_of(&ada, ticket).remove(0), shown, "{words}");
        }
    }
    let (chat, plain) = (&words_of(&ada, ticket)[2], &words_of(&ada, ticket)[3]);
    assert_eq!(chat, "09:30 &lt;Ines&gt; ready<br>09:31 &lt;Ravi&gt; go");
    assert_eq!(plain, "two<br>\nlines &amp; &lt;one&gt; more");
}

#[test]
fn a_deleted_thread_takes_its_files_and_its_count_along() {
    let desk = Desk::new();
    let ticket = desk.ticket("Files");
    let ada = desk.ada();
    say(&desk.alan(), ticket, "reply", "first").ok();
    let (content_type, body) = Form::default()
        .field("threadType", "reply")
        .field("reply", "See the file.")
        .file("attachments[]", "a.txt", b"bytes")
        .finish();
    let said = ada
        .send("POST", &threads_of(ticket), &content_type, &body)
        .ok();
    let file = ada.get(&threads_of(ticket)).ok()["threads"][0]["attachments"][0]["id"].clone();
    let row =
        || desk.number("SELECT is_replied * 100 + reply_count * 10 + attachment_count FROM ticket");
    assert_eq!(row(), 121);
    let path = path_of(ticket, &said);
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success ! Thread removed successfully." })
    );
    assert_eq!(row(), 10, "whose turn it is follows from what is left");
    ada.get(&format!("/api/ticket/attachment/{file}"))
        .error(404);
    assert_eq!(desk.number("SELECT count(*) FROM attachment"), 0);
    ada.delete(&path).error(404);
}

#[test]
fn the_message_that_opened_a_ticket_stays_with_it() {
    let desk = Desk::new();
    let ticket = desk.ticket("First");
    let first = json!({ "id": desk.number("SELECT id FROM thread") });
    let ada = desk.ada();
    assert_eq!(ada.delete(&path_of(ticket, &first)).error(409), "conflict");
    assert_eq!(desk.number("SELECT count(*) FROM thread"), 1);
    ada.put(&path_of(ticket, &first), json!({ "reply": "other" }))
        .ok();
}

#[test]
fn editing_and_deleting_need_their_privileges() {
    let desk = Desk::new();
    let ticket = desk.ticket("Rights");
    let path = path_of(ticket, &say(&desk.ada(), ticket, "reply", "x").ok());
    for client in [desk.grace(), desk.alan()] {
        assert_eq!(
            client.put(&path, json!({ "reply": "y" })).error(403),
            "forbidden"
        );
        assert_eq!(client.delete(&path).error(403), "forbidden");
    }
    let editor = desk.agent(
        "editor@example.com",
        &[Privilege::EditThreadNote],
        TicketView::All,
    );
    editor.put(&path, json!({ "reply": "y" })).ok();
    editor.delete(&path).error(403);
    let remover = desk.agent(
        "remover@example.com",
        &[Privilege::DeleteThreadNote],
        TicketView::All,
    );
    remover.put(&path, json!({ "reply": "z" })).error(403);
    remover.delete(&path).ok();
}

#[test]
fn a_locked_thread_is_out_of_reach_without_the_right_to_locks() {
    let desk = Desk::new();
    let ticket = desk.ticket("Locked");
    let ada = desk.ada();
    let path = path_of(ticket, &say(&ada, ticket, "reply", "x").ok());
    ada.patch(&path, json!({ "updateType": "lock" })).ok();
    let agent = desk.agent(
        "agent@example.com",
        &[Privilege::EditThreadNote, Privilege::DeleteThreadNote],
        TicketView::All,
    );
    agent.put(&path, json!({ "reply": "y" })).error(404);
    agent.delete(&path).error(404);
    assert_eq!(desk.number("SELECT count(*) FROM thread"), 2);
}

/// Words are evidence: an edit shows, and what was said before it stays.
#[test]
fn what_a_thread_said_before_its_edits_stays() {
    let desk = Desk::new();
    let ticket = desk.ticket("Words");
    let (ada, alan) = (desk.ada(), desk.alan());
    let path = path_of(ticket, &say(&alan, ticket, "reply", "as I wrote it").ok());
    let revisions = path.replace(".json", "/revisions.json");
    assert_eq!(ada.get(&revisions).ok()["revisions"], json!([]));
    let unedited = ada.get(&threads_of(ticket)).ok()["threads"][0].clone();
    assert_eq!(unedited["editedAt"], json!(null));
    ada.put(&path, json!({ "reply": "as I wrote it" })).ok();
    assert_eq!(ada.get(&revisions).ok()["revisions"], json!([]));
    for words in ["second", "third"] {
        desk.clock.advance(60);
        ada.put(&path, json!({ "reply": words })).ok();
    }
    let kept = ada.get(&revisions).ok()["revisions"].clone();
    let said: Vec<_> = [&kept[0]["reply"], &kept[1]["reply"]].into();
    assert_eq!(said, ["second", "as I wrote it"]);
    assert_eq!(kept[0]["editedBy"]["id"], desk.user_id("ada@example.com"));
    let edited = ada.get(&threads_of(ticket)).ok()["threads"][0].clone();
    assert!(edited["editedAt"]["date"].is_string(), "{edited}");
    assert_eq!(words_of(&ada, ticket), ["third"]);
    alan.get(&revisions).error(403);
    ada.delete(&path).ok();
    ada.get(&revisions).error(404);
    assert_eq!(desk.number("SELECT count(*) FROM thread_revision"), 0);
}

/// When who has answered follows from what is there.
#[test]
fn a_deleted_reply_takes_its_time_along() {
    let desk = Desk::new();
    let ticket = desk.ticket("Times");
    let ada = desk.ada();
    let page = format!("/api/ticket/{}", ticket.increment_id);
    let times = || {
        let row = "first_replied_at, 0), ifnull(agent_replied_at, 0), customer_replied_at";
        desk.read(|view| {
            view.one::<(i64, i64, i64)>(&format!("SELECT ifnull({row} FROM ticket"), [])
        })
    };
    let opened = times().2;
    let mut said = Vec::new();
    for client in [&ada, &ada, &desk.alan()] {
        desk.clock.advance(60);
        said.push(path_of(ticket, &say(client, ticket, "reply", "x").ok()));
    }
    assert_eq!(times(), (opened + 60, opened + 120, opened + 180));
    ada.delete(&said[2]).ok();
    assert_eq!(times(), (opened + 60, opened + 120, opened));
    ada.delete(&said[0]).ok();
    assert_eq!(times(), (opened + 120, opened + 120, opened));
    ada.delete(&said[1]).ok();
    assert_eq!(times(), (0, 0, opened));
    let shown = ada.get(&page).ok()["ticket"]["agentLastRepliedAt"].clone();
    assert_eq!(shown, json!(null));
}

/// An answer stays bounded however long the texts are: the longer, the fewer on a page.
#[test]
fn long_revisions_come_on_several_pages() {
    let desk = Desk::new();
    let ticket = desk.ticket("Long").id;
    desk.write(move |change| {
        change.run(
            &format!(
                "INSERT INTO thread_revision (thread_id, edited_at, cleaner, clean)
                 SELECT thread.id, value, 3, CAST(zeroblob(1000000) AS TEXT) FROM thread, json_each('[1,2,3,4,5,6,7]')
                 WHERE ticket_id = {ticket}"
            ),
            [],
        )
    });
    let thread = desk.number(&format!("SELECT id FROM thread WHERE ticket_id = {ticket}"));
    let path = format!("/api/ticket/{ticket}/thread/{thread}/revisions?limit=100");
    let first = desk.ada().get(&path).ok();
    assert_eq!(first["revisions"].as_array().map(Vec::len), Some(4));
    assert_eq!(first["pagination_data"]["totalCount"], 7);
    let second = desk.ada().get(&format!("{path}&page=2")).ok();
    assert_eq!(second["revisions"].as_array().map(Vec::len), Some(3));
}
