//! Which of the types that the macro knows by name alone are numbers, and which have parts.
//!
//! `Real` may be an alias of `f64` and `Body` a struct; only the compiler knows. What a function does with the values
//! of a type tells most of the time: arithmetic with literals and the methods of floats make a number of it. A name that
//! tells nothing else is taken for a type with parts.

use std::sync::Arc;

use syn::visit::{self, Visit};

use super::generics::behind;
use crate::{declared::Declared, maps::HashSet};

/// Names that people give to an alias of a float.
const NUMBERS: &[&str] = &["Real", "Scalar", "Float", "Flt", "Num", "Number", "Fp", "R"];

#[derive(Debug, Default)]
pub struct Numbers {
    names: HashSet<String>,
    /// Those of `names` that can only be floats.
    floats: HashSet<String>,
    /// Names that have parts, or count.
    others: HashSet<String>,
    /// What the file says.
    declared: Option<Arc<Declared>>,
}

impl Numbers {
    /// The types of this function whose values are used as numbers.
    pub fn of(item: &syn::ItemFn, declared: Option<Arc<Declared>>) -> Numbers {
        let mut search = Search::default();
        for input in &item.sig.inputs {
            if let syn::FnArg::Typed(param) = input {
                search.annotated(&param.pat, &param.ty);
            }
        }
        search.visit_block(&item.block);
        let (mut names, mut floats) = (search.numbers, search.floats);
        names.retain(|name| !search.parts.contains(name));
        floats.retain(|name| !search.parts.contains(name) && !search.integers.contains(name));
        let others = &search.parts | &search.integers;
        Numbers { names, floats, others, declared }
    }

    pub fn is_float(&self, path: &syn::Path) -> bool {
        let Some(name) = type_name(path) else { return false };
        if super::types::scalar_named(&name).is_some() || self.has_parts(&name) {
            return false;
        }
        let usual = NUMBERS.contains(&name.as_str()) && !self.others.contains(&name);
        self.floats.contains(&name) || usual || self.is_declared(&name)
    }

    /// Whether the file declares a struct or an enum of this name, whatever its methods are called, or this name for one.
    fn has_parts(&self, name: &str) -> bool {
        self.declared.as_ref().is_some_and(|declared| {
            declared.parts(name).is_some() || declared.is_name_of_parts(name)
        })
    }

    fn is_declared(&self, name: &str) -> bool {
        self.declared.as_ref().is_some_and(|declared| declared.is_float_alias(name))
    }

    pub fn contains(&self, path: &syn::Path) -> bool {
        let Some(name) = type_name(path) else { return false };
        if self.has_parts(&name) {
            return false;
        }
        self.names.contains(&name) || NUMBERS.contains(&name.as_str()) || self.is_declared(&name)
    }
}

fn type_name(path: &syn::Path) -> Option<String> {
    path.segments.last().map(|last| last.ident.to_string())
}

#[derive(Default)]
struct Search {
    /// Variables with an annotated type, by name.
    variables: Vec<(String, String)>,
    /// The same for what arrays, slices and vectors are made of.
    elements: Vec<(String, String)>,
    numbers: HashSet<String>,
    floats: HashSet<String>,
    integers: HashSet<String>,
    parts: HashSet<String>,
}

impl Search {
    fn annotated(&mut self, pat: &syn::Pat, ty: &syn::Type) {
        if let (syn::Pat::Ident(pat), syn::Type::Path(path)) = (pat, behind(ty))
            && let Some(name) = type_name(&path.path)
        {
            self.variables.push((super::key(&pat.ident), name));
        }
        if let syn::Pat::Ident(pat) = pat {
            let of = super::generics::leaves(ty).into_iter().filter(|of| *of != behind(ty));
            let names: Vec<_> = of
                .filter_map(|of| match of {
                    syn::Type::Path(path) => type_name(&path.path),
                    _ => None,
                })
                .collect();
            // Of a tuple it is not known which element is meant.
            if let [name] = &names[..] {
                self.elements.push((super::key(&pat.ident), name.clone()));
            }
        }
    }

    /// The types that this variable was declared with.
    fn types(&self, e: &syn::Expr) -> Vec<String> {
        match e {
            syn::Expr::Paren(e) => self.types(&e.expr),
            syn::Expr::Group(e) => self.types(&e.expr),
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => {
                self.types(expr)
            }
            syn::Expr::Path(path) => path.path.get_ident().map_or_else(Vec::new, |ident| {
                let name = super::key(ident);
                let of = self.variables.iter().filter(|(variable, _)| *variable == name);
                of.map(|(_, ty)| ty.clone()).collect()
            }),
            syn::Expr::Index(e) => {
                let mut base = &e.expr;
                while let syn::Expr::Index(e) = &**base {
                    base = &e.expr;
                }
                let syn::Expr::Path(path) = &**base else { return Vec::new() };
                path.path.get_ident().map_or_else(Vec::new, |ident| {
                    let name = super::key(ident);
                    let of = self.elements.iter().filter(|(variable, _)| *variable == name);
                    of.map(|(_, ty)| ty.clone()).collect()
                })
            }
            _ => Vec::new(),
        }
    }

    fn number(&mut self, e: &syn::Expr) {
        self.numbers.extend(self.types(e));
    }

    fn float(&mut self, e: &syn::Expr) {
        self.number(e);
        self.floats.extend(self.types(e));
    }

    fn integer(&mut self, e: &syn::Expr) {
        self.number(e);
        self.integers.extend(self.types(e));
    }

    fn parts_of_path(&mut self, path: &syn::Path) {
        self.parts.extend(path.segments.iter().map(|segment| segment.ident.to_string()));
    }
}

fn is_float_literal(e: &syn::Expr) -> bool {
    match e {
        syn::Expr::Paren(e) => is_float_literal(&e.expr),
        syn::Expr::Unary(e) => is_float_literal(&e.expr),
        syn::Expr::Lit(e) => matches!(e.lit, syn::Lit::Float(_)),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Search {
    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let syn::Pat::Type(typed) = &local.pat {
            self.annotated(&typed.pat, &typed.ty);
            if let (syn::Type::Path(path), Some(init)) = (behind(&typed.ty), &local.init)
                && is_float_literal(&init.expr)
            {
                self.numbers.extend(type_name(&path.path));
                self.floats.extend(type_name(&path.path));
            }
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_binary(&mut self, e: &'ast syn::ExprBinary) {
        let compares = matches!(
            e.op,
            syn::BinOp::Lt(_) | syn::BinOp::Le(_) | syn::BinOp::Gt(_) | syn::BinOp::Ge(_)
        );
        // `v * 2.0` is said of vectors, too.
        let scales = matches!(
            e.op,
            syn::BinOp::Mul(_)
                | syn::BinOp::Div(_)
                | syn::BinOp::MulAssign(_)
                | syn::BinOp::DivAssign(_)
        );
        if compares || (!scales && is_float_literal(&e.right)) {
            self.number(&e.left);
        }
        if compares || is_float_literal(&e.left) && !scales {
            self.number(&e.right);
        }
        if !scales && is_float_literal(&e.right) {
            self.float(&e.left);
        }
        if !scales && is_float_literal(&e.left) {
            self.float(&e.right);
        }
        visit::visit_expr_binary(self, e);
    }

    fn visit_expr_method_call(&mut self, e: &'ast syn::ExprMethodCall) {
        let name = e.method.to_string();
        let of_vectors = ["norm", "dot", "abs", "max", "min", "scale", "clamp"];
        if super::method::rule_named(&name).is_some() && !of_vectors.contains(&name.as_str()) {
            self.number(&e.receiver);
            // Integers have a few of these.
            if !["pow", "rem_euclid", "div_euclid", "signum", "midpoint"].contains(&name.as_str()) {
                self.float(&e.receiver);
            }
        }
        visit::visit_expr_method_call(self, e);
    }

    fn visit_expr_cast(&mut self, e: &'ast syn::ExprCast) {
        self.number(&e.expr);
        if let syn::Type::Path(path) = &*e.ty {
            self.numbers.extend(type_name(&path.path));
        }
        visit::visit_expr_cast(self, e);
    }

    fn visit_expr_field(&mut self, e: &'ast syn::ExprField) {
        self.parts.extend(self.types(&e.base));
        visit::visit_expr_field(self, e);
    }

    fn visit_expr_index(&mut self, e: &'ast syn::ExprIndex) {
        if !matches!(&*e.expr, syn::Expr::Index(_)) {
            self.parts.extend(self.types(&e.expr));
        }
        self.integer(&e.index);
        visit::visit_expr_index(self, e);
    }

    fn visit_expr_range(&mut self, e: &'ast syn::ExprRange) {
        e.start.iter().chain(&e.end).for_each(|e| self.integer(e));
        visit::visit_expr_range(self, e);
    }

    fn visit_expr_path(&mut self, e: &'ast syn::ExprPath) {
        // `Real::EPSILON`.
        const OF_FLOATS: &[&str] =
            &["EPSILON", "INFINITY", "NEG_INFINITY", "NAN", "MIN_POSITIVE", "MANTISSA_DIGITS"];
        let segments = &e.path.segments;
        if let (Some(ty), Some(last)) = (segments.iter().rev().nth(1), segments.last())
            && OF_FLOATS.iter().any(|name| last.ident == name)
        {
            self.numbers.insert(ty.ident.to_string());
            self.floats.insert(ty.ident.to_string());
        }
        visit::visit_expr_path(self, e);
    }

    fn visit_expr_struct(&mut self, e: &'ast syn::ExprStruct) {
        self.parts_of_path(&e.path);
        visit::visit_expr_struct(self, e);
    }

    fn visit_pat_struct(&mut self, p: &'ast syn::PatStruct) {
        self.parts_of_path(&p.path);
        visit::visit_pat_struct(self, p);
    }

    fn visit_pat_tuple_struct(&mut self, p: &'ast syn::PatTupleStruct) {
        self.parts_of_path(&p.path);
        visit::visit_pat_tuple_struct(self, p);
    }
}
