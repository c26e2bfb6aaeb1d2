//! Names for numbers and arrays of such, written out.

use std::sync::Arc;

use syn::{ext::IdentExt, visit::Visit, visit_mut::VisitMut};

use super::{Declared, at};

/// Writes out what names of the file stand for numbers, arrays, vectors or tuples of them, for what must see these types. Where the
/// text of the file misleads, the types that come out do not fit the function, which the compiler tells.
pub fn write_aliases(item: &mut syn::ItemFn) {
    struct Items(bool);
    impl<'ast> Visit<'ast> for Items {
        fn visit_item(&mut self, _: &'ast syn::Item) {
            self.0 = true;
        }
    }
    // An item of the body may give a name another meaning.
    let mut items = Items(false);
    items.visit_block(&item.block);
    let Some(declared) = at(item.sig.ident.span()).filter(|_| !items.0) else { return };
    let own = item.sig.generics.type_params().map(|of| of.ident.to_string()).collect();
    Write { declared, own }.visit_item_fn_mut(item);
}

struct Write {
    declared: Arc<Declared>,
    /// Type parameters of the function.
    own: Vec<String>,
}

impl VisitMut for Write {
    fn visit_type_mut(&mut self, ty: &mut syn::Type) {
        match self.written_out(ty, 8) {
            Some(of) => *ty = of,
            None => syn::visit_mut::visit_type_mut(self, ty),
        }
    }
}

impl Write {
    /// What the name stands for, if that is made of numbers alone.
    fn written_out(&self, ty: &syn::Type, depth: usize) -> Option<syn::Type> {
        let syn::Type::Path(syn::TypePath { qself: None, path }) = ty else { return None };
        let name = path.get_ident()?;
        if self.own.iter().any(|own| name == own) {
            return None;
        }
        let name_of = name.unraw().to_string();
        let alias =
            self.declared.alias(&name_of).filter(|_| self.declared.parts(&name_of).is_none())?;
        if !alias.params.is_empty() || !alias.open.is_empty() {
            return None;
        }
        let tokens: proc_macro2::TokenStream = alias.text.parse().ok()?;
        let ty = syn::parse2(crate::emit::respan(tokens, name.span())).ok()?;
        self.numbers(&ty, depth)
    }

    fn numbers(&self, ty: &syn::Type, depth: usize) -> Option<syn::Type> {
        let depth = depth.checked_sub(1)?;
        match ty {
            syn::Type::Array(of) => {
                let elem = Box::new(self.numbers(&of.elem, depth)?);
                matches!(of.len, syn::Expr::Lit(_)).then_some(())?;
                Some(syn::Type::Array(syn::TypeArray { elem, ..of.clone() }))
            }
            syn::Type::Tuple(of) => {
                let elems = of.elems.iter().map(|ty| self.numbers(ty, depth));
                let elems = elems.collect::<Option<_>>()?;
                Some(syn::Type::Tuple(syn::TypeTuple { elems, ..of.clone() }))
            }
            syn::Type::Path(syn::TypePath { qself: None, path }) => {
                let name = path.get_ident()?.to_string();
                let known = ["f32", "f64", "bool", "usize", "isize", "u32", "i32", "u64", "i64"];
                match known.contains(&name.as_str()) {
                    true => Some(ty.clone()),
                    false => self.written_out(ty, depth),
                }
            }
            _ => None,
        }
    }
}
