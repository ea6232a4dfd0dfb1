//! An envelope as the server reads it.

use serde_json::Value;

use crate::fake_host::NOON;

/// The three lines of an envelope.
#[derive(Debug)]
pub struct Envelope {
    pub header: Value,
    pub item: Value,
    pub event: Value,
}

impl Envelope {
    pub fn read(text: &str) -> Envelope {
        let lines: Vec<Value> = text.split('\n').map(|line| serde_json::from_str(line).unwrap()).collect();
        let [header, item, event] = lines.try_into().expect("an envelope of one item has three lines");
        Envelope { header, item, event }
    }

    /// The root's trace context.
    pub fn trace(&self) -> &Value {
        &self.event["contexts"]["trace"]
    }

    /// The descriptions of the child spans.
    pub fn children(&self) -> Vec<&str> {
        let spans = self.event["spans"].as_array().unwrap();
        spans.iter().map(|span| span["description"].as_str().unwrap()).collect()
    }

    /// The spans of an envelope of streamed spans.
    pub fn items(&self) -> &[Value] {
        assert_eq!(self.item["type"], "span");
        let items = self.event["items"].as_array().unwrap();
        assert_eq!(self.item["item_count"], items.len());
        items
    }

    /// Their names.
    pub fn names(&self) -> Vec<&str> {
        self.items().iter().map(|span| span["name"].as_str().unwrap()).collect()
    }

    /// Seconds from noon to the end of the root.
    pub fn end(&self) -> f64 {
        since_noon(&self.event["timestamp"])
    }
}

/// Seconds since noon, to the millisecond.
pub fn since_noon(seconds: &Value) -> f64 {
    let micros = seconds.as_f64().unwrap() * 1_000_000.0 - NOON as f64;
    (micros / 1000.0).round() / 1000.0
}
