//! The `ab2d` command.
fn main() {}
