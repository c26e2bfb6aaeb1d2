//! The file of a token: what stands around an item and beside it is read there.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
};

use proc_macro2::Span;

use crate::{declared::Declared, maps::HashMap, surroundings::blocks::Blocks};

/// A file, and what has been found out about it.
pub struct Source {
    text: String,
    declared: OnceLock<Option<Arc<Declared>>>,
    blocks: OnceLock<Blocks>,
}

/// Kept for each content of the file. `None` where it cannot be read (a token that another macro made, an editor).
pub fn of(span: Span) -> Option<Arc<Source>> {
    static READ: OnceLock<Mutex<HashMap<PathBuf, Arc<Source>>>> = OnceLock::new();
    if !proc_macro::is_available() {
        return None;
    }
    let path = span.unwrap().local_file()?;
    let text = std::fs::read_to_string(&path).ok()?;
    let mut read = READ.get_or_init(Mutex::default).lock().ok()?;
    if let Some(source) = read.get(&path)
        && source.text == text
    {
        return Some(source.clone());
    }
    let source = Arc::new(Source { text, declared: OnceLock::new(), blocks: OnceLock::new() });
    read.insert(path, source.clone());
    Some(source)
}

impl Source {
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the file declares, if it parses.
    pub fn declared(&self) -> Option<Arc<Declared>> {
        let read = || Some(Arc::new(Declared::of(&syn::parse_file(&self.text).ok()?)));
        self.declared.get_or_init(read).clone()
    }

    pub fn blocks(&self) -> &Blocks {
        self.blocks.get_or_init(|| Blocks::of(&self.text))
    }
}
