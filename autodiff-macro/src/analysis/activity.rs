//! Which values and memories carry a derivative: varied by the inputs and useful to the outputs.

use crate::ir::{Function, MemoryId, ValueId};

#[derive(Clone, Debug)]
pub struct Activity {
    pub values: Vec<bool>,
    /// By root; a view is as active as its root.
    pub memories: Vec<bool>,
}

impl Activity {
    pub fn value(&self, value: ValueId) -> bool {
        self.values[value.index()]
    }

    pub fn memory(&self, function: &Function, memory: MemoryId) -> bool {
        self.memories[function.root(memory).index()]
    }
}
