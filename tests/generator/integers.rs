//! Integers, indices, ranges and conditions.

use super::{
    Generator,
    scope::{Kind, Length, Variable},
};

impl Generator {
    /// An integer, and what it is less than.
    pub fn integer(&mut self, depth: usize) -> (String, usize) {
        if depth == 0 || self.chance(40) {
            return match self.below(4) {
                0 => {
                    let n = self.below(5);
                    (n.to_string(), n + 1)
                }
                1 => match self.floats(|_, _| true) {
                    Some((floats, _)) => (format!("{}.len()", floats.name), 8),
                    None => ("2".into(), 3),
                },
                2 => match self.indices(|length| length.min > 0) {
                    Some((indices, length)) => {
                        let index = self.index_of(length, &indices.name);
                        (format!("{}[{index}]", indices.name), 10)
                    }
                    None => ("3".into(), 4),
                },
                _ => match self.find(|variable| matches!(variable.kind, Kind::Integer { .. })) {
                    Some(Variable { name, kind: Kind::Integer { below, .. }, .. }) => (name, below),
                    _ => ("1".into(), 2),
                },
            };
        }
        let (a, n) = self.integer(depth - 1);
        let (b, m) = self.integer(depth - 1);
        match self.below(7) {
            0 => (format!("({a} + {b})"), n + m),
            1 if n * m < 1000 => (format!("{a} * {b}"), (n * m).max(1)),
            2 => {
                let k = 2 + self.below(4);
                (format!("({a} + {b}) % {k}"), k)
            }
            3 => (format!("({a} * 2 + 1)"), 2 * n),
            4 => (format!("{a} / 2"), n),
            5 => {
                let condition = self.condition(0);
                (format!("(if {condition} {{ {a} }} else {{ {b} }})"), n.max(m))
            }
            _ => (format!("usize::min({a}, {b})"), n.min(m)),
        }
    }

    /// An integer below a number.
    pub fn integer_below(&mut self, end: usize) -> String {
        let fits = self
            .find(|variable| matches!(variable.kind, Kind::Integer { below, .. } if below <= end));
        match (fits, self.below(3)) {
            (Some(variable), 0 | 1) => variable.name,
            (_, 0) => self.below(end).to_string(),
            _ => {
                let (text, _) = self.integer(1);
                format!("({text}) % {end}")
            }
        }
    }

    pub fn indices(&mut self, holds: impl Fn(Length) -> bool) -> Option<(Variable, Length)> {
        let found = self
            .find(|variable| matches!(variable.kind, Kind::Indices { length } if holds(length)))?;
        let Kind::Indices { length } = found.kind else { return None };
        Some((found, length))
    }

    /// An index into something of this length, which has this name.
    pub fn index_of(&mut self, length: Length, name: &str) -> String {
        let inside = self.find(|variable| {
            matches!(&variable.kind, Kind::Integer { below, under }
                if *below <= length.min || under.contains(&length.id))
        });
        let by_length = inside
            .as_ref()
            .filter(|variable| matches!(&variable.kind, Kind::Integer { under, .. } if under.contains(&length.id)))
            .cloned();
        match self.below(8) {
            0..=3 if inside.is_some() => inside.map(|variable| variable.name).unwrap_or_default(),
            4 if by_length.is_some() => {
                let i = by_length.map(|variable| variable.name).unwrap_or_default();
                format!("{name}.len() - 1 - {i}")
            }
            5 => format!("{name}.len() - 1"),
            6 => {
                let (text, _) = self.integer(1);
                format!("({text}) % {name}.len()")
            }
            7 if length.exact.is_some() => {
                let (text, _) = self.integer(1);
                format!("({text} + 1) % {}", length.min)
            }
            _ => self.below(length.min).to_string(),
        }
    }

    pub fn condition(&mut self, depth: usize) -> String {
        let flag = self.find(|variable| variable.kind == Kind::Bool);
        match self.below(10) {
            0 if flag.is_some() => flag.map(|flag| flag.name).unwrap_or_default(),
            1 | 2 => {
                let (a, _) = self.integer(0);
                let k = 2 + self.below(2);
                format!("{a} % {k} == {}", self.below(k))
            }
            3 => {
                let ((a, _), (b, _)) = (self.integer(0), self.integer(0));
                let op = self.pick(&["<", "<=", ">", "!=", "=="]);
                format!("{a} {op} {b}")
            }
            4 if depth > 0 => {
                let (a, b) = (self.condition(depth - 1), self.condition(depth - 1));
                let op = self.pick(&["&&", "||"]);
                format!("({a}) {op} ({b})")
            }
            5 if depth > 0 => {
                let a = self.condition(depth - 1);
                format!("!({a})")
            }
            6 => {
                let a = self.atom().at(4);
                format!("{a} > {:.2}", self.random.between(-0.8, 0.8))
            }
            _ => {
                let (a, b) = (self.float(depth.min(1)).at(2), self.float(0).at(2));
                let op = self.pick(&["<", ">", "<=", ">="]);
                format!("{a} {op} {b}")
            }
        }
    }
}
