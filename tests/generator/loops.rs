//! Loops of every kind, each with an end.

use super::{Generator, scope::Kind};

#[derive(Clone, Debug)]
pub struct Loop {
    pub label: Option<String>,
    /// What counts is counted at the beginning of the body.
    pub continues: bool,
    /// `break` takes a value.
    pub value: bool,
}

impl Generator {
    pub fn any_loop(&mut self, depth: usize) {
        if self.loops.len() >= 3 {
            return self.let_float();
        }
        match self.below(10) {
            0 => self.while_loop(depth),
            1 => self.two_ends(depth),
            2 => self.endless(depth),
            3 => self.loop_with_value(depth),
            4 => self.data_dependent(depth),
            _ => self.for_loop(depth),
        }
    }

    fn in_loop(&mut self, label: Option<String>, continues: bool, value: bool, depth: usize) {
        self.loops.push(Loop { label, continues, value });
        self.statements(4, depth);
        self.loops.pop();
    }

    fn labelled(&mut self) -> (Option<String>, String) {
        let label = self.chance(40).then(|| self.label());
        let text = label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
        (label, text)
    }

    fn for_loop(&mut self, depth: usize) {
        let (label, text) = self.labelled();
        let i = self.pick(&["i", "j", "l", "r"]);
        let i = if self.scope.iter().any(|variable| variable.name == i) && self.chance(70) {
            format!("{i}{}", self.id())
        } else {
            i.to_owned()
        };
        let needed = self.scope.iter().any(|variable| variable.name == i && variable.needed);
        let i = if needed { format!("{i}{}", self.id()) } else { i };
        let outer = self
            .find(|variable| matches!(variable.kind, Kind::Integer { below, .. } if below <= 6));
        let (range, below, under) = match (self.below(8), self.floats(|_, _| true), outer) {
            (0..=2, Some((floats, length)), _) => {
                let from = self.below(2);
                (format!("{from}..{}.len()", floats.name), 8, vec![length.id])
            }
            (3, _, Some(outer)) => (format!("0..{}", outer.name), 6, Vec::new()),
            (4, _, Some(outer)) => (format!("{}..5", outer.name), 5, Vec::new()),
            (5, ..) => {
                let n = 1 + self.below(3);
                (format!("{}..={n}", self.below(2)), n + 1, Vec::new())
            }
            (6, _, Some(outer)) => (format!("1..={}", outer.name), 6, Vec::new()),
            _ => {
                // From 0 to 0, too.
                let n = self.below(5);
                (format!("0..{n}"), n.max(1), Vec::new())
            }
        };
        let range = match self.below(9) {
            0 => format!("({range}).rev()"),
            1 => format!("({range}).step_by({})", 1 + self.below(3)),
            2 => format!("({range}).rev().step_by(2)"),
            // Not of `a..=b`, of which the standard library does not know the length.
            3 if !range.contains('=') => format!("({range}).step_by(2).rev()"),
            _ => range,
        };
        if self.chance(10) {
            return self.block(format_args!("{text}for _ in {range}"), "", |this| {
                this.in_loop(label, true, false, depth);
            });
        }
        self.block(format_args!("{text}for {i} in {range}"), "", |this| {
            this.declare(&i, Kind::Integer { below, under }, false);
            this.in_loop(label, true, false, depth);
        });
    }

    /// A new integer that counts up to a number.
    fn counter(&mut self, from: &str, below: usize) -> String {
        let kind = Kind::Integer { below, under: Vec::new() };
        let name = self.name(&kind);
        self.line(format_args!("let mut {name} = {from};"));
        self.declare(&name, kind, false).needed = true;
        name
    }

    /// The counter is the program's again after the loop.
    fn counted(&mut self, name: &str) {
        for variable in &mut self.scope {
            if variable.name == name {
                variable.needed = false;
            }
        }
    }

    fn while_loop(&mut self, depth: usize) {
        let (label, text) = self.labelled();
        let n = self.below(5);
        let k = self.counter("0", n + 1);
        self.block(format_args!("{text}while {k} < {n}"), "", |this| {
            let early = this.chance(50);
            if early {
                this.line(format_args!("{k} += 1;"));
            }
            this.in_loop(label, early, false, depth);
            if !early {
                this.line(format_args!("{k} += 1;"));
            }
        });
        self.counted(&k);
    }

    /// Two indices that move towards each other.
    fn two_ends(&mut self, depth: usize) {
        let Some((floats, length)) = self.floats(|_, length| length.min > 0) else {
            return self.for_loop(depth);
        };
        let low = self.counter("0", 8);
        let high = self.counter(&format!("{}.len() - 1", floats.name), 8);
        self.block(format_args!("while {low} < {high}"), "", |this| {
            for variable in &mut this.scope {
                if variable.name == low || variable.name == high {
                    variable.kind = Kind::Integer { below: 8, under: vec![length.id] };
                }
            }
            this.in_loop(None, false, false, depth);
            let condition = this.condition(0);
            this.line(format_args!("if {condition} {{ {low} += 1; }} else {{ {high} -= 1; }}"));
        });
        self.counted(&low);
        self.counted(&high);
    }

    fn data_dependent(&mut self, depth: usize) {
        let found = self.find(|variable| variable.mutable && variable.kind == Kind::Float);
        let Some(found) = found else { return self.while_loop(depth) };
        let n = 2 + self.below(4);
        let k = self.counter("0", n + 1);
        let y = found.name;
        let limit = self.random.between(0.05, 0.4);
        let head = if found.typed { format!("{y}.abs()") } else { format!("f64::abs({y})") };
        self.block(format_args!("while {head} > {limit:.2} && {k} < {n}"), "", |this| {
            this.line(format_args!("{k} += 1;"));
            this.line(format_args!("{y} *= 0.7;"));
            this.in_loop(None, true, false, depth);
        });
        self.counted(&k);
    }

    fn endless(&mut self, depth: usize) {
        let (label, text) = self.labelled();
        let n = self.below(4);
        let k = self.counter("0", n + 2);
        self.block(format_args!("{text}loop"), "", |this| {
            this.line(format_args!("if {k} > {n} {{ break; }}"));
            this.line(format_args!("{k} += 1;"));
            this.in_loop(label, true, false, depth);
        });
        self.counted(&k);
    }

    fn loop_with_value(&mut self, depth: usize) {
        let (label, text) = self.labelled();
        let n = self.below(4);
        let k = self.counter("0", n + 2);
        let name = self.name(&Kind::Float);
        if name == k {
            return;
        }
        self.block(format_args!("let mut {name}: f64 = {text}loop"), ";", |this| {
            let value = this.tame(1).at(1);
            this.line(format_args!("if {k} > {n} {{ break {value}; }}"));
            this.line(format_args!("{k} += 1;"));
            this.in_loop(label.clone(), true, true, depth);
            let (condition, value) = (this.condition(0), this.tame(2));
            let label = label.filter(|_| this.chance(50)).map(|l| format!(" {l}"));
            let label = label.unwrap_or_default();
            this.line(format_args!("if {condition} {{ break{label} {}; }}", value.at(1)));
        });
        self.counted(&k);
        self.declare(&name, Kind::Float, true);
    }
}
