//! The forward sweep: the primal's operations, with the saves woven in that the reverse sweep asked for.

use super::{Point, RegionId, Sweep};
use crate::ir::build::Cursor;
use crate::ir::{
    Callee, Constant, For, Init, Int, MemoryInfo, Op, OpKind, Origin, Region, Storage, Type,
    ValueId, Var, While,
};
use crate::rules::Rule;

/// The most bytes that a tape may take on the stack.
const INLINE_LIMIT: u64 = 32 * 1024;

impl Sweep<'_> {
    pub(super) fn weave(&mut self, id: RegionId) -> Region {
        let primal = self.scopes.region(id);
        let mut region = Region {
            params: primal.params.clone(),
            ops: Vec::new(),
            yields: primal.yields.clone(),
        };
        for (pos, op) in primal.ops.iter().enumerate() {
            let point = Point { region: id, pos };
            region.ops.extend(self.inserted.remove(&point).unwrap_or_default());
            self.span = op.span;
            let op = self.woven(op, point);
            // The initial zero of a count of iterations stands before its loop.
            region.ops.append(&mut self.pending);
            region.ops.push(op);
        }
        let end = Point { region: id, pos: primal.ops.len() };
        region.ops.extend(self.inserted.remove(&end).unwrap_or_default());
        if let (Some(tape), Some(fields)) = (self.tapes.get(&id), self.records.get(&id)) {
            let fields = fields.iter().map(|(var, _)| *var).collect();
            let kind = OpKind::Push { tape: *tape, fields };
            region.ops.push(Op { kind, span: self.span });
        }
        region
    }

    fn woven(&mut self, op: &Op, point: Point) -> Op {
        let kind = match &op.kind {
            OpKind::Call { .. } if self.slopes.contains_key(&point) => {
                self.slopes.remove(&point).unwrap_or_else(|| op.kind.clone())
            }
            OpKind::Call { callee, args, result } => match self.kept.get(&point) {
                Some(kept) => OpKind::CallForward {
                    callee: callee.clone(),
                    args: args.clone(),
                    result: result.clone(),
                    kept: *kept,
                    tangents: None,
                },
                None => {
                    let mut kind = op.kind.clone();
                    if let OpKind::Call { callee: Callee::Method(method), .. } = &mut kind {
                        method.leaves_receiver = self.receivers.contains(&point);
                    }
                    kind
                }
            },
            OpKind::If { cond, outs, .. } => {
                let mut arms = [0, 1].map(|n| self.weave(self.scopes.nested(point, n)));
                let mut outs = outs.clone();
                for result in self.arm_results.remove(&point).unwrap_or_default() {
                    outs.push(result.out);
                    for (n, arm) in arms.iter_mut().enumerate() {
                        let yielded = if n == result.arm {
                            self.there(arm, result.yielded, result.optional)
                        } else {
                            self.stand_in(arm, result.out)
                        };
                        arm.yields.push(yielded);
                    }
                }
                let [then, otherwise] = arms;
                OpKind::If { cond: *cond, then, otherwise, outs }
            }
            OpKind::For(f) => {
                let body = self.weave(self.scopes.nested(point, 0));
                let mut f = For { body, ..(**f).clone() };
                let body = self.scopes.nested(point, 0);
                self.weave_fused(body, &mut f.inits, &mut f.body, &mut f.outs);
                let trips = self.trips.get(&point).copied();
                self.count(trips, op, &mut f.inits, &mut f.body, &mut f.outs);
                return self.with_start(trips, op, OpKind::For(Box::new(f)));
            }
            OpKind::While(w) => {
                let cond = self.weave(self.scopes.nested(point, 0));
                let body = self.weave(self.scopes.nested(point, 1));
                let mut w = While { cond, body, ..(**w).clone() };
                let body = self.scopes.nested(point, 1);
                for ty in self.weave_fused(body, &mut w.inits, &mut w.body, &mut w.outs) {
                    let param = self.function.new_value(ty, None, op.span);
                    w.cond.params.push(param);
                }
                let trips = self.trips.get(&point).copied();
                if trips.is_some() {
                    let usize = Type::Int(Int::Usize);
                    let param = self.function.new_value(usize, None, op.span);
                    w.cond.params.push(param);
                }
                self.count(trips, op, &mut w.inits, &mut w.body, &mut w.outs);
                return self.with_start(trips, op, OpKind::While(Box::new(w)));
            }
            other => other.clone(),
        };
        Op { kind, span: op.span }
    }

    /// Makes a loop carry the number of its iterations so far.
    fn count(
        &mut self,
        trips: Option<ValueId>,
        op: &Op,
        inits: &mut Vec<ValueId>,
        body: &mut Region,
        outs: &mut Vec<ValueId>,
    ) {
        let Some(trips) = trips else { return };
        let usize = Type::Int(Int::Usize);
        let name = Some("trips".to_string());
        let param = self.function.new_value(usize.clone(), name.clone(), op.span);
        let next = self.function.new_value(usize.clone(), name, op.span);
        let mut cursor = Cursor { function: &mut self.function, ops: &mut body.ops, span: op.span };
        let one = cursor.int(1, usize);
        cursor.push(OpKind::Rule { out: next, rule: Rule::Add, args: vec![param, one] });
        body.params.push(param);
        body.yields.push(Var::Value(next));
        outs.push(trips);
        // Its initial zero is defined by `with_start`.
        let zero = self.function.new_value(Type::Int(Int::Usize), None, op.span);
        inits.push(zero);
    }

    fn with_start(&mut self, trips: Option<ValueId>, op: &Op, kind: OpKind) -> Op {
        if trips.is_some() {
            let init = match &kind {
                OpKind::For(f) => f.inits.last(),
                OpKind::While(w) => w.inits.last(),
                _ => None,
            };
            if let Some(out) = init.copied() {
                self.pending.push(Op {
                    kind: OpKind::Const { out, value: Constant::Int(0) },
                    span: op.span,
                });
            }
        }
        Op { kind, span: op.span }
    }

    fn there(&mut self, arm: &mut Region, yielded: Var, optional: bool) -> Var {
        match yielded {
            Var::Value(arg) if optional => {
                let ty = Type::Option(Box::new(self.function.value(arg).ty.clone()));
                let out = self.function.new_value(ty, None, self.span);
                arm.ops.push(Op { kind: OpKind::Some { out, arg }, span: self.span });
                Var::Value(out)
            }
            other => other,
        }
    }

    /// What stands for a variable on the path that does not define it; nobody reads it.
    fn stand_in(&mut self, arm: &mut Region, out: Var) -> Var {
        match out {
            Var::Value(value) => {
                let ty = self.function.value(value).ty.clone();
                let out = self.function.new_value(ty.clone(), None, self.span);
                let kind = match ty {
                    Type::Option(_) => OpKind::None { out },
                    Type::Int(_) => OpKind::Const { out, value: Constant::Int(0) },
                    Type::Bool => OpKind::Const { out, value: Constant::Bool(false) },
                    // Without a name for its type, it stands without a value.
                    Type::Unknown => {
                        OpKind::Const { out, value: Constant::Tokens(Default::default()) }
                    }
                    _ => OpKind::Const { out, value: Constant::Float(0.0, None) },
                };
                arm.ops.push(Op { kind, span: self.span });
                Var::Value(out)
            }
            Var::Memory(memory) => {
                let info = self.function.memory(memory).clone();
                let memory = self.function.new_memory(MemoryInfo { origin: Origin::Local, ..info });
                let kind = OpKind::Alloc { memory, init: Init::Empty };
                arm.ops.push(Op { kind, span: self.span });
                Var::Memory(memory)
            }
        }
    }

    /// On the stack if the number of records is known and small.
    pub(super) fn tape_storage(&self, body: RegionId, fields: &[Type]) -> Storage {
        let mut records = 1u64;
        let mut region = body;
        while let Some(point) = self.scopes.parent(region) {
            // Of an iteration of a fused loop nothing is left when the next begins.
            if self.fused.contains_key(&region) {
                break;
            }
            match &self.scopes.op(point).kind {
                OpKind::For(f) => match self.bounds.trips(f) {
                    Some(trips) => records = records.saturating_mul(trips),
                    None => return Storage::Heap,
                },
                OpKind::While(_) => return Storage::Heap,
                _ => {}
            }
            region = point.region;
        }
        let record: Option<u64> = fields.iter().map(bytes).sum();
        let small = record.is_some_and(|bytes| records.saturating_mul(bytes) <= INLINE_LIMIT);
        if small && fields.len() <= 12 { Storage::Inline(records) } else { Storage::Heap }
    }
}

/// What a field takes in a record; `None` if that is not known or is on the heap anyhow.
fn bytes(ty: &Type) -> Option<u64> {
    match ty {
        Type::Float(_) | Type::Int(_) | Type::Bool => Some(8),
        Type::Array(of, length) => Some(length.known?.saturating_mul(bytes(of)?)),
        Type::Tuple(of) => of.iter().map(bytes).sum(),
        // Not known here; a guess, as residuals are few.
        Type::Kept(_) | Type::KeptTangent(_) => Some(64),
        _ => None,
    }
}
