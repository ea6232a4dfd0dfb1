//! What is said of a DSN that is wrong, on the standard error output. Each case is a process of its own, which is this test
//! once more.

use std::env;
use std::io::pipe;
use std::process::{Command, Stdio};

use throughline::server::{DsnError, ServerOptions};

const GIVEN: &str = "THROUGHLINE_TEST_DSN";

fn again(dsn: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "--nocapture", "complaint::of_one_dsn"]).env(GIVEN, dsn).stdout(Stdio::piped());
    command
}

#[test]
fn of_one_dsn() {
    if let Ok(dsn) = env::var(GIVEN) {
        assert_eq!(ServerOptions::new(&dsn).dsn_error(), Some(DsnError::Project));
    }
}

#[test]
fn a_wrong_dsn_is_named_without_its_keys() {
    for dsn in ["https://key:hidden@o7.test/x", "https://hidden@o7.test/x"] {
        let output = again(dsn).output().unwrap();
        let (said, tests) =
            (String::from_utf8(output.stderr).unwrap(), String::from_utf8(output.stdout).unwrap());
        assert!(output.status.success() && tests.contains("1 passed"), "{tests} {said}");
        assert!(said.contains("the dsn \"https://…@o7.test/x\" is invalid"), "{said}");
        assert!(!said.contains("hidden"), "{said}");
    }
}

#[test]
fn where_nobody_listens_the_server_starts_all_the_same() {
    let (listener, closed) = pipe().unwrap();
    drop(listener);
    let output = again("https://key@o7.test/x").stderr(closed).output().unwrap();
    let tests = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && tests.contains("1 passed"), "{tests}");
}
