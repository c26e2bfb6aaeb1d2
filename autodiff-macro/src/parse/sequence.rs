//! What a `for` goes over, as something with a length whose item `i` can be had by itself.
//!
//! Iterator chains are to become more of these.

use proc_macro2::Span;
use syn::spanned::Spanned;

use super::{
    Reader,
    env::{Bind, Target, Want},
    place::Located,
    types::{USIZE, is_scalar, join},
};
use crate::{
    ir::{Adaptor, Constant, Form, OpKind, Place, Range, Step, Type, ValueId},
    rules::Rule,
};

#[derive(Clone, Debug)]
pub enum Sequence {
    Range(Range),
    /// The elements of an array, slice or vector.
    Elements {
        place: Place,
        by: By,
    },
    Zip(Box<Sequence>, Box<Sequence>),
    Enumerate(Box<Sequence>),
    /// From the last to the first.
    Rev(Box<Sequence>),
    Skip(Box<Sequence>, ValueId),
    Take(Box<Sequence>, ValueId),
    /// Every `k`-th.
    StepBy(Box<Sequence>, ValueId),
    /// `chunks_exact(k)`, as views.
    Chunks {
        place: Place,
        size: ValueId,
        mutable: bool,
    },
    /// `windows(k)`, as views.
    Windows {
        place: Place,
        size: ValueId,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Value,
    Shared,
    Mutable,
}

impl Reader<'_> {
    pub fn sequence(&mut self, e: &syn::Expr) -> Option<Sequence> {
        match e {
            syn::Expr::Paren(e) => self.sequence(&e.expr),
            syn::Expr::Group(e) => self.sequence(&e.expr),
            syn::Expr::Range(range) => self.range(range).map(Sequence::Range),
            syn::Expr::MethodCall(e) => self.adaptor(e),
            syn::Expr::Reference(r) => {
                let by = if r.mutability.is_some() { By::Mutable } else { By::Shared };
                self.elements(&r.expr, Some(by))
            }
            e => self.elements(e, None),
        }
    }

    fn range(&mut self, range: &syn::ExprRange) -> Option<Range> {
        let (Some(start), Some(end)) = (&range.start, &range.end) else {
            self.errors.at(
                range,
                "a range without an end cannot be gone over backwards by the reverse sweep; give it an end, or \
                 write `loop` with `break`",
            );
            return None;
        };
        // A bound that is a bare literal has the type of the other.
        let start = self.scalar(start, &Want::Scalar);
        let end = self.scalar(end, &Want::Scalar);
        let inclusive = matches!(range.limits, syn::RangeLimits::Closed(_));
        Some(Range { start, end, inclusive, adaptors: Vec::new() })
    }

    fn elements(&mut self, e: &syn::Expr, by: Option<By>) -> Option<Sequence> {
        let located = self.locate(e, &Want::Memory);
        let by = by.unwrap_or(match &located {
            Located::Slot(slot) => match self.env.get(slot) {
                Bind::Reference { mutable: true, .. } => By::Mutable,
                Bind::Reference { .. } => By::Shared,
                _ => By::Value,
            },
            Located::Value(Bind::Reference { mutable, .. }) => {
                if *mutable {
                    By::Mutable
                } else {
                    By::Shared
                }
            }
            _ => By::Value,
        });
        if let Located::Value(Bind::Poison) = located {
            return None;
        }
        let empty = self.errors.is_empty();
        match self.memory_of(located, e.span()) {
            Some(place) => Some(Sequence::Elements { place, by }),
            None => {
                if empty && self.errors.is_empty() {
                    self.errors.at(e, UNKNOWN);
                }
                None
            }
        }
    }

    fn adaptor(&mut self, e: &syn::ExprMethodCall) -> Option<Sequence> {
        let name = e.method.to_string();
        let arg = e.args.first();
        match (name.as_str(), arg) {
            ("iter", None) => self.elements(&e.receiver, Some(By::Shared)),
            ("iter_mut", None) => self.elements(&e.receiver, Some(By::Mutable)),
            ("into_iter", None) => self.sequence(&e.receiver),
            ("copied" | "cloned", None) => {
                let mut of = self.sequence(&e.receiver)?;
                if let Sequence::Elements { by, .. } = &mut of {
                    *by = By::Value;
                }
                Some(of)
            }
            ("rev", None) => Some(match self.sequence(&e.receiver)? {
                Sequence::Range(mut range) => {
                    range.adaptors.push(Adaptor::Rev);
                    Sequence::Range(range)
                }
                of => Sequence::Rev(Box::new(of)),
            }),
            ("step_by", Some(k)) => {
                let of = self.sequence(&e.receiver)?;
                let k = self.scalar(k, &Want::Type(USIZE));
                Some(match of {
                    Sequence::Range(mut range) => {
                        range.adaptors.push(Adaptor::StepBy(k));
                        Sequence::Range(range)
                    }
                    of => Sequence::StepBy(Box::new(of), k),
                })
            }
            ("take", Some(n)) => {
                let of = self.sequence(&e.receiver)?;
                let n = self.scalar(n, &Want::Type(USIZE));
                Some(match of {
                    Sequence::Range(mut range) => {
                        range.adaptors.push(Adaptor::Take(n));
                        Sequence::Range(range)
                    }
                    of => Sequence::Take(Box::new(of), n),
                })
            }
            ("skip", Some(n)) => {
                let of = self.sequence(&e.receiver)?;
                let n = self.scalar(n, &Want::Type(USIZE));
                if matches!(of, Sequence::Range(_)) {
                    self.errors.at(&e.method, "write the start of the range instead of `skip`");
                    return None;
                }
                Some(Sequence::Skip(Box::new(of), n))
            }
            ("enumerate", None) => Some(Sequence::Enumerate(Box::new(self.sequence(&e.receiver)?))),
            ("zip", Some(other)) => {
                let of = self.sequence(&e.receiver)?;
                let other = self.sequence(other)?;
                Some(Sequence::Zip(Box::new(of), Box::new(other)))
            }
            ("chunks_exact" | "chunks_exact_mut" | "windows", Some(size)) => {
                let located = self.locate(&e.receiver, &Want::Memory);
                let place = self.memory_of(located, e.receiver.span())?;
                let size = self.scalar(size, &Want::Type(USIZE));
                Some(match name.as_str() {
                    "windows" => Sequence::Windows { place, size },
                    _ => Sequence::Chunks { place, size, mutable: name == "chunks_exact_mut" },
                })
            }
            ("as_slice" | "as_mut_slice" | "clone" | "to_vec", None) => {
                self.elements(&syn::Expr::MethodCall(e.clone()), None)
            }
            _ => {
                self.errors.at(&e.method, UNKNOWN);
                None
            }
        }
    }

    /// The range of the indices of a sequence, and the variable that runs over it.
    pub fn drive(&mut self, sequence: &Sequence, span: Span) -> (Range, ValueId) {
        let range = match sequence {
            Sequence::Range(range) => range.clone(),
            Sequence::Rev(of) => {
                let mut range = self.drive(of, span).0;
                range.adaptors.push(Adaptor::Rev);
                range
            }
            of => {
                let start = self.constant(Constant::Int(0), USIZE, span);
                let end = self.length_of(of, span);
                Range { start, end, inclusive: false, adaptors: Vec::new() }
            }
        };
        let ty = join(&self.function.value(range.start).ty, &self.function.value(range.end).ty);
        let index = self.function.new_value(ty, None, span);
        (range, index)
    }

    fn length_of(&mut self, sequence: &Sequence, span: Span) -> ValueId {
        match sequence {
            Sequence::Elements { place, .. } => self.len(place.clone(), span),
            Sequence::Zip(a, b) => {
                let a = self.length_of(a, span);
                let b = self.length_of(b, span);
                self.rule(Rule::Min, vec![a, b], span)
            }
            Sequence::Enumerate(of) | Sequence::Rev(of) => self.length_of(of, span),
            Sequence::Skip(of, n) => {
                let len = self.length_of(of, span);
                self.integer_method("saturating_sub", vec![len, *n], span)
            }
            Sequence::Take(of, n) => {
                let len = self.length_of(of, span);
                self.rule(Rule::Min, vec![len, *n], span)
            }
            Sequence::StepBy(of, k) => {
                let len = self.length_of(of, span);
                self.integer_method("div_ceil", vec![len, *k], span)
            }
            Sequence::Chunks { place, size, .. } => {
                let len = self.len(place.clone(), span);
                self.rule(Rule::Div, vec![len, *size], span)
            }
            Sequence::Windows { place, size } => {
                let len = self.len(place.clone(), span);
                let one = self.constant(Constant::Int(1), USIZE, span);
                let more = self.rule(Rule::Add, vec![len, one], span);
                self.integer_method("saturating_sub", vec![more, *size], span)
            }
            Sequence::Range(range) => {
                let end = if range.inclusive {
                    let one = self.constant(Constant::Int(1), USIZE, span);
                    self.rule(Rule::Add, vec![range.end, one], span)
                } else {
                    range.end
                };
                self.integer_method("saturating_sub", vec![end, range.start], span)
            }
        }
    }

    pub fn len(&mut self, place: Place, span: Span) -> ValueId {
        let out = self.function.new_value(USIZE, None, span);
        self.push(OpKind::Len { out, place }, span);
        out
    }

    fn integer_method(&mut self, name: &str, args: Vec<ValueId>, span: Span) -> ValueId {
        let method = proc_macro2::Ident::new(name, span);
        self.opaque(Form::Method(method, proc_macro2::TokenStream::new()), args, USIZE, span)
    }

    /// Item `index`, as the pattern wants it.
    pub fn item_at(
        &mut self,
        sequence: &Sequence,
        index: ValueId,
        pat: &syn::Pat,
        span: Span,
    ) -> Bind {
        match sequence {
            // The index itself runs over the range: adaptors are the loop's.
            Sequence::Range(_) => Bind::Scalar(index),
            Sequence::Rev(of) => self.item_at(of, index, pat, span),
            of => self.nth(of, index, pat, span),
        }
    }

    fn nth(&mut self, sequence: &Sequence, index: ValueId, pat: &syn::Pat, span: Span) -> Bind {
        let unused = matches!(pat, syn::Pat::Wild(_));
        match sequence {
            Sequence::Elements { .. } | Sequence::Chunks { .. } | Sequence::Windows { .. }
                if unused =>
            {
                Bind::Unit
            }
            Sequence::Elements { place, by } => {
                let mut place = place.clone();
                place.path.push(Step::Index(index));
                match by {
                    By::Value => {
                        let ty = self.function.place_type(&place);
                        let want = if is_scalar(&ty) || ty == Type::Unknown {
                            Want::Scalar
                        } else {
                            Want::Any
                        };
                        self.read(Located::Memory(place), &want, span)
                    }
                    By::Shared => self.reference(Located::Memory(place), false, span),
                    By::Mutable => self.reference(Located::Memory(place), true, span),
                }
            }
            Sequence::Zip(a, b) => {
                let (left, right) = parts(pat);
                Bind::Tuple(vec![self.nth(a, index, left, span), self.nth(b, index, right, span)])
            }
            Sequence::Enumerate(of) => {
                let (_, right) = parts(pat);
                Bind::Tuple(vec![Bind::Scalar(index), self.nth(of, index, right, span)])
            }
            Sequence::Rev(of) => {
                let len = self.length_of(of, span);
                let one = self.constant(Constant::Int(1), USIZE, span);
                let last = self.rule(Rule::Sub, vec![len, one], span);
                let index = self.rule(Rule::Sub, vec![last, index], span);
                self.nth(of, index, pat, span)
            }
            Sequence::Skip(of, n) => {
                let index = self.rule(Rule::Add, vec![index, *n], span);
                self.nth(of, index, pat, span)
            }
            Sequence::Take(of, _) => self.nth(of, index, pat, span),
            Sequence::StepBy(of, k) => {
                let index = self.rule(Rule::Mul, vec![index, *k], span);
                self.nth(of, index, pat, span)
            }
            Sequence::Chunks { place, size, mutable } => {
                let start = self.rule(Rule::Mul, vec![index, *size], span);
                self.window(place, start, *size, *mutable, span)
            }
            Sequence::Windows { place, size } => self.window(place, index, *size, false, span),
            Sequence::Range(range) => {
                if !range.adaptors.is_empty() {
                    self.errors.at_span(
                        span,
                        "a range with `rev` or `step_by` inside of `zip` or `enumerate` is not followed; compute \
                         the index from a plain range",
                    );
                }
                Bind::Scalar(self.rule(Rule::Add, vec![range.start, index], span))
            }
        }
    }

    fn window(
        &mut self,
        place: &Place,
        start: ValueId,
        size: ValueId,
        mutable: bool,
        span: Span,
    ) -> Bind {
        let end = self.rule(Rule::Add, vec![start, size], span);
        let mut place = place.clone();
        place.path.push(Step::Range { start: Some(start), end: Some(end), inclusive: false });
        let view = self.view(place, mutable, span);
        Bind::Reference { target: Target::Place(view.into()), mutable }
    }
}

/// The patterns of a pair's parts.
fn parts(pat: &syn::Pat) -> (&syn::Pat, &syn::Pat) {
    match pat {
        syn::Pat::Tuple(p) if p.elems.len() == 2 => (&p.elems[0], &p.elems[1]),
        syn::Pat::Paren(p) => parts(&p.pat),
        syn::Pat::Reference(p) => parts(&p.pat),
        _ => (pat, pat),
    }
}

const UNKNOWN: &str = "this iterator is not followed, so that derivatives through it would be lost; write a loop over \
                       indices: `for i in 0..x.len()`";
