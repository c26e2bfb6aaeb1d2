//! The reverse of a loop: the same iterations in reverse order, each reversed; the adjoints of what it carries and of
//! what its body uses from outside are carried in their turn.

use super::counters::{Counter, Stepping};
use super::{Frame, Point, Records, Sweep};
use crate::ir::{Adaptor, For, Int, OpKind, Range, Region, TapeInfo, Type, ValueId, Var, While};
use crate::rules::Rule;
use crate::transform::reverse::scopes::{RegionId, Site};

/// A loop of the primal in what matters for its reverse.
#[derive(Clone, Copy)]
pub(super) struct Carried<'a> {
    pub body: RegionId,
    pub region: &'a Region,
    pub inits: &'a [ValueId],
    pub outs: &'a [ValueId],
}

/// In which order a reversed loop runs, and the integers that go along.
enum Order {
    Forwards { integers: Vec<usize> },
    Backwards { counters: Vec<Counter> },
}

impl Order {
    fn positions(&self) -> Vec<usize> {
        match self {
            Order::Forwards { integers } => integers.clone(),
            Order::Backwards { counters } => counters.iter().map(|counter| counter.at).collect(),
        }
    }
}

impl<'a> Sweep<'a> {
    pub(super) fn reverse_for(&mut self, point: Point, f: &'a For) {
        let body = self.scopes.nested(point, 0);
        let carried = Carried { body, region: &f.body, inits: &f.inits, outs: &f.outs };
        if self.fuse_loop(point, carried) {
            return;
        }
        let ty = self.primal.value(f.index).ty.clone();
        let name = self.primal.value(f.index).name.clone();
        if self.commutes(point, f) {
            let index = self.function.new_value(ty, name, self.span);
            let range = self.primal_range(&f.range);
            let order = Order::Forwards { integers: self.integers(f) };
            self.reversed_loop(carried, index, Some(f.index), range, order);
        } else if let Some(range) = self.reversed_range(point, f) {
            let index = self.function.new_value(ty, name, self.span);
            let order = self.backwards(carried);
            self.reversed_loop(carried, index, Some(f.index), range, order);
        } else {
            // The range cannot be run backwards: count, and save the index.
            let (index, range) = self.counted(point);
            let order = self.backwards(carried);
            self.reversed_loop(carried, index, None, range, order);
        }
    }

    pub(super) fn reverse_while(&mut self, point: Point, w: &'a While) {
        let body = self.scopes.nested(point, 1);
        let carried = Carried { body, region: &w.body, inits: &w.inits, outs: &w.outs };
        if self.fuse_loop(point, carried) {
            return;
        }
        let (index, range) = self.counted(point);
        let order = self.backwards(carried);
        self.reversed_loop(carried, index, None, range, order);
    }

    /// `(0..trips).rev()` for a loop whose iterations the forward sweep counts.
    fn counted(&mut self, point: Point) -> (ValueId, Range) {
        let trips = self.trips(point);
        let end = self.primal_value(trips);
        let usize = Type::Int(Int::Usize);
        let start = self.cursor().int(0, usize.clone());
        let index = self.function.new_value(usize, None, self.span);
        (index, Range { start, end, inclusive: false, adaptors: vec![Adaptor::Rev] })
    }

    /// How many iterations the loop made: a result that the forward sweep gains.
    fn trips(&mut self, point: Point) -> ValueId {
        if let Some(trips) = self.trips.get(&point) {
            return *trips;
        }
        let usize = Type::Int(Int::Usize);
        let trips = self.function.new_value(usize, Some("trips".to_string()), self.span);
        self.trips.insert(point, trips);
        let site = Site { region: point.region, pos: Some(point.pos) };
        self.gained.insert(Var::Value(trips), site);
        trips
    }

    /// The range backwards, where Rust's range types allow that.
    fn reversed_range(&mut self, point: Point, f: &For) -> Option<Range> {
        let exact = matches!(
            self.primal.value(f.index).ty,
            Type::Int(
                Int::Usize
                    | Int::U32
                    | Int::I32
                    | Int::U16
                    | Int::I16
                    | Int::U8
                    | Int::I8
                    | Int::Isize
            )
        ) && !f.range.inclusive;
        let stepped = f.range.adaptors.iter().any(|adaptor| !matches!(adaptor, Adaptor::Rev));
        if (stepped || f.exit.is_some()) && !exact {
            return None;
        }
        let Range { start, end, inclusive, mut adaptors } = self.primal_range(&f.range);
        if f.exit.is_some() {
            let trips = self.trips(point);
            adaptors.push(Adaptor::Take(self.primal_value(trips)));
        }
        if adaptors.last() == Some(&Adaptor::Rev) {
            adaptors.pop();
        } else {
            adaptors.push(Adaptor::Rev);
        }
        Some(Range { start, end, inclusive, adaptors })
    }

    /// The range as it was.
    fn primal_range(&mut self, range: &Range) -> Range {
        let mut adaptors = Vec::new();
        for adaptor in &range.adaptors {
            adaptors.push(match adaptor {
                Adaptor::Rev => Adaptor::Rev,
                Adaptor::StepBy(step) => Adaptor::StepBy(self.primal_value(*step)),
                Adaptor::Take(count) => Adaptor::Take(self.primal_value(*count)),
            });
        }
        let start = self.primal_value(range.start);
        let end = self.primal_value(range.end);
        Range { start, end, inclusive: range.inclusive, adaptors }
    }

    /// The value before a step, from that after it.
    fn step_back(&mut self, before: ValueId, after: ValueId, rule: Rule, by: ValueId) {
        let args = vec![self.primal_value(after), self.primal_value(by)];
        let info = self.primal.value(before).clone();
        let out = self.function.new_value(info.ty, info.name, self.span);
        let rule = if rule == Rule::Add { Rule::Sub } else { Rule::Add };
        self.emit(OpKind::Rule { out, rule, args });
        self.frame().values.insert(before, out);
    }

    fn backwards(&self, carried: Carried<'a>) -> Order {
        Order::Backwards { counters: self.counters(carried.body, carried.region) }
    }

    fn reversed_loop(
        &mut self,
        carried: Carried<'a>,
        index: ValueId,
        primal_index: Option<ValueId>,
        range: Range,
        order: Order,
    ) {
        let span = self.span;
        let Carried { body, region, inits, outs } = carried;
        let active: Vec<usize> = (0..outs.len())
            .filter(|i| self.activity.value(outs[*i]) || self.activity.value(region.params[*i]))
            .collect();
        let captures = self.active_captures(body);

        let mut frame = Frame::new(body, region.ops.len());
        if let Some(primal_index) = primal_index {
            frame.values.insert(primal_index, index);
        }
        let mut new_inits = Vec::new();
        let mut params = Vec::new();
        let mut incoming = Vec::new();
        for i in &active {
            new_inits.push(self.adjoint_or_zero(outs[*i]));
            let param = self.adjoint_value(region.params[*i]);
            params.push(param);
            incoming.push((region.yields[*i], param));
        }
        for capture in &captures {
            new_inits.push(self.adjoint_or_zero(*capture));
            let param = self.adjoint_value(*capture);
            params.push(param);
            frame.adjoints.insert(*capture, param);
        }

        // Integers that go along: where each starts outside, and its name in the body and after it.
        let mut along = Vec::new();
        for i in order.positions() {
            let start = match order {
                Order::Forwards { .. } => inits[i],
                Order::Backwards { .. } => outs[i],
            };
            new_inits.push(self.primal_value(start));
            let [param, out] = [0; 2].map(|_| {
                let info = self.primal.value(region.params[i]).clone();
                self.function.new_value(info.ty, info.name, span)
            });
            params.push(param);
            let here = match order {
                Order::Forwards { .. } => Var::Value(region.params[i]),
                Order::Backwards { .. } => region.yields[i],
            };
            if let Var::Value(here) = here {
                frame.values.insert(here, param);
            }
            along.push((i, out));
        }

        self.frames.push(frame);
        if let Order::Backwards { counters } = &order {
            for counter in counters {
                if let Stepping::By { rule, by } = counter.step
                    && let Var::Value(next) = region.yields[counter.at]
                {
                    self.step_back(region.params[counter.at], next, rule, by);
                }
            }
        }
        for (next, adjoint) in incoming {
            if let Var::Value(next) = next {
                self.add_adjoint(next, adjoint);
            }
        }
        self.region(body);
        self.span = span;
        let mut yields = Vec::new();
        for i in &active {
            let param = region.params[*i];
            let local = self.frame().adjoints.get(&param).copied();
            let next = match local {
                Some(next) => next,
                None => {
                    let ty = self.primal.value(param).ty.clone();
                    self.zero(ty)
                }
            };
            yields.push(Var::Value(next));
        }
        for capture in &captures {
            yields.push(Var::Value(self.frame().adjoints[capture]));
        }
        for (i, _) in &along {
            let end = match (&order, region.yields[*i]) {
                (Order::Forwards { .. }, Var::Value(next)) => next,
                _ => region.params[*i],
            };
            let end = self.primal_value(end);
            yields.push(Var::Value(end));
        }
        let frame = self.frames.pop().expect("pushed above");

        let outs_new: Vec<ValueId> = active
            .iter()
            .map(|i| inits[*i])
            .chain(captures.iter().copied())
            .map(|primal| self.adjoint_value(primal))
            .collect();
        let records = self.reverse_records(body);
        let outs_all = outs_new.iter().copied().chain(along.iter().map(|(_, out)| *out)).collect();
        for (i, out) in along {
            let there = match order {
                Order::Forwards { .. } => outs[i],
                Order::Backwards { .. } => inits[i],
            };
            if self.known_value(there).is_none() {
                self.frame().values.insert(there, out);
            }
        }
        self.emit(OpKind::For(Box::new(For {
            index,
            range,
            inits: new_inits,
            body: Region { params, ops: frame.ops, yields },
            outs: outs_all,
            exit: None,
            records,
        })));
        let (of_inits, of_captures) = outs_new.split_at(active.len());
        for (capture, out) in captures.iter().zip(of_captures) {
            self.frame().adjoints.insert(*capture, *out);
        }
        for (i, out) in active.iter().zip(of_inits) {
            self.add_adjoint(inits[*i], *out);
        }
    }

    fn adjoint_or_zero(&mut self, value: ValueId) -> ValueId {
        match self.adjoint(value) {
            Some(adjoint) => adjoint,
            None => {
                let ty = self.primal.value(value).ty.clone();
                self.zero(ty)
            }
        }
    }

    /// A fresh value for (a part of) the adjoint of `primal`.
    pub(super) fn adjoint_value(&mut self, primal: ValueId) -> ValueId {
        let ty = self.primal.value(primal).ty.clone();
        let value = self.function.new_value(ty, None, self.span);
        self.name_adjoint(value, primal);
        value
    }

    /// What the reversed body reads of its iteration's record; the tape is made on the way.
    fn reverse_records(&mut self, body: RegionId) -> Option<Records> {
        let fields = self.records.get(&body)?;
        let types: Vec<Type> = fields
            .iter()
            .map(|(var, _)| match var {
                Var::Value(value) => self.function.value(*value).ty.clone(),
                Var::Memory(memory) => match self.function.memory(*memory).ty.clone() {
                    Type::Slice(of) => Type::Vec(of),
                    ty => ty,
                },
            })
            .collect();
        let reverse: Vec<Var> = fields.iter().map(|(_, reverse)| *reverse).collect();
        let storage = self.tape_storage(body, &types);
        let name = match self.tapes.len() {
            0 => "saved".to_string(),
            n => format!("saved_{n}"),
        };
        let tape = self.function.new_tape(TapeInfo { name, fields: types, storage });
        self.tapes.insert(body, tape);
        for var in &reverse {
            if let Var::Memory(memory) = var {
                self.function.memories[memory.index()].origin = crate::ir::Origin::Record(tape);
            }
        }
        Some(Records { tape, fields: reverse })
    }
}
