//! Calls in random functions.

use super::{
    generate::{F64, Generator, USIZE},
    memory::Mem,
};
use crate::ir::{Arg, Callee, Init, MemoryId, OpKind, Origin, Passing, Place, Shape, Type, Var};

impl Generator<'_> {
    /// A call of an earlier function, with whatever fits its parameters.
    pub fn call(&mut self) {
        if self.callees.is_empty() {
            self.arithmetic();
            return;
        }
        let callee = self.random.below(self.callees.len());
        let signature = self.callees[callee].clone();
        let mut args = Vec::new();
        let mut taken: Vec<MemoryId> = Vec::new();
        // Memory may be shared by several arguments if none of them is mutable.
        self.may_share = signature.function.params.iter().all(|p| p.passing != Passing::Mutable);
        for param in &signature.function.params {
            let arg = match &param.shape {
                Shape::Var(Var::Value(id)) if signature.function.value(*id).ty == USIZE => {
                    Arg::Value(self.any_int())
                }
                Shape::Var(Var::Value(_)) => {
                    let value = self.element();
                    match param.passing {
                        Passing::Shared => Arg::Reference(value),
                        _ => Arg::Value(value),
                    }
                }
                Shape::Tuple(of) => {
                    Arg::Tuple(of.iter().map(|_| Arg::Value(self.element())).collect())
                }
                Shape::Var(Var::Memory(id)) => {
                    let ty = signature.function.memory(*id).ty.clone();
                    match self.memory_arg(&ty, param.passing, &mut taken) {
                        Some(arg) => arg,
                        None => return,
                    }
                }
                Shape::Unit => return,
            };
            args.push(arg);
        }
        let ident = quote::format_ident!("{}", signature.name);
        // Methods have no carrier: the reverse of such a call is one call of both sweeps.
        let callee = match self.random.below(3) {
            0 => Callee::Associated(syn::parse_quote!(Self::#ident)),
            _ => Callee::Free(ident.into()),
        };
        let result = match signature.function.outputs.first() {
            Some(output) => self.result_like(&signature, &output.shape),
            None => Shape::Unit,
        };
        for arg in &args {
            if let Arg::InOut { output, .. } = arg {
                self.offer(*output, 4.0);
            }
        }
        self.push(OpKind::Call { callee, args, result });
    }

    fn memory_arg(
        &mut self,
        ty: &Type,
        passing: Passing,
        taken: &mut Vec<MemoryId>,
    ) -> Option<Arg> {
        if *ty == F64 {
            // `&mut` of a local scalar.
            let input = self.element();
            let output = self.value(F64);
            return Some(Arg::InOut { input, output });
        }
        let mutable = passing == Passing::Mutable;
        let fits = |m: &Mem| {
            let same = match (ty, &m.ty) {
                (Type::Slice(of), other) => other.element() == Some(of),
                (ty, other) => ty == other,
            };
            same && if mutable { m.writable() } else { m.readable() }
        };
        let root = |g: &Self, m: MemoryId| g.function.root(m);
        let all: Vec<usize> = (0..self.mems.len())
            .filter(|i| {
                let m = &self.mems[*i];
                // One borrow of each memory, if any of them is mutable.
                fits(m) && !taken.contains(&root(self, m.id))
            })
            .collect();
        if all.is_empty() {
            return None;
        }
        let pick = self.random.pick(&all);
        let id = self.mems[pick].id;
        if passing == Passing::ByValue {
            // A vector is cloned first: moving is for what is never used again.
            if matches!(ty, Type::Vec(_)) {
                let memory = self.local(ty.clone(), false, Origin::Local);
                let init = Init::Copy(id.into());
                self.push(OpKind::Alloc { memory, init });
                return Some(Arg::Memory { place: Place::from(memory), passing });
            }
        } else if mutable || !self.may_share {
            taken.push(root(self, id));
        }
        Some(Arg::Memory { place: id.into(), passing })
    }

    fn result_like(&mut self, of: &super::generate::Signature, shape: &Shape) -> Shape {
        match shape {
            Shape::Unit => Shape::Unit,
            Shape::Var(Var::Value(_)) => {
                let out = self.value(F64);
                Shape::Var(Var::Value(self.offer(out, 50.0)))
            }
            Shape::Var(Var::Memory(id)) => {
                let ty = of.function.memory(*id).ty.clone();
                let known = match &ty {
                    Type::Array(_, length) => length.known.map(|n| n as usize),
                    _ => None,
                };
                let memory = self.local(ty.clone(), true, Origin::Local);
                self.mems.push(Mem::new(memory, ty, true, known));
                Shape::Var(Var::Memory(memory))
            }
            Shape::Tuple(shapes) => {
                Shape::Tuple(shapes.iter().map(|shape| self.result_like(of, shape)).collect())
            }
        }
    }
}
