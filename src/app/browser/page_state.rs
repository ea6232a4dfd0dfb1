//! How a page is, as numbers that are added up.

/// The page is still loading.
pub const LOADING: u32 = 1;
/// It is prepared before anybody sees it.
pub const PREPARED: u32 = 2;
/// It is hidden.
pub const HIDDEN: u32 = 4;
