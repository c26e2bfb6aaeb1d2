//! Arguments that cannot be what the callee takes: the compiler says so, and nothing else is said.

use quote::ToTokens;

use crate::parse::Reader;

impl Reader<'_> {
    /// Whether the compiler is bound to refuse the call, as far as the text of the file tells: a function that is not there,
    /// the wrong number of arguments, or a number of another kind.
    pub fn is_wrong(&self, e: &syn::ExprCall, path: &syn::ExprPath) -> bool {
        let (Some(module), Some(declared)) = (&self.module_alone, &self.declared) else {
            return false;
        };
        let is_inner = self.items.iter().any(|item| !matches!(item, syn::Item::Const(_)));
        if is_inner || path.qself.is_some() || path.path.is_ident(&self.name) || !self.read_again {
            return false;
        }
        let Some((module, name)) = declared.names().target(module, &path.path) else {
            return false;
        };
        let Some(types) = declared.names().signature(&module, &name) else {
            return declared.names().is_undeclared(&module, &name);
        };
        types.len() != e.args.len()
            || types.iter().zip(&e.args).any(|(ty, arg)| is_no(ty, arg) || self.is_other(ty, arg))
    }

    /// Whether an argument is a reference, an array or a parameter, and not of the type.
    pub fn is_other(&self, ty: &str, arg: &syn::Expr) -> bool {
        let found = match arg {
            syn::Expr::Reference(_) => "&".to_owned(),
            syn::Expr::Array(_) => "[".to_owned(),
            syn::Expr::Path(of) => {
                let Some(name) = of.path.get_ident() else { return false };
                let Some(sig) = &self.own_signature else { return false };
                // A parameter, not what hides it: these are declared first, after what is returned.
                let index = self.scopes.find(&crate::parse::key(name));
                let input = index.and_then(|index| sig.inputs.get(index.checked_sub(2)?));
                let Some(syn::FnArg::Typed(of)) = input else { return false };
                match &*of.pat {
                    syn::Pat::Ident(of) if of.ident == *name => {}
                    _ => return false,
                }
                of.ty.to_token_stream().to_string()
            }
            _ => return false,
        };
        let kind = |ty: &str| match ty.chars().next() {
            Some('&') => Some(Kind::Reference),
            Some('[') => Some(Kind::Array),
            _ if is_number(ty) => Some(Kind::Number),
            _ => None,
        };
        match (kind(ty), kind(&found)) {
            (Some(Kind::Number), Some(Kind::Number)) => ty != found,
            (Some(wanted), Some(found)) => wanted != found,
            _ => false,
        }
    }
}

/// Types that are never taken for another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Reference,
    Array,
}

fn is_number(ty: &str) -> bool {
    matches!(ty, "f32" | "f64") || is_integer(ty)
}

fn is_integer(ty: &str) -> bool {
    let integers =
        ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize"];
    integers.contains(&ty)
}

/// Whether an argument is a literal that is not of the type.
pub fn is_no(ty: &str, arg: &syn::Expr) -> bool {
    let arg = match arg {
        syn::Expr::Unary(of) if matches!(of.op, syn::UnOp::Neg(_)) => &*of.expr,
        arg => arg,
    };
    let syn::Expr::Lit(of) = arg else { return false };
    let is_float = matches!(ty, "f32" | "f64");
    let is_int = is_integer(ty);
    match &of.lit {
        syn::Lit::Float(of) => is_int || (is_float && !["", ty].contains(&of.suffix())),
        syn::Lit::Int(of) => {
            is_float && of.suffix() != ty || is_int && !["", ty].contains(&of.suffix())
        }
        syn::Lit::Bool(_) | syn::Lit::Str(_) => is_float || is_int,
        _ => false,
    }
}
