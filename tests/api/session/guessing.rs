//! Whoever guesses passwords: slowed, and told nothing.

use pocketdesk::base::who::{Caller, Who};
use pocketdesk::desk::sign_in::Login;

use super::{Browser, PASSWORD, field};
use crate::support::Desk;

#[test]
fn whoever_guesses_is_slowed_whether_or_not_the_account_is_there() {
    let desk = Desk::new();
    desk.set_password("ada@example.com", PASSWORD);
    let mut bodies = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        let mut browser = Browser::new(desk.anyone());
        let mut texts = Vec::new();
        for _ in 0..10 {
            let answer = browser.try_sign_in(email, "wrong horse", "");
            assert_eq!(answer.status, 400);
            let csrf = field(&answer, "_csrf");
            texts.push(answer.text().replace(email, "").replace(&csrf, ""));
        }
        let answer = browser.try_sign_in(email, "wrong horse", "");
        assert_eq!(answer.status, 429, "{}", answer.text());
        assert_eq!(answer.header("retry-after"), Some("1"));
        bodies.push(texts);
    }
    assert_eq!(bodies[0], bodies[1]);
    // The right password waits too, else the wait would tell nothing but right from wrong.
    let mut browser = Browser::new(desk.anyone());
    let early = browser.try_sign_in("ada@example.com", PASSWORD, "");
    assert_eq!(early.status, 429);
    desk.clock.advance(1);
    let later = browser.try_sign_in("ada@example.com", PASSWORD, "");
    assert_eq!(later.status, 303);
    let wrong = browser.try_sign_in("grace@example.com", "x", "");
    assert_eq!(wrong.status, 400, "others are not slowed");
}

#[test]
fn an_address_that_tries_many_accounts_is_slowed_and_no_other() {
    let desk = Desk::new();
    desk.set_password("ada@example.com", PASSWORD);
    let at_home = desk.anyone().at_address("198.51.100.7");
    let mut browser = Browser::new(at_home.clone());
    browser.try_sign_in("ada@example.com", PASSWORD, "");
    let mut stranger = Browser::new(desk.anyone().at_address("192.0.2.66"));
    for number in 0..20 {
        let email = if number < 10 {
            "ada@example.com".to_owned()
        } else {
            format!("user{number}@example.com")
        };
        assert_eq!(stranger.try_sign_in(&email, "x", "").status, 400);
    }
    assert_eq!(stranger.try_sign_in("new@example.com", "x", "").status, 429);
    // Nobody can keep her out of where she was let in before.
    let mut browser = Browser::new(at_home);
    let answer = browser.try_sign_in("ada@example.com", PASSWORD, "");
    assert_eq!(answer.status, 303, "{}", answer.text());
}

/// The work of a hash is done for an account that is not there as well. Without it the
/// answer comes in a tenth of the time.
#[test]
fn an_unknown_account_takes_as_long() {
    let desk = Desk::new();
    desk.set_password("ada@example.com", PASSWORD);
    let hasher = &desk.app.parts().hasher;
    let works = ["ada@example.com", "nobody@example.com", "grace@example.com"].map(|email| {
        let before = hasher.work();
        let who =
            pocketdesk::desk::sign_in::prove(desk.app.parts(), None, &login(email, "wrong horse"));
        assert!(who.unwrap().is_none(), "{email}");
        hasher.work() - before
    });
    assert!(works[0] > 10_000, "{works:?}");
    assert!(works.iter().all(|work| *work == works[0]), "{works:?}");
}

/// The password is looked at before the change that begins a session has its turn.
#[test]
fn a_password_that_was_changed_meanwhile_lets_nobody_in() {
    let desk = Desk::new();
    desk.set_password("ada@example.com", PASSWORD);
    let prove = || {
        let parts = desk.app.parts();
        let proved =
            pocketdesk::desk::sign_in::prove(parts, None, &login("ada@example.com", PASSWORD));
        proved.unwrap().expect("it is her password")
    };
    let proved = prove();
    assert!(desk.read(|view| proved.stands(view)));
    // The same password has another hash.
    desk.set_password("ada@example.com", PASSWORD);
    assert!(!desk.read(|view| proved.stands(view)));
    let caller = Caller {
        who: Who {
            session: Some(999),
            ..prove().who
        },
        ..Caller::nobody()
    };
    let db = &desk.app.parts().db;
    let confirmed = db.write(&caller, |change| pocketdesk::access::confirm(change.view()));
    assert!(confirmed.is_err(), "a session that is not there any more");
}

fn login<'a>(email: &'a str, password: &'a str) -> Login<'a> {
    Login {
        email,
        password,
        side: None,
    }
}
