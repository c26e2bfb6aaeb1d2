//! Float expressions.

use super::{
    Generator,
    scope::{Kind, Variable},
};

/// Text and how tightly it binds: 0 blocks, 1 sums and casts, 2 products, 3 signs, 4 the rest.
#[derive(Clone, Debug)]
pub struct Float {
    pub text: String,
    pub level: u8,
    /// `f64` without looking further, so that a method can be called on it.
    pub typed: bool,
}

impl Float {
    pub fn new(text: impl Into<String>, level: u8, typed: bool) -> Self {
        Self { text: text.into(), level, typed }
    }

    /// As an operand where this must bind.
    pub fn at(&self, level: u8) -> String {
        if self.level >= level { self.text.clone() } else { format!("({})", self.text) }
    }

    pub fn method(&self, name: &str, arguments: &str) -> Self {
        let text = if self.typed {
            format!("{}.{name}({arguments})", self.at(4))
        } else {
            let comma = if arguments.is_empty() { "" } else { ", " };
            format!("f64::{name}({}{comma}{arguments})", self.text)
        };
        Self::new(text, 4, true)
    }
}

impl Generator {
    pub fn literal(&mut self) -> Float {
        let size = 0.05 + self.random.unit();
        match self.below(8) {
            0 => Float::new("2.0", 4, false),
            1 => Float::new(format!("-{size:.2}"), 3, false),
            2 => Float::new(format!("{size:.2}_f64"), 4, true),
            3 => Float::new("SCALE", 4, true),
            _ => Float::new(format!("{size:.2}"), 4, false),
        }
    }

    /// A variable, an element, a field, a literal.
    pub fn atom(&mut self) -> Float {
        match self.below(10) {
            0 => self.literal(),
            1 => match self.find(|variable| matches!(variable.kind, Kind::Integer { .. })) {
                Some(integer) => Float::new(format!("{} as f64 * 0.125", integer.name), 2, true),
                None => self.literal(),
            },
            2..=5 => self.element().unwrap_or_else(|| self.scalar()),
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) -> Float {
        let found = self.find(|variable| {
            matches!(variable.kind, Kind::Float | Kind::FloatReference | Kind::Pair)
        });
        match found {
            Some(variable) => match variable.kind {
                Kind::FloatReference => Float::new(format!("*{}", variable.name), 3, true),
                Kind::Pair => Float::new(format!("{}.{}", variable.name, self.below(2)), 4, true),
                _ => Float::new(variable.name, 4, variable.typed),
            },
            None => self.element().unwrap_or_else(|| self.literal()),
        }
    }

    fn element(&mut self) -> Option<Float> {
        let found = self.find(|variable| match variable.kind {
            Kind::Floats { length, .. } => length.min > 0,
            Kind::Matrix { .. } => true,
            _ => false,
        })?;
        let place = self.place_in(&found)?;
        Some(Float::new(place, 4, true))
    }

    /// `v[i]`, `m[i][j]`, to be written.
    pub fn written_place(&mut self, variable: &Variable) -> Option<String> {
        let place = self.place_in(variable)?;
        let name = &variable.name;
        // `v[v.len() - 1] = 0.0` borrows a vector twice.
        let twice = variable.is_vector() && place.matches(name.as_str()).count() > 1;
        Some(if twice { format!("{name}[0]") } else { place })
    }

    /// `v[i]`, `m[i][j]`.
    pub fn place_in(&mut self, variable: &Variable) -> Option<String> {
        let name = &variable.name;
        match variable.kind {
            Kind::Floats { length, .. } if length.min > 0 => {
                Some(format!("{name}[{}]", self.index_of(length, name)))
            }
            Kind::Matrix { rows, columns, .. } => {
                let (i, j) = (self.integer_below(rows), self.integer_below(columns));
                Some(format!("{name}[{i}][{j}]"))
            }
            _ => None,
        }
    }

    /// Anything.
    pub fn float(&mut self, depth: usize) -> Float {
        if depth == 0 {
            return self.atom();
        }
        let a = self.float(depth - 1);
        match self.below(20) {
            0..=2 => {
                let b = self.float(depth - 1);
                let op = self.pick(&["+", "-"]);
                let typed = a.typed || b.typed;
                Float::new(format!("{} {op} {}", a.at(1), b.at(2)), 1, typed)
            }
            3..=6 => {
                let b = self.float(depth - 1);
                let typed = a.typed || b.typed;
                Float::new(format!("{} * {}", a.at(2), b.at(3)), 2, typed)
            }
            7 => {
                let b = self.positive();
                Float::new(format!("{} / {}", a.at(2), b.at(3)), 2, a.typed || b.typed)
            }
            8 => Float::new(format!("-{}", a.at(4)), 3, a.typed),
            9 => {
                let method = self.pick(&["max", "min", "atan2", "hypot"]);
                let b = if method == "hypot" || method == "atan2" {
                    self.positive()
                } else {
                    self.float(depth - 1)
                };
                a.method(method, &b.text)
            }
            10 => {
                let (b, c) = (self.atom(), self.atom());
                a.method("mul_add", &format!("{}, {}", b.text, c.text))
            }
            11 => {
                let method = self.pick(&["sqrt", "ln", "recip", "cbrt", "exp_m1"]);
                self.positive().method(method, "")
            }
            12 => self.positive().method("powf", "1.5"),
            13 => {
                let n = if self.chance(50) {
                    "2".into()
                } else {
                    format!("({}) as i32", self.integer_below(4))
                };
                a.method("powi", &n)
            }
            14 => a.method("clamp", "-0.75, 1.25"),
            15 => {
                let method = self.pick(&["abs", "signum", "fract", "sin", "cos", "asinh"]);
                a.method(method, "")
            }
            16 => self.choice(depth - 1),
            17 => self.call_in_expression().unwrap_or(a),
            18 => Float::new(format!("{} % 1.5", a.at(2)), 2, a.typed),
            _ => self.bounded(&a),
        }
    }

    /// Between 0.5 and 2.5.
    fn positive(&mut self) -> Float {
        let a = self.atom();
        let inner = a.method(if self.chance(50) { "sin" } else { "tanh" }, "");
        Float::new(format!("(1.5 + {})", inner.text), 4, true)
    }

    /// Between -1.6 and 1.6.
    pub fn bounded(&mut self, a: &Float) -> Float {
        match self.below(6) {
            0 | 1 => a.method("sin", ""),
            2 => a.method("cos", ""),
            3 => a.method("atan", ""),
            _ => a.method("tanh", ""),
        }
    }

    /// What may be assigned over and over: no larger than what it is made of, or bounded.
    pub fn tame(&mut self, depth: usize) -> Float {
        match self.below(10) {
            0 => self.atom(),
            1 | 2 => {
                let (a, b) = (self.atom(), self.atom());
                let (p, q) = self.pick(&[(0.5, 0.5), (0.75, 0.25), (0.6, 0.3)]);
                let op = self.pick(&["+", "-"]);
                Float::new(
                    format!("{p} * {} {op} {} * {q}", a.at(3), b.at(2)),
                    1,
                    a.typed || b.typed,
                )
            }
            3 => {
                let (a, b) = (self.atom(), self.float(1));
                let b = self.bounded(&b);
                Float::new(format!("{} * {}", a.at(2), b.text), 2, true)
            }
            4 => self.choice(depth),
            _ => {
                let a = self.float(depth);
                self.bounded(&a)
            }
        }
    }

    /// `if`, `match`, a block.
    fn choice(&mut self, depth: usize) -> Float {
        let depth = depth.saturating_sub(1);
        let (a, b) = (self.float(depth), self.float(depth));
        let (a, b) = (self.bounded(&a), self.bounded(&b));
        let text = match self.below(6) {
            0 | 1 => {
                let condition = self.condition(1);
                format!("if {condition} {{ {} }} else {{ {} }}", a.text, b.text)
            }
            2 => {
                let n = self.integer_below(4);
                let c = self.atom();
                format!("match {n} {{ 0 => {}, 1 | 2 => {}, _ => {} }}", a.text, b.text, c.text)
            }
            3 => {
                let (n, flag) = (self.integer_below(6), self.condition(0));
                let c = self.atom();
                format!(
                    "match ({n}, {flag}) {{ (0..=2, true) => {}, (case, _) if case > 3 => case as f64 * {}, _ => {} }}",
                    a.text, b.text, c.text
                )
            }
            4 => {
                let label = self.label();
                let condition = self.condition(0);
                format!("{label}: {{ if {condition} {{ break {label} {}; }} {} }}", a.text, b.text)
            }
            _ => format!("{{ let inner = {}; inner * inner + {} }}", a.text, b.text),
        };
        Float::new(text, 0, true)
    }
}
