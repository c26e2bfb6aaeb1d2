//! What the file around a function declares: the fields of its structs, and what its functions, methods and operators
//! yield. An attribute sees its item alone, and Rust types are not known yet when it runs; so `let d = a.pos - b.pos` does not
//! say whether `d` is a number or a vector. The text of the file most often does.
//!
//! All of it is a hint that makes the reader's guesses better. Two things of one name that differ say nothing; numbers
//! that count are never told, so that a wrong hint cannot take a derivative away: it ends in a type error.

mod aliases;
mod clones;
pub mod manifest;
pub mod names;
mod noted;
mod numbers;
mod signature;
mod text;

pub use self::{
    aliases::write_aliases,
    names::{Names, brought_by},
    signature::{is_private, write_lifetimes},
    text::head,
};

use std::sync::Arc;

use proc_macro2::Span;

use crate::{
    imported::{self, Import},
    maps::{HashMap, HashSet},
    source,
};

/// A type as it is written in one of the file's modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub text: String,
    /// The arguments of the type that the `impl` is for: names for what a user of it writes there. Of an operator,
    /// those of the right operand follow.
    pub params: Vec<String>,
    /// Parameters of the function or the trait, which mean nothing to who calls it.
    pub open: Vec<String>,
}

/// A struct or an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// `pub`, without restriction.
    pub public: bool,
    pub module: Vec<String>,
    pub params: Vec<String>,
    pub lifetimes: usize,
    /// Some of these are constants.
    pub counted: bool,
    pub fields: Vec<(String, String)>,
}

/// A method of a trait that is read where it is called: of `Index`, `IndexMut`, `Sum`, `Product` and `From`.
#[derive(Clone, Debug)]
pub struct Inlined {
    /// It is one of `IndexMut`; or the sum of references.
    pub mutable: bool,
    pub module: Vec<String>,
    /// The arguments of the type, as they are named there.
    pub params: Vec<String>,
    /// The type of the index; or of what is added up.
    pub by: String,
    /// The method.
    pub text: String,
}

#[derive(Debug, Default)]
pub struct Declared {
    /// By the type.
    indexed: HashMap<String, Vec<Inlined>>,
    /// By the type, and whether it is a product.
    totals: HashMap<(String, bool), Vec<Inlined>>,
    /// By the type that is converted into.
    conversions: HashMap<String, Vec<Inlined>>,
    types: HashMap<String, Option<Parts>>,
    aliases: HashMap<String, Option<Written>>,
    /// The variants of enums of which no variant has fields, and that have no tangents; nothing of other enums.
    plain_enums: HashMap<String, Option<Option<Vec<String>>>>,
    /// The fields of structs that are marked `#[no_diff]`, and their types.
    no_diff: HashMap<String, Option<Vec<(String, String)>>>,
    /// Structs and enums that have no tangents, as far as their attributes say.
    bare: HashMap<String, bool>,
    /// Names that say more of a type than its declaration: in an `impl Differentiable`, in a call of a macro, in a `use`.
    elsewhere: HashSet<String>,
    /// All that a name is an alias of: it may be `f32` here and `f64` there.
    alias_texts: HashMap<String, Vec<String>>,
    functions: HashMap<String, Option<Written>>,
    /// The text of functions, by module and name.
    bodies: HashMap<(Vec<String>, String), Option<String>>,
    /// By type and name; with an empty type those that a trait provides.
    methods: HashMap<(String, String), Option<Written>>,
    /// Constants, by type (or none) and name.
    constants: HashMap<(String, String), Option<Written>>,
    /// By the trait of `core::ops` and the types of the operands.
    operators: HashMap<(String, String, String), Option<Written>>,
    /// The names of a trait's supertraits.
    traits: HashMap<String, Option<Vec<String>>>,
    /// The names of an enum's variants.
    enums: HashMap<String, Option<Vec<String>>>,
    /// What integer constants are given, in each module.
    numbers: HashMap<(Vec<String>, String), Option<String>>,
    /// The names of macros, whatever their scope.
    macros: HashSet<String>,
    /// Types whose `Clone` is written out, and does not only copy.
    clones: HashSet<String>,
    /// `#![no_implicit_prelude]`
    without_prelude: bool,
    /// Every `use`, as text: tokens are not shared between threads.
    uses: Vec<String>,
    names: Names,
}

#[cfg(test)]
thread_local! {
    /// What stands for the file of a token in tests, where tokens have none.
    pub static IN_TESTS: std::cell::RefCell<Option<Arc<Declared>>> =
        const { std::cell::RefCell::new(None) };
}

/// What is declared in the file of this token.
pub fn at(span: Span) -> Option<Arc<Declared>> {
    #[cfg(test)]
    if let Some(declared) = IN_TESTS.with_borrow(Clone::clone) {
        return Some(declared);
    }
    source::of(span)?.declared()
}

/// What is declared twice is not known, unless it is the same.
fn note<K: std::hash::Hash + Eq, V: PartialEq>(map: &mut HashMap<K, Option<V>>, key: K, value: V) {
    match map.entry(key) {
        std::collections::hash_map::Entry::Vacant(entry) => {
            entry.insert(Some(value));
        }
        std::collections::hash_map::Entry::Occupied(mut entry) => {
            if entry.get().as_ref() != Some(&value) {
                entry.insert(None);
            }
        }
    }
}

fn note_all<K, V>(map: &mut HashMap<K, Option<V>>, key: K, value: Option<V>)
where
    K: std::hash::Hash + Eq,
    V: PartialEq,
{
    match value {
        Some(value) => note(map, key, value),
        None => _ = map.insert(key, None),
    }
}

fn known<K: std::hash::Hash + Eq, V>(map: &HashMap<K, Option<V>>, key: K) -> Option<&V> {
    map.get(&key)?.as_ref()
}

impl Declared {
    pub fn of(file: &syn::File) -> Declared {
        let without_prelude = file.attrs.iter().any(|of| of.path().is_ident("no_implicit_prelude"));
        let mut declared = Declared { without_prelude, ..Declared::default() };
        declared.items(&file.items, &[]);
        declared.write_out_names();
        declared
    }

    /// What an `impl` for a name of a type gives, the type has.
    fn write_out_names(&mut self) {
        let names: HashMap<String, String> = self
            .aliases
            .keys()
            .filter_map(|name| Some((name.clone(), self.parts_named(name)?)))
            .collect();
        if names.is_empty() {
            return;
        }
        let of = |name: String| names.get(&name).cloned().unwrap_or(name);
        for (key, written) in std::mem::take(&mut self.methods) {
            note_all(&mut self.methods, (of(key.0), key.1), written);
        }
        for (key, written) in std::mem::take(&mut self.constants) {
            note_all(&mut self.constants, (of(key.0), key.1), written);
        }
        for (key, written) in std::mem::take(&mut self.operators) {
            note_all(&mut self.operators, (key.0, of(key.1), of(key.2)), written);
        }
    }

    /// The struct or enum that this is a name of.
    fn parts_named(&self, name: &str) -> Option<String> {
        let of = known(&self.aliases, name.to_owned())?;
        let (of, _) = head(&syn::parse_str(&of.text).ok()?)?;
        (!self.types.contains_key(name) && self.types.contains_key(&of)).then_some(of)
    }

    pub fn is_name_of_parts(&self, name: &str) -> bool {
        self.parts_named(name).is_some()
    }

    /// Whether nothing is in scope that the file does not bring itself.
    pub fn is_without_prelude(&self) -> bool {
        self.without_prelude
    }

    /// What has a name in which module.
    pub fn names(&self) -> &Names {
        &self.names
    }

    pub fn parts(&self, name: &str) -> Option<&Parts> {
        known(&self.types, name.to_owned())
    }

    /// Whether this is an enum that holds nothing, and has no tangents.
    pub fn is_plain_enum(&self, name: &str) -> bool {
        known(&self.plain_enums, name.to_owned()).is_some_and(Option::is_some)
    }

    /// Whether this is a variant of an enum that holds nothing: it is compared, and has no parts.
    pub fn is_plain_variant(&self, of: &str, name: &str) -> bool {
        let variants = known(&self.plain_enums, of.to_owned()).and_then(Option::as_ref);
        variants.is_some_and(|names| names.iter().any(|of| of == name))
    }

    /// Whether a struct or an enum of this name is there, perhaps more than one.
    pub fn declares(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    pub fn alias(&self, name: &str) -> Option<&Written> {
        known(&self.aliases, name.to_owned())
    }

    /// Whether this is a name for a float, whichever of its declarations is meant.
    pub fn is_float_alias(&self, name: &str) -> bool {
        self.is_float_within(name, 8)
    }

    fn is_float_within(&self, name: &str, depth: usize) -> bool {
        let float = |text: &String| {
            text == "f32" || text == "f64" || depth > 0 && self.is_float_within(text, depth - 1)
        };
        self.alias_texts.get(name).is_some_and(|texts| texts.iter().all(float))
    }

    pub fn function(&self, name: &str) -> Option<&Written> {
        known(&self.functions, name.to_owned())
    }

    /// The text of a function that the module declares, once.
    pub fn body(&self, module: &[String], name: &str) -> Option<&str> {
        self.bodies.get(&(module.to_vec(), name.to_owned()))?.as_deref()
    }

    /// Whether a `macro_rules!` of this name stands somewhere.
    pub fn has_macro(&self, name: &str) -> bool {
        self.macros.contains(name)
    }

    /// The type whose `Clone` does not only copy, if this type is one or is made of one.
    pub fn own_clone(&self, ty: &str) -> Option<&str> {
        if self.clones.is_empty() {
            return None;
        }
        self.own_clone_within(ty, 4)
    }

    fn own_clone_within(&self, ty: &str, depth: u32) -> Option<&str> {
        let mut names = HashSet::default();
        text::words(&ty.parse().ok()?, &mut names);
        names.iter().find_map(|name| {
            self.clones.get(name).map(String::as_str).or_else(|| {
                let parts = self.parts(name).filter(|_| depth > 0)?;
                parts.fields.iter().find_map(|(_, ty)| self.own_clone_within(ty, depth - 1))
            })
        })
    }

    pub fn method(&self, of: &str, name: &str) -> Option<&Written> {
        let key = |of: &str| (of.to_owned(), name.to_owned());
        match self.methods.contains_key(&key(of)) {
            true => known(&self.methods, key(of)),
            false => known(&self.methods, key("")),
        }
    }

    pub fn constant(&self, of: &str, name: &str) -> Option<&Written> {
        known(&self.constants, (of.to_owned(), name.to_owned()))
    }

    /// How values of a type are made of others.
    pub fn conversions(&self, name: &str) -> &[Inlined] {
        self.conversions.get(name).map_or(&[], Vec::as_slice)
    }

    /// How values of a type are added up, or multiplied.
    pub fn totals(&self, name: &str, product: bool) -> &[Inlined] {
        self.totals.get(&(name.to_owned(), product)).map_or(&[], Vec::as_slice)
    }

    /// How values of a type are indexed.
    pub fn indexed(&self, name: &str) -> &[Inlined] {
        self.indexed.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn operator(&self, operator: &str, left: &str, right: &str) -> Option<&Written> {
        known(&self.operators, (operator.to_owned(), left.to_owned(), right.to_owned()))
    }

    /// Whether who has the trait has the other one, too.
    pub fn extends(&self, name: &str, other: &str) -> bool {
        self.extends_within(name, other, 8)
    }

    fn extends_within(&self, name: &str, other: &str, depth: usize) -> bool {
        depth > 0
            && known(&self.traits, name.to_owned()).is_some_and(|above| {
                above.iter().any(|of| of == other || self.extends_within(of, other, depth - 1))
            })
    }

    /// What stands in the `use` items of the file, whatever their module.
    pub fn uses(&self) -> impl Iterator<Item = Vec<Import>> {
        let items = self.uses.iter().filter_map(|text| syn::parse_str(text).ok());
        items.map(|item: syn::ItemUse| imported::imports(&item))
    }

    pub fn is_variant(&self, of: &str, name: &str) -> bool {
        let variants = known(&self.enums, of.to_owned());
        variants.is_some_and(|variants| variants.iter().any(|variant| variant == name))
    }

    /// Whether this is a field that is marked `#[no_diff]`.
    pub fn is_constant_field(&self, of: &str, name: &str) -> bool {
        self.constant_field(of, name).is_some()
    }

    fn constant_field(&self, of: &str, name: &str) -> Option<&str> {
        let fields = known(&self.no_diff, of.to_owned())?;
        fields.iter().find(|(of, _)| of == name).map(|(_, ty)| ty.as_str())
    }

    /// The names of the fields of a struct, marked or not.
    pub fn all_fields(&self, of: &str) -> Option<Vec<&str>> {
        let unmarked = self.parts(of)?.fields.iter();
        let marked = known(&self.no_diff, of.to_owned())?.iter();
        Some(unmarked.chain(marked).map(|(name, _)| name.as_str()).collect())
    }

    /// What a field is declared as, marked or not.
    pub fn field(&self, of: &str, name: &str) -> Option<&str> {
        let fields = &self.parts(of)?.fields;
        let unmarked = fields.iter().find(|(of, _)| of == name).map(|(_, ty)| ty.as_str());
        unmarked.or_else(|| self.constant_field(of, name))
    }

    /// Whether this is a struct or an enum of the module that certainly has no tangents.
    pub fn lacks_tangents(&self, name: &str, module: &[String]) -> bool {
        self.bare.get(name) == Some(&true)
            && !self.elsewhere.contains(name)
            && self.parts(name).is_some_and(|parts| parts.module == module)
    }
}
