//! Expressions: one line a kind.

use quote::ToTokens;
use syn::spanned::Spanned;

use super::{
    Reader,
    assigned::Assigned,
    choice::Choice,
    env::{Bind, Want},
    loops::Drive,
    stmt::Sink,
};
use crate::ir::{Constant, Type};

impl Reader<'_> {
    pub fn value(&mut self, e: &syn::Expr, want: &Want) -> Bind {
        self.value_into(e, want, Sink::Value)
    }

    /// The value of an expression; with [`Sink::Return`] it is returned, by each arm for itself.
    pub fn value_into(&mut self, e: &syn::Expr, want: &Want, sink: Sink) -> Bind {
        if self.gone {
            return Bind::Uninit;
        }
        self.guard();
        self.span = e.span();
        match e {
            syn::Expr::If(e) => return self.if_expr(e, want, sink),
            syn::Expr::Match(e) => return self.match_expr(e, want, sink),
            syn::Expr::Block(e) if e.label.is_none() => {
                return self.block_into(&e.block, want, sink);
            }
            syn::Expr::Paren(e) => return self.value_into(&e.expr, want, sink),
            syn::Expr::Group(e) => return self.value_into(&e.expr, want, sink),
            _ => {}
        }
        let value = self.kind(e, want);
        if sink == Sink::Return && !self.gone {
            self.leave_function(value, true, e.span());
            return Bind::Uninit;
        }
        value
    }

    fn kind(&mut self, e: &syn::Expr, want: &Want) -> Bind {
        match e {
            syn::Expr::Lit(e) => self.literal(&e.lit, want),
            syn::Expr::Const(of) => {
                let ty = match want {
                    Want::Type(ty @ (Type::Float(_) | Type::Int(_) | Type::Bool)) => ty.clone(),
                    _ => Type::Unknown,
                };
                let tokens = Constant::Tokens(of.to_token_stream());
                Bind::Scalar(self.constant(tokens, ty, of.const_token.span))
            }
            syn::Expr::Path(path) if self.names_function(path) => {
                Bind::Function(Box::new(path.clone()))
            }
            syn::Expr::Path(path) if self.is_none(path) => Choice::none().into(),
            syn::Expr::Try(e) => self.question_mark(e, want),
            syn::Expr::Path(_) | syn::Expr::Field(_) | syn::Expr::Index(_) => {
                let located = self.locate(e, want);
                self.read(located, want, e.span())
            }
            syn::Expr::Unary(e) => self.unary(e, want),
            syn::Expr::Binary(e) => self.binary(e, want),
            syn::Expr::Assign(e) => self.assign(e),
            syn::Expr::Cast(e) => self.cast(e),
            // A reference to a function is as good as the function.
            syn::Expr::Reference(e) if matches!(&*e.expr, syn::Expr::Path(path) if self.names_function(path)) => {
                self.kind(&e.expr, want)
            }
            syn::Expr::Reference(e) => {
                let located = self.locate(&e.expr, &self.want_behind(want));
                self.reference(located, e.mutability.is_some(), e.span())
            }
            syn::Expr::Tuple(e) if e.elems.is_empty() => Bind::Unit,
            syn::Expr::Tuple(e) => {
                let fields = e.elems.iter().enumerate().map(|(i, e)| {
                    let want = match want.field(i) {
                        Want::Any => Want::Scalar,
                        want => want,
                    };
                    self.value(e, &want)
                });
                Bind::Tuple(fields.collect())
            }
            syn::Expr::Array(_) | syn::Expr::Repeat(_) => self.array(e, want),
            syn::Expr::Struct(e) => self.record(e),
            syn::Expr::Call(e) => self.with_recomputing(&e.attrs, |reader| reader.call(e, want)),
            syn::Expr::Closure(e) => self.closure(e),
            syn::Expr::Range(r) if r.start.is_some() => self.iterator_value(e),
            syn::Expr::MethodCall(e) => self.method(e, want),
            syn::Expr::Macro(e) => self.macro_value(e, want),
            syn::Expr::ForLoop(e) => self.with_checkpoints(&e.attrs, |reader| reader.for_loop(e)),
            syn::Expr::While(e) => self.with_checkpoints(&e.attrs, |reader| reader.while_loop(e)),
            syn::Expr::Loop(e) => {
                self.with_checkpoints(&e.attrs, |reader| reader.endless_loop(e, want))
            }
            syn::Expr::Block(e) => match &e.label {
                Some(label) => self.labeled_block(label, &e.block, want),
                None => self.block(&e.block, want),
            },
            syn::Expr::Return(e) => {
                let span = e.return_token.span;
                match &e.expr {
                    Some(value) => {
                        let want = self.output_want();
                        let value = self.value(value, &want);
                        self.leave_by_return(value, span);
                    }
                    None => self.leave_by_return(Bind::Unit, span),
                }
                Bind::Uninit
            }
            syn::Expr::Break(e) => {
                let value = match &e.expr {
                    Some(value) => {
                        let want = self.break_want(e.label.as_ref());
                        self.value(value, &want)
                    }
                    None => Bind::Unit,
                };
                self.leave_loop(e.label.as_ref(), value, true, e.break_token.span);
                Bind::Uninit
            }
            syn::Expr::Continue(e) => {
                self.leave_loop(e.label.as_ref(), Bind::Unit, false, e.continue_token.span);
                Bind::Uninit
            }
            syn::Expr::If(e) => self.if_expr(e, want, Sink::Value),
            syn::Expr::Match(e) => self.match_expr(e, want, Sink::Value),
            syn::Expr::Paren(e) => self.value(&e.expr, want),
            syn::Expr::Group(e) => self.value(&e.expr, want),
            syn::Expr::Let(e) => {
                let cond = syn::Expr::Let(e.clone());
                let yes = |reader: &mut Self| reader.bool_literal(true);
                let no = |reader: &mut Self| reader.bool_literal(false);
                self.if_let_else(&cond, e.span(), yes, no)
            }
            other => {
                self.refuse(other);
                Bind::Poison
            }
        }
    }

    pub fn bool_literal(&mut self, value: bool) -> Bind {
        let span = self.span;
        let constant = crate::ir::Constant::Bool(value);
        Bind::Scalar(self.constant(constant, crate::ir::Type::Bool, span))
    }

    fn want_behind(&self, want: &Want) -> Want {
        match want {
            Want::Any => Want::Memory,
            want => want.clone(),
        }
    }

    pub fn output_want(&self) -> Want {
        match &self.output {
            crate::ir::Type::Tuple(of) if self.returns_choice && self.inlining.is_empty() => {
                let held = of.get(1).cloned().map_or(Want::Scalar, Want::Type);
                Want::Choice(Box::new(held))
            }
            crate::ir::Type::Unknown => Want::Any,
            crate::ir::Type::Tuple(of) if of.is_empty() => Want::Unit,
            ty => Want::Type(ty.clone()),
        }
    }

    pub fn for_loop(&mut self, e: &syn::ExprForLoop) -> Bind {
        let span = e.for_token.span;
        let label = Self::labels_of(e.label.as_ref());
        self.to_its_end = !super::leave::may_leave(&e.body);
        let iter = self.iterated(&e.expr);
        self.to_its_end = false;
        let Some(iter) = iter else {
            if self.gone {
                return Bind::Uninit;
            }
            // What is wrong with the body is still reported.
            self.scopes.enter();
            self.bind_poison(&e.pat);
            let assigned = Assigned::of_block(&e.body);
            self.repeat(span, label, assigned, Drive::While(None), |reader| {
                reader.block(&e.body, &Want::Unit);
                reader.leave_loop(None, Bind::Unit, true, span);
            });
            self.gone = false;
            self.scopes.leave();
            return Bind::Poison;
        };
        self.for_each(&iter, e);
        Bind::Unit
    }

    fn refuse(&mut self, e: &syn::Expr) {
        let message = match e {
            syn::Expr::Unsafe(_) => {
                "`unsafe` code cannot be differentiated, because the macro cannot see what it reads and \
                 writes; write it with indices and slices, or move it to a function of its own that is called \
                 with values that have no derivative"
            }
            syn::Expr::Async(_) | syn::Expr::Await(_) => {
                "`async` code cannot be differentiated, because it runs in pieces at times that the macro \
                 cannot see; compute the values first, and differentiate a plain function of them"
            }
            syn::Expr::TryBlock(_) | syn::Expr::Yield(_) => {
                "unstable syntax cannot be differentiated; write it with `if`, `match` and loops"
            }
            syn::Expr::RawAddr(_) => {
                "raw pointers cannot be differentiated, because what they point to is not known; take a \
                 reference"
            }
            syn::Expr::Range(_) => {
                "a range stands here neither as an index nor as what a `for` goes over; write its bounds where \
                 they are used"
            }
            syn::Expr::Infer(_) => "`_` stands for no value here",
            _ => {
                "this expression is outside of what can be differentiated; write it with variables, operators, \
                 `if`, `match` and loops"
            }
        };
        // A block's errors are put at its first token, not all over it.
        match e {
            syn::Expr::Unsafe(e) => self.errors.at(e.unsafe_token, message),
            syn::Expr::Async(e) => self.errors.at(e.async_token, message),
            syn::Expr::Await(e) => self.errors.at(e.await_token, message),
            e => self.errors.at(e.to_token_stream(), message),
        }
    }
}
