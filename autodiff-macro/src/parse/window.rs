//! References that name one part or another of the same memory, as the data decides: which part is made of scalars,
//! and those are what branches yield and loops carry.

use proc_macro2::Span;

use super::{
    Reader,
    env::{Bind, Slot, Target},
    types::{USIZE, is_memory},
};
use crate::{
    ir::{Constant, Origin, Place, Step, ValueId},
    rules::Rule,
};

/// A slice variable that a loop narrows: the slice that it enters with, and the variables that hold the bounds in it.
#[derive(Clone, Debug)]
pub struct Window {
    pub slot: usize,
    base: Place,
    mutable: bool,
    start: usize,
    end: usize,
}

impl Window {
    pub fn bounds(&self) -> [usize; 2] {
        [self.start, self.end]
    }
}

/// What differs between two places in the same memory.
pub enum Difference {
    /// Indices, at these positions of the paths.
    Indices(Vec<usize>),
    /// Both are ranges of what the first steps name.
    Ranges(usize),
}

impl Reader<'_> {
    /// The place in the memory that is no view.
    pub fn expand(&self, place: &Place) -> Place {
        let mut place = place.clone();
        while let Origin::View(of) = &self.function.memory(place.memory).origin {
            let mut path = of.path.clone();
            path.append(&mut place.path);
            place = Place { memory: of.memory, path };
        }
        place
    }

    /// `None`: they are not parts of one memory, or of parts of it that data chooses.
    pub fn difference(&self, a: &Place, b: &Place) -> Option<Difference> {
        if a.memory != b.memory {
            return None;
        }
        let same = a.path.iter().zip(&b.path).take_while(|(a, b)| a == b).count();
        let ranges =
            |place: &Place| place.path[same..].iter().all(|s| matches!(s, Step::Range { .. }));
        if ranges(a) && ranges(b) {
            return Some(Difference::Ranges(same));
        }
        let indices = |steps: (&Step, &Step)| matches!(steps, (Step::Index(_), Step::Index(_)));
        let alike = a.path.len() == b.path.len()
            && a.path.iter().zip(&b.path).all(|steps| steps.0 == steps.1 || indices(steps));
        alike.then(|| {
            let differ = |i: &usize| a.path[*i] != b.path[*i];
            Difference::Indices((0..a.path.len()).filter(differ).collect())
        })
    }

    /// The bounds, in the slice that the first `from` steps name, of the ranges that follow.
    pub fn bounds(&mut self, place: &Place, from: usize, span: Span) -> [ValueId; 2] {
        let base = Place { memory: place.memory, path: place.path[..from].to_vec() };
        let mut start: Option<ValueId> = None;
        let mut end: Option<ValueId> = None;
        for step in &place.path[from..] {
            let Step::Range { start: s, end: e, inclusive } = step else { continue };
            end = match (start, *e) {
                (_, None) => end,
                (offset, Some(e)) => {
                    let mut e = e;
                    if *inclusive {
                        let one = self.constant(Constant::Int(1), USIZE, span);
                        e = self.rule(Rule::Add, vec![e, one], span);
                    }
                    Some(match offset {
                        Some(offset) => self.rule(Rule::Add, vec![offset, e], span),
                        None => e,
                    })
                }
            };
            start = match (start, *s) {
                (start, None) => start,
                (None, s) => s,
                (Some(a), Some(b)) => Some(self.rule(Rule::Add, vec![a, b], span)),
            };
        }
        let start = match start {
            Some(start) => start,
            None => self.constant(Constant::Int(0), USIZE, span),
        };
        let end = match end {
            Some(end) => end,
            None => self.len(base, span),
        };
        [start, end]
    }

    /// Makes the slice variable `slot`, which a loop assigns, a window of the slice that it is now.
    pub fn open_window(&mut self, slot: usize, span: Span) -> Option<Window> {
        let Bind::Reference { target: Target::Place(place), mutable } =
            self.env.variables[slot].bind.clone()
        else {
            return None;
        };
        if !is_memory(&self.function.place_type(&place)) {
            return None;
        }
        let name = self.env.variables[slot].name.clone().unwrap_or_default();
        let zero = self.constant(Constant::Int(0), USIZE, span);
        let len = self.len(place.clone(), span);
        let start = self.env.add(Bind::Scalar(zero), Some(format!("{name}_start")));
        let end = self.env.add(Bind::Scalar(len), Some(format!("{name}_end")));
        Some(Window { slot, base: place, mutable, start, end })
    }

    /// Gives the slice variable the bounds that the environment has for it.
    pub fn apply_window(&mut self, window: &Window) {
        let (Bind::Scalar(start), Bind::Scalar(end)) = (
            self.env.get(&Slot::whole(window.start)).clone(),
            self.env.get(&Slot::whole(window.end)).clone(),
        ) else {
            return;
        };
        let mut place = window.base.clone();
        place.path.push(Step::Range { start: Some(start), end: Some(end), inclusive: false });
        let target = Target::Place(place);
        self.env.variables[window.slot].bind = Bind::Reference { target, mutable: window.mutable };
    }

    /// The bounds from what the slice variable names at the end of an iteration. `false`: that is no part of the base.
    pub fn close_window(&mut self, window: &Window, span: Span) -> bool {
        let Bind::Reference { target: Target::Place(place), .. } =
            self.env.variables[window.slot].bind.clone()
        else {
            return false;
        };
        let base = self.expand(&window.base);
        let place = self.expand(&place);
        let from = base.path.len();
        if place.memory != base.memory
            || place.path.len() < from
            || place.path[..from] != base.path
            || !place.path[from..].iter().all(|step| matches!(step, Step::Range { .. }))
        {
            return false;
        }
        let [start, end] = self.bounds(&place, from, span);
        self.env.set(&Slot::whole(window.start), Bind::Scalar(start));
        self.env.set(&Slot::whole(window.end), Bind::Scalar(end));
        true
    }
}
