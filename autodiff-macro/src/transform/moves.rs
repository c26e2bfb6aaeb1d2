//! A vector that has grown, and is moved away in one arm of a branch, is copied there instead: its adjoint begins with the
//! length that the vector has in the end, which is asked where all paths meet.

use crate::{
    ir::{
        Arg, Function, Init, MemoryId, MemoryInfo, Op, OpKind, Origin, Passing, Place, Region, Var,
        visit,
    },
    maps::{HashMap, HashSet},
};

pub fn keep_what_grows(function: &mut Function) {
    let mut grown = HashSet::default();
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Vector { place, .. } = &op.kind {
            grown.insert(function.root(place.memory));
        }
    });
    if grown.is_empty() {
        return;
    }
    let mut body = std::mem::take(&mut function.body);
    let mut homes = HashMap::default();
    for memory in 0..function.memories.len() as u32 {
        homes.insert(MemoryId(memory), 0);
    }
    region(function, &mut body, &grown, &mut homes, &mut 0);
    function.cut = body.ops.len();
    function.body = body;
}

fn region(
    function: &mut Function,
    body: &mut Region,
    grown: &HashSet<MemoryId>,
    homes: &mut HashMap<MemoryId, usize>,
    count: &mut usize,
) {
    let here = *count;
    for op in std::mem::take(&mut body.ops) {
        let mut op = op;
        for var in visit::operands(&op).defines {
            if let Var::Memory(memory) = var {
                homes.insert(memory, here);
            }
        }
        let mut copies = Vec::new();
        let mut moved = |memory: &mut MemoryId, function: &mut Function| {
            if grown.contains(memory) && homes.get(memory) != Some(&here) {
                let info = function.memory(*memory).clone();
                let copy = function.new_memory(MemoryInfo { origin: Origin::Local, ..info });
                let init = Init::Copy(Place::from(*memory));
                copies.push(Op { kind: OpKind::Alloc { memory: copy, init }, span: op.span });
                *memory = copy;
            }
        };
        match &mut op.kind {
            OpKind::Assign { from, .. } => moved(from, function),
            OpKind::Call { args, .. } => {
                for arg in args {
                    if let Arg::Memory { place, passing: Passing::ByValue } = arg
                        && place.path.is_empty()
                    {
                        moved(&mut place.memory, function);
                    }
                }
            }
            _ => {}
        }
        body.ops.extend(copies);
        for nested in visit::regions_mut(&mut op) {
            *count += 1;
            region(function, nested, grown, homes, count);
        }
        body.ops.push(op);
    }
}
