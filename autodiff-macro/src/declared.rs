//! What the file around a function declares: the fields of its structs, and what its functions, methods and operators
//! yield. An attribute sees its item alone, and Rust types are not known yet when it runs; so `let d = a.pos - b.pos` does not
//! say whether `d` is a number or a vector. The text of the file most often does.
//!
//! All of it is a hint that makes the reader's guesses better. Two things of one name that differ say nothing; numbers
//! that count are never told, so that a wrong hint cannot take a derivative away: it ends in a type error.

mod clones;
pub mod names;

pub use self::names::{Names, brought_by};

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
};

use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;

use crate::{
    imported::{self, Import},
    maps::{HashMap, HashSet},
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
    if !proc_macro::is_available() {
        return None;
    }
    of_file(span.unwrap().local_file()?)
}

/// Read once for each content of the file.
fn of_file(path: PathBuf) -> Option<Arc<Declared>> {
    type Read = HashMap<PathBuf, (String, Arc<Declared>)>;
    static READ: OnceLock<Mutex<Read>> = OnceLock::new();
    let text = std::fs::read_to_string(&path).ok()?;
    let mut read = READ.get_or_init(Mutex::default).lock().ok()?;
    if let Some((of, declared)) = read.get(&path)
        && *of == text
    {
        return Some(declared.clone());
    }
    let declared = Arc::new(Declared::of(&syn::parse_file(&text).ok()?));
    read.insert(path, (text, declared.clone()));
    Some(declared)
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

fn known<K: std::hash::Hash + Eq, V>(map: &HashMap<K, Option<V>>, key: K) -> Option<&V> {
    map.get(&key)?.as_ref()
}

impl Declared {
    pub fn of(file: &syn::File) -> Declared {
        let without_prelude = file.attrs.iter().any(|of| of.path().is_ident("no_implicit_prelude"));
        let mut declared = Declared { without_prelude, ..Declared::default() };
        declared.items(&file.items, &[]);
        declared
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

    /// The integer that a constant of this module is.
    pub fn number(&self, module: &[String], name: &str) -> Option<i128> {
        self.number_within(module, name, 8)
    }

    fn number_within(&self, module: &[String], name: &str, depth: u32) -> Option<i128> {
        let given = known(&self.numbers, (module.to_vec(), name.to_owned()))?;
        self.evaluated(&syn::parse_str(given).ok()?, module, depth.checked_sub(1)?)
    }

    fn evaluated(&self, e: &syn::Expr, module: &[String], depth: u32) -> Option<i128> {
        match e {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) => lit.base10_parse().ok(),
            syn::Expr::Paren(e) => self.evaluated(&e.expr, module, depth),
            syn::Expr::Path(path) => {
                let name = path.path.get_ident()?.unraw().to_string();
                self.number_within(module, &name, depth)
            }
            syn::Expr::Binary(e) => {
                let left = self.evaluated(&e.left, module, depth)?;
                let right = self.evaluated(&e.right, module, depth)?;
                match e.op {
                    syn::BinOp::Add(_) => left.checked_add(right),
                    syn::BinOp::Sub(_) => left.checked_sub(right),
                    syn::BinOp::Mul(_) => left.checked_mul(right),
                    syn::BinOp::Div(_) => left.checked_div(right),
                    _ => None,
                }
            }
            _ => None,
        }
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
        words(&ty.parse().ok()?, &mut names);
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

    fn items(&mut self, items: &[syn::Item], module: &[String]) {
        for item in items {
            self.names.note(item, module);
            match item {
                syn::Item::Mod(of) => {
                    let inner = [module, &[of.ident.unraw().to_string()]].concat();
                    if let Some((_, items)) = &of.content {
                        self.items(items, &inner);
                    }
                }
                syn::Item::Struct(of) => {
                    self.note_bare(&of.ident, &of.attrs);
                    let mut fields = Vec::new();
                    let mut constants = Vec::new();
                    for (i, field) in of.fields.iter().enumerate() {
                        let name = match &field.ident {
                            Some(ident) => ident.unraw().to_string(),
                            None => i.to_string(),
                        };
                        match field.attrs.iter().any(|of| of.path().is_ident("no_diff")) {
                            true => constants.push((name, text(&field.ty))),
                            false => fields.push((name, text(&field.ty))),
                        }
                    }
                    note(&mut self.no_diff, of.ident.unraw().to_string(), constants);
                    self.parts_of(&of.ident, &of.vis, module, &of.generics, fields);
                }
                syn::Item::Enum(of) => {
                    self.note_bare(&of.ident, &of.attrs);
                    let plain = of.variants.iter().all(|of| of.fields.is_empty())
                        && !derives(&of.attrs, "Differentiable");
                    let names = of.variants.iter().map(|of| of.ident.unraw().to_string());
                    note(
                        &mut self.plain_enums,
                        of.ident.unraw().to_string(),
                        plain.then(|| names.collect::<Vec<_>>()),
                    );
                    let variants = of.variants.iter().map(|of| of.ident.to_string()).collect();
                    note(&mut self.enums, of.ident.unraw().to_string(), variants);
                    let fields = of.variants.iter().flat_map(payloads).collect();
                    self.parts_of(&of.ident, &of.vis, module, &of.generics, fields);
                }
                syn::Item::Type(of) => {
                    let written = Written {
                        text: text(&of.ty),
                        params: params(&of.generics),
                        open: Vec::new(),
                    };
                    let name = of.ident.unraw().to_string();
                    self.alias_texts.entry(name.clone()).or_default().push(written.text.clone());
                    note(&mut self.aliases, name, written);
                }
                syn::Item::Fn(of) => {
                    let written = yielded(&of.sig, Vec::new());
                    let name = of.sig.ident.unraw().to_string();
                    let body = of.to_token_stream().to_string();
                    // Two of one name are there for two configurations.
                    let key = (module.to_vec(), name.clone());
                    let twice = self.bodies.contains_key(&key);
                    self.bodies.insert(key, (!twice).then_some(body));
                    note(&mut self.functions, name, written);
                }
                syn::Item::Trait(of) => {
                    note(&mut self.traits, of.ident.unraw().to_string(), supertraits(of));
                    let outer = params(&of.generics);
                    for item in &of.items {
                        let syn::TraitItem::Fn(of) = item else { continue };
                        let mut written = yielded(&of.sig, Vec::new());
                        written.open.extend(outer.iter().cloned());
                        let key = (String::new(), of.sig.ident.unraw().to_string());
                        note(&mut self.methods, key, written);
                    }
                }
                syn::Item::Const(of) => {
                    self.constant_of("", &[], &of.ident, &of.ty);
                    // One that is there for some configurations alone is not known.
                    let always = !of.attrs.iter().any(|of| of.path().is_ident("cfg"));
                    let key = (module.to_vec(), of.ident.unraw().to_string());
                    let given = of.expr.to_token_stream().to_string();
                    note(&mut self.numbers, key, if always { given } else { String::new() });
                }
                syn::Item::Static(of) => self.constant_of("", &[], &of.ident, &of.ty),
                syn::Item::Impl(of) => {
                    let tangents = of.trait_.as_ref().is_some_and(|(_, path, _)| {
                        path.segments.last().is_some_and(|last| last.ident == "Differentiable")
                    });
                    if let (true, Some((name, _))) = (tangents, head(&of.self_ty)) {
                        self.elsewhere.insert(name);
                    }
                    self.block(of, module);
                }
                syn::Item::Macro(of) => {
                    self.macros.extend(of.ident.as_ref().map(|name| name.unraw().to_string()));
                    words(&of.mac.tokens, &mut self.elsewhere);
                }
                syn::Item::Use(of) => {
                    words(&of.to_token_stream(), &mut self.elsewhere);
                    self.uses.push(of.to_token_stream().to_string());
                }
                _ => {}
            }
        }
    }

    fn note_bare(&mut self, name: &syn::Ident, attrs: &[syn::Attribute]) {
        // Also in a `cfg_attr`.
        let mut said = HashSet::default();
        attrs.iter().for_each(|attr| words(&attr.to_token_stream(), &mut said));
        let bare = !said.contains("Differentiable");
        *self.bare.entry(name.unraw().to_string()).or_insert(true) &= bare;
    }

    /// Whether this is a field that is marked `#[no_diff]`.
    pub fn is_constant_field(&self, of: &str, name: &str) -> bool {
        self.constant_field(of, name).is_some()
    }

    fn constant_field(&self, of: &str, name: &str) -> Option<&str> {
        let fields = known(&self.no_diff, of.to_owned())?;
        fields.iter().find(|(of, _)| of == name).map(|(_, ty)| ty.as_str())
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

    fn parts_of(
        &mut self,
        name: &syn::Ident,
        vis: &syn::Visibility,
        module: &[String],
        generics: &syn::Generics,
        fields: Vec<(String, String)>,
    ) {
        let public = matches!(vis, syn::Visibility::Public(_));
        let counted = generics.const_params().next().is_some();
        let lifetimes = generics.lifetimes().count();
        let (module, params) = (module.to_vec(), params(generics));
        let parts = Parts { public, counted, module, params, lifetimes, fields };
        note(&mut self.types, name.unraw().to_string(), parts);
    }

    fn constant_of(&mut self, of: &str, params: &[String], name: &syn::Ident, ty: &syn::Type) {
        let written = Written { text: text(ty), params: params.to_vec(), open: Vec::new() };
        note(&mut self.constants, (of.to_owned(), name.unraw().to_string()), written);
    }

    fn block(&mut self, block: &syn::ItemImpl, module: &[String]) {
        let Some((name, params)) = head(&block.self_ty) else { return };
        for item in &block.items {
            if let syn::ImplItem::Const(of) = item {
                self.constant_of(&name, &params, &of.ident, &of.ty);
            }
            let syn::ImplItem::Fn(of) = item else { continue };
            let written = yielded(&of.sig, params.clone());
            note(&mut self.methods, (name.clone(), of.sig.ident.unraw().to_string()), written);
        }
        let Some((_, path, _)) = &block.trait_ else { return };
        let Some(last) = path.segments.last() else { return };
        let right = match &last.arguments {
            syn::PathArguments::AngleBracketed(of) => match of.args.first() {
                Some(syn::GenericArgument::Type(ty)) => ty,
                _ => return,
            },
            _ => &*block.self_ty,
        };
        let kind = last.ident.to_string();
        if kind == "Clone" && !clones::only_copies(block) {
            self.clones.insert(name.clone());
        }
        if let "Index" | "IndexMut" | "Sum" | "Product" | "From" = kind.as_str() {
            let methods = block.items.iter().filter_map(|item| match item {
                syn::ImplItem::Fn(of) => Some(of.to_token_stream().to_string()),
                _ => None,
            });
            let mutable = kind == "IndexMut" || matches!(right, syn::Type::Reference(_));
            let by = text(right);
            let all = methods.map(|text| {
                let (params, by) = (params.clone(), by.clone());
                Inlined { mutable, module: module.to_vec(), params, by, text }
            });
            match kind.starts_with("Index") {
                false if kind == "From" => {
                    self.conversions.entry(name.clone()).or_default().extend(all)
                }
                true => self.indexed.entry(name.clone()).or_default().extend(all),
                false => {
                    let key = (name.clone(), kind == "Product");
                    self.totals.entry(key).or_default().extend(all);
                }
            }
        }
        let (right, of_right) = match head(right) {
            Some((right, _)) if right == "Self" => (name.clone(), params.clone()),
            Some(right) => right,
            None => return,
        };
        let given = [&params[..], &of_right].concat();
        for item in &block.items {
            let syn::ImplItem::Type(of) = item else { continue };
            if of.ident == "Output" {
                let open = self::params(&block.generics);
                let open = open.into_iter().filter(|name| !given.contains(name)).collect();
                let written = Written { text: text(&of.ty), params: given.clone(), open };
                let key = (last.ident.to_string(), name.clone(), right.clone());
                note(&mut self.operators, key, written);
            }
        }
    }
}

/// Whether a type has the name of one that is not public.
pub fn is_private(ty: &syn::Type) -> bool {
    use syn::spanned::Spanned;
    struct Search(Arc<Declared>, bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_ident(&mut self, ident: &'ast syn::Ident) {
            self.1 |= self.0.parts(&ident.to_string()).is_some_and(|parts| !parts.public);
        }
    }
    let Some(declared) = at(ty.span()) else { return false };
    let mut search = Search(declared, false);
    syn::visit::Visit::visit_type(&mut search, ty);
    search.1
}

/// The types of parameters with the lifetimes that may be left out in a function, but not in what is generated beside it.
pub fn write_lifetimes(sig: &mut syn::Signature) {
    struct Write(Arc<Declared>);
    impl syn::visit_mut::VisitMut for Write {
        fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
            syn::visit_mut::visit_type_path_mut(self, path);
            let Some(last) = path.path.segments.last_mut() else { return };
            let Some(parts) = self.0.parts(&last.ident.unraw().to_string()) else { return };
            let given: Vec<syn::GenericArgument> = match &last.arguments {
                syn::PathArguments::None => Vec::new(),
                syn::PathArguments::AngleBracketed(of) => of.args.iter().cloned().collect(),
                syn::PathArguments::Parenthesized(_) => return,
            };
            let is_lifetime =
                |of: &syn::GenericArgument| matches!(of, syn::GenericArgument::Lifetime(_));
            if parts.lifetimes == 0 || given.iter().any(is_lifetime) {
                return;
            }
            let elided = (0..parts.lifetimes).map(|_| {
                let span = last.ident.span();
                syn::GenericArgument::Lifetime(syn::Lifetime::new("'_", span))
            });
            let all = elided.chain(given);
            last.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#(#all),*>));
        }
    }
    let Some(declared) = at(sig.ident.span()) else { return };
    let mut write = Write(declared);
    for input in &mut sig.inputs {
        if let syn::FnArg::Typed(param) = input {
            syn::visit_mut::VisitMut::visit_type_mut(&mut write, &mut param.ty);
        }
    }
}

fn derives(attrs: &[syn::Attribute], name: &str) -> bool {
    attrs.iter().filter(|attr| attr.path().is_ident("derive")).any(|attr| {
        let paths = attr.parse_args_with(
            syn::punctuated::Punctuated::<syn::Path, syn::Token![,]>::parse_terminated,
        );
        paths.is_ok_and(|paths| {
            paths.iter().any(|path| path.segments.last().is_some_and(|last| last.ident == name))
        })
    })
}

/// All names in it.
fn words(tokens: &proc_macro2::TokenStream, into: &mut HashSet<String>) {
    for token in tokens.clone() {
        match token {
            proc_macro2::TokenTree::Ident(ident) => {
                into.insert(ident.unraw().to_string());
            }
            proc_macro2::TokenTree::Group(group) => words(&group.stream(), into),
            _ => {}
        }
    }
}

fn text(ty: &syn::Type) -> String {
    ty.to_token_stream().to_string()
}

/// What a variant holds, by the names of the methods that its tangent has for it.
fn payloads(of: &syn::Variant) -> Vec<(String, String)> {
    let fields = of.fields.iter().zip(of.fields.members());
    let fields =
        fields.filter(|(field, _)| !field.attrs.iter().any(|of| of.path().is_ident("no_diff")));
    let name = of.ident.unraw();
    fields
        .map(|(field, member)| {
            (crate::derive::accessor(&name, &member).to_string(), text(&field.ty))
        })
        .collect()
}

fn supertraits(of: &syn::ItemTrait) -> Vec<String> {
    let predicates = of.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let of_self = predicates.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(of) if of.bounded_ty == syn::parse_quote!(Self) => {
            Some(&of.bounds)
        }
        _ => None,
    });
    let bounds = of.supertraits.iter().chain(of_self.flatten());
    let names = bounds.filter_map(|bound| match bound {
        syn::TypeParamBound::Trait(of) => Some(of.path.segments.last()?.ident.to_string()),
        _ => None,
    });
    names.collect()
}

fn yielded(sig: &syn::Signature, of_block: Vec<String>) -> Written {
    Written { text: output(sig), params: of_block, open: params(&sig.generics) }
}

fn output(sig: &syn::Signature) -> String {
    match &sig.output {
        syn::ReturnType::Default => "()".to_owned(),
        syn::ReturnType::Type(_, ty) => text(ty),
    }
}

fn params(generics: &syn::Generics) -> Vec<String> {
    let of = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Type(of) => Some(of.ident.to_string()),
        syn::GenericParam::Const(of) => Some(of.ident.to_string()),
        syn::GenericParam::Lifetime(_) => None,
    });
    of.collect()
}

/// The last name of a type and its arguments, behind references.
pub fn head(ty: &syn::Type) -> Option<(String, Vec<String>)> {
    match ty {
        syn::Type::Reference(of) => head(&of.elem),
        syn::Type::Paren(of) => head(&of.elem),
        syn::Type::Group(of) => head(&of.elem),
        syn::Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            let arguments = match &last.arguments {
                syn::PathArguments::AngleBracketed(of) => of
                    .args
                    .iter()
                    .filter(|arg| !matches!(arg, syn::GenericArgument::Lifetime(_)))
                    .map(|arg| arg.to_token_stream().to_string())
                    .collect(),
                _ => Vec::new(),
            };
            Some((last.ident.unraw().to_string(), arguments))
        }
        _ => None,
    }
}
