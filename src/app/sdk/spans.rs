//! What can be asked about, and done to, one span by its key. A key that is stale does nothing.

use std::rc::Rc;

use super::Sdk;
use crate::app::attributes::{Attributes, attribute};
use crate::app::entries::{Measured, Reading};
use crate::app::headers::{self, TraceHeaders};
use crate::app::link::Link;
use crate::app::loss::reason;
use crate::app::span::{Kind, Span};
use crate::app::span_key::SpanKey;
use crate::app::start_span::{Parent, StartSpan, Started};
use crate::app::status::Status;
use crate::codec::context::PropagationContext;
use crate::codec::dsc::Dsc;
use crate::codec::json::Json;
use crate::codec::text;
use crate::codec::time::Timestamp;
use crate::decide::idle::FinishReason;

impl Sdk {
    /// The active span as a parent for [`StartSpan`].
    pub fn active_parent(&self) -> Parent {
        self.host.scopes.active().map_or(Parent::None, Parent::Active)
    }

    /// Begins a span. `None` if its parent is not there any more.
    pub fn start_span(&self, start: StartSpan<'_>) -> Option<Started> {
        let suppressed = start.suppressed.unwrap_or_else(|| self.host.scopes.suppressed());
        let in_force = match (start.context, start.parent) {
            (None, Parent::None) => Some(self.host.scopes.context()),
            (None, _) if start.new_root => {
                // Its parent has decided, whatever is decided here.
                let context = self.host.scopes.context();
                Some(Rc::new(PropagationContext { sampled: None, ..(*context).clone() }))
            }
            _ => None,
        };
        if start.idle.is_some() && self.records_spans() {
            self.announce_ending(self.idle_root());
        }
        let start = StartSpan { suppressed: Some(suppressed), ..start };
        let context = start.context.or(in_force.as_deref());
        let below = matches!(start.parent, Parent::Active(_) | Parent::Span(_)) && !start.new_root;
        let moment = if below { self.host.moment_of_child() } else { self.host.moment() };
        self.decide_at(&moment, |state, moment, effects| {
            // In the same decision, so that no listener can begin a third one in between.
            if start.idle.is_some() && state.tracer.settings().records_spans() {
                let ended = state.tracer.cut_idle(FinishReason::Cancelled, moment);
                state.announce_ends(ended, effects);
            }
            state.tracer.start(start, context, moment)
        })
    }

    /// Adds a child that is over already to a root; an idle root does not take it for activity.
    pub fn add_finished_span(
        &self,
        root: SpanKey,
        name: &str,
        attributes: Attributes,
        start: Timestamp,
        end: Timestamp,
    ) {
        self.decide(|state, moment, effects| {
            let span = StartSpan { name, attributes, start: Some(start), ..StartSpan::default() };
            let added = state.tracer.add_finished(root, span, end, moment);
            // In a transaction it leaves with its root.
            if let Some(key) = added.filter(|_| state.tracer.settings().streams()) {
                state.announce_end(key, state.observed, effects);
            }
        });
    }

    /// Adds to a root, or to the span of a request, what the browser measured, a line each (see `entry.rs`).
    /// `page` is the page's address, `origin` its time origin; resources of the operations in `ignored`, between
    /// tabs, are left out.
    pub fn add_entries(&self, root: SpanKey, lines: &str, page: &str, origin: Timestamp, ignored: &str) {
        let known = self.read(|state| {
            let span = state.tracer.store().get(root)?;
            let op = span.attributes.text(attribute::OP);
            Some((op == Some("navigation"), op == Some("pageload"), span.start))
        });
        let Some((is_navigation, is_load, mut began)) = known else { return };
        // A navigation begins on a page on which much was measured before.
        let not_before = is_navigation.then_some(began);
        let sensitive = &self.sensitive_params();
        let reading = Reading { origin, page, ignored, sensitive, streams: self.streams(), not_before };
        for line in text::items(lines, b'\n') {
            for Measured { name, attributes, start, end } in reading.spans(line) {
                if start < began {
                    began = start;
                    self.set_start(root, start);
                }
                self.add_finished_span(root, &name, attributes, start, end);
            }
            let Some((attributes, round_trip)) = reading.attributes(line) else { continue };
            self.change(root, |span| span.attributes.set_all(&attributes));
            if let Some(millis) = round_trip.filter(|_| is_load) {
                let measurement =
                    text::concat(&["{\"value\":", millis.as_str(), ",\"unit\":\"millisecond\"}"]);
                if let Some(measurement) = Json::raw(measurement) {
                    self.set_measurement(root, "connection.rtt", measurement);
                }
            }
        }
    }

    /// Ends a span; the first call counts.
    pub fn end_span(&self, key: SpanKey, at: Option<Timestamp>) {
        self.announce_ending(Some(key));
        self.end(|state, moment| state.tracer.end(key, at, moment));
    }

    /// Sets attributes; `None` removes one.
    pub fn set_attributes(&self, key: SpanKey, attributes: impl IntoIterator<Item = (String, Option<Json>)>) {
        self.change(key, |span| {
            for (name, value) in attributes {
                span.set_attribute(&name, value.as_ref());
            }
        });
    }

    /// Sets one attribute.
    pub fn set_attribute(&self, key: SpanKey, name: &str, value: Json) {
        self.change(key, |span| span.set_attribute(name, Some(&value)));
    }

    /// Sets all of these attributes.
    #[cfg(feature = "tracing")]
    pub(crate) fn add_attributes(&self, key: SpanKey, attributes: &Attributes) {
        self.change(key, |span| span.attributes.set_all(attributes));
    }

    /// Marks a span that is under way as failed, and why, unless somebody has already said how it ended.
    #[cfg(feature = "tracing")]
    pub(crate) fn fail_unless_known(&self, key: SpanKey, message: String) {
        self.change(key, |span| {
            if span.end.is_none() && span.status == Status::Unset {
                if !message.is_empty() {
                    span.attributes.set_string(attribute::STATUS_MESSAGE, &message);
                }
                span.status = Status::error(message);
            }
        });
    }

    /// Sets the status; the last call counts.
    pub fn set_status(&self, key: SpanKey, status: Status) {
        self.change(key, |span| span.status = status);
    }

    /// Marks a span that is under way as given up, unless somebody has already said how it ended.
    pub fn cancel_span(&self, key: SpanKey) {
        self.change(key, |span| {
            if span.is_recording() && span.status == Status::Unset {
                span.status = Status::error("cancelled");
            }
        });
    }

    /// Marks a span that is under way as failed unless somebody has already said that it failed.
    pub fn fail_span(&self, key: SpanKey) {
        self.change(key, |span| {
            if span.is_recording() && matches!(span.status, Status::Unset | Status::Ok) {
                span.status = Status::error("internal_error");
            }
        });
    }

    /// Notes that a span will be left out of its transaction, so that an idle root does not last until its end.
    pub fn ignore_span(&self, key: SpanKey) {
        self.change(key, |span| span.loss = Some(reason::IGNORED));
    }

    /// Renames a span. A root's name is then the page's own choice.
    pub fn set_name(&self, key: SpanKey, name: &str) {
        self.change(key, |span| {
            span.name = name.to_owned();
            if span.kind == Kind::Root {
                span.attributes.set_string(attribute::NAME_SOURCE, "custom");
            }
        });
    }

    /// Names a root after what `source` says: `url`, `route`…
    pub fn set_name_from(&self, key: SpanKey, name: &str, source: &str) {
        self.change(key, |span| {
            span.name = name.to_owned();
            span.attributes.set_string(attribute::NAME_SOURCE, source);
        });
    }

    /// What a span is called, and where a root has its name from.
    pub fn name(&self, key: SpanKey) -> Option<(String, String)> {
        self.read(|state| {
            let span = state.tracer.store().get(key)?;
            Some((span.name.clone(), span.name_source().unwrap_or_default().to_owned()))
        })
    }

    /// When a span began.
    pub fn start_of(&self, key: SpanKey) -> Option<Timestamp> {
        self.read(|state| state.tracer.store().get(key).map(|span| span.start))
    }

    /// Moves the start of a span.
    pub fn set_start(&self, key: SpanKey, start: Timestamp) {
        self.change(key, |span| {
            span.start = start;
            span.start_ticks = None;
            // A duration is never negative.
            span.end = span.end.map(|end| end.max(start));
        });
    }

    /// Adds links.
    pub fn add_links(&self, key: SpanKey, links: impl IntoIterator<Item = Link>) {
        self.change(key, |span| span.add_links(links));
    }

    /// Sets a measurement of this very span: value and unit as JSON.
    pub fn set_measurement(&self, key: SpanKey, name: &str, measurement: Json) {
        self.change(key, |span| span.measurements.set(name, measurement));
    }

    /// Whether a span is under way and will be sent.
    pub fn is_recording(&self, key: SpanKey) -> bool {
        self.read(|state| state.tracer.store().get(key).is_some_and(Span::is_recording))
    }

    /// Whether a span is the one that times the load of the page, which loads once: the answer is "yes" once.
    pub fn claim_page_load(&self, key: SpanKey) -> bool {
        self.decide(|state, _, _| {
            let span = state.tracer.store().get(key);
            let times = span.is_some_and(|span| span.attributes.text(attribute::OP) == Some("pageload"));
            times && !std::mem::replace(&mut state.page_load_claimed, true)
        })
    }

    /// A span as JSON text in the streamed shape; `None` if its key is stale.
    pub fn span_json(&self, key: SpanKey) -> Option<String> {
        self.read(|state| state.tracer.store().get(key).map(Span::to_json))
    }

    /// A span as JSON text in the static shape; `None` if its key is stale.
    pub fn span_static_json(&self, key: SpanKey) -> Option<String> {
        self.read(|state| {
            let mut out = String::new();
            state.tracer.store().get(key)?.write_static_json(&mut out, None);
            Some(out)
        })
    }

    /// A recorded span and its recorded descendants.
    pub fn family(&self, key: SpanKey) -> Vec<SpanKey> {
        self.read(|state| state.tracer.family(key))
    }

    /// What [`Sdk::start_span`] answered for a span that is still there.
    pub fn started(&self, key: SpanKey) -> Option<Started> {
        self.read(|state| Some(Started::of(Some(key), state.tracer.store().get(key)?)))
    }

    /// The headers for a span, or for the trace in force: the given one, else what the scopes know. `None`
    /// before `init`, if disabled, and for a span that is gone.
    pub fn headers(
        &self,
        key: Option<SpanKey>,
        context: Option<&PropagationContext>,
    ) -> Option<TraceHeaders> {
        let in_force = self.context_for(key, context);
        let context = context.or(in_force.as_deref());
        let moment = self.host.moment();
        self.read(|state| state.tracer.headers(key, context, &moment))
    }

    /// The headers for what runs: of the active span, else of the trace in force.
    pub fn headers_in_force(&self) -> Option<TraceHeaders> {
        self.headers(self.host.scopes.active(), None)
    }

    /// The dynamic sampling context of a span, or of the trace in force: the given one, else what the scopes
    /// know. `None` before `init`, if disabled, and for a span that is gone.
    pub fn sampling_context(
        &self,
        key: Option<SpanKey>,
        context: Option<&PropagationContext>,
    ) -> Option<Dsc> {
        let in_force = self.context_for(key, context);
        let context = context.or(in_force.as_deref());
        self.read(|state| {
            let settings = state.tracer.settings();
            if !settings.enabled {
                return None;
            }
            match key.filter(|_| settings.records_spans()) {
                Some(key) => Some(state.tracer.dsc_of_span(state.tracer.store().get(key)?, context)),
                None => Some(headers::dsc_of_context(context?, settings)),
            }
        })
    }

    pub(super) fn context_for(
        &self,
        key: Option<SpanKey>,
        given: Option<&PropagationContext>,
    ) -> Option<Rc<PropagationContext>> {
        let needed = given.is_none() && self.read(|state| state.tracer.needs_context(key));
        needed.then(|| self.host.scopes.context())
    }
}
