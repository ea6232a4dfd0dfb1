//! When the page load began. Its span is the face's, which reads what the server put into the page.

use super::clock::time_origin;
use super::page::Page;
use crate::trace::time::Timestamp;

/// When the page itself began; `None` where nobody knows.
pub fn start(page: &Page) -> Option<Timestamp> {
    page.window.performance().map(|performance| Timestamp::from_millis(time_origin(&performance)))
}
