//! What tests begin with: options, spans, requests.

use throughline::app::envelope;
use throughline::app::request::Request;
use throughline::app::sdk::Init;
use throughline::app::settings::Settings;
use throughline::app::start_span::StartSpan;
use throughline::codec::fraction::Fraction;
use throughline::codec::url::Url;
use throughline::decide::sampling::SampleRate;

/// The options of the examples: release, key and organization are known.
pub fn settings(rate: &str) -> Settings {
    Settings {
        enabled: true,
        release: "app@1".to_owned(),
        public_key: "pub".to_owned(),
        org_id: "123".to_owned(),
        sample_rate: match rate {
            "off" => SampleRate::Unset,
            "invalid" => SampleRate::Invalid,
            number => SampleRate::Rate(Fraction::parse(number).unwrap()),
        },
        ..Settings::default()
    }
}

/// What `init` hands over, with a sample rate.
pub fn init(rate: &str) -> Init {
    Init {
        settings: settings(rate),
        destination: Some("https://o123.ingest.test/api/1/envelope/".to_owned()),
        client_reports: true,
        sender: envelope::Sender {
            tunnelled_dsn: None,
            page: envelope::Page {
                url: "https://shop.test/app".to_owned(),
                referrer: "https://search.test/".to_owned(),
                user_agent: "Test/1.0 \"quoted\"".to_owned(),
            },
            integrations: vec!["BrowserTracing".to_owned()],
        },
        debug: false,
    }
}

/// A root span with a name.
pub fn named(name: &str) -> StartSpan<'_> {
    StartSpan { name, ..StartSpan::default() }
}

/// A `GET` of an absolute URL from the shop's page.
pub fn get(href: &str) -> Request<'_> {
    Request {
        kind: "fetch",
        method: "GET",
        given: href,
        resolved: Url::split(href).unwrap(),
        page: Url::split("https://shop.test/app").unwrap(),
        headers_forbidden: false,
    }
}
