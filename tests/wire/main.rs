//! The public socket as clients meet it: real connections, bytes as they go over the wire.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on fails where it stands"
)]

#[expect(
    dead_code,
    unused_imports,
    reason = "the tests of the API use the rest"
)]
#[path = "../support/mod.rs"]
mod support;

mod answers;
mod bodies;
mod client;
mod crowd;
mod ending;
mod files;
mod framing;
mod habits;
mod house;
mod proxies;
mod refusals;
mod shares;
mod slow;
mod tls;
