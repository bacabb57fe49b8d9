//! The theme: what it takes, who sees what of it, and where its files are.

use pocketdesk::work::scheduler;
use serde_json::{Value, json};

use super::told;
use crate::support::multipart::Form;
use crate::support::picture::{jpeg, png};
use crate::support::{Answer, Desk};

const PATH: &str = "/api/company/theme.json";

/// A body that changes nothing on a new desk, with these fields in place of its own.
fn theme(fields: Value) -> Value {
    super::merged(
        json!({ "name": "pocketdesk", "domain": "", "status": "1", "pageBackgroundColor": "",
            "headerBackgroundColor": "", "navTextColor": "", "linkColor": "", "linkHoverColor": "",
            "articleTextColor": "", "script": "", "siteDescritption": "", "metaDescription": "",
            "metaKeywords": "", "homepageContent": "category", "ticketCreateOption": "0" }),
        fields,
    )
}

/// Sends a theme with these files, each a field, a name and its bytes.
fn upload(desk: &Desk, fields: Value, files: &[(&str, &str, &[u8])]) -> Answer {
    let body = theme(fields);
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let fields = body.as_object().expect("an object").iter();
    let form = fields.fold(Form::default(), |form, (name, value)| {
        form.field(name, &text(value))
    });
    let form = files.iter().fold(form, |form, (field, name, bytes)| {
        form.file(field, name, bytes)
    });
    let (kind, body) = form.finish();
    desk.ada().send("PUT", PATH, &kind, &body)
}

fn kept_files(desk: &Desk) -> usize {
    desk.app.parts().files.hashes().count()
}

#[test]
fn a_theme_is_kept_read_and_sent_back() {
    let desk = Desk::new();
    let ada = desk.ada();
    let plain = json!({ "name": "pocketdesk", "domain": null, "cName": null, "status": 1, "logo": null,
        "favicon": null, "banner": null, "customCSS": null, "pageBackgroundColor": null,
        "headerBackgroundColor": null, "navTextColor": null, "linkColor": null, "linkHoverColor": null,
        "articleTextColor": null, "script": null, "siteDescritption": null, "metaDescription": null,
        "metaKeywords": null, "homepageContent": "category", "ticketCreateOption": 0 });
    assert_eq!(ada.get(PATH).ok(), plain);
    let full = json!({ "name": "Kettle & Crane", "domain": "kettles", "cName": "https://kettles.example.com/",
        "status": 0, "logo": null, "favicon": null, "banner": null, "customCSS": "a { color: red }",
        "pageBackgroundColor": "#fff", "headerBackgroundColor": "#102030", "navTextColor": "#ABCDEF",
        "linkColor": "#111", "linkHoverColor": "#222", "articleTextColor": "#333",
        "script": "console.log(1)", "siteDescritption": "Kettles\nand cranes", "metaDescription": "Kettles.",
        "metaKeywords": "kettle, crane", "homepageContent": "article", "ticketCreateOption": 1 });
    let mut sent = full.clone();
    sent["status"] = json!("0");
    sent["ticketCreateOption"] = json!("1");
    sent["domain"] = json!("Kettles");
    let said = ada.put(PATH, sent).ok();
    let want = json!({ "message": "Success ! Theme settings has been saved successfully." });
    assert_eq!(said, want);
    assert_eq!(ada.get(PATH).ok(), full);
    // The name is that of the company, which is one.
    assert_eq!(ada.get("/api/company").ok()["name"], "Kettle & Crane");
    ada.put(PATH, full.clone()).ok();
    assert_eq!(ada.get(PATH).ok(), full);
    // What may be left out stays; empty is the built-in look.
    ada.put(
        PATH,
        theme(json!({ "status": "", "ticketCreateOption": "", "homepageContent": "" })),
    )
    .ok();
    let mut left = plain.clone();
    left["cName"] = full["cName"].clone();
    left["customCSS"] = full["customCSS"].clone();
    assert_eq!(ada.get(PATH).ok(), left);
    ada.put(PATH, theme(json!({ "cName": "", "customCSS": null })))
        .ok();
    assert_eq!(ada.get(PATH).ok(), plain);
}

#[test]
fn two_spellings_of_one_key_are_refused_by_its_name() {
    let desk = Desk::new();
    let body = theme(json!({ "cName": "", "Cname": "https://kettles.example.com/" }));
    let answer = desk.ada().put(PATH, body);
    assert_eq!(answer.error(400), "invalid_request");
    assert_eq!(
        answer.json()["errors"],
        json!({ "cName": ["Send the key \"cName\" only once."] })
    );
}

#[test]
fn bad_themes_are_refused_by_field_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let before = ada.get(PATH).ok();
    for (field, value) in [
        ("name", json!("")),
        ("domain", json!("a b")),
        ("domain", json!("-x")),
        ("domain", json!("x..y")),
        ("cName", json!("javascript:alert(1)")),
        ("cName", json!("support.example.com")),
        ("status", json!("2")),
        ("pageBackgroundColor", json!("red; background: url(x)")),
        ("linkColor", json!("#12345")),
        ("script", json!("x".repeat(65_537))),
        ("customCSS", json!("x".repeat(65_537))),
        ("siteDescritption", json!("x".repeat(1_001))),
        ("homepageContent", json!("shop")),
        ("ticketCreateOption", json!("often")),
        ("logo", json!("https://elsewhere.example.com/logo.png")),
        ("banner", json!("C:\\banner.png")),
    ] {
        let answer = ada.put(PATH, theme(json!({ field: value })));
        assert_eq!(answer.error(400), "invalid_request", "{field} {value}");
        let errors = answer.json()["errors"].clone();
        assert!(errors[field][0].is_string(), "{field}: {errors}");
    }
    for field in theme(json!({})).as_object().unwrap().keys() {
        let mut body = theme(json!({}));
        body.as_object_mut().unwrap().remove(field);
        let answer = ada.put(PATH, body);
        answer.error(400);
        assert!(answer.json()["errors"][field].is_array(), "{field}");
    }
    assert_eq!(ada.get(PATH).ok(), before);
    assert!(told(&desk).is_empty());
}

#[test]
fn images_are_served_to_everybody_as_what_they_are() {
    let desk = Desk::new();
    let anyone = desk.anyone();
    for path in [
        "/theme/logo",
        "/theme/favicon",
        "/theme/banner",
        "/theme/custom.css",
    ] {
        assert_eq!(anyone.get(path).error(404), "not_found", "{path}");
    }
    let (logo, banner) = (png(50, 50), jpeg(1200, 300));
    upload(
        &desk,
        json!({}),
        // Names and declared types are a client's word; bytes are not.
        &[
            ("logo", "logo.svg", &logo),
            ("banner", "banner.png", &banner),
        ],
    )
    .ok();
    for (path, kind, bytes) in [
        ("/theme/logo", "image/png", &logo),
        ("/theme/banner", "image/jpeg", &banner),
    ] {
        let answer = anyone.get(path);
        assert_eq!(
            (answer.status, answer.bytes()),
            (200, bytes.as_slice()),
            "{path}"
        );
        for (name, value) in [
            ("Content-Type", kind),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "sandbox; default-src 'none'"),
            ("Cache-Control", "public, max-age=300"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert_eq!(anyone.send("HEAD", path, "", b"").status, 200);
        let tag = answer.header("ETag").expect("a version");
        let again = anyone.with_header("If-None-Match", tag).get(path);
        assert_eq!((again.status, again.bytes()), (304, &b""[..]), "{path}");
        assert_eq!(again.header("Cache-Control"), Some("public, max-age=300"));
    }
    let shown = desk.ada().get(PATH).ok();
    let address = shown["logo"].as_str().expect("an address");
    assert!(
        address.starts_with("https://desk.example.com/theme/logo?v="),
        "{address}"
    );
    let target = address.strip_prefix("https://desk.example.com").unwrap();
    assert_eq!(anyone.get(target).bytes(), logo);
    assert_eq!(shown["favicon"], json!(null));
    // Another logo has the same address, but for what makes browsers look again.
    upload(&desk, json!({}), &[("logo", "new.png", &png(60, 60))]).ok();
    let other = desk.ada().get(PATH).ok();
    assert_ne!(other["logo"], shown["logo"]);
    assert_eq!(other["banner"], shown["banner"]);
    assert_eq!(anyone.get("/theme/logo").bytes(), png(60, 60));
    assert_eq!(desk.number("SELECT count(*) FROM theme_image"), 2);
    assert_eq!(
        told(&desk),
        [
            ("theme".to_owned(), json!(["logo", "banner"])),
            ("theme".to_owned(), json!(["logo"]))
        ]
    );
}

#[test]
fn the_style_sheet_comes_as_a_file_or_as_text_and_is_served_as_css() {
    let desk = Desk::new();
    let css = "/* é */ a { color: red }";
    upload(&desk, json!({}), &[("customCSS", "my.css", css.as_bytes())]).ok();
    let answer = desk.anyone().get("/theme/custom.css");
    assert_eq!((answer.status, answer.text().as_str()), (200, css));
    assert_eq!(
        answer.header("Content-Type"),
        Some("text/css; charset=utf-8")
    );
    assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(desk.ada().get(PATH).ok()["customCSS"], css);
    let twice: [(&str, &str, &[u8]); 2] = [
        ("customCSS", "a.css", b"a { }"),
        ("customCSS", "b.css", b"b { }"),
    ];
    assert_eq!(
        upload(&desk, json!({}), &twice).json()["errors"]["customCSS"][0],
        "Upload one file in this field."
    );
    desk.ada()
        .put(PATH, theme(json!({ "customCSS": "b { }" })))
        .ok();
    assert_eq!(desk.anyone().get("/theme/custom.css").text(), "b { }");
    desk.ada().put(PATH, theme(json!({ "customCSS": "" }))).ok();
    desk.anyone().get("/theme/custom.css").error(404);
    assert_eq!(kept_files(&desk), 0);
}

#[test]
fn files_that_are_not_what_they_should_be_are_refused_before_any_is_kept() {
    let desk = Desk::new();
    let large = [png(50, 50), vec![0; 512 << 10], png(50, 50)].concat();
    let long_sheet = vec![b'x'; 65_537];
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let cases: [(&str, &[u8], &str); 9] = [
        ("logo", svg, "Upload a PNG or JPEG image."),
        ("logo", b"GIF89a\x01\0\x01\0", "Upload a PNG or JPEG image."),
        ("favicon", b"<html>", "Upload a PNG or JPEG image."),
        (
            "favicon",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
            "Upload a PNG or JPEG image.",
        ),
        ("logo", &large, "Upload an image of at most 512 KiB."),
        (
            "favicon",
            &jpeg(1, 513),
            "Upload an image of at most 512 pixels in width and height.",
        ),
        ("banner", &png(9, 9), "Upload one file in this field."),
        (
            "customCSS",
            &long_sheet,
            "Upload a style sheet of at most 64 KiB.",
        ),
        (
            "customCSS",
            b"\xff\xfe",
            "Upload a style sheet as text in UTF-8.",
        ),
    ];
    for (field, bytes, why) in cases {
        let good = ("banner", "b.png", &png(4_096, 9)[..]);
        let changed = json!({ "name": "Changed" });
        let answer = upload(&desk, changed, &[good, (field, "x.png", bytes)]);
        assert_eq!(answer.error(400), "invalid_request", "{field}");
        assert_eq!(answer.json()["errors"], json!({ field: [why] }));
    }
    assert_eq!(kept_files(&desk), 0);
    assert_eq!(desk.ada().get(PATH).ok()["name"], "pocketdesk");
    assert!(told(&desk).is_empty());
}

#[test]
fn an_image_stays_until_it_is_replaced_or_removed() {
    let desk = Desk::new();
    let ada = desk.ada();
    upload(
        &desk,
        json!({}),
        &[
            ("logo", "logo.png", &png(50, 50)),
            ("favicon", "f.png", &png(16, 16)),
        ],
    )
    .ok();
    let shown = ada.get(PATH).ok();
    // A form in which no file was chosen, a body that says nothing of it, and its own address.
    upload(&desk, json!({}), &[("logo", "", b"")]).ok();
    ada.put(PATH, theme(json!({}))).ok();
    ada.put(
        PATH,
        theme(json!({ "logo": shown["logo"], "favicon": shown["favicon"] })),
    )
    .ok();
    ada.put(
        PATH,
        theme(json!({ "logo": "https://desk.example.com/theme/logo" })),
    )
    .ok();
    assert_eq!(ada.get(PATH).ok(), shown);
    ada.put(PATH, theme(json!({ "logo": "" }))).ok();
    assert_eq!(desk.anyone().get("/theme/logo").status, 404);
    assert_eq!(ada.get(PATH).ok()["logo"], json!(null));
    // In a multipart form an empty text removes; other files are no business of a theme.
    let removed = json!({ "favicon": "" });
    let other: &[(&str, &str, &[u8])] = &[("attachments[]", "x.txt", b"x")];
    upload(&desk, removed.clone(), other).error(400);
    upload(&desk, removed, &[("attachments[]", "", b"")]).ok();
    assert_eq!(ada.get(PATH).ok()["favicon"], json!(null));
    assert_eq!(desk.number("SELECT count(*) FROM theme_image"), 0);
}

#[test]
fn the_sweep_spares_the_images_in_use_and_takes_those_before_them() {
    let desk = Desk::new();
    let hash = || -> String { desk.read(|view| view.one("SELECT hash FROM theme_image", [])) };
    upload(&desk, json!({}), &[("logo", "logo.png", &png(50, 50))]).ok();
    let before = hash();
    upload(&desk, json!({}), &[("logo", "logo.png", &png(60, 60))]).ok();
    assert_eq!(kept_files(&desk), 2);
    let parts = desk.app.parts();
    // What is swept is older than a day by the desk's clock, which stands in the past.
    desk.clock.advance(10 * 365 * 24 * 60 * 60);
    scheduler::sweep_attachments(desk.app.parts()).expect("it is swept");
    assert!(parts.files.reader(&before).is_err());
    assert!(parts.files.reader(&hash()).is_ok());
}

#[test]
fn a_script_is_shown_to_admins_and_to_nobody_else() {
    let desk = Desk::new();
    let script = "document.title = 'mine'";
    desk.ada()
        .put(PATH, theme(json!({ "script": script })))
        .ok();
    assert_eq!(desk.ada().get(PATH).ok()["script"], script);
    for client in [desk.grace(), desk.alan()] {
        client.get(PATH).error(403);
        client.put(PATH, theme(json!({ "script": "x" }))).error(403);
    }
    for target in ["/", "/api/labels.html", "/theme/custom.css", "/setup"] {
        let page = desk.anyone().get(target).text();
        assert!(!page.contains(script), "{target}");
    }
    // The event says that it was changed, and not to what.
    assert_eq!(told(&desk), [("theme".to_owned(), json!(["script"]))]);
}
