//! What the function returns.

use proc_macro2::Span;

use super::super::{Reader, env::Bind, types::is_memory};
use crate::{
    emit::tangent,
    ir::{Passing, Shape, Type, Var},
};

impl Reader<'_> {
    fn var_type(&self, var: Var) -> Type {
        match var {
            Var::Value(value) => self.function.value(value).ty.clone(),
            Var::Memory(memory) => self.function.memory(memory).ty.clone(),
        }
    }

    pub fn output_type(&mut self, item: &syn::ItemFn) -> Type {
        match &item.sig.output {
            syn::ReturnType::Default => Type::Tuple(Vec::new()),
            syn::ReturnType::Type(_, ty) => {
                if let syn::Type::Reference(r) = tangent::bare(ty) {
                    self.errors.at(
                        r,
                        "a function that returns a reference cannot be differentiated, because the adjoint of what \
                         it names belongs to the parameter; return the value (`Vec<f64>`, `[f64; N]`), or write \
                         to a `&mut` parameter",
                    );
                    return Type::Unknown;
                }
                self.refuse_box(ty);
                self.ty(ty)
            }
        }
    }

    pub fn shape_of(&mut self, bind: Bind, ty: &Type, span: Span) -> Shape {
        match (bind, ty) {
            (Bind::Tuple(of), ty) => Shape::Tuple(
                of.into_iter()
                    .enumerate()
                    .map(|(i, of)| {
                        let ty = match ty {
                            Type::Tuple(types) => types.get(i).cloned().unwrap_or(Type::Unknown),
                            _ => Type::Unknown,
                        };
                        self.shape_of(of, &ty, span)
                    })
                    .collect(),
            ),
            (_, Type::Tuple(of)) if of.is_empty() => Shape::Unit,
            (Bind::Unit, _) => Shape::Unit,
            (Bind::Owned(memory), _) => Shape::Var(Var::Memory(memory)),
            // Nothing is ever returned: the function always panics.
            (Bind::Uninit | Bind::Poison, ty) => self.dummy_shape(ty, span),
            (bind, ty) => {
                let value = self.scalar_of(bind, span);
                // The signature settles the type of a literal, and of what is read from a field.
                let of = &mut self.function.values[value.index()].ty;
                if matches!(
                    of,
                    Type::Unknown
                        | Type::Int(crate::ir::Int::Literal)
                        | Type::Float(crate::ir::Float::Literal)
                ) && matches!(ty, Type::Int(_) | Type::Float(_))
                {
                    *of = ty.clone();
                }
                Shape::Var(Var::Value(value))
            }
        }
    }

    fn dummy_shape(&mut self, ty: &Type, span: Span) -> Shape {
        match ty {
            Type::Tuple(of) => {
                Shape::Tuple(of.iter().map(|ty| self.dummy_shape(ty, span)).collect())
            }
            ty if is_memory(ty) => {
                let init = crate::ir::Init::Empty;
                Shape::Var(Var::Memory(self.alloc(ty.clone(), init, None, span)))
            }
            ty => Shape::Var(Var::Value(self.dummy(ty, span))),
        }
    }

    pub fn check_differentiable(&mut self, item: &syn::ItemFn) {
        let some = self.function.params.iter().any(|p| p.differentiable);
        if !some && self.errors.is_empty() {
            self.errors.at(
                &item.sig.ident,
                "this function has no differentiable parameter: none is a float, or an array, slice, vector or \
                 tuple of floats; without one there is nothing to differentiate, and `#[grad]` can be left out",
            );
        }
        let output = match &self.output {
            Type::Tuple(of) if of.is_empty() => false,
            ty => ty.differentiable(),
        };
        let written: Vec<_> = self
            .function
            .params
            .iter()
            .filter(|p| {
                p.passing == Passing::Mutable
                    && matches!(&p.shape, Shape::Var(var) if self.var_type(*var).differentiable())
            })
            .collect();
        if let ([first, ..], false) = (&written[..], output)
            && written.iter().all(|p| !p.differentiable)
            && self.errors.is_empty()
        {
            let (name, span) = (first.name.clone(), first.span);
            self.errors.at_span(
                span,
                format!(
                    "`wrt` leaves out `{name}`, which takes what this function computes, so that every derivative would be \
                     zero; name it too: `wrt(.., {name})`"
                ),
            );
            return;
        }
        let written = !written.is_empty();
        if !output && !written && self.errors.is_empty() {
            let message = "this function has no differentiable output: it returns no float (or tuple, array or vector \
                           of floats), and has no `&mut` parameter that holds any; without one there is nothing to \
                           differentiate, and `#[grad]` can be left out";
            match &item.sig.output {
                syn::ReturnType::Type(_, ty) => self.errors.at(ty, message),
                syn::ReturnType::Default => self.errors.at(&item.sig.ident, message),
            }
        }
    }
}
