//! What an attribute of a span may be.

use std::borrow::Cow;

use crate::app::number;
use crate::codec::json::{Json, write_list};

/// The value of an attribute: a text, a number, a truth value, or a list of one of them. All conversions are `From`.
///
/// What is no number (`NaN`, infinity) becomes the text that names it, because JSON has none.
///
/// ```
/// use throughline::Value;
///
/// let span = throughline::Span::start("checkout");
/// span.set("shop.currency", "EUR");
/// span.set("shop.items", 3);
/// span.set("shop.total", 59.9);
/// span.set("shop.voucher", false);
/// span.set("shop.tags", ["spring", "sale"]);
/// assert_eq!(Value::from(2.5), Value::from(5.0 / 2.0));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(pub(crate) Json);

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value(Json::string(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value(Json::string(&text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value(Json::string(text))
    }
}

impl From<Cow<'_, str>> for Value {
    fn from(text: Cow<'_, str>) -> Value {
        Value(Json::string(&text))
    }
}

impl From<char> for Value {
    fn from(character: char) -> Value {
        Value(Json::string(character.encode_utf8(&mut [0; 4])))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value(Json::boolean(value))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value(number::json(number))
    }
}

impl From<f32> for Value {
    fn from(number: f32) -> Value {
        Value::from(f64::from(number))
    }
}

/// Integers that fit into 64 bits.
macro_rules! integers {
    ($($kind:ty)*) => {
        $(impl From<$kind> for Value {
            fn from(number: $kind) -> Value {
                Value(Json::integer(i64::from(number)))
            }
        })*
    };
}

integers!(i8 i16 i32 i64 u8 u16 u32);

/// Integers that may not: what is larger is a number with a point.
macro_rules! large_integers {
    ($($kind:ty)*) => {
        $(impl From<$kind> for Value {
            fn from(number: $kind) -> Value {
                match i64::try_from(number) {
                    Ok(number) => Value::from(number),
                    Err(_) => Value::from(number as f64),
                }
            }
        })*
    };
}

large_integers!(u64 usize isize u128 i128);

/// What is borrowed, as the items of a list are that is iterated over.
macro_rules! borrowed {
    ($($kind:ty)*) => {
        $(impl From<&$kind> for Value {
            fn from(value: &$kind) -> Value {
                Value::from(*value)
            }
        })*
    };
}

borrowed!(bool char f32 f64 i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(values: Vec<V>) -> Value {
        list(values)
    }
}

impl<V: Into<Value>, const N: usize> From<[V; N]> for Value {
    fn from(values: [V; N]) -> Value {
        list(values)
    }
}

fn list<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Value {
    let mut out = String::new();
    write_list(&mut out, values, |out, value| out.push_str(value.into().0.as_str()));
    // A list of JSON values is one.
    Value(Json::raw(out).unwrap_or(Json::literal("[]")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: impl Into<Value>) -> String {
        value.into().0.as_str().to_owned()
    }

    #[test]
    fn every_value_is_json() {
        assert_eq!(shown("a\"b"), r#""a\"b""#);
        assert_eq!(shown(59.9), "59.9");
        assert_eq!(shown(2.0), "2");
        assert_eq!(shown(1.0e21), "1e21");
        assert_eq!(shown(f64::NAN), r#""NaN""#);
        assert_eq!(shown(f64::NEG_INFINITY), r#""-Infinity""#);
        assert_eq!(shown(u64::MAX), "18446744073709552000");
        assert_eq!(shown(-7_i8), "-7");
        assert_eq!(shown(vec![1.5, 2.0]), "[1.5,2]");
        assert_eq!(shown(vec!["a", "b"]), r#"["a","b"]"#);
        assert_eq!(shown(Vec::<bool>::new()), "[]");
        assert_eq!(shown(["a", "b"]), r#"["a","b"]"#);
        assert_eq!(shown(Cow::Borrowed("a\"b")), r#""a\"b""#);
        assert_eq!(shown('"'), r#""\"""#);
        assert_eq!(shown('\u{1f642}'), "\"\u{1f642}\"");
        assert_eq!(shown(-7_i128), "-7");
        assert_eq!(shown(u128::MAX), "3.402823669209385e38");
    }

    #[test]
    fn what_is_borrowed_is_the_same() {
        let numbers = [1_u64, 2];
        assert_eq!(shown(numbers.iter().collect::<Vec<_>>()), "[1,2]");
        let (small, half, yes, letter) = (&-7_i8, &2.5, &true, &'x');
        assert_eq!((shown(small), shown(half)), ("-7".to_owned(), "2.5".to_owned()));
        assert_eq!((shown(yes), shown(letter)), ("true".to_owned(), "\"x\"".to_owned()));
    }
}
