//! What live spans of Rust and of the package must do alike: the programs of `tests/vectors/flows/`, whose grammar is in the
//! README there. `tests/package/flows.test.mjs` runs the same on `js/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use throughline::app::attributes::Attributes;
use throughline::app::envelope::Sender;
use throughline::app::idle::Waiting;
use throughline::app::link::Link;
use throughline::app::span_key::SpanKey;
use throughline::app::start_span::{Parent, StartSpan};
use throughline::app::status::Status;
use throughline::codec::context::PropagationContext;
use throughline::codec::id::TraceId;
use throughline::codec::json::Json;
use throughline::codec::time::Timestamp;
use throughline::decide::idle::Timeouts;

use crate::fake_host::{Envelope, Page, init};

/// Seconds of Unix time at which each program begins.
const EPOCH: f64 = 1_000_000_000.0;
const TRACE: &str = "11111111111111111111111111111111";

#[test]
fn live_spans_do_what_the_flows_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/flows");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    assert!(files.len() > 20, "the flows are there");
    let failures: Vec<String> = files.iter().filter_map(|path| failure(path)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// What is wrong about a flow, if anything is.
fn failure(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).unwrap();
    let (program, expected) = text.split_once("=>\n").expect("a flow has an arrow");
    let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
    let left = Flow::run(program);
    (left != expected).then(|| {
        format!("{}\nexpected:\n{}\nleft:\n{}", path.display(), expected.join("\n"), left.join("\n"))
    })
}

struct Flow {
    page: Page,
    spans: BTreeMap<String, SpanKey>,
    /// Labels by span id.
    labels: BTreeMap<String, String>,
}

impl Flow {
    fn run(program: &str) -> Vec<String> {
        let mut lines = program
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(words_of)
            .peekable();
        let options = lines.next_if(|words| words[0] == "options");
        let mut flow = Flow::begin(&options.unwrap_or_else(|| vec!["rate=1".to_owned()]));
        for words in lines {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            flow.command(&words);
        }
        flow.page.sdk.report_losses();
        (0..flow.page.sent()).flat_map(|index| flow.print(index)).collect()
    }

    fn begin(options: &[String]) -> Flow {
        let options: BTreeMap<&str, &str> =
            options.iter().filter_map(|option| option.split_once('=')).collect();
        let option = |name: &str| options.get(name).copied();
        let mut init = init(option("rate").unwrap_or("off"));
        init.sender = Sender::default();
        init.settings.public_key = "public".to_owned();
        init.settings.org_id.clear();
        init.settings.release = option("release").unwrap_or_default().to_owned();
        if let Some(environment) = option("environment") {
            init.settings.environment = environment.to_owned();
        }
        init.settings.parent_is_root = option("parentIsRoot") != Some("false");
        let page = Page::new();
        page.world.now.set((EPOCH * 1e6) as u64);
        page.sdk.init(init);
        let flow = Flow { page, spans: BTreeMap::new(), labels: BTreeMap::new() };
        flow.draw("0.5");
        flow
    }

    fn command(&mut self, words: &[&str]) {
        let page = self.page.clone();
        let key = |label: &str| self.spans[label];
        let below = |of: &str, parent: fn(SpanKey) -> Parent| StartSpan {
            parent: parent(key(of)),
            ..StartSpan::default()
        };
        match *words {
            ["lot", lot] => self.draw(lot),
            ["continue", sentry_trace] => page.receive_trace(sentry_trace, ""),
            ["continue", sentry_trace, baggage] => page.receive_trace(sentry_trace, baggage),
            ["root", label, name, ref words @ ..] => self.start(label, name, words, StartSpan::default()),
            ["idle", label, name, ref words @ ..] => {
                let idle = Some(waiting(words));
                let others: Vec<&str> = words.iter().copied().filter(|word| !is_waiting(word)).collect();
                self.start(label, name, &others, StartSpan { idle, ..StartSpan::default() });
            }
            ["child", label, "of", of, name, ref words @ ..] => {
                let start = below(of, Parent::Span);
                self.start(label, name, words, start);
            }
            ["below", label, "of", of, name, ref words @ ..] => {
                let start = below(of, Parent::Active);
                self.start(label, name, words, start);
            }
            ["own", label, "of", of, name, ref words @ ..] => {
                let start = StartSpan { new_root: true, ..below(of, Parent::Span) };
                self.start(label, name, words, start);
            }
            ["alone", label, "of", of, name, ref words @ ..] => {
                let start = StartSpan { standalone: true, ..below(of, Parent::Span) };
                self.start(label, name, words, start);
            }
            ["children", count, "of", of, name] => {
                (0..count.parse().unwrap()).for_each(|_: u32| page.end(page.child(key(of), name)));
            }
            ["set", label, ref words @ ..] => page.sdk.set_attributes(
                key(label),
                words.iter().filter_map(|word| word.split_once('=')).map(|(name, value)| {
                    (name.to_owned(), Some(value).filter(|value| !value.is_empty()).map(json_of))
                }),
            ),
            ["status", label, code, ref message @ ..] => {
                let message = message.first().copied().unwrap_or_default();
                page.sdk.set_status(key(label), Status::from_code(code.parse().unwrap(), message));
            }
            ["rename", label, name] => page.sdk.set_name(key(label), name),
            ["measure", label, name, value, unit] => {
                let measurement = format!("{{\"value\":{value},\"unit\":\"{unit}\"}}");
                page.sdk.set_measurement(key(label), name, Json::raw(measurement).unwrap());
            }
            ["link", label, "to", other] => {
                let other = page.sdk.started(key(other)).unwrap();
                page.sdk.add_links(key(label), [Link::to(other.trace_id, other.span_id, other.sampled)]);
            }
            ["wait", millis] => page.advance(millis.parse().unwrap()),
            ["end", label] => page.end(key(label)),
            ["end", label, "at", time] => {
                let seconds = EPOCH + time.parse::<f64>().unwrap() / 1000.0;
                page.sdk.end_span(key(label), Timestamp::from_input(seconds));
            }
            ["allow", _] => page.sdk.allow_idle_finish(),
            ["hide", label] => {
                let layer = page.scopes.enter(Some(key(label)));
                page.sdk.hide();
                page.scopes.leave(layer);
            }
            ["leave"] => page.sdk.leave_page(),
            _ => panic!("there is no such command in flows: {}", words.join(" ")),
        }
    }

    /// Begins the trace of all flows with this lot.
    fn draw(&self, lot: &str) {
        let trace_id = TraceId::parse(TRACE).unwrap();
        self.page.scopes.set_page_context(PropagationContext::begin(trace_id, lot.parse().unwrap()));
    }

    fn start(&mut self, label: &str, name: &str, words: &[&str], start: StartSpan<'_>) {
        let mut attributes = Attributes::default();
        for (name, value) in words.iter().filter_map(|word| word.split_once('=')) {
            attributes.set(if name == "op" { "sentry.op" } else { name }, json_of(value));
        }
        let started = self.page.start(StartSpan { name, attributes, ..start });
        self.spans.insert(label.to_owned(), started.key.unwrap());
        self.labels.insert(started.span_id.hex(), label.to_owned());
    }

    fn print(&self, index: usize) -> Vec<String> {
        let Envelope { item, event, .. } = self.page.envelope(index);
        match item["type"].as_str().unwrap() {
            "client_report" => {
                let events = event["discarded_events"].as_array().unwrap().iter();
                let mut lost: Vec<String> = events
                    .map(|lost| {
                        let part = |name: &str| text_of(&lost[name]);
                        format!("lost {} {} {}", part("reason"), part("category"), part("quantity"))
                    })
                    .collect();
                lost.sort();
                lost
            }
            "span" => event["items"].as_array().unwrap().iter().map(|item| self.print_alone(item)).collect(),
            _ => self.print_transaction(&self.page.world.sent.borrow()[index].body, &event),
        }
    }

    fn print_alone(&self, item: &Value) -> String {
        // What every span says that is sent so.
        const SAID: [&str; 6] =
            ["trace_lifecycle", "segment", "sdk", "release", "environment", "is_localhost"];
        let attributes = item["attributes"].as_object().unwrap().iter();
        let own = attributes.filter(|(name, _)| {
            !name.strip_prefix("sentry.").is_some_and(|name| SAID.iter().any(|said| name.starts_with(said)))
        });
        let mut words = vec!["alone".to_owned(), self.label(&item["span_id"]), text_of(&item["name"])];
        words.extend([time(&item["start_timestamp"]), time(&item["end_timestamp"])]);
        words.extend([text_of(&item["status"]), "of".to_owned(), self.label(&item["parent_span_id"])]);
        words.extend(listed(own.map(|(name, typed)| (name, &typed["value"]))));
        words.join(" ")
    }

    fn print_transaction(&self, body: &str, event: &Value) -> Vec<String> {
        let trace = &event["contexts"]["trace"];
        let mut words = vec!["transaction".to_owned(), self.label(&trace["span_id"])];
        words.extend([text_of(&event["transaction"]), time(&event["start_timestamp"])]);
        words.extend([time(&event["timestamp"]), text_of(&trace["status"])]);
        words.push(format!("source={}", text_of(&event["transaction_info"]["source"])));
        if trace.get("parent_span_id").is_some() {
            words.push(format!("parent={}", self.label(&trace["parent_span_id"])));
        }
        let mut printed = vec![words.join(" ")];
        let data = listed(trace["data"].as_object().unwrap().iter());
        printed.extend((!data.is_empty()).then(|| format!("  {}", data.join(" "))));
        printed.push(format!("  trace {}", sampling_context(body).join(" ")));
        for (name, measured) in event["measurements"].as_object().into_iter().flatten() {
            let (value, unit) = (text_of(&measured["value"]), text_of(&measured["unit"]));
            printed.push(format!("  measured {name}={value} {unit}"));
        }
        printed.extend(self.links(trace));
        let spans = event["spans"].as_array().unwrap();
        let is_known = |span: &Value| self.labels.contains_key(&text_of(&span["span_id"]));
        let mut unnamed = 0;
        for (index, span) in spans.iter().enumerate() {
            let (name, parent) = (text_of(&span["description"]), self.label(&span["parent_span_id"]));
            if !is_known(span) {
                // Many of one kind are one line.
                unnamed += 1;
                if spans.get(index + 1).is_none_or(is_known) {
                    printed.push(format!("  spans {unnamed} {name} of {parent}"));
                    unnamed = 0;
                }
                continue;
            }
            let mut words = vec!["  span".to_owned(), self.label(&span["span_id"]), name];
            words.extend([time(&span["start_timestamp"]), time(&span["timestamp"])]);
            words.extend([text_of(&span["status"]), "of".to_owned(), parent]);
            words.extend(listed(span["data"].as_object().unwrap().iter()));
            printed.push(words.join(" "));
            printed.extend(self.links(span));
        }
        printed
    }

    fn links(&self, span: &Value) -> Vec<String> {
        let links = span["links"].as_array().into_iter().flatten();
        links.map(|link| format!("  linked {}", self.label(&link["span_id"]))).collect()
    }

    fn label(&self, id: &Value) -> String {
        let id = text_of(id);
        self.labels.get(&id).cloned().unwrap_or(id)
    }
}

impl Page {
    /// New roots go on in the trace of two headers.
    fn receive_trace(&self, sentry_trace: &str, baggage: &str) {
        self.scopes.set_page_context(self.sdk.receive([sentry_trace, baggage, "", ""]));
    }
}

/// The words of a line; what stands in quotes is one.
fn words_of(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    for character in line.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// Values that read as numbers, `true` or `false` are these, others are texts.
fn json_of(value: &str) -> Json {
    if matches!(value, "true" | "false") || value.parse::<f64>().is_ok() {
        Json::raw(value.to_owned()).unwrap()
    } else {
        Json::string(value)
    }
}

const WAITS: [&str; 3] = ["idle", "child", "last"];

fn is_waiting(word: &str) -> bool {
    word.split_once('=').is_none_or(|(name, _)| WAITS.contains(&name))
}

fn waiting(words: &[&str]) -> Waiting {
    let millis = |name: &str| {
        let pair = words.iter().filter_map(|word| word.split_once('=')).find(|(known, _)| *known == name);
        pair.unwrap().1.parse().unwrap()
    };
    let [idle, child, last] = WAITS.map(millis);
    let has = |word: &str| words.contains(&word);
    Waiting { timeouts: Timeouts { idle, child, last }, allowed: has("allowed"), untrimmed: has("untrimmed") }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Milliseconds since the beginning.
fn time(seconds: &Value) -> String {
    let micros = ((seconds.as_f64().unwrap() - EPOCH) * 1e6).round();
    (micros / 1000.0).to_string()
}

/// Attributes by name, without those that nearly all have.
fn listed<'a>(attributes: impl Iterator<Item = (&'a String, &'a Value)>) -> Vec<String> {
    let mut listed: Vec<String> = attributes
        .filter(|(name, value)| {
            *name != "sentry.segment.name.source" && !(*name == "sentry.origin" && *value == "manual")
        })
        .map(|(name, value)| format!("{name}={}", text_of(value)))
        .collect();
    listed.sort();
    listed
}

/// The `trace` of an envelope's header in its order, which the values of a parser do not keep. No value holds a quote.
fn sampling_context(body: &str) -> Vec<String> {
    let (_, after) = body.split_once("\"trace\":{").unwrap();
    let (members, _) = after.split_once('}').unwrap();
    let texts: Vec<&str> = members.split('"').skip(1).step_by(2).collect();
    texts
        .chunks(2)
        .map(|pair| format!("{}={}", pair[0], if pair[1] == TRACE { "trace" } else { pair[1] }))
        .collect()
}
