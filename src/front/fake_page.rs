//! A page without a browser, for tests: a clock that ticks when it is read, dice that count, a network that remembers.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use serde_json::{Value as Json, from_str};

use crate::app::event_data::EventData;
use crate::app::host::{Clock, Entropy, Host, Logger, Sender, Timer};
use crate::app::listeners::Listeners;
use crate::app::moment::Moment;
use crate::app::queue::Outgoing;
use crate::app::scopes::StackScopes;
use crate::app::sdk::{Init, Sdk};
use crate::codec::time::Timestamp;
use crate::front::listener::Listener;
use crate::front::options::{Options, SharedCallbacks};
use crate::front::runtime::{self, Runtime};

/// A clock that counts readings, dice that count up, and a network that remembers.
#[derive(Default)]
pub(crate) struct World {
    now: Cell<u64>,
    draws: Cell<u64>,
    pub(crate) sent: RefCell<Vec<String>>,
}

struct Hand(Rc<World>);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        self.0.now.set(self.0.now.get() + 1000);
        Timestamp::from_micros(1_709_294_400_000_000 + self.0.now.get())
    }
}

impl Entropy for Hand {
    fn draw(&self) -> [u8; 32] {
        self.0.draws.set(self.0.draws.get() + 1);
        let mut bytes = [0; 32];
        bytes[8..16].copy_from_slice(&self.0.draws.get().to_be_bytes());
        bytes[16..24].copy_from_slice(&self.0.draws.get().to_be_bytes());
        bytes
    }
}

impl Sender for Hand {
    fn send(&self, request: Outgoing) {
        self.0.sent.borrow_mut().push(request.body);
    }
}

impl Timer for Hand {
    fn wake_in(&self, _millis: Option<u32>) {}
}

impl Logger for Hand {
    fn log(&self, _message: &str) {}
}

/// A page that is initialised with these options.
pub(crate) fn page(options: Options) -> Rc<World> {
    let world = Rc::new(World::default());
    let scopes = StackScopes::new(Moment::of_dice([7; 32]).begin_trace());
    let (callbacks, data) = (SharedCallbacks::default(), Rc::new(EventData::default()));
    let listeners = Listeners::with(Rc::new(scopes.clone()));
    // For the life of the page.
    std::mem::forget(listeners.add(Rc::<EventData>::clone(&data)));
    let hand = || Hand(Rc::clone(&world));
    let host = Host {
        clock: Box::new(hand()),
        entropy: Box::new(hand()),
        sender: Box::new(hand()),
        timer: Box::new(hand()),
        logger: Box::new(hand()),
        scopes: Box::new(scopes.clone()),
    };
    let sdk = Rc::new(Sdk::new(host, Box::new(Listener::new(listeners, &scopes, &callbacks))));
    let destination = Some("https://o1.ingest.example.com".to_owned());
    sdk.init(Init { settings: options.0.settings.clone(), destination, ..Init::default() });
    callbacks.set(options.0.callbacks);
    runtime::install(Some(Rc::new(Runtime::new(sdk, scopes, callbacks, data))));
    world
}

pub(crate) fn recorded() -> Rc<World> {
    page(Options::new("").traces_sample_rate(1.0))
}

/// The events that left, in order.
pub(crate) fn events(world: &World) -> Vec<Json> {
    let sent = world.sent.borrow();
    sent.iter().map(|body| from_str(body.lines().nth(2).expect("a payload")).expect("JSON")).collect()
}

/// The name of the parent of each child, by the child's name.
pub(crate) fn parents(event: &Json) -> Vec<(String, String)> {
    let spans = event["spans"].as_array().expect("spans");
    let root = (&event["contexts"]["trace"]["span_id"], event["transaction"].as_str().expect("a name"));
    let known = spans.iter().map(|span| (&span["span_id"], span["description"].as_str().expect("a name")));
    let names: Vec<(&Json, &str)> = known.chain([root]).collect();
    let name_of = |id: &Json| names.iter().find(|(known, _)| *known == id).map_or("nobody", |(_, name)| name);
    let name = |span: &Json| span["description"].as_str().unwrap_or_default().to_owned();
    spans.iter().map(|span| (name(span), name_of(&span["parent_span_id"]).to_owned())).collect()
}

pub(crate) fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(child, parent)| ((*child).to_owned(), (*parent).to_owned())).collect()
}

pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// A future that waits once.
pub(crate) async fn wait() {
    let mut waited = false;
    std::future::poll_fn(
        move |_| {
            if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
        },
    )
    .await;
}
