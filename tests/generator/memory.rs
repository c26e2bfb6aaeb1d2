//! Arrays, vectors, and views of them.

use super::{
    Generator,
    scope::{Holder, Kind, Length, Variable},
};

impl Generator {
    pub fn let_memory(&mut self) {
        let source = self.floats(|_, length| length.min > 0);
        let value = self.tame(1);
        let (text, kind) = match (self.below(9), source) {
            (0, Some((source, length))) => {
                let text = format!("{}.to_vec()", source.name);
                (text, Kind::Floats { length, holder: Holder::Vector })
            }
            (1, Some((source, length))) => {
                let text = format!("vec![{}; {}.len()]", value.text, source.name);
                (text, Kind::Floats { length, holder: Holder::Vector })
            }
            (2, _) => {
                let n = 2 + self.below(3);
                let text = format!("vec![0.0_f64; {n}]");
                (text, Kind::Floats { length: Length::exactly(n), holder: Holder::Vector })
            }
            (3, _) => {
                let (rows, columns) = (2 + self.below(2), 2 + self.below(2));
                let text = format!("[[{}; {columns}]; {rows}]", value.text);
                (text, Kind::Matrix { rows, columns, reference: false })
            }
            (4, Some((source, length))) if length.exact.is_some() => {
                let copied = match source.kind {
                    Kind::Floats { holder: Holder::Array, .. } => source.name,
                    Kind::Floats { holder: Holder::ArrayReference, .. } => {
                        format!("*{}", source.name)
                    }
                    _ => format!("{}.to_vec()", source.name),
                };
                let holder = if copied.ends_with(')') { Holder::Vector } else { Holder::Array };
                (copied, Kind::Floats { length, holder })
            }
            (5, Some((source, _)))
                if matches!(
                    source.kind,
                    Kind::Floats { holder: Holder::Vector | Holder::Array, .. }
                ) =>
            {
                (format!("{}.clone()", source.name), source.kind)
            }
            (6, _) => {
                let (n, below) = self.integer(1);
                if below > 12 {
                    return self.let_float();
                }
                let length = self.unknown_length(1);
                let text = format!("vec![{}; 1 + {n}]", value.text);
                (text, Kind::Floats { length, holder: Holder::Vector })
            }
            (7, _) => {
                let (a, b) = (self.tame(1), self.atom());
                let text = format!("[{}, {}, {}]", value.text, a.text, b.text);
                (text, Kind::Floats { length: Length::exactly(3), holder: Holder::Array })
            }
            _ => {
                let n = 3 + self.below(2);
                let text = format!("[{}; {n}]", value.text);
                (text, Kind::Floats { length: Length::exactly(n), holder: Holder::Array })
            }
        };
        let annotation = match &kind {
            Kind::Floats { length: Length { exact: Some(n), .. }, holder: Holder::Array } => {
                format!(": [f64; {n}]")
            }
            Kind::Matrix { rows, columns, .. } => format!(": [[f64; {columns}]; {rows}]"),
            _ => ": Vec<f64>".to_owned(),
        };
        let name = self.name(&kind);
        self.line(format_args!("let mut {name}{annotation} = {text};"));
        self.declare(&name, kind, true);
    }

    /// `swap`, `fill`, `copy_from_slice`, assigned whole; rows swapped and assigned.
    pub fn whole_memory(&mut self) {
        if self.chance(25) {
            return self.rows();
        }
        let found = self.floats(|variable, length| variable.mutable && length.min > 0);
        let Some((floats, length)) = found else { return self.let_memory() };
        let name = floats.name.clone();
        match self.below(6) {
            0 | 1 => {
                let (i, j) = if length.exact.is_some() {
                    let n = length.min;
                    self.without(floats.id, |this| (this.integer_below(n), this.integer_below(n)))
                } else {
                    self.line(format_args!("let last = {name}.len() - 1;"));
                    self.declare(
                        "last",
                        Kind::Integer { below: 12, under: vec![length.id] },
                        false,
                    );
                    (self.below(length.min).to_string(), "last".to_owned())
                };
                self.line(format_args!("{name}.swap({i}, {j});"));
            }
            2 => {
                let value = self.without(floats.id, |this| this.tame(1).text);
                let range =
                    if self.chance(50) { self.range(length, &name).0 } else { String::new() };
                // Of the range, only what is read before the call.
                let range = if range.contains(&name) { String::new() } else { range };
                self.line(format_args!("{name}{range}.fill({value});"));
            }
            3 => {
                let other = self.floats(|other, l| other.id != floats.id && l.id == length.id);
                match other {
                    Some((other, _)) => {
                        self.line(format_args!("{name}.copy_from_slice(&{}[..]);", other.name))
                    }
                    None => self.line(format_args!("{name}.fill(0.0);")),
                }
            }
            4 => {
                let other = self.floats(|other, l| other.id != floats.id && l.min > 1);
                let (Some((other, _)), true) = (other, length.min > 1) else {
                    return self.assign_whole(&floats, length);
                };
                self.line(format_args!("{name}[..2].copy_from_slice(&{}[..2]);", other.name));
            }
            _ => self.assign_whole(&floats, length),
        }
    }

    fn assign_whole(&mut self, floats: &Variable, length: Length) {
        let name = &floats.name;
        let Kind::Floats { holder, .. } = floats.kind else { return };
        let other = self.floats(|other, l| other.id != floats.id && l.id == length.id);
        let owner = |variable: &Variable| match variable.kind {
            Kind::Floats { holder, .. } => Some(holder),
            _ => None,
        };
        match (holder, other) {
            (Holder::Vector, Some((other, _))) => {
                self.line(format_args!("{name} = {}.to_vec();", other.name));
            }
            (Holder::Array, Some((other, _))) if owner(&other) == Some(Holder::Array) => {
                self.line(format_args!("{name} = {};", other.name));
            }
            (Holder::Array, Some((other, _))) if owner(&other) == Some(Holder::ArrayReference) => {
                self.line(format_args!("{name} = *{};", other.name));
            }
            (Holder::ArrayReference, Some((other, _))) if owner(&other) == Some(Holder::Array) => {
                self.line(format_args!("*{name} = {};", other.name));
            }
            (Holder::Array, _) => {
                let value = self.tame(1).text;
                self.line(format_args!("{name} = [{value}; {}];", length.min));
            }
            _ => self.line(format_args!("{name}[0] *= 0.5;")),
        }
    }

    fn rows(&mut self) {
        let found = self.find(|v| v.mutable && matches!(v.kind, Kind::Matrix { .. }));
        let Some(Variable { id, name, kind: Kind::Matrix { rows, columns, .. }, .. }) = found
        else {
            return self.let_memory();
        };
        let (i, j) = self.without(id, |this| (this.integer_below(rows), this.integer_below(rows)));
        match self.below(3) {
            0 => self.line(format_args!("{name}.swap({i}, {j});")),
            1 => self.line(format_args!("{name}[{i}] = {name}[{j}];")),
            _ => {
                let value = self.tame(1).text;
                self.line(format_args!("{name}[{i}] = [{value}; {columns}];"));
            }
        }
    }

    /// `[a..b]` and its kin, and the length of what it takes.
    pub fn range(&mut self, length: Length, name: &str) -> (String, Length) {
        let min = length.min;
        let known = |n: usize| Length::exactly(n);
        let low = self.below(min.min(2) + usize::from(min > 2));
        match self.below(6) {
            0 => {
                let high = low + 1 + self.below(min - low);
                (format!("[{low}..{high}]"), known(high - low))
            }
            1 => {
                let high = low + self.below(min - low);
                (format!("[{low}..={high}]"), known(high + 1 - low))
            }
            2 => {
                let high = 1 + self.below(min);
                (format!("[..{high}]"), known(high))
            }
            3 if min > 1 => {
                let (n, below) = (self.integer_below(2), 2);
                (format!("[{n}..]"), self.unknown_length(min + 1 - below))
            }
            4 if min > 1 => (format!("[..{name}.len() - 1]"), self.unknown_length(min - 1)),
            _ => {
                let rest = match length.exact {
                    Some(n) => known(n - low),
                    None => self.unknown_length(min - low),
                };
                (format!("[{low}..]"), rest)
            }
        }
    }

    /// Statements on parts of something, of which the whole is out of reach meanwhile.
    pub fn view(&mut self, depth: usize) {
        let mutable = self.chance(65);
        let found = self.floats(|floats, length| (floats.mutable || !mutable) && length.min > 1);
        let Some((floats, length)) = found else { return self.let_memory() };
        let name = floats.name.clone();
        let reference = if mutable { "&mut " } else { "&" };
        let slice = |length| Kind::Floats { length, holder: Holder::Slice };
        self.block("", "", |this| {
            let after = |this: &mut Self| {
                if mutable {
                    this.hide(floats.id);
                } else {
                    this.freeze(floats.id);
                }
            };
            match this.below(4) {
                0 | 1 => {
                    let (range, part) = match this.range(length, &name) {
                        (range, _) if mutable && range.contains(&name) => {
                            ("[1..]".into(), this.unknown_length(length.min - 1))
                        }
                        fits => fits,
                    };
                    let view = this.name(&slice(part));
                    this.line(format_args!("let {view} = {reference}{name}{range};"));
                    after(this);
                    this.declare(&view, slice(part), mutable);
                }
                2 => {
                    let at = this.below(length.min);
                    let method = if mutable { "split_at_mut" } else { "split_at" };
                    this.line(format_args!("let (left, right) = {name}.{method}({at});"));
                    after(this);
                    let right = match length.exact {
                        Some(n) => Length::exactly(n - at),
                        None => this.unknown_length(length.min - at),
                    };
                    this.declare("left", slice(Length::exactly(at)), mutable);
                    this.declare("right", slice(right), mutable);
                }
                _ => {
                    let (text, min) = match this.integer(0) {
                        (text, below) if below <= length.min && !text.contains(&name) => {
                            (text, length.min + 1 - below)
                        }
                        _ => ("1".into(), length.min - 1),
                    };
                    let part = this.unknown_length(min);
                    let view = this.name(&slice(part));
                    this.line(format_args!("let {view} = {reference}{name}[{text}..];"));
                    after(this);
                    this.declare(&view, slice(part), mutable);
                }
            }
            this.statements(4, depth);
        });
    }
}
