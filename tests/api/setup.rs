//! The first owner: whoever has the code from the console, and nobody after them.

use crate::support::client::Answer;
use crate::support::{Client, Desk};

/// A desk without an owner, and the code that its console shows.
fn unowned() -> (Desk, String) {
    let desk = Desk::new();
    desk.write(|change| change.run("DELETE FROM profile WHERE role_id = 1", []));
    let code = desk.app.parts().setup_code.issue().expect("the first code");
    (desk, code)
}

fn post(client: &Client, fields: &[(&str, &str)]) -> Answer {
    client.post_form("/setup", fields)
}

/// What a browser sends when all is filled in well.
fn filled(code: &str) -> [(&str, &str); 6] {
    [
        ("code", code),
        ("firstName", "Maren"),
        ("lastName", "Holt"),
        ("email", "maren@example.com"),
        ("password[first]", "correct horse"),
        ("password[second]", "correct horse"),
    ]
}

#[test]
fn the_code_makes_the_owner_once() {
    let (desk, code) = unowned();
    let anyone = desk.anyone();
    let page = anyone.get(&format!("/setup?code={code}"));
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.header("Cache-Control"), Some("no-store"));
    assert_eq!(page.header("Referrer-Policy"), Some("no-referrer"));
    assert!(page.text().contains(&code) && !page.text().contains("<script"));

    let done = post(&anyone, &filled(&code));
    assert_eq!(done.status, 200, "{}", done.text());
    for word in [
        "Maren",
        "maren@example.com",
        "pocketdesk token create",
        "https://desk.example.com/api/",
    ] {
        assert!(done.text().contains(word), "{word}: {}", done.text());
    }
    assert!(!done.text().contains(&code));
    // Who made the desk theirs is signed in, and goes on from there.
    let cookie = done.header("Set-Cookie").expect("a session");
    let cookie = cookie.split(';').next().expect("a name and a value");
    let browser = anyone.with_header("Cookie", cookie);
    let tickets = browser.get("/en/api/tickets.html");
    assert_eq!(tickets.status, 200, "{}", tickets.text());
    assert_eq!(desk.number("SELECT count(*) FROM mail_out"), 0);
    let hash: String = desk.read(|view| {
        view.one(
            "SELECT password_hash FROM user JOIN profile ON profile.user_id = user.id
             WHERE email = 'maren@example.com' AND role_id = 1",
            [],
        )
    });
    let hasher = &desk.app.parts().hasher;
    assert!(hasher.verify("correct horse", Some(&hash)).unwrap());
    desk.as_email("maren@example.com").get("/api/tickets").ok();
    assert_eq!(
        desk.number("SELECT count(*) FROM event WHERE kind = 'member_created'"),
        1
    );

    assert_eq!(anyone.get(&format!("/setup?code={code}")).status, 404);
    assert_eq!(post(&anyone, &filled(&code)).status, 404);
    assert_eq!(
        desk.number("SELECT count(*) FROM profile WHERE role_id = 1"),
        1
    );
}

#[test]
fn without_the_code_there_is_no_such_page() {
    let (desk, code) = unowned();
    let anyone = desk.anyone();
    for wrong in [
        "",
        "x",
        &code[1..],
        &code.to_uppercase().replace(['0', '1'], "A"),
    ] {
        assert_eq!(anyone.get(&format!("/setup?code={wrong}")).status, 404);
        assert_eq!(post(&anyone, &filled(wrong)).status, 404);
    }
    assert_eq!(anyone.get("/setup").status, 404);
    assert_eq!(post(&anyone, &[]).status, 404);
    assert_eq!(desk.grace().get("/setup?code=x").status, 404);
    assert_eq!(
        desk.number("SELECT count(*) FROM profile WHERE role_id = 1"),
        0
    );
}

#[test]
fn no_code_helps_on_a_desk_that_has_its_owner() {
    let desk = Desk::new();
    let code = desk.app.parts().setup_code.issue().unwrap();
    assert_eq!(
        desk.anyone().get(&format!("/setup?code={code}")).status,
        404
    );
    assert_eq!(post(&desk.anyone(), &filled(&code)).status, 404);
    assert_eq!(post(&desk.ada(), &filled(&code)).status, 404);
}

#[test]
fn faults_stand_at_their_fields_and_no_password_comes_back() {
    let (desk, code) = unowned();
    for (field, value, fault) in [
        ("firstName", "", "Fill in this field."),
        ("firstName", "   ", "Fill in this field."),
        (
            "lastName",
            &*"x".repeat(101),
            "fewer characters: 100 at most",
        ),
        ("email", "maren at example", "valid e-mail address"),
        (
            "password[second]",
            "correct house",
            "same password in both fields",
        ),
        ("password[first]", "", "same password in both fields"),
        ("email", "grace@example.com", "grace@example.com"),
    ] {
        let mut fields = filled(&code);
        let changed = fields.iter_mut().find(|(name, _)| *name == field).unwrap();
        changed.1 = value;
        let page = post(&desk.anyone(), &fields);
        let text = page.text();
        assert_eq!(page.status, 400, "{field}={value}: {text}");
        assert!(text.contains(fault), "{field}={value}: {text}");
        assert_eq!(
            text.matches("aria-invalid").count(),
            2,
            "one field and the style: {text}"
        );
        assert!(!text.contains("correct"), "{text}");
        for (name, typed) in fields {
            if !name.starts_with("password") && !typed.trim().is_empty() {
                assert!(
                    text.contains(&format!("value=\"{typed}\"")),
                    "{name}: {text}"
                );
            }
        }
    }
    let short = post(
        &desk.anyone(),
        &[
            ("code", &code),
            ("firstName", "<b>\"Maren\""),
            ("email", "maren@example.com"),
            ("password[first]", "short"),
            ("password[second]", "short"),
        ],
    );
    assert_eq!(short.status, 400);
    assert!(
        short.text().contains("at least 8 characters"),
        "{}",
        short.text()
    );
    assert!(!short.text().contains("<b>"), "{}", short.text());
    assert_eq!(
        desk.number("SELECT count(*) FROM profile WHERE role_id = 1"),
        0
    );
    assert_eq!(
        post(&desk.anyone(), &filled(&code)).status,
        200,
        "all can be put right"
    );
}

#[test]
fn of_many_who_try_at_once_one_is_the_owner() {
    let (desk, code) = unowned();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..6)
            .map(|number| {
                let (client, code) = (desk.anyone(), &code);
                scope.spawn(move || {
                    let email = format!("owner{number}@example.com");
                    let mut fields = filled(code);
                    fields[3].1 = &email;
                    post(&client, &fields).status
                })
            })
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert!(
        statuses.iter().all(|status| matches!(status, 200 | 404)),
        "{statuses:?}"
    );
    assert_eq!(
        desk.number("SELECT count(*) FROM profile WHERE role_id = 1"),
        1
    );
    assert_eq!(
        desk.number("SELECT count(*) FROM user WHERE email LIKE 'owner%'"),
        1
    );
}

#[test]
fn the_page_speaks_the_languages_of_its_reader() {
    let (desk, code) = unowned();
    let target = format!("/setup?code={code}");
    for (language, word) in [
        ("fr-CH, en;q=0.5", "Devenir propriétaire"),
        ("it", "Diventa proprietario"),
        ("de", "Inhaber werden"),
        ("es", "Become the owner"),
    ] {
        let page = desk
            .anyone()
            .with_header("Accept-Language", language)
            .get(&target);
        assert!(page.text().contains(word), "{language}: {}", page.text());
    }
}
