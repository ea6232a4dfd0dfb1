//! Hears where a page goes without being loaded: by `pushState` and `replaceState`, by `popstate`, and by what the Navigation
//! API says, which only some browsers have, of every move.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, Window};

use crate::app::browser::listener::{Callback, Listener};
use crate::app::browser::wrappers;
use crate::app::cell;

/// Past so many moves, each made by who is told of the one before, nobody is told any more: they may have no end.
const MAX_DEPTH: u32 = 20;

/// Where a page is, and who hears of it.
pub struct Moves {
    window: Window,
    /// The address that was heard of last.
    last: RefCell<String>,
    /// The address that the page has just left, while somebody is told of it.
    left: RefCell<Option<String>>,
    depth: Cell<u32>,
    hears: RefCell<Option<Rc<dyn Fn()>>>,
}

impl Moves {
    /// The moves of a page, of which nobody hears yet.
    pub fn of(window: &Window) -> Rc<Moves> {
        Rc::new(Moves {
            window: window.clone(),
            last: RefCell::default(),
            left: RefCell::default(),
            depth: Cell::default(),
            hears: RefCell::default(),
        })
    }

    /// Where the page is.
    pub fn address(&self) -> String {
        wrappers::page_address()
    }

    /// Where the page is; while somebody is told of a move, where it was before.
    pub fn address_before(&self) -> String {
        let left = cell::read(&self.left, Option::clone);
        left.unwrap_or_else(|| self.address())
    }

    /// The page may have moved.
    fn moved(&self) {
        let href = self.address();
        let before = cell::put(&self.last, href.clone());
        let hears = cell::read(&self.hears, Option::clone);
        let Some(hears) = hears.filter(|_| before != href && self.depth.get() < MAX_DEPTH) else { return };
        self.depth.set(self.depth.get() + 1);
        cell::put(&self.left, Some(before));
        hears();
        cell::put(&self.left, None);
        self.depth.set(self.depth.get() - 1);
    }
}

impl std::fmt::Debug for Moves {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Moves").field(&self.last).finish()
    }
}

/// What hears of moves; dropping it gives the page its own methods back.
#[must_use = "nobody hears of moves any more when this is dropped"]
#[derive(Debug)]
pub struct Watch {
    moves: Rc<Moves>,
    restore: [Option<Function>; 2],
    _listeners: Vec<Listener>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        cell::put(&self.moves.hears, None);
        for restore in self.restore.iter().flatten() {
            let _ = restore.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Tells of each move from now on.
pub fn watch(moves: &Rc<Moves>, hears: impl Fn() + 'static) -> Watch {
    cell::put(&moves.last, moves.address());
    cell::put(&moves.hears, Some(Rc::new(hears)));
    let told = || {
        let moves = Rc::downgrade(moves);
        move |_: JsValue| {
            if let Some(moves) = moves.upgrade() {
                moves.moved();
            }
        }
    };
    let mut listeners = vec![Listener::new(&moves.window, "popstate", told())];
    // A page may have a variable of that name, which is another thing.
    let navigation = Reflect::get(&moves.window, &JsValue::from_str("navigation")).unwrap_or_default();
    if let Ok(navigation) = navigation.dyn_into::<EventTarget>() {
        listeners.push(Listener::new(&navigation, "currententrychange", told()));
    }
    let patch = |name: &str| {
        // The wrapper may outlive us, where somebody else has wrapped it: whoever holds it holds this too.
        let moved = Callback::new(told()).into_js_value();
        wrappers::patch_move(name, &moved)
    };
    Watch {
        moves: Rc::clone(moves),
        restore: [patch("pushState"), patch("replaceState")],
        _listeners: listeners,
    }
}
