//! What has a name in which module of a file: enough to know of some mistakes that the compiler will tell of them, so that nothing
//! is generated whose errors would follow.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::ext::IdentExt;

use super::{head, known, note, text};
use crate::maps::{HashMap, HashSet};

#[derive(Debug, Default)]
pub struct Names {
    /// Names of types and modules, and what `use` brings, in each module.
    taken: HashSet<(Vec<String>, String)>,
    /// Structs and enums on which nothing stands that would make them differentiable, in each module.
    plain: HashSet<(Vec<String>, String)>,
    /// Names of types that are made so elsewhere in the file, or may be.
    differentiable: HashSet<String>,
    /// Names of functions and what else can be called, in each module.
    called: HashSet<(Vec<String>, String)>,
    /// Constants in small letters: in a pattern such a name is no new variable.
    like_variables: BTreeSet<String>,
    /// Modules in which there may be more of them.
    open: HashSet<Vec<String>>,
    /// Modules in which a trait is declared, or brought, or may be.
    traits: HashSet<Vec<String>>,
    /// The types of parameters of functions, in each module.
    signatures: HashMap<(Vec<String>, String), Option<Vec<String>>>,
    /// Modules whose content stands in the file.
    inline: HashSet<Vec<String>>,
    /// The modes that functions with `#[grad]` carry, in each module.
    carried: HashMap<(Vec<String>, String), Option<Carried>>,
    /// The same of methods in inherent blocks, by the name of the type and that of the method.
    carried_by_methods: HashMap<(String, String), Option<Carried>>,
    /// The paths of what `use` brings, in each module.
    brought: HashMap<(Vec<String>, String), Option<String>>,
}

/// What the options of a function let others do with it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Carried {
    pub forward_mode: bool,
    pub second: bool,
    pub batch: bool,
}

/// What the one `#[grad]` among attributes asks for, if it stands there in any case.
fn gradient(attrs: &[syn::Attribute]) -> Option<Carried> {
    let is_grad = |of: &&syn::Attribute| of.path().is_ident("grad");
    let grads: Vec<_> = attrs.iter().filter(is_grad).collect();
    let conditional =
        attrs.iter().any(|of| ["cfg", "cfg_attr"].iter().any(|name| of.path().is_ident(name)));
    match grads[..] {
        [grad] if !conditional => Some(Carried::of(grad)),
        _ => None,
    }
}

impl Carried {
    /// What either asks for.
    fn and(self, other: Carried) -> Carried {
        Carried {
            forward_mode: self.forward_mode || other.forward_mode,
            second: self.second || other.second,
            batch: self.batch || other.batch,
        }
    }

    fn of(grad: &syn::Attribute) -> Carried {
        let syn::Meta::List(list) = &grad.meta else { return Carried::default() };
        let text = list.tokens.to_string();
        let words: Vec<_> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
        let names = |options: &[&str]| options.iter().any(|option| words.contains(option));
        // An `order` that is less than it may be: what it is, the compiler tells.
        Carried {
            forward_mode: names(&["jvp", "jacobian", "gnvp", "batch", "order"]),
            second: names(&["hessian", "order"]),
            batch: names(&["batch"]),
        }
    }
}

impl Names {
    /// Whether a type or a module in this module has the name, or something that is not declared here.
    pub fn is_taken(&self, module: &[String], name: &str) -> bool {
        self.taken.contains(&(module.to_vec(), name.to_owned()))
    }

    /// Whether a type of this module has no derivative.
    pub fn is_plain(&self, module: &[String], name: &str) -> bool {
        self.plain.contains(&(module.to_vec(), name.to_owned()))
            && !self.differentiable.contains(name)
    }

    /// The module and the name that a path in this module leads to, if both stand in the file.
    pub fn target(&self, module: &[String], path: &syn::Path) -> Option<(Vec<String>, String)> {
        self.followed(module, path, 4)
    }

    /// Through so many `use` at most.
    fn followed(
        &self,
        module: &[String],
        path: &syn::Path,
        steps: usize,
    ) -> Option<(Vec<String>, String)> {
        let mut names: Vec<_> =
            path.segments.iter().map(|of| of.ident.unraw().to_string()).collect();
        let (name, mut module) = (names.pop()?, module.to_vec());
        if path.leading_colon.is_some() {
            return None;
        }
        for of in names {
            match of.as_str() {
                "self" => {}
                "super" => drop(module.pop()?),
                _ => {
                    module.push(of);
                    if !self.inline.contains(&module) {
                        return None;
                    }
                }
            }
        }
        match self.brought.get(&(module.clone(), name.clone())) {
            None => Some((module, name)),
            Some(path) if steps > 0 => {
                let path: syn::Path = syn::parse_str(path.as_ref()?).ok()?;
                self.followed(&module, &path, steps - 1)
            }
            Some(_) => None,
        }
    }

    /// Constants of the file that are written like variables.
    pub fn constants_like_variables(&self) -> impl Iterator<Item = &str> {
        self.like_variables.iter().map(String::as_str)
    }

    /// Whether nothing of this name can be called in this module.
    pub fn is_undeclared(&self, module: &[String], name: &str) -> bool {
        let of_prelude = ["drop", "size_of", "size_of_val", "align_of", "align_of_val"];
        let is_it = |(of, declared): &(Vec<String>, String)| {
            // What is generated for a function begins with its name.
            of == module && name.starts_with(declared.as_str())
        };
        !self.open.contains(module)
            && !of_prelude.contains(&name)
            && name.starts_with(|c: char| c.is_lowercase())
            && !self.called.iter().any(is_it)
    }

    /// Whether a number may have methods in this module that are not the standard library's: a trait is declared here, or
    /// something is brought that may be one.
    pub fn may_have_traits(&self, module: &[String]) -> bool {
        self.open.contains(module) || self.traits.contains(module)
    }

    /// The modes that a function of this module carries beside its gradient, if it has one.
    pub fn carried(&self, module: &[String], name: &str) -> Option<Carried> {
        // What is brought from somewhere in this crate may be something else of that name.
        let is_ours = self.brought(module, "grad").is_some_and(|path| {
            let mut parts = path.split("::").map(str::trim).filter(|part| !part.is_empty());
            let from = parts.next().is_some_and(|of| !["self", "super", "crate"].contains(&of));
            from && parts.next() == Some("grad") && parts.next().is_none()
        });
        let key = (module.to_vec(), name.to_owned());
        is_ours.then(|| known(&self.carried, key).copied()).flatten()
    }

    /// The modes that a method of this type carries beside its gradient, if it has one.
    pub fn carried_by_method(&self, ty: &str, name: &str) -> Option<Carried> {
        known(&self.carried_by_methods, (ty.to_owned(), name.to_owned())).copied()
    }

    /// The types of the parameters of a function of this module.
    pub fn signature(&self, module: &[String], name: &str) -> Option<&[String]> {
        known(&self.signatures, (module.to_vec(), name.to_owned())).map(Vec::as_slice)
    }

    /// The path by which a `use` in this module brings the name.
    pub fn brought(&self, module: &[String], name: &str) -> Option<&str> {
        known(&self.brought, (module.to_vec(), name.to_owned())).map(String::as_str)
    }

    pub(super) fn note(&mut self, item: &syn::Item, module: &[String]) {
        self.name_of(item, module);
        self.callable(item, module);
        self.derives(item, module);
        if let syn::Item::Impl(of) = item {
            self.methods(of);
        }
        if let syn::Item::Mod(of) = item
            && of.content.is_some()
        {
            self.inline.insert([module, &[of.ident.unraw().to_string()]].concat());
        }
    }

    fn methods(&mut self, block: &syn::ItemImpl) {
        let Some((ty, _)) = head(&block.self_ty) else { return };
        // What stands on the block counts for the methods inside that bear the attribute.
        let of_block = (block.trait_.is_none()).then(|| gradient(&block.attrs)).flatten();
        let is_known = block.trait_.is_none() && (block.attrs.is_empty() || of_block.is_some());
        for item in &block.items {
            let syn::ImplItem::Fn(method) = item else { continue };
            let key = (ty.clone(), method.sig.ident.unraw().to_string());
            match gradient(&method.attrs).filter(|_| is_known) {
                Some(of_method) => {
                    let carried = of_method.and(of_block.unwrap_or_default());
                    note(&mut self.carried_by_methods, key, carried);
                }
                None => drop(self.carried_by_methods.insert(key, None)),
            }
        }
    }

    fn derives(&mut self, item: &syn::Item, module: &[String]) {
        let (name, attrs) = match item {
            syn::Item::Struct(of) => (&of.ident, &of.attrs),
            syn::Item::Enum(of) => (&of.ident, &of.attrs),
            syn::Item::Impl(of) => {
                let path = of.trait_.as_ref().map(|(_, path, _)| path);
                let last = path.and_then(|path| path.segments.last());
                if last.is_some_and(|last| last.ident == "Differentiable") {
                    self.differentiable.extend(head(&of.self_ty).map(|(name, _)| name));
                }
                return;
            }
            syn::Item::Macro(of) => {
                let text = of.mac.tokens.to_string();
                let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_'));
                self.differentiable.extend(words.map(str::to_owned));
                return;
            }
            _ => return,
        };
        let known = ["doc", "allow", "expect", "non_exhaustive", "repr", "must_use"];
        let is_plain = |of: &syn::Attribute| match of.path().is_ident("derive") {
            true => !of.to_token_stream().to_string().contains("Differentiable"),
            false => known.iter().any(|name| of.path().is_ident(name)),
        };
        if attrs.iter().all(is_plain) {
            self.plain.insert((module.to_vec(), name.unraw().to_string()));
        }
    }

    fn callable(&mut self, item: &syn::Item, module: &[String]) {
        let mut name = |ident: &syn::Ident| {
            let name = ident.unraw().to_string();
            if !matches!(item, syn::Item::Fn(_))
                && name.starts_with(|c: char| c.is_lowercase() || c == '_')
            {
                self.like_variables.insert(name.clone());
            }
            self.called.insert((module.to_vec(), name));
        };
        let attrs: &[syn::Attribute] = match item {
            syn::Item::Fn(of) => {
                name(&of.sig.ident);
                let key = (module.to_vec(), of.sig.ident.unraw().to_string());
                match gradient(&of.attrs) {
                    Some(carried) => note(&mut self.carried, key, carried),
                    None => drop(self.carried.insert(key, None)),
                }
                let types = of.sig.inputs.iter().map(|input| match input {
                    syn::FnArg::Typed(of) => text(&of.ty),
                    syn::FnArg::Receiver(_) => String::new(),
                });
                let types = of.sig.generics.params.is_empty().then(|| types.collect());
                let key = (module.to_vec(), of.sig.ident.unraw().to_string());
                match types {
                    Some(types) => note(&mut self.signatures, key, types),
                    None => drop(self.signatures.insert(key, None)),
                }
                &of.attrs
            }
            syn::Item::Const(of) => {
                name(&of.ident);
                &of.attrs
            }
            syn::Item::Static(of) => {
                name(&of.ident);
                &of.attrs
            }
            syn::Item::Struct(of) => {
                name(&of.ident);
                &of.attrs
            }
            syn::Item::Enum(of) => &of.attrs,
            syn::Item::Impl(of) => &of.attrs,
            syn::Item::Trait(of) => {
                self.traits.insert(module.to_vec());
                &of.attrs
            }
            syn::Item::Type(of) => &of.attrs,
            syn::Item::Mod(of) => &of.attrs,
            syn::Item::Union(of) => &of.attrs,
            // Only of a `macro_rules!`.
            syn::Item::Macro(of) if of.ident.is_some() => &[],
            syn::Item::Use(of) => {
                for (brought, path) in &brought_by(of) {
                    self.called.insert((module.to_vec(), brought.clone()));
                    // What numbers can do by the standard library, the compiler knows without.
                    let first = path.trim_start_matches("::").split("::").next();
                    let of_std =
                        first.is_some_and(|first| ["std", "core", "alloc"].contains(&first));
                    let like_trait = brought.starts_with(|c: char| c.is_uppercase() || c == '_');
                    if like_trait && !of_std && brought.chars().any(char::is_lowercase)
                        || brought == "_"
                    {
                        self.traits.insert(module.to_vec());
                    }
                }
                if of.to_token_stream().to_string().contains('*') {
                    self.open.insert(module.to_vec());
                }
                &[]
            }
            _ => {
                self.open.insert(module.to_vec());
                &[]
            }
        };
        // Attributes that are not the compiler's may put anything beside.
        let known = [
            "doc", "allow", "expect", "warn", "deny", "inline", "must_use", "derive", "test",
            "cfg", "grad",
        ];
        if !attrs.iter().all(|of| {
            of.path()
                .segments
                .last()
                .is_some_and(|last| known.iter().any(|name| last.ident == name))
        }) {
            self.open.insert(module.to_vec());
        }
    }

    fn name_of(&mut self, item: &syn::Item, module: &[String]) {
        let name = match item {
            syn::Item::Mod(of) => &of.ident,
            syn::Item::Struct(of) => &of.ident,
            syn::Item::Enum(of) => &of.ident,
            syn::Item::Union(of) => &of.ident,
            syn::Item::Type(of) => &of.ident,
            syn::Item::Trait(of) => &of.ident,
            syn::Item::Use(of) => {
                for (name, path) in brought_by(of) {
                    self.taken.insert((module.to_vec(), name.clone()));
                    note(&mut self.brought, (module.to_vec(), name), path);
                }
                return;
            }
            _ => return,
        };
        self.taken.insert((module.to_vec(), name.unraw().to_string()));
    }
}

/// The names that a `use` brings, but for those of globs, and their paths.
pub fn brought_by(item: &syn::ItemUse) -> Vec<(String, String)> {
    let mut brought = Vec::new();
    let root = if item.leading_colon.is_some() { "::" } else { "" };
    let mut open = vec![(root.to_owned(), &item.tree)];
    while let Some((before, tree)) = open.pop() {
        match tree {
            syn::UseTree::Path(of) => open.push((format!("{before}{}::", of.ident), &of.tree)),
            syn::UseTree::Group(of) => {
                open.extend(of.items.iter().map(|tree| (before.clone(), tree)));
            }
            syn::UseTree::Name(of) => {
                brought.push((of.ident.unraw().to_string(), format!("{before}{}", of.ident)));
            }
            syn::UseTree::Rename(of) => {
                brought.push((of.rename.unraw().to_string(), format!("{before}{}", of.ident)));
            }
            syn::UseTree::Glob(_) => {}
        }
    }
    brought
}

#[cfg(test)]
mod tests {
    use crate::declared::Declared;

    fn declared(text: &str) -> Declared {
        Declared::of(&syn::parse_file(text).expect("a file"))
    }

    fn module(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_can_be_called() {
        let text = "use a::b; use ad::grad; #[grad] fn f(x: f64, n: usize) {} fn g<T>(x: T) {} struct H(f64); mod m { use super::f; fn h() {} }
            mod open { use super::*; }
            mod ours { use ad::grad; #[grad(batch)] fn f(x: f64) {} }";
        let declared = declared(text);
        let names = declared.names();
        let target = |from: &[&str], path: &str| {
            names.target(&module(from), &syn::parse_str(path).expect("a path"))
        };
        assert_eq!(target(&["m"], "f"), Some((module(&[]), "f".to_owned())));
        assert_eq!(target(&[], "m::h"), Some((module(&["m"]), "h".to_owned())));
        assert_eq!(target(&[], "super::f"), None);
        assert_eq!(target(&[], "elsewhere::f"), None);
        assert_eq!(target(&[], "b"), None);
        assert!(names.is_undeclared(&[], "h") && names.is_undeclared(&module(&["m"]), "g"));
        // What brings everything may bring this; what is generated begins with the name of what it is for.
        assert!(!names.is_undeclared(&module(&["open"]), "h"));
        assert!(!names.is_undeclared(&[], "f_grad") && !names.is_undeclared(&[], "drop"));
        assert_eq!(names.signature(&[], "f").map(<[String]>::len), Some(2));
        assert_eq!(names.signature(&[], "g"), None);
        let carried = names.carried(&module(&["ours"]), "f").expect("it has a gradient");
        assert!(carried.forward_mode && carried.batch && !carried.second);
        assert!(names.carried(&[], "f").is_some() && names.carried(&[], "g").is_none());
    }

    #[test]
    fn uses_that_lead_to_each_other() {
        let declared = declared("mod a { pub use super::b::f; } mod b { pub use super::a::f; }");
        let path = syn::parse_str("f").expect("a path");
        assert_eq!(declared.names().target(&module(&["a"]), &path), None);
    }

    #[test]
    fn types_without_derivative() {
        let text = "struct A; #[derive(Clone)] struct B(f64); #[derive(Clone, Differentiable)] struct C; #[other] struct D;
            struct E; impl Differentiable for E {} struct F; differentiable! { F }";
        let declared = declared(text);
        let plain =
            ["A", "B", "C", "D", "E", "F", "G"].map(|of| declared.names().is_plain(&[], of));
        assert_eq!(plain, [true, true, false, false, false, false, false]);
    }
}
