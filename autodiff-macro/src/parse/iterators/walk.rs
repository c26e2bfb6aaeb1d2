//! Going over an iterator: the stages become branches and exits in the loop of the source.

use proc_macro2::Span;

use super::Iter;
use super::nested::reversed;
use crate::{
    ir::{Comparison, OpKind, Type, ValueId},
    parse::{
        Reader,
        assigned::Assigned,
        closure::Callable,
        env::{Bind, Slot, Target, Want},
        loops::Drive,
    },
    rules::Rule,
};

/// What all the loops of a walk have in common.
#[derive(Debug)]
pub struct Walk {
    /// The variables that they carry: those of whatever is done with the items, and of the stages.
    pub slots: Vec<usize>,
    /// What the user's loop body assigns, and how it leaves.
    pub assigned: Assigned,
    /// Leaving this ends the walk.
    pub stop: String,
    /// The label is that of the only loop, which the user may have named.
    pub one_loop: bool,
    pub span: Span,
}

pub type Sink<'s, 'a> = &'s mut dyn FnMut(&mut Reader<'a>, Bind);
pub type Check<'s, 'a> = &'s mut dyn FnMut(&mut Reader<'a>);

impl<'a> Reader<'a> {
    /// Goes over all items; `slots` are the variables that `sink` assigns.
    pub fn walk(
        &mut self,
        iter: &Iter,
        slots: Vec<usize>,
        pat: Option<&syn::Pat>,
        span: Span,
        sink: &mut dyn FnMut(&mut Reader<'a>, Bind, &str),
    ) {
        let stop = self.hidden_label("iterator");
        let assigned = Assigned::default();
        let one_loop = iter.is_one_loop();
        let mut walk = Walk { slots, assigned, stop: stop.clone(), one_loop, span };
        let mut sink = |reader: &mut Reader<'a>, item| sink(reader, item, &stop);
        self.walk_with(iter, &mut walk, pat, &mut sink);
    }

    pub fn walk_with(
        &mut self,
        iter: &Iter,
        walk: &mut Walk,
        pat: Option<&syn::Pat>,
        sink: Sink<'_, 'a>,
    ) {
        for callable in iter.callables() {
            walk.slots.extend(self.assigned_by(callable));
        }
        let mut check = |_: &mut Reader<'a>| {};
        if walk.one_loop {
            self.stage(iter, walk, pat, &mut check, sink);
            return;
        }
        walk.assigned.labels.insert(walk.stop.clone());
        let (label, span) = (walk.stop.clone(), walk.span);
        self.labeled(label, span, |reader| {
            reader.stage(iter, walk, pat, &mut check, sink);
            Bind::Unit
        });
    }

    /// Whether a condition holds.
    fn holds(&mut self, f: &Callable, item: &Bind, span: Span) -> ValueId {
        let lent = self.lent(item, span);
        let bind = self.call_with(f, vec![lent], &Want::Type(Type::Bool), span);
        self.scalar_of(bind, span)
    }

    /// A variable of a stage, carried by all loops that are yet to come.
    pub fn state(&mut self, walk: &mut Walk, bind: Bind) -> usize {
        let index = self.env.add(bind, None);
        walk.slots.push(index);
        index
    }

    pub fn state_value(&mut self, index: usize, span: Span) -> ValueId {
        let bind = self.env.get(&Slot::whole(index)).clone();
        self.scalar_of(bind, span)
    }

    pub fn set_state(&mut self, index: usize, value: ValueId) {
        self.guard();
        self.env.set(&Slot::whole(index), Bind::Scalar(value));
    }

    pub fn stage(
        &mut self,
        iter: &Iter,
        walk: &mut Walk,
        pat: Option<&syn::Pat>,
        check: Check<'_, 'a>,
        sink: Sink<'_, 'a>,
    ) {
        if self.gone {
            return;
        }
        let span = walk.span;
        if self.is_indexed(iter) && !matches!(iter, Iter::Once(_) | Iter::Empty) {
            return self.indexed_loop(iter, walk, pat, check, sink);
        }
        match iter {
            Iter::Once(bind) => {
                check(self);
                if !self.gone {
                    sink(self, bind.read());
                }
            }
            Iter::Empty => {}
            Iter::Copied(of) => self.stage(of, walk, pat, check, &mut |reader, item| {
                let item = reader.copied(item, span);
                sink(reader, item);
            }),
            Iter::Map(of, f) => {
                let pat = self.pattern_of(f);
                self.stage(of, walk, pat.as_ref(), check, &mut |reader, item| {
                    let item = reader.mapped(f, item, span);
                    if !reader.gone {
                        sink(reader, item);
                    }
                });
            }
            Iter::Keyed(of, f) => self.stage(of, walk, None, check, &mut |reader, item| {
                let item = reader.keyed(f, item, span);
                sink(reader, item);
            }),
            Iter::Inspect(of, f) => self.stage(of, walk, None, check, &mut |reader, item| {
                let item = reader.inspected(f, item, span);
                sink(reader, item);
            }),
            Iter::Filter(of, f) => self.stage(of, walk, None, check, &mut |reader, item| {
                let holds = reader.holds(f, &item, span);
                reader.either(holds, span, |reader| sink(reader, item.clone()), |_| Bind::Unit);
            }),
            Iter::TakeWhile(of, f) => {
                let walk_stop = walk.stop.clone();
                self.stage(of, walk, None, check, &mut |reader, item| {
                    let holds = reader.holds(f, &item, span);
                    reader.either(
                        holds,
                        span,
                        |reader| sink(reader, item.clone()),
                        |reader| reader.stop_at(&walk_stop, span),
                    );
                });
            }
            Iter::SkipWhile(of, f) => {
                let skipping = self.bool_literal(true);
                let skipping = self.state(walk, skipping);
                self.stage(of, walk, None, check, &mut |reader, item| {
                    let before = reader.state_value(skipping, span);
                    let now = reader.logic(
                        true,
                        false,
                        span,
                        |_| before,
                        |reader| reader.holds(f, &item, span),
                    );
                    reader.set_state(skipping, now);
                    let yielded = reader.not(now, span);
                    reader.either(yielded, span, |reader| sink(reader, item.clone()), |_| {
                        Bind::Unit
                    });
                });
            }
            Iter::FilterMap(of, f) => {
                let pat = self.pattern_of(f);
                self.stage(of, walk, pat.as_ref(), check, &mut |reader, item| {
                    let made = reader.maybe(f, vec![item], span);
                    reader.if_made(made, span, |reader, item| sink(reader, item), |_| Bind::Unit);
                });
            }
            Iter::MapWhile(of, f) => {
                let (pat, walk_stop) = (self.pattern_of(f), walk.stop.clone());
                self.stage(of, walk, pat.as_ref(), check, &mut |reader, item| {
                    let made = reader.maybe(f, vec![item], span);
                    reader.if_made(
                        made,
                        span,
                        |reader, item| sink(reader, item),
                        |reader| reader.stop_at(&walk_stop, span),
                    );
                });
            }
            Iter::Scan(of, init, f) => {
                let state = self.state(walk, init.clone());
                let walk_stop = walk.stop.clone();
                self.stage(of, walk, None, check, &mut |reader, item| {
                    let target = match reader.env.get(&Slot::whole(state)) {
                        Bind::Owned(memory) => Target::Place((*memory).into()),
                        _ => Target::Variable(Slot::whole(state)),
                    };
                    let args = vec![Bind::Reference { target, mutable: true }, item];
                    let made = reader.maybe(f, args, span);
                    reader.if_made(
                        made,
                        span,
                        |reader, item| sink(reader, item),
                        |reader| reader.stop_at(&walk_stop, span),
                    );
                });
            }
            Iter::FlatMap(of, f) => {
                let pat = self.pattern_of(f);
                self.nested(of, walk, pat.as_ref(), check, sink, &mut |reader, item| {
                    reader.call_with(f, vec![item], &Want::Memory, span)
                });
            }
            Iter::Flatten(of) => {
                self.nested(of, walk, None, check, sink, &mut |_, item| item);
            }
            Iter::Chain(a, b) => {
                self.one_after_another(a, walk, pat, check, sink);
                self.one_after_another(b, walk, pat, check, sink);
            }
            Iter::Enumerate(of) => {
                let next = self.count_from_zero(span);
                walk.slots.push(next);
                self.stage(of, walk, None, check, &mut |reader, item| {
                    let i = reader.advance(next, span);
                    sink(reader, Bind::Tuple(vec![Bind::Scalar(i), item]));
                });
            }
            Iter::Zip(a, b) => self.zipped(a, b, walk, check, sink),
            Iter::Skip(of, n) => {
                let left = self.state(walk, Bind::Scalar(*n));
                self.stage(of, walk, None, check, &mut |reader, item| {
                    let n = reader.state_value(left, span);
                    let zero = reader.usize(0, span);
                    let skips = reader.compare(Comparison::Gt, [n, zero], span);
                    reader.either(
                        skips,
                        span,
                        |reader| reader.count_down(left, span),
                        |reader| {
                            sink(reader, item.clone());
                            Bind::Unit
                        },
                    );
                });
            }
            Iter::Take(of, n) => {
                let left = self.state(walk, Bind::Scalar(*n));
                let walk_stop = walk.stop.clone();
                let mut check = |reader: &mut Reader<'a>| {
                    check(reader);
                    let n = reader.state_value(left, span);
                    let zero = reader.usize(0, span);
                    let done = reader.compare(Comparison::Eq, [n, zero], span);
                    let stop = |reader: &mut Reader<'a>| reader.stop_at(&walk_stop, span);
                    reader.branch(done, span, stop, |_| Bind::Unit);
                };
                self.stage(of, walk, pat, &mut check, &mut |reader, item| {
                    reader.count_down(left, span);
                    sink(reader, item);
                });
            }
            Iter::StepBy(of, k) => {
                let left = self.count_from_zero(span);
                walk.slots.push(left);
                self.stage(of, walk, None, check, &mut |reader, item| {
                    let n = reader.state_value(left, span);
                    let zero = reader.usize(0, span);
                    let skips = reader.compare(Comparison::Gt, [n, zero], span);
                    reader.either(
                        skips,
                        span,
                        |reader| reader.count_down(left, span),
                        |reader| {
                            let one = reader.usize(1, span);
                            let more = reader.rule(Rule::Sub, vec![*k, one], span);
                            reader.set_state(left, more);
                            sink(reader, item.clone());
                            Bind::Unit
                        },
                    );
                });
            }
            Iter::Rev(of) => match reversed(of).or_else(|| self.gridded(iter, span)) {
                Some(reversed) => self.stage(&reversed, walk, pat, check, sink),
                None => self.refuse_iterator(
                    span,
                    "`rev` of this iterator is not followed; reverse the slice or range that it starts from",
                ),
            },
            Iter::Rest { variable, of } => {
                let walk_stop = walk.stop.clone();
                walk.slots.push(*variable);
                self.while_loop_of(walk, |reader| {
                    check(reader);
                    if reader.gone {
                        return;
                    }
                    let Some((there, at)) = reader.advance_front(*variable, span) else { return };
                    reader.either(
                        there,
                        span,
                        |reader| {
                            let item = reader.item_at(of, at, pat, span);
                            if !reader.gone {
                                sink(reader, item);
                            }
                        },
                        |reader| reader.stop_at(&walk_stop, span),
                    );
                });
            }
            Iter::Successors(first, f) => self.successors(first, f, walk, check, sink),
            Iter::FromFn(f) => {
                let walk_stop = walk.stop.clone();
                self.while_loop_of(walk, |reader| {
                    check(reader);
                    let made = reader.maybe(f, Vec::new(), span);
                    reader.if_made(
                        made,
                        span,
                        |reader, item| sink(reader, item),
                        |reader| reader.stop_at(&walk_stop, span),
                    );
                });
            }
            _ => self.refuse_iterator(
                span,
                "this order of adaptors is not followed; collect what comes before into a `Vec`, and go on from there",
            ),
        }
    }

    pub fn refuse_iterator(&mut self, span: Span, message: &str) {
        self.errors.at_span(span, message);
    }

    pub fn stop_at(&mut self, label: &str, span: Span) -> Bind {
        self.leave_named(Some(label.to_owned()), Bind::Unit, true, span);
        Bind::Uninit
    }

    pub fn not(&mut self, arg: ValueId, span: Span) -> ValueId {
        let out = self.function.new_value(Type::Bool, None, span);
        self.push(OpKind::Not { out, arg }, span);
        out
    }

    /// A branch for its effects.
    pub fn either<T, U>(
        &mut self,
        cond: ValueId,
        span: Span,
        then: impl FnOnce(&mut Reader<'a>) -> T,
        otherwise: impl FnOnce(&mut Reader<'a>) -> U,
    ) {
        self.branch(
            cond,
            span,
            |reader| {
                then(reader);
                Bind::Unit
            },
            |reader| {
                otherwise(reader);
                Bind::Unit
            },
        );
    }

    /// The number before it is increased by one.
    pub fn advance(&mut self, counter: usize, span: Span) -> ValueId {
        let i = self.state_value(counter, span);
        let one = self.usize(1, span);
        let next = self.rule(Rule::Add, vec![i, one], span);
        self.set_state(counter, next);
        i
    }

    fn count_down(&mut self, counter: usize, span: Span) -> Bind {
        let n = self.state_value(counter, span);
        let one = self.usize(1, span);
        let less = self.rule(Rule::Sub, vec![n, one], span);
        self.set_state(counter, less);
        Bind::Unit
    }

    /// The loop of an indexed iterator.
    fn indexed_loop(
        &mut self,
        iter: &Iter,
        walk: &mut Walk,
        pat: Option<&syn::Pat>,
        check: Check<'_, 'a>,
        sink: Sink<'_, 'a>,
    ) {
        let span = walk.span;
        let iter = &self.hoisted(iter, true, span);
        let range = self.loop_range(iter, span);
        let index = self.loop_index(&range, span);
        self.loop_of(walk, Drive::Range { range, index }, |reader| {
            check(reader);
            if reader.gone {
                return;
            }
            let item = reader.loop_item(iter, index, pat, span);
            if !reader.gone {
                sink(reader, item);
            }
        });
    }

    pub fn while_loop_of(&mut self, walk: &mut Walk, read: impl FnOnce(&mut Reader<'a>)) {
        self.loop_of(walk, Drive::While(None), read);
    }

    fn loop_of(&mut self, walk: &mut Walk, drive: Drive<'_>, read: impl FnOnce(&mut Reader<'a>)) {
        let mut assigned = walk.assigned.clone();
        assigned.slots.extend(walk.slots.iter().copied());
        let label = match walk.one_loop {
            true => walk.stop.clone(),
            false => self.hidden_label("loop"),
        };
        self.repeat(walk.span, Some(label), assigned, drive, |reader| {
            reader.scopes.enter();
            read(reader);
            reader.scopes.leave();
        });
    }
}
