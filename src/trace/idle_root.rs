//! How an idle root ends: its end is trimmed to its last child, stragglers are cut or left out, and the
//! trace stays in force on the page with the decision that was made for it.

use std::rc::Rc;

use super::idle::FinishReason;
use super::span::{Kind, Status, attribute};
use super::store::SpanKey;
use super::time::{Moment, Timestamp};
use super::tracer::{FinishedTrace, Tracer};
use crate::json::Json;

impl Tracer {
    /// Lets the idle root end by itself from now on: the document is loaded far enough.
    pub fn allow_idle_finish(&mut self, moment: &Moment) {
        if let Some(idle) = self.idle.as_mut() {
            idle.allow(moment.now);
        }
    }

    /// When to call [`Tracer::tick`] next.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.idle.as_ref().map(|idle| idle.next_deadline())
    }

    /// The idle root, if there is one.
    pub fn idle_root(&self) -> Option<SpanKey> {
        self.idle.as_ref().map(|idle| idle.root)
    }

    /// The idle root, if one of its deadlines has passed.
    pub fn idle_root_due(&self, now: Timestamp) -> Option<SpanKey> {
        self.idle.as_ref().filter(|idle| idle.due(now).is_some()).map(|idle| idle.root)
    }

    /// Ends the idle root if one of its deadlines has passed.
    pub fn tick(&mut self, moment: &Moment) -> Option<FinishedTrace> {
        let (reason, at) = self.idle.as_ref()?.due(moment.now)?;
        self.finish_idle(reason, at)
    }

    /// The page was hidden: the root of the active span is cut short.
    pub fn hide(&mut self, moment: &Moment) -> Option<FinishedTrace> {
        let root = self.active().and_then(|key| self.store.get(key)).and_then(|span| span.root)?;
        let span = self.store.get_mut(root).filter(|span| span.end.is_none())?;
        if matches!(span.status, Status::Unset | Status::Ok) {
            span.status = Status::error("cancelled");
        }
        span.attributes.set_string(attribute::CANCELLATION_REASON, "document.hidden");
        self.end(root, None, moment)
    }

    /// The page is being left: the idle root will not come to its end by itself.
    pub fn leave_page(&mut self, moment: &Moment) -> Option<FinishedTrace> {
        self.finish_idle(FinishReason::DocumentHidden, moment.now)
    }

    pub(super) fn finish_idle(
        &mut self,
        reason: FinishReason,
        requested: Timestamp,
    ) -> Option<FinishedTrace> {
        let idle = self.idle.take()?;
        let root = idle.root;
        let start = self.store.get(root)?.start;
        let children: Vec<SpanKey> = self.store.children(root).map(|(key, _)| key).collect();
        let last_child = self.store.children(root).filter_map(|(_, child)| child.end).max();
        let longest = start.plus_millis(idle.timeouts.last);
        let end = requested.min(last_child.unwrap_or(requested)).max(start).min(longest);

        let mut discarded = 0;
        for key in children {
            let Some(child) = self.store.get_mut(key) else { continue };
            if child.end.is_none() {
                child.status = Status::error("cancelled");
                child.end = Some(end.max(child.start));
            }
            let too_long = child.start.plus_millis(idle.timeouts.last.saturating_add(idle.timeouts.idle));
            if child.start > end || child.end > Some(too_long) {
                // Not sent; its place in the store is freed together with its root's.
                child.kind = Kind::Bare;
                discarded += 1;
            }
        }
        let span = self.store.get_mut(root)?;
        span.end = Some(end);
        if reason == FinishReason::FinalTimeout {
            span.status = Status::error("deadline_exceeded");
        }
        span.attributes.set_default(attribute::IDLE_FINISH_REASON, Json::string(reason.text()));
        if discarded > 0 {
            span.attributes.set(attribute::IDLE_DISCARDED_SPANS, Json::integer(discarded));
        }
        self.keep_decision_on_page(root);
        self.finish_root(root)
    }

    /// After the root ended, errors, requests and roots of this page view still belong to its trace.
    fn keep_decision_on_page(&mut self, root: SpanKey) {
        let Some(span) = self.store.get(root) else { return };
        let dsc = self.dsc_of_span(span);
        let page = self.scopes.page_mut();
        if span.trace_id == page.context.trace_id {
            let context = Rc::make_mut(&mut page.context);
            context.sampled = Some(span.sampled);
            context.dsc = Some(dsc);
        }
    }
}
