//! The names of generated locals: the user's where there is one, made unique in each function.

use proc_macro2::{Ident, Span};

use crate::{
    ir::Type,
    maps::{HashMap, HashSet},
};

/// Generated names do not meet the user's (`mixed_site`), and errors about them are on the user's line.
pub fn hygienic(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// An identifier, raw if it must be.
pub fn ident(name: &str, span: Span) -> Ident {
    let plain = name.strip_prefix("r#").unwrap_or(name);
    if syn::parse_str::<Ident>(plain).is_ok() {
        Ident::new(plain, span)
    } else if syn::parse_str::<Ident>(&format!("r#{plain}")).is_ok() {
        Ident::new_raw(plain, span)
    } else {
        // `self`, `_` and the like.
        Ident::new(&format!("{plain}_").replace("__", "unnamed"), span)
    }
}

/// What a value without a name is called.
pub fn of_type(ty: &Type) -> &'static str {
    match ty {
        Type::Int(_) => "k",
        Type::Bool => "is",
        Type::Kept(_) | Type::KeptTangent(_) | Type::Option(_) => "inner",
        _ => "t",
    }
}

#[derive(Clone, Debug, Default)]
pub struct Unique {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Unique {
    /// `base`, or `base_1`, `base_2`, .. if that is taken.
    pub fn name(&mut self, base: &str, span: Span) -> Ident {
        let base = base.strip_prefix("r#").unwrap_or(base);
        let base = if base.is_empty() || base == "_" { "unnamed" } else { base };
        let mut name = base.to_string();
        while self.taken.contains(&name) {
            let next = self.next.entry(base.to_string()).or_insert(0);
            *next += 1;
            name = format!("{base}_{next}");
        }
        self.taken.insert(name.clone());
        ident(&name, hygienic(span))
    }
}

impl Unique {
    /// None of these is a name for a variable.
    pub fn beside(constants: &[String]) -> Unique {
        Unique { taken: constants.iter().cloned().collect(), next: HashMap::default() }
    }

    /// Takes a name that is given otherwise.
    pub fn reserve(&mut self, name: &Ident) {
        use syn::ext::IdentExt;
        self.taken.insert(name.unraw().to_string());
    }
}
