//! Envelopes that leave by the page's own `fetch`.

use std::rc::Rc;

use js_sys::Reflect;
use throughline::app::browser::page::Page;
use throughline::app::browser::sender::Delivery;
use throughline::app::moment::Moment;
use throughline::app::scopes::StackScopes;
use throughline::app::sdk::Init;
use throughline::app::settings::Settings;
use throughline::app::start_span::StartSpan;
use throughline::codec::fraction::Fraction;
use throughline::decide::sampling::SampleRate;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::stand_ins::{options, restore, stand_in};

/// An SDK that sends by the network as it is now, with these options.
fn sdk(options: JsValue) -> (Page, Rc<Delivery>) {
    let scopes = StackScopes::new(Moment::of_dice([7; 32]).begin_trace());
    let delivery = Rc::<Delivery>::default();
    let page = Page::with_stack(&scopes, &delivery).expect("tests run in a page");
    restore();
    delivery.set_options(options);
    (page, delivery)
}

/// Sends one transaction, and waits for its answer.
async fn send_one((page, delivery): &(Page, Rc<Delivery>)) {
    page.sdk.init(Init {
        settings: Settings {
            enabled: true,
            sample_rate: SampleRate::Rate(Fraction::ONE),
            ..Settings::default()
        },
        destination: Some("https://ingest.test/api/1/envelope/".to_owned()),
        ..Init::default()
    });
    let root = page.sdk.start_span(StartSpan::default()).and_then(|root| root.key).expect("a key");
    page.sdk.end_span(root, None);
    JsFuture::from(delivery.settled()).await.expect("nothing is under way");
}

#[wasm_bindgen_test]
async fn requests_carry_what_the_transport_options_say() {
    let calls = stand_in(200, &JsValue::UNDEFINED);
    send_one(&sdk(options())).await;

    assert_eq!(calls.length(), 1);
    let [url, init] = [0, 1].map(|index| Reflect::get_u32(&calls.get(0), index).expect("an argument"));
    assert_eq!(url.as_string().as_deref(), Some("https://ingest.test/api/1/envelope/"));
    let member = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).expect("a member");
    for (name, value) in [("method", "POST"), ("referrerPolicy", "strict-origin"), ("credentials", "omit")] {
        assert_eq!(member(&init, name).as_string().as_deref(), Some(value));
    }
    assert_eq!(member(&member(&init, "headers"), "x-mine").as_string().as_deref(), Some("1"));
    assert!(member(&init, "body").as_string().is_some_and(|body| body.contains("\"transaction\"")));
}

#[wasm_bindgen_test]
async fn what_the_network_loses_is_reported() {
    let calls = stand_in(413, &JsValue::UNDEFINED);
    let page = sdk(JsValue::UNDEFINED);
    send_one(&page).await;
    page.0.sdk.report_losses();
    let body = Reflect::get(&Reflect::get_u32(&calls.get(1), 1).expect("an init"), &"body".into());
    let body = body.ok().and_then(|body| body.as_string()).expect("a report");
    assert!(body.contains("client_report") && body.contains("send_error"), "{body}");
}
