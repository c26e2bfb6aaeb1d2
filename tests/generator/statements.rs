//! Statements on scalars, and the choice among all statements.

use super::{
    Generator,
    scope::{Kind, Length},
};

impl Generator {
    /// Up to so many statements.
    pub fn statements(&mut self, most: usize, depth: usize) {
        for _ in 0..1 + self.below(most) {
            if self.statements == 0 {
                return self.assign_float();
            }
            self.statements -= 1;
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: usize) {
        match self.below(49) {
            0..=2 => self.let_float(),
            3..=6 => self.assign_float(),
            7..=11 => self.write_element(),
            12 => self.let_integer(),
            13 => self.assign_integer(),
            14 => self.let_bool(),
            15 | 16 => self.let_memory(),
            17 => self.tuples(),
            18 | 19 => self.whole_memory(),
            20 | 21 => self.call_statement(),
            22 => self.let_later(),
            23 => self.scalar_reference(),
            36..=39 => self.let_from_chain(),
            40 | 41 => self.write_through(),
            42 | 43 => self.closures(),
            46..=48 => self.let_from_parts(),
            _ if depth == 0 => self.write_element(),
            44 | 45 => self.for_chain(depth - 1),
            24 | 25 => self.if_statement(depth - 1),
            26 => self.match_statement(depth - 1),
            27 => self.leave(),
            28 | 29 => self.view(depth - 1),
            30 => self.let_from_branches(depth - 1),
            _ => self.any_loop(depth - 1),
        }
    }

    pub fn let_float(&mut self) {
        let value = self.tame(2);
        let name = self.name(&Kind::Float);
        let mutable = self.chance(60);
        let keyword = if mutable { "mut " } else { "" };
        let annotate = self.chance(if value.typed { 20 } else { 60 });
        let annotation = if annotate { ": f64" } else { "" };
        self.line(format_args!("let {keyword}{name}{annotation} = {};", value.text));
        self.declare(&name, Kind::Float, mutable).typed = annotate || value.typed;
    }

    /// A float that can be assigned.
    fn target(&mut self) -> Option<String> {
        let found = self.find(|variable| {
            variable.mutable
                && matches!(variable.kind, Kind::Float | Kind::FloatReference | Kind::Pair)
        })?;
        Some(match found.kind {
            Kind::FloatReference => format!("*{}", found.name),
            Kind::Pair => format!("{}.{}", found.name, self.below(2)),
            _ => found.name,
        })
    }

    fn assign_float(&mut self) {
        match self.target() {
            Some(target) => self.assign(&target),
            None => self.let_float(),
        }
    }

    /// `place = ..;` and its compound kin.
    pub fn assign(&mut self, place: &str) {
        let text = match self.below(9) {
            0..=2 => format!("{place} = {}", self.tame(2).text),
            3 | 4 => format!("{place} += {}", self.small()),
            5 => format!("{place} -= {}", self.small()),
            6 => {
                let a = self.float(1);
                format!("{place} *= {}", a.method("cos", "").text)
            }
            7 => {
                let a = self.atom();
                format!("{place} /= 1.5 + {}", a.method("sin", "").method("abs", "").text)
            }
            _ => {
                let a = self.atom();
                format!("{place} = {place} * 0.5 + {} * 0.25", a.at(2))
            }
        };
        self.line(format_args!("{text};"));
    }

    fn small(&mut self) -> String {
        let a = self.float(2);
        let a = self.bounded(&a);
        if self.chance(50) { format!("0.25 * {}", a.text) } else { a.text }
    }

    fn write_element(&mut self) {
        let found = self.find(|variable| {
            variable.mutable
                && match variable.kind {
                    Kind::Floats { length, .. } => length.min > 0,
                    Kind::Matrix { .. } => true,
                    _ => false,
                }
        });
        match found.and_then(|variable| self.written_place(&variable)) {
            Some(place) => self.assign(&place),
            None => self.let_memory(),
        }
    }

    fn let_integer(&mut self) {
        let (text, below) = self.integer(1);
        let name = self.name(&Kind::Integer { below, under: Vec::new() });
        let mutable = self.chance(60);
        if mutable {
            self.line(format_args!("let mut {name} = ({text}) % 6;"));
        } else {
            self.line(format_args!("let {name} = {text};"));
        }
        let below = if mutable { 6 } else { below };
        self.declare(&name, Kind::Integer { below, under: Vec::new() }, mutable);
    }

    fn assign_integer(&mut self) {
        let found =
            self.find(|variable| variable.mutable && matches!(variable.kind, Kind::Integer { .. }));
        let Some(super::Variable { name, kind: Kind::Integer { below, .. }, .. }) = found else {
            return self.let_integer();
        };
        match self.below(3) {
            0 => self.line(format_args!("{name} = ({name} + 1) % {below};")),
            1 => {
                self.line(format_args!("{name} += 1;"));
                self.line(format_args!("{name} %= {below};"));
            }
            _ => {
                let (text, _) = self.integer(1);
                self.line(format_args!("{name} = ({text}) % {below};"));
            }
        }
    }

    fn let_bool(&mut self) {
        let condition = self.condition(1);
        let found = self.find(|variable| variable.mutable && variable.kind == Kind::Bool);
        if let Some(found) = found {
            return self.line(format_args!("{} = {condition};", found.name));
        }
        let name = self.name(&Kind::Bool);
        self.line(format_args!("let mut {name} = {condition};"));
        self.declare(&name, Kind::Bool, true);
    }

    fn tuples(&mut self) {
        let (a, b) = (self.tame(1).text, self.tame(1).text);
        match (self.below(3), self.target(), self.target()) {
            (0, Some(p), Some(q)) if p != q => self.line(format_args!("({p}, {q}) = ({a}, {b});")),
            (1, ..) => {
                let name = self.name(&Kind::Pair);
                let condition = self.condition(0);
                let pair = if self.chance(40) {
                    let (c, d) = (self.tame(1).text, self.tame(1).text);
                    format!("if {condition} {{ ({a}, {b}) }} else {{ ({c}, {d}) }}")
                } else {
                    format!("({a}, {b})")
                };
                self.line(format_args!("let mut {name}: (f64, f64) = {pair};"));
                self.declare(&name, Kind::Pair, true);
            }
            _ => {
                let p = self.name(&Kind::Float);
                let q = format!("{p}_{}", self.id());
                let n = self.integer_below(5);
                self.line(format_args!(
                    "let (mut {p}, ({q}, _)): (f64, (f64, usize)) = ({a}, ({b}, {n}));"
                ));
                self.declare(&p, Kind::Float, true);
                self.declare(&q, Kind::Float, false);
            }
        }
    }

    /// `let q; if c { q = .. } else { q = .. }`.
    fn let_later(&mut self) {
        let (condition, a, b) = (self.condition(1), self.tame(2), self.tame(1));
        // The condition still names what a shadow would hide.
        let name = format!("{}{}", self.name(&Kind::Float), self.id());
        self.line(format_args!("let {name}: f64;"));
        self.line(format_args!(
            "if {condition} {{ {name} = {}; }} else {{ {name} = {}; }}",
            a.text, b.text
        ));
        self.declare(&name, Kind::Float, false);
    }

    /// A reference to a scalar or an element, for one use; or two scalars swapped.
    fn scalar_reference(&mut self) {
        match (self.target(), self.target()) {
            (Some(p), Some(q)) if p != q && !p.starts_with('*') && !q.starts_with('*') => {
                let part_of_one = p.split('.').next() == q.split('.').next();
                if self.chance(50) && !part_of_one {
                    self.line(format_args!("std::mem::swap(&mut {p}, &mut {q});"));
                } else {
                    let value = self.tame(1).text;
                    self.line(format_args!("{{ let by = {value}; let target = &mut {p}; *target = *target * 0.5 + by; }}"));
                }
            }
            _ => {
                let found = self.floats(|variable, length| variable.mutable && length.min > 0);
                let Some((floats, _)) = found else { return self.let_float() };
                let place = match self.written_place(&floats) {
                    Some(place) => place,
                    None => return,
                };
                let value = self.without(floats.id, |this| this.tame(1).text);
                self.line(format_args!(
                    "{{ let target = &mut {place}; *target = *target * 0.5 + {value}; }}"
                ));
            }
        }
    }

    /// What the function returns here: made of much that is in scope.
    pub fn result(&mut self) -> String {
        match self.result {
            super::program::Output::Nothing => String::new(),
            super::program::Output::Float => self.digest(4),
            super::program::Output::Pair => format!("({}, {})", self.digest(2), self.digest(2)),
            super::program::Output::Array => {
                let found = self.floats(|variable, length| {
                    length == Length::exactly(3)
                        && matches!(
                            variable.kind,
                            Kind::Floats { holder: super::scope::Holder::Array, .. }
                        )
                });
                match found {
                    Some((floats, _)) => floats.name,
                    None => format!("[{}, {}, {}]", self.digest(2), self.digest(1), self.digest(2)),
                }
            }
            super::program::Output::Vector => match self.floats(|_, length| length.min >= 3) {
                Some((floats, _)) => format!("{}.to_vec()", floats.name),
                None => format!("vec![{}, {}, {}]", self.digest(2), self.digest(2), self.digest(1)),
            },
        }
    }

    fn digest(&mut self, terms: usize) -> String {
        let mut text = String::new();
        for i in 0..terms {
            let a = self.float(1);
            let a = if self.chance(30) { self.float(2) } else { a };
            let a = self.bounded(&a);
            let op = if i == 0 { "" } else { self.pick(&[" + ", " - ", " * "]) };
            text.push_str(op);
            text.push_str(&a.text);
        }
        text
    }
}
