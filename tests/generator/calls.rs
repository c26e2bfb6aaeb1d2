//! Calls between the functions of a program.

use super::{
    Generator,
    floats::Float,
    program::{Output, Parameter, Signature},
    scope::{Holder, Kind, Variable},
};

impl Generator {
    fn callee(&mut self, fits: impl Fn(&Signature) -> bool) -> Option<Signature> {
        if self.calls == 0 || self.loops.len() > 2 {
            return None;
        }
        let all: Vec<Signature> = self.functions.iter().filter(|f| fits(f)).cloned().collect();
        if all.is_empty() { None } else { Some(self.pick(&all)) }
    }

    pub fn call_in_expression(&mut self) -> Option<Float> {
        let callee = self.callee(|f| f.output == Output::Float && !f.writes())?;
        let text = self.call(&callee)?;
        Some(Float::new(text, 4, true))
    }

    pub fn call_statement(&mut self) {
        let Some(callee) = self.callee(|_| true) else { return self.let_float() };
        let Some(call) = self.call(&callee) else { return self.let_memory() };
        let p = self.name(&Kind::Float);
        match callee.output {
            Output::Nothing => self.line(format_args!("{call};")),
            Output::Float => {
                self.line(format_args!("let mut {p} = {call};"));
                self.declare(&p, Kind::Float, true);
            }
            Output::Pair => {
                let q = format!("{p}_{}", self.id());
                self.line(format_args!("let (mut {p}, {q}) = {call};"));
                self.declare(&p, Kind::Float, true);
                self.declare(&q, Kind::Float, false);
            }
            Output::Array | Output::Vector => {
                let (length, holder) = if callee.output == Output::Array {
                    (super::Length::exactly(3), Holder::Array)
                } else {
                    (self.unknown_length(3), Holder::Vector)
                };
                let kind = Kind::Floats { length, holder };
                let name = self.name(&kind);
                let ty = if callee.output == Output::Array { "[f64; 3]" } else { "Vec<f64>" };
                self.line(format_args!("let mut {name}: {ty} = {call};"));
                self.declare(&name, kind, true);
            }
        }
    }

    /// The arguments come from different variables, as some are written.
    fn call(&mut self, callee: &Signature) -> Option<String> {
        let scope = self.scope.clone();
        self.calls -= 1;
        // What goes in by reference is chosen first, and then is out of reach of the rest.
        let mut arguments = vec![None; callee.parameters.len()];
        let mut possible = true;
        for by_reference in [true, false] {
            for (i, parameter) in callee.parameters.iter().enumerate() {
                if parameter.writes() == by_reference {
                    arguments[i] = self.argument(parameter);
                    possible &= arguments[i].is_some();
                }
            }
        }
        self.scope = scope;
        if !possible {
            return None;
        }
        let arguments: Vec<String> = arguments.into_iter().flatten().collect();
        let path = if self.chance(20) { "self::" } else { "" };
        Some(format!("{path}{}({})", callee.name, arguments.join(", ")))
    }

    fn argument(&mut self, parameter: &Parameter) -> Option<String> {
        let holder = |variable: &Variable| match variable.kind {
            Kind::Floats { holder, .. } => Some(holder),
            _ => None,
        };
        let owned =
            |variable: &Variable| matches!(holder(variable), Some(Holder::Array | Holder::Vector));
        Some(match parameter {
            Parameter::Float => {
                let a = self.float(1);
                self.bounded(&a).text
            }
            // With a type: the macro does not see the callee's.
            Parameter::Integer => format!("usize::min({}, 4)", self.integer_below(5)),
            Parameter::Bool => self.condition(0),
            Parameter::Pair => {
                let found = self.find(|variable| variable.kind == Kind::Pair);
                match found {
                    Some(pair) if self.chance(50) => pair.name,
                    _ => format!("({}, {})", self.tame(1).text, self.tame(0).text),
                }
            }
            Parameter::Slice => {
                let (floats, length) = self.floats(|_, length| length.min >= 3)?;
                let name = &floats.name;
                if length.min > 3 && self.chance(50) {
                    format!("&{name}[1..]")
                } else if owned(&floats) {
                    format!("&{name}")
                } else if floats.mutable {
                    // Not moved into the call.
                    format!("&{name}[..]")
                } else {
                    name.clone()
                }
            }
            Parameter::SliceMut => {
                let (floats, length) =
                    self.floats(|floats, length| floats.mutable && length.min >= 3)?;
                self.hide(floats.id);
                let name = &floats.name;
                if length.min > 3 && self.chance(50) {
                    format!("&mut {name}[{}..]", self.below(2))
                } else if owned(&floats) {
                    format!("&mut {name}")
                } else {
                    name.clone()
                }
            }
            Parameter::Array | Parameter::ArrayReference => {
                let (floats, _) = self.floats(|floats, length| {
                    length.exact == Some(3)
                        && matches!(holder(floats), Some(Holder::Array | Holder::ArrayReference))
                })?;
                let reference = holder(&floats) == Some(Holder::ArrayReference);
                let name = &floats.name;
                match (parameter, reference) {
                    (Parameter::Array, true) => format!("*{name}"),
                    (Parameter::Array, false) => name.clone(),
                    (_, true) if floats.mutable => format!("&*{name}"),
                    (_, true) => name.clone(),
                    (_, false) => format!("&{name}"),
                }
            }
            Parameter::ArrayMut => {
                let (floats, _) = self.floats(|floats, length| {
                    floats.mutable
                        && length.exact == Some(3)
                        && matches!(holder(floats), Some(Holder::Array | Holder::ArrayReference))
                })?;
                self.hide(floats.id);
                let borrow = if holder(&floats) == Some(Holder::Array) { "&mut " } else { "" };
                format!("{borrow}{}", floats.name)
            }
            Parameter::FloatMut => {
                let found = self
                    .find(|v| v.mutable && matches!(v.kind, Kind::Float | Kind::FloatReference))?;
                self.hide(found.id);
                let borrow = if found.kind == Kind::Float { "&mut " } else { "" };
                format!("{borrow}{}", found.name)
            }
            Parameter::Vector => {
                let (floats, _) = self.floats(|_, length| length.min >= 3)?;
                format!("{}.to_vec()", floats.name)
            }
            Parameter::VectorReference => {
                let (floats, _) = self.floats(|floats, length| {
                    length.min >= 3
                        && matches!(holder(floats), Some(Holder::Vector | Holder::VectorReference))
                })?;
                let borrow = if holder(&floats) == Some(Holder::Vector) { "&" } else { "" };
                format!("{borrow}{}", floats.name)
            }
            Parameter::Matrix => {
                let found = self.find(|variable| {
                    matches!(variable.kind, Kind::Matrix { rows: 2, columns: 2, .. })
                })?;
                let reference = matches!(found.kind, Kind::Matrix { reference: true, .. });
                let borrow = if reference { "" } else { "&" };
                format!("{borrow}{}", found.name)
            }
            Parameter::Indices => self.indices(|length| length.min >= 3)?.0.name,
        })
    }
}
