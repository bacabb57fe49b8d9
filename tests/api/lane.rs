//! What kind of work a request is, by its head.

use pocketdesk::web::lane::Lane;

use crate::support::Desk;

#[test]
fn what_takes_long_is_told_by_its_head() {
    let desk = Desk::new();
    let table = [
        ("POST", "/sign-in", 100, Lane::Passwords),
        ("POST", "/oauth/v2/token", 100, Lane::Passwords),
        ("POST", "/setup", 100, Lane::Passwords),
        ("POST", "/api/members", 100, Lane::Passwords),
        ("PUT", "/api/member/7", 100, Lane::Passwords),
        ("PUT", "/api/member/profile.json", 100, Lane::Passwords),
        ("POST", "/api/customers", 100, Lane::Passwords),
        ("PUT", "/api/customer/7", 100, Lane::Passwords),
        ("GET", "/sign-in", 0, Lane::Quick),
        ("GET", "/en/api/tickets.html", 0, Lane::Pages),
        (
            "GET",
            "/api/tickets.json?status=1&search=printer",
            0,
            Lane::Searches,
        ),
        ("GET", "/api/customers?search=", 0, Lane::Quick),
        ("GET", "/api/search.json?search=a", 0, Lane::Searches),
        (
            "POST",
            "/api/ticket/7/threads.json",
            5_000_000,
            Lane::LargeBodies,
        ),
        ("POST", "/api/ticket/7/threads.json", 5_000, Lane::Quick),
        ("GET", "/api/ticket/7", 0, Lane::Quick),
        ("GET", "/nowhere", 0, Lane::Quick),
    ];
    for (method, target, length, lane) in table {
        assert_eq!(
            desk.app.lane_of((method, target), length),
            lane,
            "{method} {target}"
        );
    }
}
