//! The integers that constants of a module are.

use syn::ext::IdentExt;

use super::{Declared, known};

impl Declared {
    /// The integer that a constant of this module is.
    pub fn number(&self, module: &[String], name: &str) -> Option<i128> {
        self.number_within(module, name, 8)
    }

    fn number_within(&self, module: &[String], name: &str, depth: u32) -> Option<i128> {
        let given = known(&self.numbers, (module.to_vec(), name.to_owned()))?;
        self.evaluated(&syn::parse_str(given).ok()?, module, depth.checked_sub(1)?)
    }

    fn evaluated(&self, e: &syn::Expr, module: &[String], depth: u32) -> Option<i128> {
        match e {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(lit), .. }) => lit.base10_parse().ok(),
            syn::Expr::Paren(e) => self.evaluated(&e.expr, module, depth),
            syn::Expr::Path(path) => {
                let name = path.path.get_ident()?.unraw().to_string();
                self.number_within(module, &name, depth)
            }
            syn::Expr::Binary(e) => {
                let left = self.evaluated(&e.left, module, depth)?;
                let right = self.evaluated(&e.right, module, depth)?;
                match e.op {
                    syn::BinOp::Add(_) => left.checked_add(right),
                    syn::BinOp::Sub(_) => left.checked_sub(right),
                    syn::BinOp::Mul(_) => left.checked_mul(right),
                    syn::BinOp::Div(_) => left.checked_div(right),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
