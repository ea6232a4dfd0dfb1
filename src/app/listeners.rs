//! Several listeners of one SDK: each hears of everything, and may come and go while the others listen.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

#[cfg(feature = "stream")]
use crate::app::attributes::Attributes;
use crate::app::cell;
use crate::app::envelope::Extra;
use crate::app::sdk::{Events, Sdk};
use crate::app::span_key::SpanKey;
use crate::app::start_span::Started;

type List = RefCell<Vec<Rc<dyn Events>>>;

/// Those who listen, in the order in which they came. Clones share them.
#[derive(Clone, Default)]
pub struct Listeners(Rc<List>);

/// One of them; dropping this takes it back.
#[must_use = "the listener hears nothing any more when this is dropped"]
pub struct Listening {
    list: Weak<List>,
    listener: Rc<dyn Events>,
}

impl Listeners {
    /// One that stays.
    pub fn with(listener: Rc<dyn Events>) -> Listeners {
        Listeners(Rc::new(RefCell::new(vec![listener])))
    }

    /// Adds one.
    pub fn add(&self, listener: Rc<dyn Events>) -> Listening {
        cell::change(&self.0, |list| list.push(Rc::clone(&listener)));
        Listening { list: Rc::downgrade(&self.0), listener }
    }

    /// Those of this moment: what one of them is told may bring others, or take some away.
    fn now(&self) -> Vec<Rc<dyn Events>> {
        cell::read(&self.0, Vec::clone)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(list) = self.list.upgrade() {
            cell::change(&list, |list| list.retain(|listener| !Rc::ptr_eq(listener, &self.listener)));
        }
    }
}

impl std::fmt::Debug for Listeners {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listeners")
    }
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Listening")
    }
}

impl Events for Listeners {
    fn began(&self, sdk: &Sdk, started: &Started, parent: Option<SpanKey>) {
        self.now().iter().for_each(|listener| listener.began(sdk, started, parent));
    }

    #[cfg(feature = "stream")]
    fn begin_request(&self, sdk: &Sdk, name: &str, attributes: &Attributes) -> Option<SpanKey> {
        self.now().iter().find_map(|listener| listener.begin_request(sdk, name, attributes))
    }

    fn ending(&self, sdk: &Sdk, root: SpanKey) {
        self.now().iter().for_each(|listener| listener.ending(sdk, root));
    }

    fn ended(&self, sdk: &Sdk, key: SpanKey) {
        self.now().iter().for_each(|listener| listener.ended(sdk, key));
    }

    /// What each of them adds; `None` once one takes the span over.
    #[cfg(feature = "stream")]
    fn captured(&self, sdk: &Sdk, key: SpanKey) -> Option<Attributes> {
        let mut all = Attributes::default();
        for listener in self.now() {
            all.set_defaults(&listener.captured(sdk, key)?);
        }
        Some(all)
    }

    /// What each of them adds; `None` once one takes the transaction over.
    fn finished(&self, sdk: &Sdk, root: SpanKey, children: u32) -> Option<Extra> {
        let mut all = Extra::default();
        for listener in self.now() {
            let Extra { event, contexts } = listener.finished(sdk, root, children)?;
            add_members(&mut all.event, event);
            add_members(&mut all.contexts, contexts);
        }
        Some(all)
    }
}

fn add_members(all: &mut String, members: String) {
    if all.is_empty() {
        *all = members;
    } else if !members.is_empty() {
        all.push(',');
        all.push_str(&members);
    }
}
