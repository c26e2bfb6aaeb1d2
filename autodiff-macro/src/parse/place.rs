//! Places: variables, elements, fields, and references to them.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Slot, Target, Want},
    types::is_memory,
};
use crate::analysis::contradiction;
use crate::ir::{
    Constant, Init, MemoryId, MemoryInfo, Op, OpKind, Origin, Place, Step, Type, ValueId,
};

/// What an expression names.
#[derive(Clone, Debug)]
pub enum Located {
    Slot(Slot),
    Memory(Place),
    /// A constant or static of the user's: a scalar or memory, as it is used.
    Global(syn::ExprPath),
    Value(Bind),
}

impl Reader<'_> {
    pub fn push(&mut self, kind: OpKind, span: Span) {
        self.guard();
        self.ops.push(Op { kind, span });
    }

    pub fn constant(&mut self, value: Constant, ty: Type, span: Span) -> ValueId {
        let out = self.function.new_value(ty, None, span);
        if let Constant::Int(n) = value {
            self.literals.insert(out, n);
        }
        self.push(OpKind::Const { out, value }, span);
        out
    }

    pub fn alloc(&mut self, ty: Type, init: Init, name: Option<String>, span: Span) -> MemoryId {
        let memory = self.function.new_memory(MemoryInfo {
            ty,
            name,
            mutable: false,
            origin: Origin::Local,
            span,
        });
        self.push(OpKind::Alloc { memory, init }, span);
        memory
    }

    pub fn view(&mut self, of: Place, mutable: bool, span: Span) -> MemoryId {
        let memory = self.function.new_memory(MemoryInfo {
            ty: self.function.place_type(&of),
            name: None,
            mutable,
            origin: Origin::View(of.clone()),
            span,
        });
        self.push(OpKind::View { memory, of }, span);
        memory
    }

    pub fn load(&mut self, place: Place, span: Span) -> ValueId {
        let ty = self.function.place_type(&place);
        let out = self.function.new_value(ty, None, span);
        self.push(OpKind::Load { out, place }, span);
        out
    }

    /// Whether the memory is a local one or a parameter by value, which can move.
    pub fn owns(&self, memory: MemoryId) -> bool {
        match &self.function.memory(memory).origin {
            Origin::Local => !self.globals.iter().any(|(_, global)| *global == memory),
            Origin::Param(i) => self
                .function
                .params
                .get(*i)
                .is_some_and(|p| p.passing == crate::ir::Passing::ByValue),
            Origin::View(_) | Origin::Record(_) => false,
        }
    }

    pub fn bind_type(&self, bind: &Bind) -> Type {
        match bind {
            Bind::Scalar(value) => self.function.value(*value).ty.clone(),
            Bind::Known(_) => Type::Bool,
            Bind::Owned(memory) => self.function.memory(*memory).ty.clone(),
            Bind::Content(place) => self.function.place_type(place),
            Bind::Reference { target, .. } => match target {
                Target::Place(place) => self.function.place_type(place),
                Target::Variable(slot) => self.bind_type(self.env.get(slot)),
                Target::Value(value) => self.function.value(*value).ty.clone(),
            },
            Bind::Tuple(of) => Type::Tuple(of.iter().map(|of| self.bind_type(of)).collect()),
            Bind::Unit => Type::Tuple(Vec::new()),
            Bind::Choice(_) => Type::Unknown,
            Bind::Tokens(_)
            | Bind::Function(_)
            | Bind::Closure(_)
            | Bind::Either(_)
            | Bind::Iterator { .. } => Type::Opaque,
            Bind::Uninit | Bind::Poison => Type::Unknown,
        }
    }

    /// Whether something is done with a number or a `bool` that none of them has: the compiler says so.
    pub fn leaves_plain(&mut self, bind: &Bind) -> bool {
        let plain = contradiction::is_plain(&self.bind_type(bind));
        if plain {
            self.errors.leave_to_compiler();
        }
        plain
    }

    pub fn is_memory(&self, bind: &Bind) -> bool {
        match bind {
            Bind::Owned(_) => true,
            Bind::Content(_)
            | Bind::Reference { target: Target::Place(_) | Target::Variable(_), .. } => {
                is_memory(&self.bind_type(bind)) || {
                    // Of unknown type: what names a whole memory is taken for one.
                    let whole = match bind {
                        Bind::Content(place)
                        | Bind::Reference { target: Target::Place(place), .. } => {
                            place.path.is_empty()
                        }
                        _ => false,
                    };
                    whole && matches!(self.bind_type(bind), Type::Unknown)
                }
            }
            _ => false,
        }
    }

    pub fn target(target: Target) -> Located {
        match target {
            Target::Place(place) => Located::Memory(place),
            Target::Variable(slot) => Located::Slot(slot),
            Target::Value(value) => Located::Value(Bind::Scalar(value)),
        }
    }

    /// Follows references, as method calls, fields and indices do.
    pub fn auto(&self, mut located: Located) -> Located {
        loop {
            let bind = match &located {
                Located::Slot(slot) => self.env.get(slot),
                Located::Value(bind) => bind,
                _ => return located,
            };
            located = match bind {
                Bind::Reference { target, .. } => Self::target(target.clone()),
                Bind::Owned(memory) => Located::Memory((*memory).into()),
                Bind::Content(place) => Located::Memory(place.clone()),
                _ => return located,
            };
        }
    }

    pub fn locate(&mut self, expr: &syn::Expr, want: &Want) -> Located {
        match expr {
            syn::Expr::Paren(e) => self.locate(&e.expr, want),
            syn::Expr::Group(e) => self.locate(&e.expr, want),
            syn::Expr::Path(path) => self.locate_path(path),
            syn::Expr::Unary(syn::ExprUnary { op: syn::UnOp::Deref(_), expr, .. }) => {
                let inner = self.locate(expr, &Want::Any);
                let bind = match &inner {
                    Located::Slot(slot) => self.env.get(slot).clone(),
                    Located::Value(bind) => bind.clone(),
                    Located::Memory(place) => {
                        return Located::Memory(self.one_unboxed(place.clone()));
                    }
                    _ => return inner,
                };
                match bind {
                    Bind::Reference { target, .. } => Self::target(target),
                    Bind::Content(place) => Located::Memory(self.one_unboxed(place)),
                    _ => inner,
                }
            }
            syn::Expr::Field(e) => self.locate_field(e),
            syn::Expr::Index(e) => {
                let base = self.locate(&e.expr, &Want::Memory);
                if let syn::Expr::Reference(_) = &*e.index
                    && !self.is_poison(&base)
                {
                    self.errors.at(
                        &e.index,
                        "what is indexed by a reference is a map, and which of its numbers is meant is known only when the program \
                         runs; keep the numbers in a `Vec` or a slice, and index that",
                    );
                    return Located::Value(Bind::Poison);
                }
                if let Some(element) = self.own_element(&base, e) {
                    return element;
                }
                let Some(mut place) = self.memory_of(base, e.expr.span()) else {
                    self.step(&e.index);
                    return Located::Value(Bind::Poison);
                };
                let step = self.step(&e.index);
                place.path.push(step);
                Located::Memory(place)
            }
            _ => Located::Value(self.value(expr, want)),
        }
    }

    fn locate_path(&mut self, path: &syn::ExprPath) -> Located {
        if path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
            && let Some(index) = self.scopes.find(&super::key(ident))
        {
            return match &self.env.variables[index].bind {
                Bind::Owned(memory) => Located::Memory((*memory).into()),
                chosen @ Bind::Either(_) => {
                    let chosen = chosen.clone();
                    Located::Value(self.refuse_chosen(&chosen, path.span()))
                }
                _ => Located::Slot(Slot::whole(index)),
            };
        }
        Located::Global(path.clone())
    }

    /// Whether an error about it has been reported.
    pub fn is_poison(&self, located: &Located) -> bool {
        match located {
            Located::Value(bind) => matches!(bind, Bind::Poison),
            Located::Slot(slot) => matches!(self.env.get(slot), Bind::Poison),
            _ => false,
        }
    }

    fn locate_field(&mut self, e: &syn::ExprField) -> Located {
        // A call's result of unknown type: something with fields.
        let call = matches!(&*e.base, syn::Expr::Call(_));
        let base = self.locate(&e.base, if call { &Want::Memory } else { &Want::Any });
        let base = self.auto(base);
        let syn::Member::Unnamed(member) = &e.member else {
            return self.locate_member(base, &e.member, e.span());
        };
        let i = member.index as usize;
        match base {
            Located::Slot(mut slot) => {
                slot.path.push(i);
                match self.env.get(&slot) {
                    Bind::Owned(memory) => Located::Memory((*memory).into()),
                    _ => Located::Slot(slot),
                }
            }
            Located::Memory(place) => {
                let mut place = self.unboxed(place);
                self.know_fields(&place);
                place.path.push(Step::Field(member.index));
                Located::Memory(place)
            }
            Located::Value(Bind::Tuple(of)) => {
                Located::Value(of.into_iter().nth(i).unwrap_or(Bind::Poison))
            }
            Located::Value(bind) => {
                if !matches!(bind, Bind::Poison | Bind::Uninit) && !self.leaves_plain(&bind) {
                    self.errors.at(
                        &e.member,
                        "the macro cannot see that this is a tuple; give it a type: `let t: (f64, f64) = ..`",
                    );
                }
                Located::Value(Bind::Poison)
            }
            Located::Global(path) => {
                let memory = self.global(&path);
                Located::Memory(Place { memory, path: vec![Step::Field(member.index)] })
            }
        }
    }

    /// The memory that is indexed or iterated over.
    pub fn memory_of(&mut self, located: Located, span: Span) -> Option<Place> {
        match self.auto(located) {
            Located::Memory(place) => Some(self.unboxed(place)),
            Located::Global(path) => Some(self.global(&path).into()),
            Located::Slot(slot) => {
                let bind = self.env.get(&slot).clone();
                self.not_memory(&bind, span)
            }
            Located::Value(bind) => self.not_memory(&bind, span),
        }
    }

    fn not_memory(&mut self, bind: &Bind, span: Span) -> Option<Place> {
        if let Bind::Scalar(value) = bind
            && matches!(self.function.value(*value).ty, Type::Unknown)
        {
            self.errors.at_span(
                span,
                "the macro took this for a number, because its type is not written; annotate it: \
                 `let x: [f64; 3] = ..` (or `Vec<f64>`)",
            );
        } else if matches!(bind, Bind::Tokens(_)) {
            self.errors.at_span(
                span,
                "strings cannot be looked into by a function with derivatives; pass what is read from it \
                 as a parameter",
            );
        }
        None
    }

    /// A constant or static array of the user's.
    pub fn global(&mut self, path: &syn::ExprPath) -> MemoryId {
        let tokens = path.to_token_stream();
        let text = tokens.to_string();
        if let Some((_, memory)) = self.globals.iter().find(|(name, _)| *name == text) {
            return *memory;
        }
        let span = path.span();
        let ty = self.global_type(path);
        let memory = self.function.new_memory(MemoryInfo {
            ty,
            // A local cannot have the name of a static.
            name: path.path.segments.last().map(|s| {
                let name = super::name_of(&s.ident);
                let lower = name.to_lowercase();
                if lower == name { format!("{name}_here") } else { lower }
            }),
            mutable: false,
            origin: Origin::Local,
            span,
        });
        let op = Op { kind: OpKind::Alloc { memory, init: Init::Global(tokens) }, span };
        self.prelude.push(op);
        self.globals.push((text, memory));
        memory
    }

    pub fn step(&mut self, index: &syn::Expr) -> Step {
        if let Some(step) = self.index_of_several(index) {
            return step;
        }
        match index {
            syn::Expr::Paren(e) => self.step(&e.expr),
            syn::Expr::Group(e) => self.step(&e.expr),
            syn::Expr::Range(range) => {
                let want = Want::Type(super::types::USIZE);
                let start = range.start.as_ref().map(|e| self.scalar(e, &want));
                let end = range.end.as_ref().map(|e| self.scalar(e, &want));
                let inclusive = matches!(range.limits, syn::RangeLimits::Closed(_));
                Step::Range { start, end, inclusive }
            }
            index => Step::Index(self.scalar(index, &Want::Type(super::types::USIZE))),
        }
    }
}
