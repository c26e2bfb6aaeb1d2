//! Calls on vectors and matrices of other crates: what they yield, and whether they change what they are called on.

use super::{
    Reader,
    env::Want,
    place::Located,
    types::{USIZE, is_scalar},
    user_method::makes_vectors,
};
use crate::ir::{Foreign, Form, Named, Step, Type, Var};

impl Reader<'_> {
    /// The generated code sees the companions of methods of other crates' types.
    pub fn import_foreign(&mut self) {
        if self.foreign_imported {
            return;
        }
        self.foreign_imported = true;
        let runtime = &self.runtime;
        self.items.push(syn::parse_quote!(
            use #runtime::foreign::methods::*;
        ));
    }

    /// `Vector3::new`, where the function shows that this is a type of another crate.
    pub fn foreign_maker(&self, ty: &syn::Type) -> Option<Foreign> {
        if let Some(known) = Foreign::of_type(ty) {
            return Some(known);
        }
        let syn::Type::Path(path) = ty else { return None };
        if self.is_declared(&Type::named(ty.clone())) {
            return None;
        }
        let known = Foreign::of_name(&path.path.segments.last()?.ident.to_string())?;
        Some(if self.sees_foreign { known } else { Foreign::Unsure })
    }

    /// Whether a vector or a matrix of another crate is named.
    pub fn is_foreign(&self, located: &Located) -> bool {
        match located {
            Located::Memory(place) => self.function.place_type(place).foreign().is_some(),
            _ => false,
        }
    }

    /// What a method yields that is called on a type of another crate.
    pub fn foreign_want(
        &self,
        of: Foreign,
        receiver: &Type,
        name: &str,
        args: &[Type],
        want: &Want,
    ) -> Want {
        if want.ty().is_some_and(is_scalar) && !COUNTS.contains(&name) {
            return want.clone();
        }
        if of == Foreign::Unsure {
            return match want {
                _ if NUMBERS.contains(&name) || name == "dot" => Want::Scalar,
                Want::Any | Want::Scalar | Want::Memory
                    if SAME.contains(&name) || makes_vectors(name) =>
                {
                    Want::Type(foreign(of))
                }
                want => want.clone(),
            };
        }
        if finds(of, name) {
            if name == "mean" {
                return Want::Choice(Box::new(Want::Scalar));
            }
            let found = match name {
                "cholesky" => Foreign::Cholesky,
                _ => Foreign::Nalgebra,
            };
            return Want::Choice(Box::new(Want::Type(foreign(found))));
        }
        match (name, of) {
            ("shape", Foreign::Nalgebra) => {
                return Want::Tuple(vec![Want::Type(USIZE), Want::Type(USIZE)]);
            }
            ("dim", Foreign::Ndarray(Some(axes @ 2..))) => {
                return Want::Tuple((0..axes).map(|_| Want::Type(USIZE)).collect());
            }
            ("dim", _) => return Want::Type(USIZE),
            ("dot", Foreign::Nalgebra) => return Want::Scalar,
            ("is_empty" | "is_square" | "is_standard_layout", _) => return Want::Type(Type::Bool),
            ("dot", Foreign::Ndarray(axes)) => {
                let other = args.first().and_then(Type::foreign);
                return match (axes, other) {
                    (Some(1), Some(Foreign::Ndarray(Some(1)))) => Want::Scalar,
                    (Some(a), Some(Foreign::Ndarray(Some(b)))) => {
                        Want::Type(foreign(Foreign::Ndarray(Some(a + b - 2))))
                    }
                    _ => match want {
                        Want::Memory => Want::Type(foreign(Foreign::Ndarray(None))),
                        want => want.clone(),
                    },
                };
            }
            _ => {}
        }
        if COUNTS.contains(&name) {
            return Want::Type(USIZE);
        }
        if NUMBERS.contains(&name) {
            return Want::Scalar;
        }
        if let Want::Unit = want {
            return Want::Unit;
        }
        if MUTATORS.contains(&name) {
            return Want::Unit;
        }
        let yields = match (of, name) {
            (
                Foreign::Ndarray(Some(axes)),
                "row" | "column" | "index_axis" | "sum_axis" | "mean_axis" | "diag"
                | "index_axis_move",
            ) => Foreign::Ndarray(Some(axes.saturating_sub(1))),
            (Foreign::Ndarray(Some(axes)), "insert_axis") => Foreign::Ndarray(Some(axes + 1)),
            (Foreign::Ndarray(_), "slice" | "into_shape_with_order" | "to_shape" | "broadcast") => {
                Foreign::Ndarray(None)
            }
            (Foreign::Nalgebra, "lu") => Foreign::Lu,
            (Foreign::Cholesky | Foreign::Lu, _) => Foreign::Nalgebra,
            (of, _) => of,
        };
        match want {
            Want::Type(ty) if *ty != Type::Unknown => want.clone(),
            _ if yields == of && SAME.contains(&name) => Want::Type(owned(receiver)),
            _ => Want::Type(foreign(yields)),
        }
    }

    /// The index of a matrix: `m[(i, j)]`, `a[[i, j]]`.
    pub fn index_of_several(&mut self, index: &syn::Expr) -> Option<Step> {
        let (elems, form) = match index {
            syn::Expr::Tuple(of) if !of.elems.is_empty() => (&of.elems, Form::Tuple),
            syn::Expr::Array(of) if !of.elems.is_empty() => (&of.elems, Form::Array),
            _ => return None,
        };
        let args = elems.iter().map(|e| self.scalar(e, &Want::Type(USIZE))).collect();
        let span = syn::spanned::Spanned::span(index);
        let index = self.opaque(form, args, Type::Opaque, span);
        self.name(Var::Value(index), "at");
        Some(Step::Index(index))
    }
}

/// Of a type that nobody names.
pub fn foreign(of: Foreign) -> Type {
    Type::Named(Box::new(Named { foreign: Some(of), ..Named::default() }))
}

/// The type of a copy of it: the same, unless it borrows.
pub fn owned(ty: &Type) -> Type {
    match ty {
        Type::Named(of) if of.ty.as_ref().is_some_and(Foreign::is_view) => {
            of.foreign.map_or(Type::Unknown, foreign)
        }
        ty => ty.clone(),
    }
}

/// Whether a method changes what it is called on.
pub fn mutates(name: &str) -> bool {
    MUTATORS.contains(&name)
}

/// Whether a method is known to leave what it is called on where it is.
pub fn borrows(of: Foreign, name: &str) -> bool {
    match of {
        Foreign::Unsure => {
            NUMBERS.contains(&name)
                || SAME.contains(&name)
                || matches!(name, "dot" | "transpose" | "row" | "column")
        }
        _ => !CONSUMERS.contains(&name),
    }
}

/// How the view is copied that a method yields.
pub fn copied_by(of: Foreign, name: &str) -> Option<&'static str> {
    let views = [
        "row",
        "column",
        "rows",
        "columns",
        "view",
        "fixed_rows",
        "fixed_columns",
        "fixed_view",
        "diag",
        "t",
        "index_axis",
    ];
    if !views.contains(&name) {
        return None;
    }
    match of {
        Foreign::Nalgebra => Some("clone_owned"),
        Foreign::Ndarray(_) => Some("to_owned"),
        Foreign::Cholesky | Foreign::Lu | Foreign::Unsure => None,
    }
}

/// Whether a method yields an `Option`.
pub fn finds(of: Foreign, name: &str) -> bool {
    match of {
        Foreign::Nalgebra => matches!(name, "try_inverse" | "cholesky"),
        Foreign::Lu => matches!(name, "solve" | "try_inverse"),
        Foreign::Ndarray(_) => name == "mean",
        Foreign::Cholesky | Foreign::Unsure => false,
    }
}

/// What an operator yields; `None` if neither operand is of another crate.
pub fn operator_result(types: &[Type], product: bool) -> Option<Type> {
    let (a, b) = match types {
        [one] => return one.foreign().map(|_| owned(one)),
        [a, b] => (a, b),
        _ => return None,
    };
    match (a.foreign(), b.foreign()) {
        (None, None) => None,
        (Some(_), None) if is_scalar(b) => Some(owned(a)),
        (None, Some(_)) if is_scalar(a) => Some(owned(b)),
        (Some(of), Some(other)) => Some(match (of, other) {
            (Foreign::Ndarray(Some(a)), Foreign::Ndarray(Some(b))) if a != b => {
                foreign(Foreign::Ndarray(Some(a.max(b))))
            }
            _ if a == b && a.is_written() => owned(a),
            // Vectors of the same static size have one type; so have dynamic ones.
            (Foreign::Nalgebra, Foreign::Nalgebra) if product => foreign(of),
            (Foreign::Ndarray(None), other) => foreign(other),
            _ => foreign(of),
        }),
        (of, other) => of.or(other).map(foreign),
    }
}

/// Whether a function names types of another crate.
pub fn is_seen(item: &syn::ItemFn) -> bool {
    struct Search(bool);
    impl<'ast> syn::visit::Visit<'ast> for Search {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            self.0 |= path.segments.iter().any(|segment| {
                ["nalgebra", "na", "ndarray"].iter().any(|name| segment.ident == name)
                    || (!segment.arguments.is_empty()
                        && Foreign::of_name(&segment.ident.to_string()).is_some())
            });
            syn::visit::visit_path(self, path);
        }
    }
    let mut search = Search(false);
    syn::visit::Visit::visit_item_fn(&mut search, item);
    search.0
}

/// Methods that yield an integer.
const COUNTS: &[&str] = &["nrows", "ncols", "ndim", "rank", "len_of"];

/// Methods that yield a number.
const NUMBERS: &[&str] = &[
    "amax",
    "amin",
    "angle",
    "camax",
    "camin",
    "determinant",
    "dotc",
    "ln_determinant",
    "lp_norm",
    "magnitude",
    "magnitude_squared",
    "max",
    "mean",
    "metric_distance",
    "min",
    "norm",
    "norm_squared",
    "perp",
    "product",
    "std",
    "sum",
    "tr_dot",
    "trace",
    "variance",
    "var",
];

/// Methods that yield what they are called on.
const SAME: &[&str] = &[
    "abs",
    "add_scalar",
    "clone_owned",
    "component_div",
    "component_mul",
    "cross",
    "into_owned",
    "normalize",
    "scale",
    "to_owned",
    "unscale",
    "mapv",
];

/// Methods that take what they are called on by value.
const CONSUMERS: &[&str] = &[
    "cholesky",
    "col_piv_qr",
    "full_piv_lu",
    "insert_column",
    "insert_columns",
    "insert_row",
    "insert_rows",
    "into_owned",
    "lu",
    "pseudo_inverse",
    "push",
    "qr",
    "remove_column",
    "remove_row",
    "resize",
    "reversed_axes",
    "svd",
    "symmetric_eigen",
    "try_inverse",
    "unpack",
    "into_raw_vec",
    "into_shape_with_order",
    "into_diag",
];

/// Methods that change what they are called on.
const MUTATORS: &[&str] = &[
    "add_assign",
    "apply",
    "assign",
    "axpy",
    "cmpy",
    "component_div_assign",
    "component_mul_assign",
    "copy_from",
    "fill",
    "fill_column",
    "fill_diagonal",
    "fill_row",
    "fill_with_identity",
    "gemm",
    "gemv",
    "ger",
    "map_inplace",
    "mapv_inplace",
    "neg_mut",
    "normalize_mut",
    "push_column",
    "push_row",
    "scale_mut",
    "scaled_add",
    "set_column",
    "set_diagonal",
    "set_row",
    "swap",
    "swap_columns",
    "swap_rows",
    "transpose_mut",
    "try_normalize_mut",
    "unscale_mut",
    "zip_apply",
];
