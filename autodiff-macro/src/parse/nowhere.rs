//! Names that nothing declares. The compiler tells of them where they are written; nothing is generated, and nothing refused, whose
//! errors would say so once more.

use syn::{ext::IdentExt, visit::Visit};

use super::Reader;
use crate::declared;

impl Reader<'_> {
    /// Leaves the whole function to the compiler if a path in its body begins with a name that is nowhere.
    pub fn leave_what_is_nowhere(&mut self, body: &syn::Block) {
        let mut paths = Paths::default();
        paths.visit_block(body);
        if !paths.declares && paths.list.iter().any(|path| self.is_nowhere(path)) {
            self.errors.leave_to_compiler();
        }
    }

    /// Whether a path to a type begins with a name that is nowhere.
    pub fn is_of_nowhere(&self, ty: &syn::Type) -> bool {
        matches!(ty, syn::Type::Path(of) if of.qself.is_none() && self.is_nowhere(&of.path))
    }

    /// Whether the path of a type, or one of more than one name, begins with a name that the text of the file certainly does not
    /// give a meaning, and the crate's manifest neither.
    pub fn is_nowhere(&self, path: &syn::Path) -> bool {
        let (Some(module), Some(declared)) = (&self.module_alone, &self.declared) else {
            return false;
        };
        let is_inner = |item: &syn::Item| !matches!(item, syn::Item::Const(_) | syn::Item::Fn(_));
        if !self.read_again || path.leading_colon.is_some() || self.items.iter().any(is_inner) {
            return false;
        }
        let Some(first) = path.segments.first() else { return false };
        let name = first.ident.unraw().to_string();
        declared.names().lacks(module, &name)
            && (path.segments.len() == 1 || declared::manifest::lacks(&name))
    }
}

/// The paths of a body that do not name variables or functions of the module.
#[derive(Default)]
struct Paths<'ast> {
    list: Vec<&'ast syn::Path>,
    /// The body declares names of its own.
    declares: bool,
}

impl<'ast> Visit<'ast> for Paths<'ast> {
    fn visit_expr_path(&mut self, e: &'ast syn::ExprPath) {
        if e.qself.is_none() && e.path.segments.len() > 1 {
            self.list.push(&e.path);
        }
        syn::visit::visit_expr_path(self, e);
    }

    fn visit_expr_struct(&mut self, e: &'ast syn::ExprStruct) {
        self.list.push(&e.path);
        syn::visit::visit_expr_struct(self, e);
    }

    fn visit_type_path(&mut self, ty: &'ast syn::TypePath) {
        if ty.qself.is_none() {
            self.list.push(&ty.path);
        }
        syn::visit::visit_type_path(self, ty);
    }

    // What stands inside may be declared there.
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.declares |= !matches!(item, syn::Item::Const(_) | syn::Item::Fn(_));
    }
}
