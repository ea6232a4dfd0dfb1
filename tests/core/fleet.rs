//! A fleet: what 100,000 pages do to an ingest that fails for five minutes and then is well again.
//!
//! What the ingest answers depends on the time alone, so pages (`fleet_line`) know nothing of each other and are played one
//! after the other. Time and dice are the test's own.
//!
//! The picture and the table of `docs/reliability.md` are made by
//!
//! ```sh
//! cargo test --test core fleet::draws -- --ignored --nocapture
//! ```

use crate::fleet_line::{CLIENTS, Course, END, FAILS_AT, Fault, Line, WELL_AT, answer};
use crate::fleet_picture;

/// By then nearly every page has met the outage.
const KNOWN_AT: usize = FAILS_AT + 60;

/// Each fault with what it is called.
const FAULTS: [(&str, Fault); 6] = [
    ("503", Fault::Answers(&answer(503, "", None))),
    ("503, Retry-After: 60", Fault::Answers(&answer(503, "", Some(Some(60))))),
    ("429", Fault::Answers(&answer(429, "", None))),
    ("429, limits for transactions", Fault::Limits(&answer(429, "60:transaction:organization", None))),
    ("network down", Fault::Fails),
    ("server hangs", Fault::Hangs),
];

/// The figures of a fault for the table of `docs/reliability.md`.
fn row(name: &str, course: &Course) -> String {
    format!(
        "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} % |",
        course.peak(WELL_AT..END),
        course.peak(FAILS_AT..KNOWN_AT),
        course.mean(KNOWN_AT..WELL_AT),
        course.mean(WELL_AT - 60..WELL_AT),
        // Down, so that 100 % is all of it.
        (course.arrived() * 1000.0).floor() / 10.0,
    )
}

/// Plays all pages; `seed` gives them their dice.
fn play(fault: Fault, seed: usize) -> Course {
    let mut course = Course::new();
    for page in 0..CLIENTS {
        Line::new(fault, &mut course, (seed * CLIENTS + page) as u64).live();
    }
    course
}

fn holds(index: usize) {
    let (name, fault) = FAULTS[index];
    let course = play(fault, index);
    let seen = row(name, &course);
    println!("{seen}");
    // The ingest was asked before, and is again.
    assert!((0.9..1.1).contains(&course.mean(END - 60..END)), "{seen}");
    assert!(course.peak(WELL_AT..END) <= 2.0, "{seen}");
    // Nor do those who find out about the outage ask more often.
    assert!(course.peak(FAILS_AT..WELL_AT) <= 2.0, "{seen}");
    // The steady rate and what chance adds to it in a second.
    assert!(course.peak(KNOWN_AT..WELL_AT) <= 1.1, "{seen}");
    assert!(course.mean(KNOWN_AT..WELL_AT) <= 0.45, "{seen}");
    assert_eq!(course.lost, 0, "{seen}");
    assert!(course.arrived() >= 0.99, "{seen}");
}

#[test]
fn after_503() {
    holds(0);
}

#[test]
fn after_503_with_retry_after() {
    holds(1);
}

#[test]
fn after_429() {
    holds(2);
}

#[test]
fn after_429_with_limits() {
    holds(3);
}

#[test]
fn after_a_network_that_was_down() {
    holds(4);
}

#[test]
fn after_a_server_that_hung() {
    holds(5);
}

#[test]
#[ignore = "writes docs/reliability.svg"]
fn draws() {
    let mut courses = Vec::new();
    for (index, (name, fault)) in FAULTS.into_iter().enumerate() {
        let course = play(fault, index);
        println!("{}", row(name, &course));
        courses.push((name, course));
    }
    fleet_picture::write("docs/reliability.svg", &courses);
}
