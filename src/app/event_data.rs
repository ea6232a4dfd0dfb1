//! What an application says about everything that it sends: tags, the user, contexts.

use std::cell::RefCell;

use crate::app::attributes::Attributes;
use crate::app::cell::change;
use crate::app::envelope::Extra;
use crate::app::sdk::{Events, Sdk};
use crate::app::span_key::SpanKey;
use crate::codec::json::{Json, write_string};
use crate::codec::text;

/// So many members of one kind are sent, as of objects in the npm package (js/values/normalize.ts).
const MAX_MEMBERS: usize = 1000;

/// Longer texts are cut, as in the npm package (js/values/cut.ts). A server refuses a transaction of 1 MiB.
const MAX_TEXT: usize = 200_000;

/// What is known of every user, and the attribute of spans that says it.
const USER: [(&str, &str); 4] = [
    ("id", "user.id"),
    ("email", "user.email"),
    ("username", "user.name"),
    ("ip_address", "user.ip_address"),
];

/// Stands for the members past the limit.
const TOO_MANY: Json = Json::literal("\"[MaxProperties ~]\"");

/// Who uses the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// What the application knows them by.
    pub id: Option<String>,
    /// Their address for mail.
    pub email: Option<String>,
    /// What they call themselves.
    pub username: Option<String>,
    /// The address of their connection; `{{auto}}` lets the server take it from there.
    pub ip_address: Option<String>,
    /// Whatever else is known: names and JSON values.
    pub data: Vec<(String, Json)>,
}

/// Names and values, in the order in which they were first set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Members(Vec<(String, Json)>);

#[derive(Debug, Default)]
struct State {
    tags: Members,
    user: Members,
    contexts: Vec<(String, Members)>,
}

/// What holds for everything that is sent from now on.
#[derive(Debug, Default)]
pub struct EventData(RefCell<State>);

impl EventData {
    /// Sets a tag.
    pub fn set_tag(&self, name: &str, value: &str) {
        change(&self.0, |state| state.tags.set(name, text_of(value)));
    }

    /// Sets who uses the page; `None` for nobody.
    pub fn set_user(&self, user: Option<User>) {
        let mut members = Members::default();
        let User { id, email, username, ip_address, data } = user.unwrap_or_default();
        for ((name, _), value) in USER.into_iter().zip([id, email, username, ip_address]) {
            if let Some(value) = value {
                members.set(name, text_of(&value));
            }
        }
        for (name, value) in data {
            members.set(&name, value);
        }
        change(&self.0, |state| state.user = members);
    }

    /// Sets what is known of some matter; `None` takes it back. What is said about the trace is our own.
    pub fn set_context(&self, name: &str, context: Option<Vec<(String, Json)>>) {
        change(&self.0, |state| {
            state.contexts.retain(|(known, _)| known != name);
            let Some(context) = context.filter(|_| name != "trace" && state.contexts.len() < MAX_MEMBERS)
            else {
                return;
            };
            let mut members = Members::default();
            for (member, value) in context {
                members.set(&member, value);
            }
            state.contexts.push((name.to_owned(), members));
        });
    }

    /// What events say beside what we know.
    pub fn extra(&self) -> Extra {
        let mut extra = Extra::default();
        let Ok(state) = self.0.try_borrow() else { return extra };
        for (name, members) in [("tags", &state.tags), ("user", &state.user)] {
            if !members.0.is_empty() {
                write_name(&mut extra.event, name);
                members.write(&mut extra.event);
            }
        }
        for (name, members) in &state.contexts {
            write_name(&mut extra.contexts, name);
            members.write(&mut extra.contexts);
        }
        extra
    }

    /// What spans say that are sent by themselves.
    pub fn user_attributes(&self) -> Attributes {
        let mut attributes = Attributes::default();
        let Ok(state) = self.0.try_borrow() else { return attributes };
        for (name, value) in &state.user.0 {
            if let Some((_, attribute)) = USER.iter().find(|(known, _)| known == name) {
                attributes.set(attribute, value.clone());
            }
        }
        attributes
    }
}

impl Events for EventData {
    fn finished(&self, _: &Sdk, _: SpanKey, _: u32) -> Option<Extra> {
        Some(self.extra())
    }

    #[cfg(feature = "stream")]
    fn captured(&self, _: &Sdk, _: SpanKey) -> Option<Attributes> {
        Some(self.user_attributes())
    }
}

impl Members {
    fn set(&mut self, name: &str, value: Json) {
        let count = self.0.len();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None if count < MAX_MEMBERS => self.0.push((name.to_owned(), value)),
            // One name more says that there were others.
            None if count == MAX_MEMBERS => self.0.push((name.to_owned(), TOO_MANY)),
            None => {}
        }
    }

    fn write(&self, out: &mut String) {
        text::push(out, "{");
        for (index, (name, value)) in self.0.iter().enumerate() {
            text::push(out, if index > 0 { "," } else { "" });
            write_string(out, name);
            text::push_all(out, &[":", value.as_str()]);
        }
        text::push(out, "}");
    }
}

/// Begins another member of an object.
fn write_name(out: &mut String, name: &str) {
    text::push(out, if out.is_empty() { "" } else { "," });
    write_string(out, name);
    text::push(out, ":");
}

fn text_of(given: &str) -> Json {
    // A text has no more characters than bytes.
    Json::string(if given.len() > MAX_TEXT { text::first(given, MAX_TEXT) } else { given })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn said(data: &EventData) -> (Value, Value) {
        let read = |members: &str| serde_json::from_str(&format!("{{{members}}}")).expect("JSON");
        let Extra { event, contexts } = data.extra();
        (read(&event), read(&contexts))
    }

    fn members<const N: usize>(given: [(&str, Json); N]) -> Vec<(String, Json)> {
        given.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    #[test]
    fn nothing_is_said_that_was_not_set() {
        let data = EventData::default();
        data.set_user(None);
        data.set_user(Some(User::default()));
        assert_eq!(said(&data), (json!({}), json!({})));
    }

    #[test]
    fn tags_user_and_contexts_are_members_of_the_event() {
        let data = EventData::default();
        data.set_tag("part", "checkout");
        data.set_tag("a \"b\"\n", "c\td");
        data.set_tag("part", "cart");
        let user = User {
            id: Some("42".to_owned()),
            username: Some("me".to_owned()),
            ip_address: Some("{{auto}}".to_owned()),
            data: members([("plan", Json::literal("\"free\"")), ("id", Json::integer(7))]),
            ..User::default()
        };
        data.set_user(Some(user));
        data.set_context("shop", Some(members([("items", Json::integer(3)), ("open", Json::boolean(true))])));
        data.set_context("empty", Some(Vec::new()));
        data.set_context("trace", Some(members([("trace_id", Json::integer(0))])));
        let (event, contexts) = said(&data);
        assert_eq!(
            event,
            json!({
                "tags": { "part": "cart", "a \"b\"\n": "c\td" },
                "user": { "id": 7, "username": "me", "ip_address": "{{auto}}", "plan": "free" },
            })
        );
        assert_eq!(contexts, json!({ "shop": { "items": 3, "open": true }, "empty": {} }));
        assert_eq!(data.user_attributes().text("user.name"), Some("me"));

        data.set_context("shop", None);
        data.set_user(None);
        assert_eq!(said(&data).1, json!({ "empty": {} }));
        assert_eq!((said(&data).0.get("user"), data.user_attributes().len()), (None, 0));
    }

    #[test]
    fn there_are_a_thousand_at_most_and_one_that_says_so() {
        let data = EventData::default();
        (0..3000).for_each(|number| data.set_tag(&number.to_string(), "x"));
        (0..3000).for_each(|number| data.set_context(&number.to_string(), Some(Vec::new())));
        data.set_tag("7", "y");
        let (event, contexts) = said(&data);
        assert_eq!(event["tags"].as_object().map(serde_json::Map::len), Some(MAX_MEMBERS + 1));
        assert_eq!((&event["tags"]["1000"], &event["tags"]["7"]), (&json!("[MaxProperties ~]"), &json!("y")));
        assert_eq!(contexts.as_object().map(serde_json::Map::len), Some(MAX_MEMBERS));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let data = EventData::default();
        data.set_tag("long", &"\u{e9}".repeat(MAX_TEXT + 1));
        data.set_tag("fits", &"\u{e9}".repeat(MAX_TEXT));
        let (event, _) = said(&data);
        let length = |name: &str| event["tags"][name].as_str().map(|text| text.chars().count());
        assert_eq!((length("long"), length("fits")), (Some(MAX_TEXT), Some(MAX_TEXT)));
    }
}
