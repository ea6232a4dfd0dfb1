//! The picture of `docs/reliability.md`: requests over time, a panel for each fault.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::fleet_line::{Course, END, FAILS_AT, STEADY, WELL_AT};

const WIDTH: f64 = 768.0;
/// The plot of a panel, and from one panel to the next.
const PLOT: (f64, f64) = (308.0, 140.0);
const STEP: (f64, f64) = (380.0, 216.0);
/// The upper left corner of the first plot.
const ORIGIN: (f64, f64) = (66.0, 72.0);

/// The upper end of the scale, in requests per second, and what is between two of its marks.
const MOST: f64 = 8000.0;
const MARK: usize = 2000;

/// Seconds between two marks of time, and those that make one point of the line: it shows the highest of them.
const TIME_MARK: usize = 300;
const POINT: usize = 5;

const STYLE: &str = "
  text { font: 12px system-ui, sans-serif; fill: #3d4450; }
  .small { font-size: 11px; fill: #5d6470; } .title { font-weight: 600; }
  .rate { fill: none; stroke: #d9480f; stroke-width: 1.5; stroke-linejoin: round; }
  .twice { stroke: #3d4450; stroke-width: 1.5; stroke-dasharray: 6 4; }
  .steady { stroke: #6b7482; stroke-width: 1; stroke-dasharray: 1.5 3; }
  .grid { stroke: #e1e5ea; } .axis { stroke: #8b95a5; } .outage { fill: #8b95a5; fill-opacity: .2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #d5dae3; } .small { fill: #a5adbb; } .rate { stroke: #ff8a4a; }
    .twice { stroke: #d5dae3; } .steady { stroke: #9aa3b2; } .grid { stroke: #343b46; } .axis { stroke: #7d8796; }
  }
";

/// Writes the picture to a file of the repository.
pub fn write(file: &str, courses: &[(&str, Course)]) {
    let rows = courses.len().div_ceil(2);
    let height = ORIGIN.1 + STEP.1 * rows as f64 - 16.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Requests per second of 100,000 pages before, during and after \
         an outage of five minutes, for six faults; never more than twice the steady rate\">\n<style>{STYLE}</style>\n"
    );
    legend(&mut out);
    for (index, (name, course)) in courses.iter().enumerate() {
        let x = ORIGIN.0 + STEP.0 * (index % 2) as f64;
        let y = ORIGIN.1 + STEP.1 * (index / 2) as f64;
        writeln!(out, "<g transform=\"translate({x} {y})\">").unwrap();
        panel(&mut out, name, course);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(file), out).unwrap();
}

fn legend(out: &mut String) {
    line(out, "rate", (12.0, 18.0), (36.0, 18.0));
    text(out, "", "start", (42.0, 22.0), "requests, the highest second of every five");
    line(out, "twice", (336.0, 18.0), (360.0, 18.0));
    text(out, "", "start", (366.0, 22.0), "twice the steady rate");
    line(out, "steady", (526.0, 18.0), (550.0, 18.0));
    text(out, "", "start", (556.0, 22.0), "steady rate");
    out.push_str("<rect class=\"outage\" x=\"664\" y=\"11\" width=\"14\" height=\"14\"/>\n");
    text(out, "", "start", (684.0, 22.0), "outage");
}

fn panel(out: &mut String, name: &str, course: &Course) {
    let (width, height) = PLOT;
    text(out, "title", "start", (0.0, -12.0), name);
    let (from, to) = (across(FAILS_AT), across(WELL_AT));
    writeln!(
        out,
        "<rect class=\"outage\" x=\"{from:.1}\" y=\"0\" width=\"{:.1}\" height=\"{height}\"/>",
        to - from
    )
    .unwrap();
    for mark in (0..=MOST as usize).step_by(MARK) {
        let y = up(mark as f64);
        line(out, if mark == 0 { "axis" } else { "grid" }, (0.0, y), (width, y));
        text(out, "small", "end", (-6.0, y + 4.0), &thousands(mark));
    }
    for second in (FAILS_AT..=END).step_by(TIME_MARK) {
        let x = across(second);
        line(out, "axis", (x, height), (x, height + 4.0));
        text(out, "small", "middle", (x, height + 17.0), &((second - FAILS_AT) / 60).to_string());
    }
    let middle = height / 2.0;
    writeln!(
        out,
        "<text class=\"small\" transform=\"translate(-48 {middle}) rotate(-90)\" text-anchor=\"middle\">\
         requests per second</text>"
    )
    .unwrap();
    text(out, "small", "middle", (width / 2.0, height + 34.0), "minutes since the outage began");
    line(out, "steady", (0.0, up(STEADY)), (width, up(STEADY)));
    line(out, "twice", (0.0, up(2.0 * STEADY)), (width, up(2.0 * STEADY)));
    out.push_str("<polyline class=\"rate\" points=\"");
    for (index, seconds) in course.requests.chunks(POINT).enumerate() {
        let highest = seconds.iter().copied().max().unwrap();
        write!(out, "{:.1},{:.1} ", across(index * POINT), up(f64::from(highest))).unwrap();
    }
    out.push_str("\"/>\n");
}

fn across(second: usize) -> f64 {
    second as f64 / END as f64 * PLOT.0
}

fn up(rate: f64) -> f64 {
    PLOT.1 * (1.0 - rate / MOST)
}

fn line(out: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    writeln!(
        out,
        "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
        from.0, from.1, to.0, to.1
    )
    .unwrap();
}

fn text(out: &mut String, class: &str, anchor: &str, at: (f64, f64), text: &str) {
    writeln!(
        out,
        "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{text}</text>",
        at.0, at.1
    )
    .unwrap();
}

fn thousands(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}
