//! Branches, and leaving: `break`, `continue`, `return`.

use super::{Generator, scope::Kind};

impl Generator {
    pub fn if_statement(&mut self, depth: usize) {
        let condition = self.condition(2);
        let more = self.below(3);
        self.block(format_args!("if {condition}"), if more > 0 { " else" } else { "" }, |this| {
            this.statements(3, depth);
        });
        if more == 2 {
            // The line before ends in `else`.
            let condition = self.condition(1);
            self.block(format_args!("if {condition}"), " else", |this| this.statements(2, depth));
        }
        if more > 0 {
            self.block("", "", |this| this.statements(2, depth));
        }
    }

    pub fn match_statement(&mut self, depth: usize) {
        let n = self.integer_below(5);
        self.block(format_args!("match {n}"), "", |this| {
            this.block("0 =>", "", |this| this.statements(2, depth));
            if this.chance(50) {
                let condition = this.condition(0);
                this.block(format_args!("1..=2 if {condition} =>"), "", |this| {
                    this.statements(2, depth);
                });
            }
            if this.chance(50) {
                this.block("m @ (1 | 3) =>", "", |this| {
                    let kind = Kind::Integer { below: 5, under: Vec::new() };
                    this.declare("m", kind, false);
                    this.statements(2, depth);
                });
            }
            if this.chance(30) {
                this.line("_ => {}");
            } else {
                this.block("_ =>", "", |this| this.statements(2, depth));
            }
        });
    }

    /// `let y = if c { ..; a } else { ..; b };`, and with `match`.
    pub fn let_from_branches(&mut self, depth: usize) {
        let name = self.name(&Kind::Float);
        if self.chance(50) {
            let condition = self.condition(1);
            self.block(format_args!("let {name}: f64 = if {condition}"), " else {", |this| {
                this.statements(2, depth);
                this.tail();
            });
            self.nested(|this| {
                this.statements(2, depth);
                this.tail();
            });
            self.line("};");
        } else {
            let n = self.integer_below(4);
            self.block(format_args!("let mut {name}: f64 = match {n}"), ";", |this| {
                this.block("0 | 2 =>", "", |this| {
                    this.statements(2, depth);
                    this.tail();
                });
                let value = this.tame(1);
                this.line(format_args!("1 => {},", value.text));
                this.block("_ =>", "", |this| {
                    this.statements(2, depth);
                    this.tail();
                });
            });
        }
        self.declare(&name, Kind::Float, false);
    }

    fn tail(&mut self) {
        let value = self.tame(2);
        self.line(value.text);
    }

    /// Under a condition, out of a loop or out of the function.
    pub fn leave(&mut self) {
        let condition = self.condition(1);
        let target = if self.loops.is_empty() || self.chance(15) {
            None
        } else {
            let at = self.loops.len() - 1 - self.below(self.loops.len().min(2));
            Some((self.loops[at].clone(), at + 1 == self.loops.len()))
        };
        let text = match target {
            None => {
                // Too early would make the rest of the function idle.
                if self.statements > 8 {
                    return self.let_float();
                }
                format!("return {};", self.result())
            }
            Some((target, innermost)) => {
                let label = match &target.label {
                    Some(label) if !innermost || self.chance(50) => format!(" {label}"),
                    _ if !innermost => return self.let_float(),
                    _ => String::new(),
                };
                if target.continues && self.chance(50) {
                    format!("continue{label};")
                } else if target.value {
                    format!("break{label} {};", self.tame(1).at(1))
                } else {
                    format!("break{label};")
                }
            }
        };
        let before = self.target_line();
        self.line(format_args!("if {condition} {{ {before}{text} }}"));
    }

    /// Perhaps one assignment before leaving.
    fn target_line(&mut self) -> String {
        let found = self.find(|variable| variable.mutable && variable.kind == Kind::Float);
        match found {
            Some(found) if self.chance(50) => format!("{} *= 0.75; ", found.name),
            _ => String::new(),
        }
    }
}
