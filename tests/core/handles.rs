//! What is taken back from the page when its handle is dropped must not be dropped by mistake: the compiler warns.

use std::fs;
use std::path::Path;

/// The sources of a folder and of those in it.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let of = |path: std::path::PathBuf| match path.is_dir() {
        true => sources(&path),
        false if path.extension().is_some_and(|kind| kind == "rs") => vec![fs::read_to_string(path).unwrap()],
        false => Vec::new(),
    };
    entries.flat_map(of).collect()
}

/// The name of a public type that a line begins, if it does.
fn declared(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub struct ")?;
    rest.split(|character: char| !character.is_alphanumeric()).next()
}

#[test]
fn handles_are_not_dropped_without_a_warning() {
    let (mut handles, mut unmarked) = (Vec::new(), Vec::new());
    for source in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app")) {
        // What stands before the declaration: documentation and attributes.
        let mut before = String::new();
        for line in source.lines() {
            if let Some(name) = declared(line) {
                let drops = source.contains(&format!("impl Drop for {name} "));
                if drops || line.contains("Listener>") || line.contains("Listening>") {
                    handles.push(name.to_owned());
                    unmarked.extend((!before.contains("#[must_use")).then(|| name.to_owned()));
                }
            }
            let belongs = line.starts_with("///") || line.starts_with("#[");
            before = if belongs { before + line } else { String::new() };
        }
    }
    assert_eq!(unmarked, [""; 0], "of {handles:?}");
    for name in ["Listener", "PageTimer", "Lifecycle", "RequestsPatch", "Listening"] {
        assert!(handles.iter().any(|known| known == name), "{name} of {handles:?}");
    }
}
