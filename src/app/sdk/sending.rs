//! What leaves: transactions, spans that go alone, and reports of what did not leave.

use super::Sdk;
use super::state::{Effect, State};
use crate::app::attributes::Attributes;
use crate::app::envelope::{self, Extra, Transaction};
use crate::app::loss::{category, reason};
use crate::app::moment::Moment;
use crate::app::queue::{Cargo, DropReason};
use crate::app::span_envelope;
use crate::app::span_key::SpanKey;
use crate::codec::id::TraceId;
use crate::codec::json::holds_control;
use crate::decide::rate_limit::LimitHeaders;

impl Sdk {
    /// An ended, sampled root as an event; `None` if it is not there any more.
    pub fn transaction(&self, root: SpanKey) -> Option<Transaction> {
        self.write_event(root, &Extra::default())
    }

    fn write_event(&self, root: SpanKey, extra: &Extra) -> Option<Transaction> {
        self.decide(|state, moment, _| {
            let event_id = TraceId::from_random(moment.trace_bytes()).hex();
            let (dsc, mut event) = (state.prepare(root)?, String::new());
            state.write_transaction(&mut event, root, &event_id, extra)?;
            Some(Transaction { event_id, dsc, event })
        })
    }

    /// Lets somebody see the event of an ended, sampled root, with what is said beside, and sends what they answer with: a
    /// JSON object. Nothing: they do not want it, and it is counted. Nothing is borrowed while they look.
    pub fn send_seen(
        &self,
        root: SpanKey,
        children: u32,
        extra: &Extra,
        see: &dyn Fn(String) -> Option<String>,
    ) {
        let cargo = Cargo::transaction(children);
        let Some(Transaction { event_id, dsc, event }) = self.write_event(root, extra) else {
            self.decide(|state, _, _| state.lose(reason::INTERNAL_ERROR, cargo));
            return;
        };
        match see(event).map(on_one_line) {
            Some(event) if event.starts_with('{') && event.ends_with('}') => {
                self.send_event(&Transaction { event_id, dsc, event }, children);
            }
            _ => self.decide(|state, _, _| state.lose(reason::BEFORE_SEND, cargo)),
        }
    }

    /// Sends an event that the host made, with so many children. Pieces with a line break are refused. Answers
    /// with the number of the request, 0 if there is none.
    pub fn send_event(&self, event: &Transaction, children: u32) -> u32 {
        let Transaction { event_id, dsc, event } = event;
        if [dsc, event].iter().any(|piece| piece.is_empty() || holds_control(piece)) {
            return 0;
        }
        self.decide(|state, moment, effects| {
            let mut body = envelope::open_transaction(event_id, dsc, &state.sender, moment.now);
            body.push_str(event);
            state.send(category::TRANSACTION, body, Cargo::transaction(children), moment, effects)
        })
    }

    /// Counts what the host did not send.
    pub fn record_loss(&self, reason: &str, category: &str, quantity: u32) {
        self.decide(|state, _, _| state.outcomes.add(reason, category, quantity));
    }

    /// Tells the server what was not sent, if anything.
    pub fn report_losses(&self) {
        self.decide(|state, moment, effects| {
            // What may not leave now is reported later.
            if state.queue.admits("internal", moment.now).is_ok()
                && let Some(body) = state.outcomes.report(moment.now, state.sender.tunnelled_dsn.as_deref())
            {
                effects.push(Effect::Send(state.queue.push(body, Cargo::default())));
            }
        });
    }

    /// A request of ours has ended, with an answer or without. Answers whether it was one of ours.
    pub fn settled(&self, id: u32, answer: Option<LimitHeaders<'_>>) -> bool {
        self.decide(|state, moment, _| {
            let Some(cargo) = state.queue.settled(id, answer, moment.now) else { return false };
            match answer {
                None => state.lose(reason::NETWORK_ERROR, cargo),
                Some(answer) if answer.status == 413 => state.lose(reason::SEND_ERROR, cargo),
                Some(_) => {}
            }
            true
        })
    }

    /// What is under way may never be answered, as where the page was left meanwhile: it may have arrived, and takes no
    /// place any more.
    pub fn forget_requests(&self) {
        self.decide(|state, _, _| state.queue.forget());
    }

    pub(super) fn send_transaction(&self, root: SpanKey, children: u32, extra: &Extra) {
        self.decide(|state, moment, effects| {
            let event_id = TraceId::from_random(moment.trace_bytes()).hex();
            let written = state.prepare(root).and_then(|dsc| {
                let mut body = envelope::open_transaction(&event_id, &dsc, &state.sender, moment.now);
                state.write_transaction(&mut body, root, &event_id, extra)?;
                Some(body)
            });
            let cargo = Cargo::transaction(children);
            match written {
                Some(body) => {
                    state.send(category::TRANSACTION, body, cargo, moment, effects);
                }
                // Listeners have filled the store since it ended.
                None => state.lose(reason::INTERNAL_ERROR, cargo),
            }
        });
    }

    pub(super) fn send_alone(&self, key: SpanKey) {
        self.decide(|state, moment, effects| {
            let Some(span) = state.tracer.store().get(key) else { return };
            let (_, segment) = state.segment_of(key, span);
            let (dsc, settings) = (state.tracer.dsc_of_span(span, None), state.tracer.settings());
            let item = span_envelope::item(span, segment, &Attributes::default(), settings, &state.sender);
            let body = span_envelope::write(&[item], &dsc, &state.sender, moment.now);
            state.send(category::SPAN, body, Cargo { transactions: 0, spans: 1 }, moment, effects);
        });
    }
}

impl State {
    /// The dynamic sampling context of an ended, sampled root that is about to be written; `None` if it is gone.
    fn prepare(&mut self, root: SpanKey) -> Option<String> {
        // What is not sent stays as it is.
        self.tracer.store().root(root)?;
        self.tracer.store().get(root).filter(|span| span.sampled && span.end.is_some())?;
        self.tracer.forget_private_attributes(root);
        // Before the context is written, which names the transaction too.
        if let Some(span) = self.tracer.span_mut(root).filter(|span| span.name.is_empty()) {
            span.name = envelope::UNLABELED.to_owned();
        }
        let span = self.tracer.store().get(root)?;
        let mut dsc = String::new();
        self.tracer.dsc_of_span(span, None).write_json(&mut dsc);
        Some(dsc)
    }

    fn write_transaction(
        &self,
        out: &mut String,
        root: SpanKey,
        event_id: &str,
        extra: &Extra,
    ) -> Option<()> {
        let (store, settings) = (self.tracer.store(), self.tracer.settings());
        envelope::write_transaction(out, root, store, settings, &self.sender, event_id, extra)
    }

    pub(super) fn send(
        &mut self,
        category: &str,
        body: String,
        cargo: Cargo,
        moment: &Moment,
        effects: &mut Vec<Effect>,
    ) -> u32 {
        match self.queue.admits(category, moment.now) {
            Ok(()) => {
                let request = self.queue.push(body, cargo);
                let id = request.id;
                effects.push(Effect::Send(request));
                id
            }
            Err(drop) => {
                if self.debug {
                    effects.push(Effect::Log(drop.sentence()));
                }
                match drop {
                    DropReason::NoDestination => {}
                    DropReason::RateLimit => self.lose(reason::RATE_LIMIT, cargo),
                    DropReason::Overflow => self.lose(reason::QUEUE_OVERFLOW, cargo),
                }
                0
            }
        }
    }

    fn lose(&mut self, reason: &'static str, cargo: Cargo) {
        self.outcomes.add(reason, category::TRANSACTION, cargo.transactions);
        self.outcomes.add(reason, category::SPAN, cargo.spans);
    }
}

/// JSON as an envelope takes it: line breaks and tabs stand only between its words.
fn on_one_line(json: String) -> String {
    let mut bytes = json.into_bytes();
    bytes.iter_mut().filter(|byte| **byte < b' ').for_each(|byte| *byte = b' ');
    String::from_utf8(bytes).unwrap_or_default().trim_ascii().to_owned()
}
