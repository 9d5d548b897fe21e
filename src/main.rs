//! The program `newssearch`.

use std::process::ExitCode;

fn main() -> ExitCode {
    newssearch::cli::run()
}
