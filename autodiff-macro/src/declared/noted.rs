//! How the items of a file are noted.

use quote::ToTokens;
use syn::ext::IdentExt;

use super::{
    Declared, Inlined, Parts, Written, clones, note,
    text::{derives, head, params, payloads, supertraits, text, words, yielded},
};
use crate::maps::HashSet;

impl Declared {
    pub(super) fn items(&mut self, items: &[syn::Item], module: &[String]) {
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
                    if let Some(hoisted) = crate::local_types::hoist(of) {
                        self.items(&hoisted.types, module);
                    }
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
                let open = super::text::params(&block.generics);
                let open = open.into_iter().filter(|name| !given.contains(name)).collect();
                let written = Written { text: text(&of.ty), params: given.clone(), open };
                let key = (last.ident.to_string(), name.clone(), right.clone());
                note(&mut self.operators, key, written);
            }
        }
    }
}
