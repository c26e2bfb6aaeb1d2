//! A state that is replaced by a vector of the same length is overwritten by it: `u = next` becomes `u.copy_from_slice(&next)`, so that the
//! derivative keeps states as rows of one vector and its adjoints in buffers that stay, and asks for no lengths.
//!
//! **Condition.** Both are local vectors of floats. Each has one length from beginning to end: it is made with it, nothing that could
//! make it grow or shrink touches it, and all that replaces it has that length, too: a copy of a vector has that of the vector, and vectors
//! that are made with one value as their length have the same. **Proof.** What moves away is not looked at again, and what it held stands in
//! the state after either; nothing else of a vector can be seen than its length and its elements.

use crate::ir::{
    Function, Init, MemoryId, Op, OpKind, Origin, Place, Region, Type, ValueId, Var,
    visit::{self, Access},
};
use crate::maps::{HashMap, HashSet};

/// The function without such moves; `None` where there is none.
pub fn states(function: &Function) -> Option<Function> {
    let mut moves = false;
    visit::walk(&function.body, &mut |op| moves |= matches!(op.kind, OpKind::Assign { .. }));
    if !moves {
        return None;
    }
    let lengths = Lengths::new(function);
    let mut changed = function.clone();
    let mut found = false;
    let mut body = std::mem::take(&mut changed.body);
    region(function, &lengths, &mut body, &mut found);
    if !found {
        return None;
    }
    changed.cut = body.ops.len();
    changed.body = body;
    Some(changed)
}

fn region(function: &Function, lengths: &Lengths, of: &mut Region, found: &mut bool) {
    for op in &mut of.ops {
        for nested in visit::regions_mut(op) {
            region(function, lengths, nested, found);
        }
        if let OpKind::Assign { to, from } = op.kind
            && is_state(function, to)
            && is_state(function, from)
            && lengths.of(to).is_some_and(|length| lengths.of(from) == Some(length))
        {
            *found = true;
            op.kind = OpKind::Copy { to: to.into(), from: from.into() };
        }
    }
    copies_of_copies(of);
}

/// `let buffer = next.to_vec(); u.copy_from_slice(&buffer);`, where the buffer goes nowhere else, needs no buffer.
fn copies_of_copies(of: &mut Region) {
    for at in (1..of.ops.len()).rev() {
        let OpKind::Copy { to, from } = &of.ops[at].kind else { continue };
        let OpKind::Alloc { memory, init: Init::Copy(source) } = &of.ops[at - 1].kind else {
            continue;
        };
        let rest = of.ops[at + 1..].iter().any(|op| mentions(op, *memory));
        let fits = from.memory == *memory && from.path.is_empty() && source.memory != to.memory;
        if fits && !rest && !of.yields.contains(&Var::Memory(*memory)) {
            let kind = OpKind::Copy { to: to.clone(), from: source.clone() };
            of.ops[at].kind = kind;
            of.ops.remove(at - 1);
        }
    }
}

fn mentions(op: &Op, memory: MemoryId) -> bool {
    visit::operands(op).places.iter().any(|(place, _)| place.memory == memory)
        || visit::regions(op).into_iter().any(|region| {
            region.yields.contains(&Var::Memory(memory))
                || region.ops.iter().any(|op| mentions(op, memory))
        })
}

fn is_state(function: &Function, memory: MemoryId) -> bool {
    let info = function.memory(memory);
    info.origin == Origin::Local && matches!(&info.ty, Type::Vec(of) if of.is_float())
}

/// What tells the length of a vector that has one from beginning to end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    Of(MemoryId),
    Value(ValueId),
}

struct Lengths<'a> {
    function: &'a Function,
    made: HashMap<MemoryId, Init>,
    unsteady: HashSet<MemoryId>,
}

impl<'a> Lengths<'a> {
    fn new(function: &'a Function) -> Lengths<'a> {
        let mut lengths =
            Lengths { function, made: HashMap::default(), unsteady: HashSet::default() };
        let mut assigned = Vec::new();
        visit::walk(&function.body, &mut |op| match &op.kind {
            OpKind::Alloc { memory, init } => {
                lengths.made.insert(*memory, init.clone());
            }
            OpKind::Assign { to, from } => assigned.push((*to, *from)),
            OpKind::Vector { place, .. } => {
                lengths.unsteady.insert(function.root(place.memory));
            }
            OpKind::Call { .. }
            | OpKind::CallForward { .. }
            | OpKind::CallReverse { .. }
            | OpKind::CallSweep { .. }
            | OpKind::CallSlopes { .. }
            | OpKind::CallTangent { .. }
            | OpKind::Effect { .. } => {
                for (place, access) in visit::operands(op).places {
                    if access != Access::Read {
                        lengths.unsteady.insert(function.root(place.memory));
                    }
                }
            }
            _ => {}
        });
        // Until what replaces the others has their length.
        while let Some((to, _)) = assigned.iter().find(|(to, from)| {
            lengths.of(*to).is_some_and(|length| lengths.of(*from) != Some(length))
        }) {
            lengths.unsteady.insert(*to);
        }
        lengths
    }

    fn of(&self, mut memory: MemoryId) -> Option<Length> {
        let whole = |place: &Place| place.path.is_empty();
        loop {
            if self.unsteady.contains(&memory) {
                return None;
            }
            match self.made.get(&memory) {
                Some(Init::Copy(from)) if whole(from) => memory = from.memory,
                Some(Init::ZeroLike(from)) if whole(from) => memory = from.memory,
                Some(Init::Repeat { lens, .. }) => {
                    return match lens[..] {
                        [len] => Some(Length::Value(len)),
                        _ => None,
                    };
                }
                Some(_) => return None,
                None => {
                    // Of the caller's, and a slice: it keeps its length.
                    let info = self.function.memory(memory);
                    let slice = matches!(info.ty, Type::Slice(_));
                    let param = matches!(info.origin, Origin::Param(_));
                    return (slice && param).then_some(Length::Of(memory));
                }
            }
        }
    }
}
