//! Images of folders: what is taken, what is served, and what becomes of the bytes.

use pocketdesk::work::scheduler;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Base, folder};
use crate::support::multipart::Form;
use crate::support::picture::{jpeg, png};
use crate::support::{Answer, Desk};

fn form() -> Form {
    Form::default()
        .field("name", "Pictured")
        .field("visibility", "public")
}

fn send(desk: &Desk, method: &str, target: &str, form: Form) -> Answer {
    let (kind, body) = form.finish();
    desk.ada().send(method, target, &kind, &body)
}

#[test]
fn an_image_is_kept_shown_replaced_and_taken_off() {
    let desk = Desk::new();
    let picture = png(40, 30);
    let made = form().file("solutionImage", "../logo.svg", &picture);
    let made = send(&desk, "POST", "/api/solutions", made).ok();
    let path = format!("/api/solution/{}", made["id"]);
    let address = || {
        let shown = desk.alan().get(&path).ok()["solutionImage"].clone();
        shown.as_str().expect("a text").to_owned()
    };
    assert_eq!(
        address(),
        format!("https://desk.example.com{path}/image.json")
    );
    let image = format!("{path}/image.json");
    let answer = desk.alan().get(&image);
    assert_eq!((answer.status, answer.bytes()), (200, &picture[..]));
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox; default-src 'none'"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    assert!(
        answer
            .header("content-disposition")
            .is_some_and(|said| said.starts_with("attachment;"))
    );
    // An empty file is none, and one of another field is none of ours.
    let replaced = || {
        let replaced = form().file("solutionImage", "x", &jpeg(40, 30));
        replaced.file("solutionImage", "", b"")
    };
    let beside = replaced().file("attachments[]", "y", b"text");
    send(&desk, "PUT", &path, beside).error(400);
    send(&desk, "PUT", &path, replaced()).ok();
    let answer = desk.alan().get(&image);
    assert_eq!(answer.header("content-type"), Some("image/jpeg"));
    // A change that says nothing of it, or sends back its address, leaves it.
    let mut plain = json!({ "name": "Pictured", "visibility": "public" });
    desk.ada().put(&path, plain.clone()).ok();
    plain["solutionImage"] = address().into();
    desk.ada().put(&path, plain.clone()).ok();
    assert_eq!(desk.alan().get(&image).status, 200);
    plain["solutionImage"] = "".into();
    desk.ada().put(&path, plain).ok();
    assert_eq!(address(), "");
    assert_eq!(desk.alan().get(&image).error(404), "not_found");
    assert_eq!(desk.number("SELECT count(*) FROM folder_image"), 0);
}

#[test]
fn only_small_pictures_are_taken_judged_by_their_content() {
    let desk = Desk::new();
    let heavy = [png(40, 30), vec![0; 2 << 20]].concat();
    let image = |bytes: &[u8]| form().file("solutionImage", "x.png", bytes);
    for (what, form) in [
        ("markup", image(b"<svg onload=\"alert(1)\"/>")),
        ("a page", image(b"<html><script>alert(1)</script>")),
        ("another kind", image(b"GIF89a\x01\0")),
        ("a heavy one", image(&heavy)),
        ("a wide one", image(&png(4_097, 30))),
        ("a torn one", image(&png(40, 30)[..30])),
        (
            "two",
            image(&png(1, 1)).file("solutionImage", "y.png", &png(2, 2)),
        ),
    ] {
        let answer = send(&desk, "POST", "/api/solutions", form);
        assert_eq!(answer.error(400), "invalid_request", "{what}");
        let said = &answer.json()["errors"]["solutionImage"][0];
        assert!(said.is_string(), "{what}");
    }
    assert_eq!(desk.app.parts().files.hashes().count(), 0);
    assert_eq!(desk.number("SELECT count(*) FROM folder"), 0);
}

#[test]
fn a_text_that_is_no_image_is_refused() {
    let base = Base::new();
    let (ada, path) = (base.desk.ada(), format!("/api/solution/{}", base.public.id));
    for text in ["https://elsewhere.example.com/logo.png", "1", "logo"] {
        let body = json!({ "name": "Else", "visibility": "public", "solutionImage": text });
        for answer in [
            ada.put(&path, body.clone()),
            ada.post("/api/solutions", body),
        ] {
            assert_eq!(answer.error(400), "invalid_request", "{text}");
            assert!(answer.json()["errors"]["solutionImage"].is_array());
        }
    }
    assert_eq!(base.desk.number("SELECT count(*) FROM folder"), 2);
    assert_eq!(ada.get(&path).ok()["name"], "public folder");
}

#[test]
fn the_image_of_a_private_folder_is_for_agents() {
    let base = Base::new();
    let path = format!("/api/solution/{}", base.private.id);
    let form = Form::default()
        .field("name", "Hidden")
        .field("visibility", "private")
        .file("solutionImage", "x.png", &png(40, 30));
    send(&base.desk, "PUT", &path, form).ok();
    let image = format!("{path}/image");
    assert_eq!(base.desk.grace().get(&image).bytes(), png(40, 30));
    assert_eq!(base.desk.alan().get(&image).error(404), "not_found");
    assert_eq!(base.desk.anyone().get(&image).error(401), "access_denied");
}

#[test]
fn a_folder_that_goes_takes_its_image_along() {
    let desk = Desk::new();
    let id = folder(&desk, "Pictured", "public");
    let path = format!("/api/solution/{id}");
    send(
        &desk,
        "PUT",
        &path,
        form().file("solutionImage", "x.png", &png(40, 30)),
    )
    .ok();
    assert_eq!(desk.number("SELECT count(*) FROM folder_image"), 1);
    desk.ada().delete(&path).ok();
    assert_eq!(desk.number("SELECT count(*) FROM folder_image"), 0);
}

#[test]
fn the_sweep_spares_images_and_takes_what_was_replaced() {
    let desk = Desk::new();
    let made = send(
        &desk,
        "POST",
        "/api/solutions",
        form().file("solutionImage", "x.png", &png(40, 30)),
    )
    .ok();
    let path = format!("/api/solution/{}", made["id"]);
    send(
        &desk,
        "PUT",
        &path,
        form().file("solutionImage", "x.jpg", &jpeg(40, 30)),
    )
    .ok();
    let [replaced, kept] =
        [png(40, 30), jpeg(40, 30)].map(|bytes| hex::encode(Sha256::digest(bytes)));
    let files = &desk.app.parts().files;
    assert!(files.reader(&replaced).is_ok());
    // What is swept is older than a day by the desk's clock, which stands in the past.
    desk.clock.advance(10 * 365 * 24 * 60 * 60);
    scheduler::sweep_attachments(desk.app.parts()).expect("it is swept");
    assert!(files.reader(&kept).is_ok());
    assert!(files.reader(&replaced).is_err());
}

/// The files of fields of their own were not part of what a repeated request is known by.
#[test]
fn a_repeated_request_with_another_image_is_another_request() {
    let desk = Desk::new();
    let once = desk.ada().with_header("Idempotency-Key", "one");
    let send = |width| {
        let (kind, body) = form()
            .file("solutionImage", "x.png", &png(width, 30))
            .finish();
        once.send("POST", "/api/solutions", &kind, &body)
    };
    let first = send(40).ok();
    assert_eq!(send(40).ok(), first);
    assert_eq!(send(41).error(409), "conflict");
    assert_eq!(desk.number("SELECT count(*) FROM folder"), 1);
}
