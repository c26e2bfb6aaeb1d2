//! How many items there are, where that is known before the loop.

use proc_macro2::Span;

use super::{Chunks, Iter};
use crate::{
    ir::{Comparison, Constant, Form, Int, OpKind, Place, Type, ValueId},
    parse::{
        Reader,
        env::Bind,
        types::{USIZE, join},
    },
    rules::Rule,
};

impl Reader<'_> {
    /// The number of items, `None` if there is no end of them.
    pub fn length_of(&mut self, iter: &Iter, span: Span) -> Option<ValueId> {
        Some(match iter {
            Iter::Elements { place, .. } => self.len(place.clone(), span),
            Iter::Grid { place, columns, .. } => {
                let rows = self.len(place.clone(), span);
                self.rule(Rule::Mul, vec![rows, *columns], span)
            }
            Iter::Zip(a, b) => {
                if let (Some(x), Some(y)) = (self.known_length(a), self.known_length(b)) {
                    return self.length_of(if x <= y { a } else { b }, span);
                }
                let a = self.length_of(a, span);
                let b = self.length_of(b, span);
                match (a, b) {
                    (Some(a), Some(b)) => self.rule(Rule::Min, vec![a, b], span),
                    (a, b) => return a.or(b),
                }
            }
            Iter::Copied(of)
            | Iter::Enumerate(of)
            | Iter::Rev(of)
            | Iter::Map(of, _)
            | Iter::Keyed(of, _)
            | Iter::Inspect(of, _) => return self.length_of(of, span),
            Iter::Reversed(_, len) => *len,
            Iter::Skip(of, n) => {
                let len = self.length_of(of, span)?;
                self.integer_method("saturating_sub", vec![len, *n], span)
            }
            Iter::Take(of, n) => match self.length_of(of, span) {
                Some(len) => self.rule(Rule::Min, vec![len, *n], span),
                None => *n,
            },
            Iter::StepBy(of, k) => {
                let len = self.length_of(of, span)?;
                self.integer_method("div_ceil", vec![len, *k], span)
            }
            Iter::Chunks { place, size, kind, .. } => {
                let len = self.len(place.clone(), span);
                match kind {
                    Chunks::Exact => self.rule(Rule::Div, vec![len, *size], span),
                    Chunks::Short | Chunks::FromEnd => {
                        self.integer_method("div_ceil", vec![len, *size], span)
                    }
                }
            }
            Iter::Windows { place, size } => {
                let len = self.len(place.clone(), span);
                let one = self.usize(1, span);
                let more = self.rule(Rule::Add, vec![len, one], span);
                self.integer_method("saturating_sub", vec![more, *size], span)
            }
            Iter::Range { start, end, inclusive } => {
                return self.range_length(*start, (*end)?, *inclusive, span);
            }
            Iter::Repeat(_) => return None,
            Iter::Once(_) => self.usize(1, span),
            Iter::Empty => self.usize(0, span),
            Iter::Cycle(of) => {
                // Of nothing, nothing; otherwise no end.
                let len = self.length_of(of, span)?;
                let zero = self.usize(0, span);
                let empty = self.compare(Comparison::Eq, [len, zero], span);
                let max = quote::quote!(usize::MAX);
                let endless = self.constant(Constant::Tokens(max), USIZE, span);
                self.select(empty, [zero, endless], span)
            }
            Iter::Part { front, back, .. } => {
                self.integer_method("saturating_sub", vec![*back, *front], span)
            }
            Iter::Chain(a, b) => {
                let a = self.length_of(a, span)?;
                let b = self.length_of(b, span)?;
                self.rule(Rule::Add, vec![a, b], span)
            }
            _ => return None,
        })
    }

    /// A length that the types say.
    pub fn known_length(&self, iter: &Iter) -> Option<u64> {
        match iter {
            Iter::Elements { place, .. } => match self.function.place_type(place) {
                Type::Array(_, length) => length.known,
                _ => None,
            },
            Iter::Copied(of)
            | Iter::Enumerate(of)
            | Iter::Rev(of)
            | Iter::Map(of, _)
            | Iter::Keyed(of, _)
            | Iter::Inspect(of, _) => self.known_length(of),
            Iter::Zip(a, b) => Some(self.known_length(a)?.min(self.known_length(b)?)),
            _ => None,
        }
    }

    pub fn range_length(
        &mut self,
        start: ValueId,
        end: ValueId,
        inclusive: bool,
        span: Span,
    ) -> Option<ValueId> {
        let ty = join(&self.function.value(start).ty, &self.function.value(end).ty);
        let end = if inclusive {
            let one = self.constant(Constant::Int(1), ty.clone(), span);
            self.rule(Rule::Add, vec![end, one], span)
        } else {
            end
        };
        let from_zero = self.is_zero(start);
        if let (true, Some(end)) = (from_zero, self.literal_value(end))
            && end >= 0
        {
            return Some(self.usize(end, span));
        }
        let signed = matches!(
            ty,
            Type::Int(Int::I8 | Int::I16 | Int::I32 | Int::I64 | Int::I128 | Int::Isize)
        );
        if matches!(ty, Type::Int(Int::Literal) | Type::Unknown) {
            // No method can be called on what has no type yet.
            let some = self.compare(Comparison::Gt, [end, start], span);
            let len = self.branch(
                some,
                span,
                |reader| {
                    let len = match from_zero {
                        true => end,
                        false => reader.rule(Rule::Sub, vec![end, start], span),
                    };
                    Bind::Scalar(reader.as_usize(len, span))
                },
                |reader| Bind::Scalar(reader.usize(0, span)),
            );
            return Some(self.scalar_of(len, span));
        }
        let len = match from_zero && !signed {
            true => end,
            false => self.integer_method("saturating_sub", vec![end, start], span),
        };
        let len = if signed {
            let zero = self.constant(Constant::Int(0), ty, span);
            self.rule(Rule::Max, vec![len, zero], span)
        } else {
            len
        };
        Some(self.as_usize(len, span))
    }

    /// Whether a value is the literal 0.
    pub fn is_zero(&self, value: ValueId) -> bool {
        self.literal_value(value) == Some(0)
    }

    /// The number that a value is known to be.
    pub fn literal_value(&self, value: ValueId) -> Option<i128> {
        self.literals.get(&value).copied()
    }

    pub fn len(&mut self, place: Place, span: Span) -> ValueId {
        let out = self.function.new_value(USIZE, None, span);
        self.push(OpKind::Len { out, place }, span);
        out
    }

    pub fn integer_method(&mut self, name: &str, args: Vec<ValueId>, span: Span) -> ValueId {
        let method = proc_macro2::Ident::new(name, span);
        let ty = join(&self.function.value(args[0]).ty, &self.function.value(args[1]).ty);
        self.opaque(Form::Method(method, proc_macro2::TokenStream::new()), args, ty, span)
    }
}
