//! Iterators taken in parts, `Option`s, and structs: each made, changed and read in a block of its own that yields a float.

use super::{Generator, scope::Kind};

/// What programs declare for the statements below.
pub const DECLARED: &str = "
#[derive(autodiff_runtime::Differentiable, Clone, Copy)]
pub struct Mix {
    pub a: f64,
    pub b: [f64; 2],
    pub n: usize,
}";

impl Generator {
    pub fn let_from_parts(&mut self) {
        // Names of their own, which nothing hides.
        let (first, second, test) = (self.tame(1).text, self.tame(1).text, self.condition(1));
        let start = format!("let (px, py, pc): (f64, f64, bool) = ({first}, {second}, {test});");
        let (x, y, condition) = ("px", "py", "pc");
        let limit = format!("{:.3}", self.random.between(-0.9, 0.9));
        let n = self.below(4);
        let value = match self.below(8) {
            0 | 1 => {
                let of = self.floats(|_, _| true).map(|(floats, _)| floats.name);
                let source = match of {
                    Some(of) => format!("{of}.iter().copied()"),
                    None => "(0..5).map(|k| 0.25 * k as f64 - 0.375)".to_owned(),
                };
                let stage = self.pick(&["", ".map(|v| v * 0.75)", ".filter(|v| *v > -0.25)"]);
                let middle = match self.below(4) {
                    0 => format!("it.find(|v| *v > {limit}).unwrap_or({y})"),
                    1 => format!("it.position(|v| v > {limit}).map_or(0.5, |k| k as f64 * {y})"),
                    2 => "it.try_fold(0.25, |s, v| (v < 0.5).then_some(s * 0.5 + v)).unwrap_or(0.125)".to_owned(),
                    _ => format!("if it.any(|v| v > {limit}) {{ {y} }} else {{ 0.25 }}"),
                };
                format!(
                    "{{ let mut it = {source}{stage}; let one: f64 = it.by_ref().take({n}).sum(); let mut two = {middle}; \
                     for v in &mut it {{ two += v * one; if two > {limit} {{ break; }} }} \
                     one + two * it.next().unwrap_or(0.75) + it.sum::<f64>() }}"
                )
            }
            2 => format!(
                "{{ let o = if {condition} {{ Some({x}) }} else {{ None }}; o.map_or({y}, |v: f64| v * 0.5) + o.unwrap_or(0.25) }}"
            ),
            3 => format!(
                "match ({condition}).then(|| {x}) {{ Some(v) if v > {limit} => v * {y}, Some(v) => v - 0.25, None => {y} }}"
            ),
            4 => format!(
                "{{ let mut o: Option<f64> = None; for k in 0..{} {{ o = match o {{ Some(v) => Some(v * 0.5 + k as f64 * 0.125), \
                 None if {condition} => Some({x}), None => None }}; }} if let Some(v) = &mut o {{ *v += {y}; }} \
                 o.filter(|v| *v > {limit}).unwrap_or(0.125) }}",
                n + 1
            ),
            5 => format!(
                "{{ let r: Result<f64, usize> = if {condition} {{ Ok({x}) }} else {{ Err({n}) }}; \
                 match r {{ Ok(v) => v * 0.5, Err(k) => k as f64 * {y} }} }}"
            ),
            6 => format!(
                "{{ let p = Mix {{ a: {x}, b: [{y}, 0.25], n: {n} }}; let mut q = Mix {{ a: p.b[0] * 0.5, ..p }}; \
                 for k in 0..p.n {{ q.b[k % 2] += p.a * 0.25; if {condition} {{ q = Mix {{ n: q.n + 1, b: q.b.map(|v| v * 0.5), ..q }}; }} }} \
                 q.a * p.b[1] + q.b[0] - q.b[1] * q.n as f64 }}"
            ),
            _ => format!(
                "{{ let all: Vec<Mix> = (0..{}).map(|k| Mix {{ a: {x}, b: [0.5, {y}], n: k }}).collect(); \
                 all.iter().filter(|p| p.n != 1).map(|p| p.a * p.b[1] + p.n as f64 * 0.25).sum::<f64>() \
                 + all.last().map_or(0.5, |p| p.b[0] * p.a) }}",
                n + 1
            ),
        };
        let name = self.name(&Kind::Float);
        let bounded = self.pick(&["sin", "tanh", "cos"]);
        self.line(format_args!("let mut {name}: f64 = {{ {start} ({value}).{bounded}() }};"));
        self.declare(&name, Kind::Float, true);
    }
}
