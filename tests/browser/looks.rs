//! How pages look: that none is wider than its window, and pictures for whoever wants to see.

use std::path::Path;

use base64ct::{Base64, Encoding};
use serde_json::json;

use crate::chromium::{Chromium, Page};
use crate::{Demo, PASSWORD};

/// Where pictures are kept.
const PICTURES: &str = "POCKETDESK_PICTURES";

/// A name for the picture, and the address.
const PAGES: [(&str, &str); 7] = [
    ("signed_in", "/de/sign-in"),
    ("list", "/de/api/tickets.html?limit=4"),
    ("ticket", "/de/api/ticket/4801.html"),
    ("missing", "/de/api/ticket/999999.html"),
    ("problem", "/de/member/oauth/v2/auth?client_id=nobody"),
    ("docs", "/de/api/docs"),
    ("docs_open", "/de/api/docs#update_label"),
];

/// The first elements that reach beyond the window.
const BEYOND: &str = "[...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5)
    .slice(0, 5).map(one => one.outerHTML.slice(0, 100))";

pub(crate) fn every_page_fits(chromium: &Chromium, demo: &Demo) {
    let page = chromium.page();
    look(&page, demo, "sign_in", "/de/sign-in");
    page.open(&demo.at("/de/sign-in"));
    demo.sign_in(&page, "admin", "wrong");
    page.wait("document.querySelector('.alert')");
    at_every_size(&page, "sign_in_refused");
    look(&page, demo, "asked_to_sign_in", "/de/api/tickets.html");
    page.open(&demo.at("/de/sign-in"));
    demo.sign_in(&page, "owner", PASSWORD);
    page.wait("document.querySelector('.person')");
    for (name, target) in PAGES {
        look(&page, demo, name, target);
    }
}

fn look(page: &Page<'_>, demo: &Demo, name: &str, target: &str) {
    page.open("about:blank");
    page.open(&demo.at(target));
    at_every_size(page, name);
}

#[expect(
    clippy::disallowed_methods,
    reason = "a picture is for whoever looks, and may be lost"
)]
pub(crate) fn at_every_size(page: &Page<'_>, name: &str) {
    let folder = std::env::var_os(PICTURES);
    for width in [380, 1200] {
        for scheme in ["light", "dark"] {
            page.look(width, scheme);
            page.wait(&format!("innerWidth === {width}"));
            let over = page.value("document.documentElement.scrollWidth - innerWidth");
            let beyond = page.value(BEYOND);
            assert_eq!(over, Some(json!(0)), "{name} at {width}: {beyond:?}");
            if let Some(folder) = &folder {
                let picture = Base64::decode_vec(&page.picture()).expect("Base64");
                let path = Path::new(folder).join(format!("{name}-{width}-{scheme}.png"));
                std::fs::write(path, picture).expect("the picture is kept");
            }
        }
    }
}
