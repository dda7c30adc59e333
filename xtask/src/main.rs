//! Set-up, build, demo, test and bench: `cargo xtask NAME`.

fn main() {}
