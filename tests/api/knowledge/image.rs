//! Images of folders: what is taken, what is served, and what becomes of the bytes.

use pocketdesk::work::schedule;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Base, folder};
use crate::support::multipart::Form;
use crate::support::{Answer, Desk};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01";

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
    let made = form().file("solutionImage", "../logo.svg", PNG);
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
    assert_eq!((answer.status, answer.bytes()), (200, PNG));
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
    // Whatever field it comes in; an empty file is none.
    let replaced = form()
        .file("attachments[]", "x", JPEG)
        .file("solutionImage", "", b"");
    send(&desk, "PUT", &path, replaced).ok();
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
    assert_eq!(desk.number("SELECT count(*) FROM solution_image"), 0);
}

#[test]
fn only_small_pictures_are_taken_judged_by_their_content() {
    let desk = Desk::new();
    let large = [PNG, &vec![0; 2 << 20][..]].concat();
    for (what, form) in [
        (
            "markup",
            form().file("solutionImage", "x.png", b"<svg onload=\"alert(1)\"/>"),
        ),
        (
            "a page",
            form().file("solutionImage", "x.jpg", b"<html><script>alert(1)</script>"),
        ),
        (
            "another kind",
            form().file("solutionImage", "x.png", b"GIF89a\x01\0"),
        ),
        ("a large one", form().file("solutionImage", "x.png", &large)),
        (
            "two",
            form()
                .file("solutionImage", "x.png", PNG)
                .file("other", "y.png", PNG),
        ),
    ] {
        let answer = send(&desk, "POST", "/api/solutions", form);
        assert_eq!(answer.error(400), "invalid_request", "{what}");
        assert!(
            answer.json()["errors"]["solutionImage"][0].is_string(),
            "{what}"
        );
    }
    assert_eq!(desk.number("SELECT count(*) FROM solution"), 0);
}

#[test]
fn the_image_of_a_private_folder_is_for_agents() {
    let base = Base::new();
    let path = format!("/api/solution/{}", base.private.id);
    let form = Form::default()
        .field("name", "Hidden")
        .field("visibility", "private")
        .file("solutionImage", "x.png", PNG);
    send(&base.desk, "PUT", &path, form).ok();
    let image = format!("{path}/image");
    assert_eq!(base.desk.grace().get(&image).bytes(), PNG);
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
        form().file("solutionImage", "x.png", PNG),
    )
    .ok();
    assert_eq!(desk.number("SELECT count(*) FROM solution_image"), 1);
    desk.ada().delete(&path).ok();
    assert_eq!(desk.number("SELECT count(*) FROM solution_image"), 0);
}

#[test]
fn the_sweep_spares_images_and_takes_what_was_replaced() {
    let desk = Desk::new();
    let made = send(
        &desk,
        "POST",
        "/api/solutions",
        form().file("image", "x.png", PNG),
    )
    .ok();
    let path = format!("/api/solution/{}", made["id"]);
    send(&desk, "PUT", &path, form().file("image", "x.jpg", JPEG)).ok();
    let [replaced, kept] = [PNG, JPEG].map(|bytes| hex::encode(Sha256::digest(bytes)));
    let files = &desk.app.parts().files;
    assert!(files.reader(&replaced).is_ok());
    // What is swept is older than a day by the desk's clock, which stands in the past.
    desk.clock.advance(10 * 365 * 24 * 60 * 60);
    schedule::start(desk.app.parts().clone())
        .expect("the clockwork starts")
        .stop();
    assert!(files.reader(&kept).is_ok());
    assert!(files.reader(&replaced).is_err());
}
