//! Operands of operations.

use std::fmt::Write;

use quote::ToTokens;

use super::Printer;
use crate::{
    ir::{
        Adaptor, Arg, Callee, Comparison, Direction, Form, Growth, Init, MemoryId, Method, Passing,
        Permutation, Place, Range, Shape, Slot, Step, TapeId, ValueId, Var,
    },
    rules::{Rule, row},
};

impl Printer<'_> {
    pub(super) fn v(&self, value: ValueId) -> String {
        self.names.var(Var::Value(value))
    }

    pub(super) fn m(&self, memory: MemoryId) -> String {
        self.names.var(Var::Memory(memory))
    }

    pub(super) fn values(&self, values: &[ValueId]) -> String {
        let values: Vec<String> = values.iter().map(|value| self.v(*value)).collect();
        values.join(", ")
    }

    pub(super) fn vars(&self, vars: &[Var]) -> String {
        let vars: Vec<String> = vars.iter().map(|var| self.names.var(*var)).collect();
        vars.join(", ")
    }

    pub(super) fn tape(&self, tape: TapeId) -> String {
        match self.function.tapes.get(tape.index()) {
            Some(info) => info.name.clone(),
            None => format!("?t{}", tape.0),
        }
    }

    pub(super) fn shape(&self, shape: &Shape) -> String {
        match shape {
            Shape::Unit => "()".to_owned(),
            Shape::Var(var) => self.names.var(*var),
            Shape::Tuple(of) => {
                let of: Vec<String> = of.iter().map(|shape| self.shape(shape)).collect();
                format!("({})", of.join(", "))
            }
        }
    }

    pub(super) fn place(&self, place: &Place) -> String {
        let mut text = self.m(place.memory);
        for step in &place.path {
            // Writing to a string cannot fail.
            let _ = match step {
                Step::Index(index) => write!(text, "[{}]", self.v(*index)),
                Step::Range { start, end, inclusive } => {
                    let start = start.map(|value| self.v(value)).unwrap_or_default();
                    let end = end.map(|value| self.v(value)).unwrap_or_default();
                    write!(text, "[{start}..{}{end}]", if *inclusive { "=" } else { "" })
                }
                Step::Field(field) => write!(text, ".{field}"),
                Step::Member(field) => write!(text, ".{field}"),
                Step::Deref => write!(text, ".*"),
                Step::Payload { variant, member, .. } => {
                    let variant = variant.segments.last().map(|last| last.ident.to_string());
                    let variant = variant.unwrap_or_default();
                    write!(text, ".{variant}.{}", member.to_token_stream())
                }
            };
        }
        text
    }

    pub(super) fn init(&self, init: &Init) -> String {
        match init {
            Init::Repeat { value, lens } if lens.is_empty() => format!("all {}", self.v(*value)),
            Init::Repeat { value, lens } => {
                format!("vec![{}; {}]", self.v(*value), self.values(lens))
            }
            Init::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.init(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Init::Record { path, fields } => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(member, init)| {
                        format!("{}: {}", member.to_token_stream(), self.init(init))
                    })
                    .collect();
                format!(
                    "{} {{ {} }}",
                    tight(&path.to_token_stream().to_string()),
                    fields.join(", ")
                )
            }
            Init::Value(value) => self.v(*value),
            Init::RepeatPlace { place, lens } if lens.is_empty() => {
                format!("all {}", self.place(place))
            }
            Init::RepeatPlace { place, lens } => {
                format!("vec![{}; {}]", self.place(place), self.values(lens))
            }
            Init::Copy(place) => format!("copy {}", self.place(place)),
            Init::ZeroLike(place) => format!("zeros like {}", self.place(place)),
            Init::Global(tokens) => format!("global {tokens}"),
            Init::Capacity(len) => format!("empty for {}", self.v(*len)),
            Init::Empty => "empty".to_owned(),
        }
    }

    pub(super) fn growth(&self, place: &Place, growth: &Growth) -> String {
        let place = self.place(place);
        match growth {
            Growth::Push(item) => format!("{place} push {}", self.init(item)),
            Growth::Pop { out: Some(out) } => format!("{} = {place} pop", self.names.var(*out)),
            Growth::Pop { out: None } => format!("{place} pop"),
            Growth::Extend(from) => format!("{place} extend {}", self.place(from)),
            Growth::Truncate(len) => format!("{place} truncate {}", self.v(*len)),
            Growth::Resize { len, value } => {
                format!("{place} resize {}, {}", self.v(*len), self.v(*value))
            }
        }
    }

    pub(super) fn permutation(&self, place: &Place, by: &Permutation) -> String {
        let place = self.place(place);
        match by {
            Permutation::Reverse => format!("reverse {place}"),
            Permutation::RotateLeft(by) => format!("rotate {place} left {}", self.v(*by)),
            Permutation::RotateRight(by) => format!("rotate {place} right {}", self.v(*by)),
            Permutation::Order { order, inverted: false } => {
                format!("permute {place} by {}", self.m(*order))
            }
            Permutation::Order { order, inverted: true } => {
                format!("permute {place} back by {}", self.m(*order))
            }
        }
    }

    pub(super) fn rule(&self, rule: Rule, args: &[ValueId]) -> String {
        match (infix(rule), args) {
            (Some(symbol), [a, b]) => format!("{} {symbol} {}", self.v(*a), self.v(*b)),
            (None, [a]) if rule == Rule::Neg => format!("-{}", self.v(*a)),
            _ => format!("{}({})", row(rule).name, self.values(args)),
        }
    }

    pub(super) fn opaque(&self, form: &Form, args: &[ValueId]) -> String {
        match (form, args) {
            (Form::Method(name, turbofish), [receiver, rest @ ..]) => {
                let turbofish = tight(&turbofish.to_string());
                format!("{}.{name}{turbofish}({})", self.v(*receiver), self.values(rest))
            }
            (Form::Method(name, _), []) => format!("{name}()"),
            (Form::Path(path), args) => {
                let path = tight(&quote::quote!(#path).to_string());
                format!("{path}({})", self.values(args))
            }
            (Form::Binary(op), [a, b]) => {
                format!("{} {} {}", self.v(*a), quote::quote!(#op), self.v(*b))
            }
            (Form::Binary(op), args) => format!("{}({})", quote::quote!(#op), self.values(args)),
            (Form::Not, args) => format!("!{}", self.values(args)),
            (Form::Matches(pattern), args) => {
                format!("matches({}, {pattern})", self.values(args))
            }
            (Form::Tuple, args) => format!("({})", self.values(args)),
            (Form::Array, args) => format!("[{}]", self.values(args)),
            (Form::Macro { path, .. }, args) => {
                let path = tight(&quote::quote!(#path).to_string());
                format!("{path}!({})", self.values(args))
            }
        }
    }

    pub(super) fn range(&self, range: &Range) -> String {
        let dots = if range.inclusive { "..=" } else { ".." };
        let mut text = format!("{}{dots}{}", self.v(range.start), self.v(range.end));
        if !range.adaptors.is_empty() {
            text = format!("({text})");
        }
        for adaptor in &range.adaptors {
            let _ = match adaptor {
                Adaptor::Rev => write!(text, ".rev()"),
                Adaptor::StepBy(step) => write!(text, ".step_by({})", self.v(*step)),
                Adaptor::Take(count) => write!(text, ".take({})", self.v(*count)),
            };
        }
        text
    }

    pub(super) fn arg(&self, arg: &Arg) -> String {
        match arg {
            Arg::Value(value) => self.v(*value),
            Arg::Reference(value) => format!("&{}", self.v(*value)),
            Arg::InOut { input, output } => {
                format!("&mut {} -> {}", self.v(*input), self.v(*output))
            }
            Arg::Memory { place, passing } => {
                let passing = match passing {
                    Passing::ByValue => "",
                    Passing::Shared => "&",
                    Passing::Mutable => "&mut ",
                    Passing::Reborrowed => "&mut? ",
                };
                format!("{passing}{}", self.place(place))
            }
            Arg::Tokens(tokens) => tight(&tokens.to_string()),
            Arg::Tuple(args) => format!("({})", self.args(args)),
        }
    }

    pub(super) fn args(&self, args: &[Arg]) -> String {
        let args: Vec<String> = args.iter().map(|arg| self.arg(arg)).collect();
        args.join(", ")
    }

    pub(super) fn slot(&self, slot: &Slot) -> String {
        match slot {
            Slot::Inactive => "_".to_owned(),
            Slot::Value(value) => format!("-> {}", self.v(*value)),
            Slot::Memory(place) => format!("&mut {}", self.place(place)),
            Slot::InOut { input, output } => {
                format!("&mut {} -> {}", self.v(*input), self.v(*output))
            }
            Slot::Tuple(of) => {
                let of: Vec<String> = of.iter().map(|slot| self.slot(slot)).collect();
                format!("({})", of.join(", "))
            }
        }
    }

    pub(super) fn slots(&self, slots: &[Slot]) -> String {
        slots.iter().map(|slot| self.slot(slot)).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn directions(&self, directions: &[Direction]) -> String {
        directions.iter().map(|d| self.direction(d)).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn direction(&self, direction: &Direction) -> String {
        match direction {
            Direction::Zero => "0".to_owned(),
            Direction::Value(value) => self.v(*value),
            Direction::Memory(place) => self.place(place),
            Direction::InOut { input, output } => {
                format!("&mut {} -> {}", self.v(*input), self.v(*output))
            }
            Direction::Tuple(of) => {
                let of: Vec<String> = of.iter().map(|d| self.direction(d)).collect();
                format!("({})", of.join(", "))
            }
        }
    }
}

/// Token streams print with spaces that nobody writes.
pub(super) fn tight(tokens: &str) -> String {
    let mut text = tokens.to_owned();
    for (wide, narrow) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" !", "!"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
    ] {
        text = text.replace(wide, narrow);
    }
    text
}

pub(super) fn callee(callee: &Callee) -> String {
    match callee {
        Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path) => {
            tight(&quote::quote!(#path).to_string())
        }
        Callee::Associated(path) | Callee::MaybeAssociated(path) => {
            tight(&quote::quote!(#path).to_string())
        }
        Callee::Operator(of) => of.symbol().to_owned(),
        Callee::Local(i) => format!("block {i}"),
        Callee::Method(Method { name, turbofish, .. }) => {
            tight(&quote::quote!(.#name #turbofish).to_string())
        }
    }
}

pub(super) fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => "==",
        Comparison::Ne => "!=",
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
    }
}

pub(super) fn infix(rule: Rule) -> Option<&'static str> {
    match rule {
        Rule::Add => Some("+"),
        Rule::Sub => Some("-"),
        Rule::Mul => Some("*"),
        Rule::Div => Some("/"),
        Rule::Rem => Some("%"),
        _ => None,
    }
}
