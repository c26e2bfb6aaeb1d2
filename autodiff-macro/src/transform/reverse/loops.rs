//! The reverse of a loop: the same iterations in reverse order, each reversed; the adjoints of what it carries and of
//! what its body uses from outside are carried in their turn.

use super::{Frame, Point, Records, Sweep};
use crate::ir::{Adaptor, For, Int, OpKind, Range, Region, TapeInfo, Type, ValueId, Var, While};
use crate::transform::reverse::scopes::{RegionId, Site};

/// A loop of the primal in what matters for its reverse.
#[derive(Clone, Copy)]
pub(super) struct Carried<'a> {
    pub body: RegionId,
    pub region: &'a Region,
    pub inits: &'a [ValueId],
    pub outs: &'a [ValueId],
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
        if let Some(range) = self.reversed_range(point, f) {
            let index = self.function.new_value(ty, name, self.span);
            self.reversed_loop(carried, index, Some(f.index), range);
        } else {
            // The range cannot be run backwards: count, and save the index.
            let (index, range) = self.counted(point);
            self.reversed_loop(carried, index, None, range);
        }
    }

    pub(super) fn reverse_while(&mut self, point: Point, w: &'a While) {
        let body = self.scopes.nested(point, 1);
        let carried = Carried { body, region: &w.body, inits: &w.inits, outs: &w.outs };
        if self.fuse_loop(point, carried) {
            return;
        }
        let (index, range) = self.counted(point);
        self.reversed_loop(carried, index, None, range);
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
        let mut adaptors = Vec::new();
        for adaptor in &f.range.adaptors {
            adaptors.push(match adaptor {
                Adaptor::Rev => Adaptor::Rev,
                Adaptor::StepBy(step) => Adaptor::StepBy(self.primal_value(*step)),
                Adaptor::Take(count) => Adaptor::Take(self.primal_value(*count)),
            });
        }
        if f.exit.is_some() {
            let trips = self.trips(point);
            adaptors.push(Adaptor::Take(self.primal_value(trips)));
        }
        if adaptors.last() == Some(&Adaptor::Rev) {
            adaptors.pop();
        } else {
            adaptors.push(Adaptor::Rev);
        }
        let start = self.primal_value(f.range.start);
        let end = self.primal_value(f.range.end);
        Some(Range { start, end, inclusive: f.range.inclusive, adaptors })
    }

    fn reversed_loop(
        &mut self,
        carried: Carried<'a>,
        index: ValueId,
        primal_index: Option<ValueId>,
        range: Range,
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

        self.frames.push(frame);
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
        let frame = self.frames.pop().expect("pushed above");

        let outs_new: Vec<ValueId> = active
            .iter()
            .map(|i| inits[*i])
            .chain(captures.iter().copied())
            .map(|primal| self.adjoint_value(primal))
            .collect();
        let records = self.reverse_records(body);
        self.emit(OpKind::For(Box::new(For {
            index,
            range,
            inits: new_inits,
            body: Region { params, ops: frame.ops, yields },
            outs: outs_new.clone(),
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
