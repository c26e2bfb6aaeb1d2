//! Statements of random functions: which one is next, and arithmetic.

use quote::quote;

use super::generate::{F64, Generator, USIZE};
use crate::{
    ir::{Comparison, Form, Int, OpKind, Type, ValueId},
    rules::{Rule, row},
};

impl Generator<'_> {
    pub fn statements(&mut self, count: usize) {
        let from = self.mems.len();
        for _ in 0..count {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            self.statement(from);
        }
    }

    fn statement(&mut self, from: usize) {
        let nested = self.depth < 4;
        match self.random.below(44) {
            0..=9 => {
                self.arithmetic();
            }
            10 | 11 => self.integer(),
            12 => {
                let bool = self.logic();
                self.bools.push(bool);
            }
            13..=16 => self.load(),
            17..=22 => self.store(),
            23 | 24 => self.alloc(),
            25 | 26 => self.view(),
            27 => self.end_any_view(from),
            28..=31 if nested => self.branch(),
            32..=35 if nested && self.loops < 3 => self.for_loop(),
            36 if nested && self.loops < 3 => self.while_loop(),
            37 | 38 => self.call(),
            40..=43 => self.grow_or_permute(),
            _ => self.select(),
        }
    }

    /// A float whose magnitude is at most 2.
    pub fn element(&mut self) -> ValueId {
        let value = self.any_float();
        self.bounded(value, 2.0)
    }

    pub fn bounded(&mut self, value: ValueId, most: f64) -> ValueId {
        let size = self.size[&value];
        if size <= most {
            return value;
        }
        let out = match self.random.below(4) {
            0 => self.rule(Rule::Sin, &[value]),
            1 => self.rule(Rule::Tanh, &[value]),
            _ => {
                let factor = self.hidden(most / size);
                self.rule(Rule::Mul, &[value, factor])
            }
        };
        self.size.insert(out, most.min(size));
        out
    }

    /// A float made from others: by a rule whose arguments are brought into its domain.
    pub fn arithmetic(&mut self) -> ValueId {
        let rule = match self.random.below(3) {
            0 => self.random.pick(Rule::ALL),
            1 => self.random.pick(&[Rule::Add, Rule::Sub, Rule::Neg]),
            _ => self.random.pick(&[Rule::Mul, Rule::Add, Rule::Mul, Rule::Sin, Rule::Div]),
        };
        let row = row(rule);
        let mut args = Vec::new();
        let mut grid: Vec<Vec<f64>> = Vec::new();
        for (i, domain) in row.domain.iter().enumerate() {
            let (low, high) = (domain.low, domain.high);
            if rule.takes_integer(i) {
                let n = self.random.within(low, high).round();
                args.push(self.int_as(n as i128, Type::Int(Int::I32)));
                grid.push(vec![n]);
                continue;
            }
            let value = self.any_float();
            let size = self.size[&value];
            let fits = low <= -size && size <= high;
            args.push(if fits { value } else { self.within(value, low, high) });
            let ends = if fits { (-size, size) } else { (low, high) };
            grid.push((0..=4).map(|k| ends.0 + (ends.1 - ends.0) * f64::from(k) / 4.0).collect());
        }
        let size = match rule {
            Rule::Add | Rule::Sub => self.size[&args[0]] + self.size[&args[1]],
            _ => largest(rule, &grid),
        };
        let out = self.rule(rule, &args);
        if size > 100.0 {
            self.size.insert(out, size);
            let out = self.bounded(out, 3.0);
            return self.offer(out, 3.0);
        }
        self.offer(out, size)
    }

    /// Maps a float into an interval, smoothly.
    fn within(&mut self, value: ValueId, low: f64, high: f64) -> ValueId {
        let (middle, half) = ((low + high) / 2.0, (high - low) / 2.0);
        let unit = match self.random.below(3) {
            0 => self.rule(Rule::Tanh, &[value]),
            _ => self.rule(Rule::Sin, &[value]),
        };
        let (middle, half) = (self.hidden(middle), self.hidden(half));
        let out = match self.random.one_in(2) {
            true => self.rule(Rule::MulAdd, &[unit, half, middle]),
            false => {
                let scaled = self.rule(Rule::Mul, &[half, unit]);
                self.rule(Rule::Add, &[middle, scaled])
            }
        };
        self.size.insert(out, low.abs().max(high.abs()));
        out
    }

    fn integer(&mut self) {
        let (a, b) = (self.any_int(), self.any_int());
        let most = self.random.below(6) + 1;
        let limit = self.int(most);
        let value = match self.random.below(6) {
            0 => self.rule(Rule::Add, &[a, b]),
            1 => self.rule(Rule::Mul, &[a, b]),
            2 => self.opaque(
                Form::Method(quote::format_ident!("saturating_sub"), quote!()),
                &[a, b],
                USIZE,
            ),
            3 => self.opaque(
                Form::Method(quote::format_ident!("abs_diff"), quote!()),
                &[a, b],
                USIZE,
            ),
            4 => self.rule(Rule::Max, &[a, b]),
            _ => {
                // An integer made from a float: constant where it does not jump.
                let x = self.element();
                let scale = self.hidden(2.5);
                let scaled = self.rule(Rule::Mul, &[x, scale]);
                let floor = self.rule(Rule::Floor, &[scaled]);
                let out = self.value(USIZE);
                self.push(OpKind::Cast { out, arg: floor, ty: USIZE });
                out
            }
        };
        let out = self.rule(Rule::Rem, &[value, limit]);
        self.offer_int(out, most - 1);
        if self.random.one_in(4) {
            let float = self.value(F64);
            self.push(OpKind::Cast { out: float, arg: out, ty: F64 });
            self.offer(float, most as f64);
        }
    }

    pub fn opaque(&mut self, form: Form, args: &[ValueId], ty: Type) -> ValueId {
        let out = self.value(ty);
        self.push(OpKind::Opaque { out, form, args: args.to_vec() });
        out
    }

    pub fn compare(&mut self) -> ValueId {
        let out = self.value(Type::Bool);
        if !self.ints.is_empty() && self.random.one_in(2) {
            let args = [self.any_int(), self.any_int()];
            let op = self.random.pick(&[
                Comparison::Eq,
                Comparison::Ne,
                Comparison::Lt,
                Comparison::Le,
                Comparison::Gt,
                Comparison::Ge,
            ]);
            self.push(OpKind::Compare { out, op, args });
        } else {
            let a = self.any_float();
            let b = match self.random.one_in(2) {
                true => self.any_float(),
                false => {
                    let value = self.random.within(-1.0, 1.0);
                    self.hidden(value)
                }
            };
            let op = self.random.pick(&[Comparison::Lt, Comparison::Ge]);
            self.push(OpKind::Compare { out, op, args: [a, b] });
        }
        out
    }

    fn logic(&mut self) -> ValueId {
        let a = self.any_bool();
        match self.random.below(3) {
            0 => {
                let out = self.value(Type::Bool);
                self.push(OpKind::Not { out, arg: a });
                out
            }
            1 => {
                let b = self.any_bool();
                self.opaque(
                    Form::Binary(syn::BinOp::BitOr(Default::default())),
                    &[a, b],
                    Type::Bool,
                )
            }
            _ => a,
        }
    }

    fn select(&mut self) {
        let cond = self.any_bool();
        let args = [self.any_float(), self.any_float()];
        let out = self.value(F64);
        self.push(OpKind::Select { out, cond, args });
        let size = self.size[&args[0]].max(self.size[&args[1]]);
        self.offer(out, size);
    }
}

/// The largest magnitude of a rule over a grid of arguments.
fn largest(rule: Rule, grid: &[Vec<f64>]) -> f64 {
    let mut most: f64 = 0.0;
    let count: usize = grid.iter().map(Vec::len).product();
    for mut i in 0..count {
        let mut args = Vec::new();
        for values in grid {
            args.push(values[i % values.len()]);
            i /= values.len();
        }
        let value = match rule {
            Rule::Powi => Some(args[0].powi(args[1] as i32)),
            rule => crate::ir::eval::float_rule(rule, &args).ok(),
        };
        if let Some(value) = value
            && value.is_finite()
        {
            most = most.max(value.abs());
        }
    }
    most * 1.5
}
