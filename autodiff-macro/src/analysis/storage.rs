//! Which memories are the same storage: a view and its root, and what a branch yields and its result.

use crate::{
    ir::{Function, MemoryId, OpKind, Origin, ValueId, Var, visit},
    maps::HashMap,
};

/// One representative memory for each storage. Two memories overlap only if they have the same.
#[derive(Clone, Debug)]
pub struct Storage {
    representative: Vec<MemoryId>,
    /// Views that are the row of a loop's iteration: by the loop's index.
    rows: HashMap<MemoryId, ValueId>,
}

impl Storage {
    pub fn analyse(function: &Function) -> Storage {
        let ids = 0..function.memories.len() as u32;
        let mut storage =
            Storage { representative: ids.map(MemoryId).collect(), rows: HashMap::default() };
        for (i, memory) in function.memories.iter().enumerate() {
            if let Origin::View(place) = &memory.origin {
                storage.representative[i] = place.memory;
            }
        }
        visit::walk(&function.body, &mut |op| {
            if let OpKind::If { then, otherwise, outs, .. } = &op.kind {
                for (i, out) in outs.iter().enumerate() {
                    for region in [then, otherwise] {
                        if let (Var::Memory(out), Some(Var::Memory(yielded))) =
                            (out, region.yields.get(i))
                        {
                            storage.union(*yielded, *out);
                        }
                    }
                }
            }
        });
        storage
    }

    /// Notes that a view is a row of its own for each value of the index.
    pub fn set_row(&mut self, view: MemoryId, index: ValueId) {
        self.rows.insert(view, index);
    }

    /// The index that a view is the row of.
    pub fn row(&self, view: MemoryId) -> Option<ValueId> {
        self.rows.get(&view).copied()
    }

    /// Whether the storage is touched only as rows of the loop with this index.
    pub fn in_rows(&self, of: MemoryId, index: ValueId) -> bool {
        self.rows.iter().any(|(view, row)| *row == index && self.of(*view) == of)
    }

    fn union(&mut self, a: MemoryId, b: MemoryId) {
        let (a, b) = (self.of(a), self.of(b));
        if a != b {
            self.representative[a.index()] = b;
        }
    }

    pub fn of(&self, mut id: MemoryId) -> MemoryId {
        while self.representative[id.index()] != id {
            id = self.representative[id.index()];
        }
        id
    }
}
