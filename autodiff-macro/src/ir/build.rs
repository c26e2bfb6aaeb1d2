//! Making functions: fresh ids and a cursor that appends operations.

use std::rc::Rc;

use proc_macro2::Span;

use super::{
    Constant, Function, MemoryId, MemoryInfo, Op, OpKind, Origin, Place, Region, Step, TapeId,
    TapeInfo, Type, ValueId, ValueInfo,
};
use crate::rules::Rule;

impl Function {
    pub fn new(name: impl Into<String>) -> Function {
        Function {
            name: name.into(),
            params: Vec::new(),
            outputs: Vec::new(),
            values: Vec::new(),
            memories: Vec::new(),
            tapes: Vec::new(),
            body: Region::default(),
            presumed: Vec::new(),
            checkpoints: Vec::new(),
            block: None,
            locals: Rc::new(Vec::new()),
            copies: Rc::default(),
            numbers: Rc::default(),
            cut: 0,
        }
    }

    pub fn new_value(&mut self, ty: Type, name: Option<String>, span: Span) -> ValueId {
        self.values.push(ValueInfo { ty, name, span });
        ValueId(self.values.len() as u32 - 1)
    }

    pub fn new_memory(&mut self, info: MemoryInfo) -> MemoryId {
        self.memories.push(info);
        MemoryId(self.memories.len() as u32 - 1)
    }

    pub fn new_tape(&mut self, info: TapeInfo) -> TapeId {
        self.tapes.push(info);
        TapeId(self.tapes.len() as u32 - 1)
    }

    /// The type at the end of a place's path, [`Type::Unknown`] where that is not known.
    pub fn place_type(&self, place: &Place) -> Type {
        let mut ty = self.memory(place.memory).ty.clone();
        for step in &place.path {
            ty = match (step, ty) {
                (super::Step::Index(_), ty) => ty.element().cloned().unwrap_or(Type::Unknown),
                (super::Step::Range { .. }, ty) => match ty.element() {
                    Some(of) => Type::Slice(Box::new(of.clone())),
                    None => Type::Unknown,
                },
                (step, ty) => step.member().map_or(Type::Unknown, |member| ty.field(&member)),
            };
        }
        ty
    }
}

/// Appends to one region; new ids come from the function.
pub struct Cursor<'a> {
    pub function: &'a mut Function,
    pub ops: &'a mut Vec<Op>,
    pub span: Span,
}

impl Cursor<'_> {
    pub fn push(&mut self, kind: OpKind) {
        self.ops.push(Op { kind, span: self.span });
    }

    pub fn float(&mut self, value: f64, ty: Type) -> ValueId {
        let out = self.function.new_value(ty, None, self.span);
        self.push(OpKind::Const { out, value: Constant::Float(value, None) });
        out
    }

    pub fn int(&mut self, value: i128, ty: Type) -> ValueId {
        let out = self.function.new_value(ty, None, self.span);
        self.push(OpKind::Const { out, value: Constant::Int(value) });
        out
    }

    pub fn bool(&mut self, value: bool) -> ValueId {
        let out = self.function.new_value(Type::Bool, None, self.span);
        self.push(OpKind::Const { out, value: Constant::Bool(value) });
        out
    }

    /// Applies a rule; the result has the type of the first argument.
    pub fn rule(&mut self, rule: Rule, args: &[ValueId]) -> ValueId {
        let ty = self.function.value(args[0]).ty.clone();
        let out = self.function.new_value(ty, None, self.span);
        self.push(OpKind::Rule { out, rule, args: args.to_vec() });
        out
    }

    pub fn load(&mut self, place: Place, name: Option<String>) -> ValueId {
        let ty = self.function.place_type(&place);
        let out = self.function.new_value(ty, name, self.span);
        self.push(OpKind::Load { out, place });
        out
    }

    /// Both halves of a slice.
    pub fn split(
        &mut self,
        of: Place,
        at: ValueId,
        mutable: bool,
        names: [Option<String>; 2],
    ) -> [MemoryId; 2] {
        let ty = match self.function.place_type(&of) {
            Type::Array(of, _) | Type::Vec(of) | Type::Slice(of) => Type::Slice(of),
            ty => ty,
        };
        let ranges = [(None, Some(at)), (Some(at), None)];
        let mut names = names.into_iter();
        let memories = ranges.map(|(start, end)| {
            let mut of = of.clone();
            of.path.push(Step::Range { start, end, inclusive: false });
            self.function.new_memory(MemoryInfo {
                ty: ty.clone(),
                name: names.next().flatten(),
                mutable,
                origin: Origin::View(of),
                span: self.span,
            })
        });
        self.push(OpKind::Split { memories, of, at });
        memories
    }

    pub fn view(&mut self, of: Place, mutable: bool, name: Option<String>) -> MemoryId {
        let ty = self.function.place_type(&of);
        let memory = self.function.new_memory(MemoryInfo {
            ty,
            name,
            mutable,
            origin: Origin::View(of.clone()),
            span: self.span,
        });
        self.push(OpKind::View { memory, of });
        memory
    }
}

impl From<MemoryId> for Place {
    fn from(memory: MemoryId) -> Place {
        Place { memory, path: Vec::new() }
    }
}
