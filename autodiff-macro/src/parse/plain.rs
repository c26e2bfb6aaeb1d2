//! Parameters of types that have no derivative, as far as the text of the file tells.

use quote::ToTokens;
use syn::ext::IdentExt;

use super::{Reader, SourceParam, generics::behind};

impl Reader<'_> {
    /// After what only selects has been found: of that there is no derivative.
    pub fn refuse_without_derivative(&mut self, item: &syn::ItemFn, params: &[SourceParam]) {
        for (i, param) in params.iter().enumerate() {
            if self.function.params[i].differentiable {
                self.refuse_plain(&param.ident, &param.ty, item);
            }
        }
    }

    /// What the compiler would say in many places, where the text of the file tells it.
    fn refuse_plain(&mut self, ident: &syn::Ident, ty: &syn::Type, item: &syn::ItemFn) {
        let ty = behind(ty);
        let is_self = matches!(ty, syn::Type::Path(of) if of.path.is_ident("Self"));
        let told = match (is_self, &self.self_ty) {
            (true, Some(of)) => of.clone(),
            (true, None) => return,
            (false, _) => ty.clone(),
        };
        let syn::Type::Path(of) = behind(&told) else { return };
        let (Some(module), Some(declared)) = (&self.module_alone, &self.declared) else { return };
        let Some(last) = of.path.segments.last() else { return };
        let name = last.ident.unraw().to_string();
        let is_param = item.sig.generics.params.iter().any(|param| match param {
            syn::GenericParam::Type(of) => of.ident == name,
            _ => false,
        });
        let alone = of.qself.is_none() && of.path.segments.len() == 1;
        let is_plain = alone && !is_param && declared.names().is_plain(module, &name);
        let path = match alone {
            true => declared.names().brought(module, &name).unwrap_or_default().to_owned(),
            false => of.path.to_token_stream().to_string().replace(' ', ""),
        };
        let is_library = COLLECTIONS.contains(&name.as_str())
            && ["std::", "::std::", "alloc::", "::alloc::"].iter().any(|of| path.starts_with(of));
        let others = "leave the parameter out by naming those to differentiate: `#[grad(wrt(..))]`";
        if is_plain {
            let message = format!(
                "`{name}` has no derivative: put `#[derive(Differentiable)]` on it, or {others}"
            );
            match is_self && ident == "self" {
                true => self.errors.at(ident, message),
                false => self.errors.at(ty, message),
            }
        } else if is_library {
            self.errors.at(
                ty,
                format!(
                    "`{name}` has no derivative, because a gradient is made of numbers, arrays, slices, vectors, tuples and \
                     structs: pass its numbers as a slice or a `Vec`, or {others}"
                ),
            );
        }
    }
}

/// Library types that hold numbers and have no gradient.
pub const COLLECTIONS: [&str; 11] = [
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "VecDeque",
    "LinkedList",
    "BinaryHeap",
    "RefCell",
    "Cell",
    "Mutex",
    "RwLock",
];
