//! Pages for whoever comes with a browser and no address of a page.

use crate::support::Desk;

#[test]
fn a_browser_without_an_address_is_led_to_where_everybody_begins() {
    let desk = Desk::new();
    for (target, start) in [
        ("/", "/en/sign-in"),
        ("/de", "/de/sign-in"),
        ("/fr/", "/fr/sign-in"),
    ] {
        let answer = desk.anyone().get(target);
        assert_eq!(answer.status, 303, "{target}: {}", answer.text());
        assert_eq!(answer.header("location"), Some(start), "{target}");
    }
}

#[test]
fn what_is_not_there_is_a_page_for_a_browser_and_json_for_a_program() {
    let desk = Desk::new();
    let browser = desk
        .anyone()
        .with_header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    for (target, title) in [
        ("/nothing", "Nothing is here"),
        ("/de/nichts/hier", "Hier ist nichts"),
        ("/setup", "Nothing is here"),
    ] {
        let page = browser.get(target);
        assert_eq!(page.status, 404, "{target}");
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(page.text().contains(title), "{target}: {}", page.text());
        assert!(
            page.text().contains("href=\"/"),
            "a way on: {}",
            page.text()
        );
    }
    assert_eq!(desk.anyone().get("/nothing").error(404), "not_found");
    // What programs ask for stays what they read.
    assert_eq!(browser.get("/api/nothing").error(404), "not_found");
}
