//! What has a name in which module of a file: enough to know of some mistakes that the compiler will tell of them, so that nothing
//! is generated whose errors would follow.

mod noted;

pub use self::noted::brought_by;

use std::collections::BTreeSet;

use syn::ext::IdentExt;

use super::known;
use crate::maps::{HashMap, HashSet};

/// Names, in each module.
type InModules = HashMap<Vec<String>, HashSet<String>>;

#[derive(Debug, Default)]
pub struct Names {
    /// Names of types and modules, and what `use` brings, in each module.
    taken: InModules,
    /// Structs and enums on which nothing stands that would make them differentiable, in each module.
    plain: HashSet<(Vec<String>, String)>,
    /// Names of types that are made so elsewhere in the file, or may be.
    differentiable: HashSet<String>,
    /// Names of functions and what else can be called, in each module.
    called: InModules,
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
    carried_by_methods: HashMap<(String, String), Option<InModule>>,
    /// Functions on which nothing stands that would give them a derivative, in each module.
    underived: HashSet<(Vec<String>, String)>,
    /// The paths of what `use` brings, in each module.
    brought: HashMap<(Vec<String>, String), Option<String>>,
}

/// What a method carries, and where its block stands.
#[derive(Clone, PartialEq, Eq, Debug)]
struct InModule {
    module: Vec<String>,
    carried: Carried,
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
        self.taken.get(module).is_some_and(|names| names.contains(name))
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

    /// Whether nothing in this module has the name that a path begins with: no type, no module, and not the language.
    pub fn lacks(&self, module: &[String], name: &str) -> bool {
        !self.open.contains(module)
            && !OF_LANGUAGE.contains(&name)
            && !begins_with_one(&self.taken, module, name)
            && !begins_with_one(&self.called, module, name)
    }

    /// Whether nothing of this name can be called in this module.
    pub fn is_undeclared(&self, module: &[String], name: &str) -> bool {
        let of_prelude = ["drop", "size_of", "size_of_val", "align_of", "align_of_val"];
        !self.open.contains(module)
            && !of_prelude.contains(&name)
            && name.starts_with(|c: char| c.is_lowercase())
            && !begins_with_one(&self.called, module, name)
    }

    /// Whether a number may have methods in this module that are not the standard library's: a trait is declared here, or
    /// something is brought that may be one.
    pub fn may_have_traits(&self, module: &[String]) -> bool {
        self.open.contains(module) || self.traits.contains(module)
    }

    /// The modes that a function of this module carries beside its gradient, if it has one.
    pub fn carried(&self, module: &[String], name: &str) -> Option<Carried> {
        let key = (module.to_vec(), name.to_owned());
        known(&self.carried, key).copied().filter(|_| self.has_our_attribute(module))
    }

    /// Whether `grad` is what this crate says it is: what is brought from somewhere in the user's may be something else.
    fn has_our_attribute(&self, module: &[String]) -> bool {
        self.brought(module, "grad").is_some_and(|path| {
            let mut parts = path.split("::").map(str::trim).filter(|part| !part.is_empty());
            let from = parts.next().is_some_and(|of| !["self", "super", "crate"].contains(&of));
            from && parts.next() == Some("grad") && parts.next().is_none()
        })
    }

    /// The modes that a method of this type carries beside its gradient, if it has one.
    pub fn carried_by_method(&self, ty: &str, name: &str) -> Option<Carried> {
        let key = (ty.to_owned(), name.to_owned());
        let InModule { module, carried } = known(&self.carried_by_methods, key)?;
        self.has_our_attribute(module).then_some(*carried)
    }

    /// Whether a function of this module certainly has no derivative: no attribute on it, and no rule or type of its name.
    pub fn lacks_derivative(&self, module: &[String], name: &str) -> bool {
        !self.open.contains(module)
            && !self.is_taken(module, name)
            && self.underived.contains(&(module.to_vec(), name.to_owned()))
    }

    /// The types of the parameters of a function of this module.
    pub fn signature(&self, module: &[String], name: &str) -> Option<&[String]> {
        known(&self.signatures, (module.to_vec(), name.to_owned())).map(Vec::as_slice)
    }

    /// The path by which a `use` in this module brings the name.
    pub fn brought(&self, module: &[String], name: &str) -> Option<&str> {
        known(&self.brought, (module.to_vec(), name.to_owned())).map(String::as_str)
    }
}

/// Whether one of the module's names is the beginning of this: what is generated for a function or a type begins with its name.
fn begins_with_one(names: &InModules, module: &[String], name: &str) -> bool {
    let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
    names.get(module).is_some_and(|of| { ends }.any(|end| of.contains(&name[..end])))
}

/// What a path can begin with anywhere.
const OF_LANGUAGE: [&str; 66] = [
    "crate",
    "self",
    "super",
    "Self",
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "bool",
    "char",
    "str",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Box",
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Clone",
    "Copy",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Into",
    "IntoIterator",
    "Iterator",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Send",
    "Sized",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
];

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
        assert!(names.lacks_derivative(&[], "g") && !names.lacks_derivative(&[], "f"));
        assert!(names.lacks(&[], "Point") && names.lacks(&[], "elsewhere"));
        assert!(!["H", "b", "m", "Vec", "f64", "f"].iter().any(|of| names.lacks(&[], of)));
        assert!(!names.lacks(&module(&["open"]), "Point"));
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
