# Short names for what is done daily. Everything here is plain cargo: nobody needs just.

# Serve a filled demo desk, built for debugging
dev *options:
    cargo run -- demo {{ options }}

# All tests, or those that a filter names
test *filter:
    cargo test {{ filter }}

# What CI checks besides the tests
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# The crate's documentation, private items too
docs:
    cargo doc --no-deps --document-private-items

# A demo desk that stays, to serve with: cargo run -- serve --data target/desk
seed:
    cargo run --release -- demo --data target/desk

# Holes, licences and sources of the dependencies (cargo install cargo-deny --locked)
deny:
    cargo deny check

# What the desk does a second
bench tickets="100000":
    cargo bench --bench desk -- --tickets {{ tickets }}

# Everything that must hold before a change is taken
ci:
    .ci/run
