//! The layer: spans of `tracing` are spans of the page.
//!
//! What is active is [`runtime`]'s alone. A span without a named parent begins below what is active there, so that spans of
//! both kinds nest in each other; the registry is asked only about parents that are named.

use std::borrow::Cow;
use std::rc::Rc;

use tracing_core::span::{Attributes as NewSpan, Id, Record};
use tracing_core::{Event, Level, LevelFilter, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::app::attributes::{Attributes, attribute};
use crate::app::span_key::SpanKey;
use crate::codec::json::Json;
use crate::front::runtime::{self, Runtime};
use crate::front::span::Span;
use crate::front::status::SpanStatus;
use crate::layer::failure::Failure;
use crate::layer::fields::Fields;

/// Who made the spans, as JSON.
const ORIGIN: &str = "\"auto.tracing\"";

/// A layer that records the spans of `tracing`, see [`TracingLayer`].
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// tracing_subscriber::registry().with(throughline::layer()).init();
///
/// #[tracing::instrument(fields(op = "ui.action"), err)]
/// async fn place_order(items: u32) -> Result<(), std::num::ParseIntError> {
///     tracing::info_span!("render").in_scope(|| { /* a child of `place_order`, as are requests */ });
///     Ok(())
/// }
/// # drop(place_order(3));
/// ```
pub fn layer() -> TracingLayer {
    TracingLayer { max_level: LevelFilter::INFO, targets: Vec::new(), location: false }
}

/// Records the spans of `tracing`, for a subscriber of `tracing-subscriber` that has a registry.
///
/// Each is a span of the page as [`Span`] is: while it is entered, requests and spans of both kinds that begin are its
/// children. It ends when `tracing` closes it and nobody holds it by [`Span::current`] any more.
///
/// Fields become attributes with the type that they have. These have a meaning of their own:
///
/// | field | what it says |
/// |---|---|
/// | `op`, `sentry.op` | the kind of operation, such as `ui.action` |
/// | `otel.name`, `sentry.name` | the name, where that of the span in the code will not do |
/// | `otel.kind` | `client`, `server`, `internal`, `producer` or `consumer` |
/// | `otel.status_code` | `ok` or `error` |
/// | `otel.status_message`, `otel.status_description` | that it failed, and why |
///
/// An event of level `ERROR` says that the span in which it happens has failed, in the words of its message, unless
/// something was already said about how it ended; so does `#[instrument(err)]`. Other events are not recorded: traces of
/// this protocol have none. [`follows_from`](https://docs.rs/tracing/0.1/tracing/struct.Span.html#method.follows_from) is a
/// link. `parent: None` makes a root; so does a named parent that is not recorded, nor anything above it, whatever is active.
///
/// A future of `#[instrument]` that is dropped early has the status `ok`, because `tracing` does not tell it from one that is
/// done. [`Instrument::in_span`](crate::Instrument::in_span) and `#[throughline::span]` say `cancelled`.
///
/// What begins before [`init`](crate::init) is not recorded, and on a server nothing is.
///
/// It can be filtered as any layer can, by `with_filter` of `tracing-subscriber`: what is filtered out costs least, and its
/// children belong to its parent.
///
/// ```
/// use tracing_subscriber::filter::LevelFilter;
/// use tracing_subscriber::prelude::*;
///
/// let layer = throughline::layer().with_targets(["shop"]).with_filter(LevelFilter::INFO);
/// let subscriber = tracing_subscriber::registry().with(layer);
/// # drop(subscriber);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer does nothing before it is added to a subscriber"]
pub struct TracingLayer {
    max_level: LevelFilter,
    /// Empty for all.
    targets: Vec<Cow<'static, str>>,
    location: bool,
}

/// The span that stands for one of the registry, among its extensions.
#[derive(Debug)]
struct Recorded(Span);

impl TracingLayer {
    /// The most verbose level of which spans are recorded: `INFO` unless said otherwise. Other layers are not concerned.
    ///
    /// ```
    /// let layer = throughline::layer().with_max_level(tracing::Level::DEBUG);
    /// ```
    pub fn with_max_level(mut self, level: impl Into<LevelFilter>) -> TracingLayer {
        self.max_level = level.into();
        self
    }

    /// Of which targets spans are recorded and errors heard, each with what is below it (`shop` is `shop::cart` too): all
    /// unless said otherwise. Other layers are not concerned.
    ///
    /// ```
    /// let layer = throughline::layer().with_targets(["shop", "shop_api"]);
    /// ```
    pub fn with_targets<T: Into<Cow<'static, str>>>(
        mut self,
        targets: impl IntoIterator<Item = T>,
    ) -> TracingLayer {
        self.targets = targets.into_iter().map(Into::into).collect();
        self
    }

    /// Whether spans say where in the code they are, as `code.module.name` and `code.line.number`: false unless said
    /// otherwise, because each span grows by it.
    ///
    /// ```
    /// let layer = throughline::layer().with_location(true);
    /// ```
    pub fn with_location(mut self, on: bool) -> TracingLayer {
        self.location = on;
        self
    }

    fn hears(&self, metadata: &Metadata<'_>) -> bool {
        let is_below = |target: &Cow<'static, str>| {
            let rest = metadata.target().strip_prefix(target.as_ref());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        *metadata.level() <= self.max_level && (self.targets.is_empty() || self.targets.iter().any(is_below))
    }

    /// What is known of a span beside its fields.
    fn describe(&self, metadata: &Metadata<'_>, attributes: &mut Attributes) {
        attributes.set_default(attribute::ORIGIN, Json::literal(ORIGIN));
        attributes.set_default("target", Json::string(metadata.target()));
        attributes.set_default("level", Json::literal(level(metadata)));
        if !self.location {
            return;
        }
        if let Some(module) = metadata.module_path() {
            attributes.set_default("code.module.name", Json::string(module));
        }
        if let Some(line) = metadata.line() {
            attributes.set_default("code.line.number", Json::integer(line.into()));
        }
    }
}

/// The name of a level, as JSON.
fn level(metadata: &Metadata<'_>) -> &'static str {
    match *metadata.level() {
        Level::ERROR => "\"ERROR\"",
        Level::WARN => "\"WARN\"",
        Level::INFO => "\"INFO\"",
        Level::DEBUG => "\"DEBUG\"",
        Level::TRACE => "\"TRACE\"",
    }
}

/// The span that stands for one of the registry.
fn recorded<'a, S: LookupSpan<'a>>(known: &SpanRef<'a, S>) -> Option<Span> {
    known.extensions().get::<Recorded>().map(|recorded| recorded.0.clone())
}

/// That, while it lives in the state of this thread, and that state. No extension is borrowed any more.
fn live<S: Subscriber + for<'a> LookupSpan<'a>>(
    context: &Context<'_, S>,
    id: &Id,
) -> Option<(Span, Rc<Runtime>, SpanKey)> {
    let span = recorded(&context.span(id)?)?;
    let (runtime, key) = span.live()?;
    Some((span, runtime, key))
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for TracingLayer {
    fn on_new_span(&self, new: &NewSpan<'_>, id: &Id, context: Context<'_, S>) {
        if !self.hears(new.metadata()) || runtime::current().is_none() {
            return;
        }
        let Some(known) = context.span(id) else { return };
        // Another layer of ours may have been asked before.
        if recorded(&known).is_some() {
            return;
        }
        let mut fields = Fields::of(|fields| new.record(fields));
        self.describe(new.metadata(), &mut fields.attributes);
        let name = fields.name.as_deref().unwrap_or(new.metadata().name());
        let mut builder = Span::builder(name).with_attributes(std::mem::take(&mut fields.attributes));
        if !new.is_contextual() {
            let named = known.scope().skip(1).find_map(|above| recorded(&above));
            builder = builder.parent(&named.unwrap_or_default());
        }
        // The application's sampler may be asked, which may look at spans of its own.
        let span = builder.start();
        fields.say_status(&span);
        let _before = known.extensions_mut().replace(Recorded(span));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some((span, runtime, key)) = live(&context, id) else { return };
        let fields = Fields::of(|fields| values.record(fields));
        runtime.sdk.add_attributes(key, &fields.attributes);
        if let Some(name) = &fields.name {
            span.set_name(name);
        }
        fields.say_status(&span);
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: Context<'_, S>) {
        if let (Some((span, ..)), Some((other, ..))) = (live(&context, id), live(&context, follows)) {
            span.link(&other);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() != Level::ERROR || !self.hears(metadata) {
            return;
        }
        let failed = if event.is_contextual() {
            runtime::current().and_then(|runtime| runtime.innermost()).map(Span::held)
        } else {
            let named = event.parent().and_then(|id| context.span(id));
            named.and_then(|named| named.scope().find_map(|it| recorded(&it)))
        };
        if let Some((runtime, key)) = failed.and_then(|span| span.live()) {
            let mut failure = Failure::default();
            event.record(&mut failure);
            runtime.sdk.fail_unless_known(key, failure.into_message());
        }
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        if let Some((span, runtime, _)) = live(&context, id)
            && let Some(handle) = span.handle()
        {
            runtime.enter(handle);
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        if let Some((span, runtime, _)) = live(&context, id)
            && let Some(handle) = span.handle()
        {
            if std::thread::panicking() {
                // Where panics unwind; elsewhere the hook has said so.
                span.set_status(SpanStatus::InternalError);
            }
            runtime.leave_span(handle);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        // Dropped when no extension is borrowed any more: an event may be sent, which the application sees.
        let _ended = context.span(&id).and_then(|known| known.extensions_mut().remove::<Recorded>());
    }
}
