//! Variants that are called by their own name after `use Shape::*;`: what is read has their path.
//!
//! The name alone would be taken for a struct. Only enums of the file are looked at, so that a name says which variant it is.

use syn::visit_mut::{self, VisitMut};

use crate::declared::{self, Declared};

/// What a `use` brings in: the path, and the name it has here.
pub struct Import {
    path: syn::Path,
    /// `None`: everything that is there.
    name: Option<String>,
}

/// Collects the names that a `use` brings in.
pub fn imports(item: &syn::ItemUse) -> Vec<Import> {
    fn walk(tree: &syn::UseTree, before: &[syn::Ident], all: &mut Vec<Import>) {
        let path_to = |more: Option<&syn::Ident>| {
            let names = before.iter().chain(more);
            let segments = names.map(|name| syn::PathSegment::from(name.clone()));
            syn::Path { leading_colon: None, segments: segments.collect() }
        };
        match tree {
            syn::UseTree::Path(of) => {
                let before = [before, std::slice::from_ref(&of.ident)].concat();
                walk(&of.tree, &before, all);
            }
            syn::UseTree::Name(of) => {
                let name = Some(of.ident.to_string());
                all.push(Import { path: path_to(Some(&of.ident)), name });
            }
            syn::UseTree::Rename(of) => {
                let name = Some(of.rename.to_string());
                all.push(Import { path: path_to(Some(&of.ident)), name });
            }
            syn::UseTree::Glob(_) => all.push(Import { path: path_to(None), name: None }),
            syn::UseTree::Group(of) => of.items.iter().for_each(|tree| walk(tree, before, all)),
        }
    }
    let mut all = Vec::new();
    walk(&item.tree, &[], &mut all);
    all
}

/// The path of the variant that the name stands for.
fn path_of(name: &syn::Ident, imports: &[Import], declared: &Declared) -> Option<syn::Path> {
    let text = name.to_string();
    // A struct, or an enum, of this name is nearer.
    if declared.parts(&text).is_some() {
        return None;
    }
    let of = |path: &syn::Path, back: usize| {
        path.segments.iter().rev().nth(back).map(|of| of.ident.to_string())
    };
    let mut found: Vec<syn::Path> = Vec::new();
    for import in imports {
        let path = match &import.name {
            None if declared.is_variant(&of(&import.path, 0)?, &text) => {
                let mut path = import.path.clone();
                path.segments.push(name.clone().into());
                path
            }
            Some(own) if *own == text => {
                let (Some(variant), Some(of)) = (of(&import.path, 0), of(&import.path, 1)) else {
                    continue;
                };
                if !declared.is_variant(&of, &variant) {
                    continue;
                }
                import.path.clone()
            }
            _ => continue,
        };
        if !found.contains(&path) {
            found.push(path);
        }
    }
    let [path] = &mut found[..] else { return None };
    for segment in &mut path.segments {
        segment.ident.set_span(name.span());
    }
    Some(path.clone())
}

/// Writes the paths of imported variants.
pub fn write_paths(item: &mut syn::ItemFn) {
    struct Write<'d> {
        imports: Vec<Import>,
        declared: &'d Declared,
    }
    impl Write<'_> {
        fn path(&self, path: &mut syn::Path) {
            if let Some(name) = path.get_ident()
                && let Some(whole) = path_of(name, &self.imports, self.declared)
            {
                *path = whole;
            }
        }
    }
    impl VisitMut for Write<'_> {
        fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
            self.path(&mut path.path);
        }

        fn visit_expr_struct_mut(&mut self, of: &mut syn::ExprStruct) {
            self.path(&mut of.path);
            visit_mut::visit_expr_struct_mut(self, of);
        }

        fn visit_pat_mut(&mut self, pat: &mut syn::Pat) {
            if let syn::Pat::Ident(of) = pat
                && of.by_ref.is_none()
                && of.mutability.is_none()
                && of.subpat.is_none()
                && let Some(path) = path_of(&of.ident, &self.imports, self.declared)
            {
                *pat = syn::Pat::Path(syn::PatPath { attrs: Vec::new(), qself: None, path });
                return;
            }
            match pat {
                syn::Pat::Struct(of) => self.path(&mut of.path),
                syn::Pat::TupleStruct(of) => self.path(&mut of.path),
                _ => {}
            }
            visit_mut::visit_pat_mut(self, pat);
        }

        fn visit_item_mut(&mut self, _: &mut syn::Item) {}
    }
    let Some(declared) = declared::at(item.sig.ident.span()) else { return };
    let own = item.block.stmts.iter().filter_map(|stmt| match stmt {
        syn::Stmt::Item(syn::Item::Use(of)) => Some(imports(of)),
        _ => None,
    });
    let imports: Vec<Import> = own.chain(declared.uses()).flatten().collect();
    if imports.is_empty() {
        return;
    }
    let mut write = Write { imports, declared: &declared };
    write.visit_block_mut(&mut item.block);
}
