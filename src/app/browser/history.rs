//! Hears where a page goes without being loaded: by `pushState` and `replaceState`, by `popstate`, and by what the Navigation
//! API says, which only some browsers have, of every move.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, Window};

use crate::app::browser::listener::{Callback, Listener};
use crate::app::browser::wrappers;
use crate::app::cell;

/// Past so many moves, each made by who is told of the one before, nobody is told any more: they may have no end.
const MAX_DEPTH: f64 = 20.0;

/// Where a page is, and who hears of it.
pub struct Moves {
    window: Window,
    /// The address that was heard of last.
    last: RefCell<String>,
    /// The address that the page has just left, while somebody is told of it.
    left: RefCell<Option<String>>,
    hears: RefCell<Option<Rc<dyn Fn()>>>,
}

impl Moves {
    /// The moves of a page, of which nobody hears yet.
    pub fn of(window: &Window) -> Rc<Moves> {
        Rc::new(Moves {
            window: window.clone(),
            last: RefCell::default(),
            left: RefCell::default(),
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

    /// The page may have moved, within so many calls of ours; 0: the call before was broken off.
    fn moved(&self, depth: f64) {
        if depth < 1.0 {
            cell::put(&self.left, None);
            return;
        }
        let href = self.address();
        let before = cell::put(&self.last, href.clone());
        let hears = cell::read(&self.hears, Option::clone);
        let Some(hears) = hears.filter(|_| before != href && depth <= MAX_DEPTH) else { return };
        cell::put(&self.left, Some(before));
        hears();
        cell::put(&self.left, None);
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
    let told = Rc::downgrade(moves);
    let moved = Callback::new(move |depth: JsValue| {
        if let Some(moves) = told.upgrade() {
            moves.moved(depth.as_f64().unwrap_or(1.0));
        }
    });
    // A wrapper may outlive us, where somebody else has wrapped it: whoever holds it holds this too.
    let moved = wrappers::quiet(&moved.into_js_value(), true);
    let mut listeners = vec![Listener::of(&moves.window, "popstate", moved.clone())];
    // A page may have a variable of that name, which is another thing.
    let navigation = Reflect::get(&moves.window, &JsValue::from_str("navigation")).unwrap_or_default();
    if let Ok(navigation) = navigation.dyn_into::<EventTarget>() {
        listeners.push(Listener::of(&navigation, "currententrychange", moved.clone()));
    }
    let patch = |name: &str| wrappers::patch_move(name, &moved);
    Watch {
        moves: Rc::clone(moves),
        restore: [patch("pushState"), patch("replaceState")],
        _listeners: listeners,
    }
}
