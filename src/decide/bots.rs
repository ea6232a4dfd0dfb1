//! Whether a page is opened by a crawler: it waits until the page has nothing to do any more, and nobody looks at what it
//! would report.

use crate::codec::text;

/// As in the reference; in js/integrations/bots.ts for the npm package.
const BOTS: &str = "Googlebot Google-InspectionTool Storebot-Google Bingbot Slurp DuckDuckBot Baiduspider YandexBot \
                    Facebot facebookexternalhit LinkedInBot Twitterbot Applebot";

/// Whether a user agent is a crawler's.
pub fn is_bot(user_agent: &str) -> bool {
    text::items(BOTS, b' ').any(|bot| !bot.is_empty() && text::contains(user_agent, bot, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crawlers_are_known_in_either_case() {
        assert!(is_bot("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"));
        assert!(is_bot("mozilla bingBOT"));
        assert!(!is_bot("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36"));
        assert!(!is_bot(""));
    }
}
