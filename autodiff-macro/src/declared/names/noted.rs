//! How the names of a file are noted.

use quote::ToTokens;
use syn::ext::IdentExt;

use super::{
    super::{head, note, text::text},
    InModule, Names, gradient,
};

impl Names {
    pub(in crate::declared) fn note(&mut self, item: &syn::Item, module: &[String]) {
        self.name_of(item, module);
        self.callable(item, module);
        self.derives(item, module);
        if let syn::Item::Impl(of) = item {
            self.methods(of, module);
        }
        if let syn::Item::Mod(of) = item
            && of.content.is_some()
        {
            self.inline.insert([module, &[of.ident.unraw().to_string()]].concat());
        }
    }

    fn methods(&mut self, block: &syn::ItemImpl, module: &[String]) {
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
                    let carried = InModule { module: module.to_vec(), carried };
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
            self.called.entry(module.to_vec()).or_default().insert(name);
        };
        let attrs: &[syn::Attribute] = match item {
            syn::Item::Fn(of) => {
                name(&of.sig.ident);
                let key = (module.to_vec(), of.sig.ident.unraw().to_string());
                match gradient(&of.attrs) {
                    Some(carried) => note(&mut self.carried, key, carried),
                    None => drop(self.carried.insert(key, None)),
                }
                if of.attrs.iter().all(|of| of.path().is_ident("doc")) {
                    let key = (module.to_vec(), of.sig.ident.unraw().to_string());
                    self.underived.insert(key);
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
                    self.called.entry(module.to_vec()).or_default().insert(brought.clone());
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
                    self.taken.entry(module.to_vec()).or_default().insert(name.clone());
                    note(&mut self.brought, (module.to_vec(), name), path);
                }
                return;
            }
            _ => return,
        };
        self.taken.entry(module.to_vec()).or_default().insert(name.unraw().to_string());
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
