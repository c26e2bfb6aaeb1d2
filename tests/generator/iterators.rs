//! Chains of iterators, and closures: by value, mutating what they capture, given to adaptors.

use super::{
    Generator,
    scope::{Kind, Variable},
};

/// A chain whose items are `f64`, and what may still be asked of it.
struct Chain {
    text: String,
    /// `rev`.
    both_ends: bool,
    /// Its length is known: `rev` after `enumerate` and `zip`.
    exact: bool,
    /// `cycle`.
    clone: bool,
}

impl Generator {
    /// A name that nothing else has.
    fn item(&mut self) -> String {
        let name = self.pick(&["v", "e", "item", "p"]);
        format!("{name}_{}", self.id())
    }

    /// An expression in which some floats have these names, which go out of scope after it.
    fn with_items(&mut self, names: &[&str], depth: usize) -> String {
        let scope = self.scope.clone();
        for name in names {
            self.declare(name, Kind::Float, false);
        }
        let text = self.tame(depth).text;
        self.scope = scope;
        // Of literals alone, no method could be called on the items.
        match text.contains(char::is_alphabetic) {
            true => text,
            false => format!("({text}) as f64"),
        }
    }

    fn limit(&mut self) -> String {
        format!("{:.3}", self.random.between(-0.9, 0.9))
    }

    fn source(&mut self) -> Chain {
        let (both_ends, exact, clone) = (true, true, true);
        let chain = |text: String| Chain { text, both_ends, exact, clone };
        let Some((floats, _)) = self.floats(|_, _| true) else {
            let k = 1 + self.below(4);
            return chain(format!("(0..{k}).map(|k| 0.25 * k as f64 - 0.375)"));
        };
        let name = floats.name;
        let v = self.item();
        match self.below(9) {
            0 => chain(format!("{name}.iter().map(|{v}| {v} * 0.5)")),
            1 => chain(format!("{name}.windows(2).map(|{v}| {v}[0] * 0.5 - {v}[1] * 0.25)")),
            2 => {
                let k = 1 + self.below(3);
                let form = self.pick(&["chunks", "chunks_exact", "rchunks"]);
                let sum = self.pick(&[
                    "iter().sum::<f64>().sin()",
                    "iter().map(|x| x * 0.5).fold(0.25, |a, b| a * 0.5 + b)",
                    "iter().product::<f64>().tanh()",
                ]);
                chain(format!("{name}.{form}({k}).map(|{v}| {v}.{sum})"))
            }
            3 => chain(format!("(0..{name}.len()).map(|{v}| {name}[{v}])")),
            4 => {
                let w = self.item();
                let text = format!(
                    "{name}.iter().map(|&{v}| {v}).zip(1..).map(|({v}, {w})| {v} / {w} as f64)"
                );
                Chain { text, both_ends: false, exact: false, clone: true }
            }
            5 => {
                let x = self.atom().text;
                let text = format!("std::iter::once({x}).chain({name}.iter().copied())");
                Chain { text, both_ends: true, exact: false, clone: true }
            }
            _ => chain(format!("{name}.iter().copied()")),
        }
    }

    fn adapt(&mut self, mut chain: Chain) -> Chain {
        let (v, w) = (self.item(), self.item());
        let n = self.below(4);
        let text = match self.below(17) {
            0..=3 => {
                let value = self.with_items(&[&v], 1);
                format!("map(|{v}| {value})")
            }
            4 => {
                chain.exact = false;
                let limit = self.limit();
                format!("filter(|{v}| *{v} > {limit})")
            }
            5 if chain.both_ends => "rev()".to_owned(),
            6 if chain.exact || !chain.both_ends => format!("skip({n})"),
            7 if chain.exact || !chain.both_ends => format!("take({n})"),
            8 if chain.exact || !chain.both_ends => format!("step_by({})", n + 1),
            9 => {
                chain.both_ends &= chain.exact;
                format!("enumerate().map(|({w}, {v})| {v} * 0.5 + {w} as f64 * 0.125)")
            }
            10 | 11 => {
                let Some((floats, _)) = self.floats(|_, _| true) else { return chain };
                chain.both_ends &= chain.exact;
                let value = self.with_items(&[&v, &w], 1);
                format!("zip({}.iter().copied()).map(|({v}, {w})| {value})", floats.name)
            }
            12 => {
                let Some((floats, _)) = self.floats(|_, _| true) else { return chain };
                chain.exact = false;
                format!("chain({}.iter().copied())", floats.name)
            }
            13 => {
                (chain.both_ends, chain.exact) = (false, false);
                let (form, limit) = (self.pick(&["take_while", "skip_while"]), self.limit());
                format!("{form}(|{v}| *{v} < {limit})")
            }
            14 => {
                (chain.both_ends, chain.exact) = (false, false);
                format!("flat_map(|{v}| [{v} * 0.5, {v}.sin()])")
            }
            // A cycle of every other item, or of what comes after others that are computed, is refused.
            15 if chain.clone
                && chain.exact
                && !chain.text.contains(".step_by(")
                && !chain.text.contains(".skip(") =>
            {
                (chain.both_ends, chain.exact) = (false, false);
                format!("cycle().take({})", n + 2)
            }
            _ => {
                let value = self.with_items(&[&v], 0);
                format!("map(|{v}: f64| {{ if {v} < 0.25 {{ return {value}; }} {v} }})")
            }
        };
        chain.text = format!("{}.{text}", chain.text);
        chain
    }

    fn chain(&mut self) -> Chain {
        let mut chain = self.source();
        for _ in 0..self.below(4) {
            chain = self.adapt(chain);
        }
        chain
    }

    /// `let a = chain.sum();` and other ends.
    pub fn let_from_chain(&mut self) {
        let chain = self.chain().text;
        let (v, w) = (self.item(), self.item());
        let start = self.atom().text;
        let value = match self.below(12) {
            0..=2 => format!("{chain}.sum::<f64>()"),
            3 => format!("{chain}.product::<f64>()"),
            4 => {
                let value = self.with_items(&[&v, &w], 1);
                format!("{chain}.fold({start}, |{v}: f64, {w}| {value})")
            }
            5 => format!(
                "{chain}.fold((0.25, {start}), |({v}, {w}), x| ({v} * 0.5 + x, {w} * 0.5 - {v} * 0.25)).1"
            ),
            6 => {
                let form = self.pick(&["max_by", "min_by"]);
                format!("{chain}.{form}(|{v}, {w}| {v}.total_cmp({w})).unwrap_or({start})")
            }
            7 => format!("{chain}.reduce(|{v}, {w}| {v} * 0.5 + {w} * 0.25).unwrap_or({start})"),
            8 => format!("{chain}.last().unwrap_or({start})"),
            9 => {
                let limit = self.limit();
                format!("{chain}.find(|{v}| *{v} > {limit}).unwrap_or({start})")
            }
            10 => {
                let limit = self.limit();
                format!(
                    "(({chain}.position(|{v}| {v} > {limit}).unwrap_or(7) as f64) * 0.125 + {start})"
                )
            }
            _ => format!("{chain}.collect::<Vec<f64>>().iter().rev().take(3).sum::<f64>()"),
        };
        let name = self.name(&Kind::Float);
        let bounded = self.pick(&["sin", "tanh", "cos"]);
        self.line(format_args!("let mut {name}: f64 = ({value}).{bounded}();"));
        self.declare(&name, Kind::Float, true);
    }

    /// `for v in chain { .. }`.
    pub fn for_chain(&mut self, depth: usize) {
        if self.loops.len() >= 3 {
            return self.let_from_chain();
        }
        let label = self.chance(40).then(|| self.label());
        let text = label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
        // What is borrowed by the chain is not written in the body.
        let scope = self.scope.clone();
        let chain = self.chain().text;
        let v = self.item();
        self.block(format_args!("{text}for {v} in {chain}"), "", |this| {
            for variable in &mut this.scope {
                variable.mutable &= !named(&chain, variable);
            }
            this.declare(&v, Kind::Float, false);
            this.chain_body(label, depth);
        });
        self.scope = scope;
    }

    fn chain_body(&mut self, label: Option<String>, depth: usize) {
        self.loops.push(super::loops::Loop { label, continues: true, value: false });
        self.statements(3, depth);
        self.loops.pop();
    }

    /// Elements written through `iter_mut`.
    pub fn write_through(&mut self) {
        let found = self.floats(|variable, _| variable.mutable);
        let Some((floats, _)) = found else { return self.let_from_chain() };
        let (v, w) = (self.item(), self.item());
        let name = &floats.name;
        let text = self.without(floats.id, |this| {
            let value = this.with_items(&[&w], 1);
            let other = this.floats(|_, _| true).map(|(floats, _)| floats.name);
            match (this.below(5), other) {
                (0, Some(other)) => format!(
                    "{name}.iter_mut().zip({other}.iter()).for_each(|({v}, &{w})| *{v} = *{v} * 0.5 + {value});"
                ),
                (1, Some(other)) => format!(
                    "for ({v}, {w}) in {name}.iter_mut().rev().zip({other}.iter().copied()) {{ *{v} = {value}; }}"
                ),
                (2, _) => format!(
                    "{name}.chunks_mut(2).for_each(|{v}| {{ let {w} = {v}[0]; {v}[0] = {value}; }});"
                ),
                (3, _) => format!(
                    "for ({v}, {w}) in {name}.iter_mut().zip(1..) {{ *{v} /= {w} as f64; }}"
                ),
                _ => format!(
                    "{name}.iter_mut().step_by(2).for_each(|{v}| {{ let {w} = *{v}; *{v} = {value}; }});"
                ),
            }
        });
        self.line(text);
    }

    /// Closures, called several times.
    pub fn closures(&mut self) {
        let (f, a, b) = (format!("f_{}", self.id()), self.item(), self.item());
        let name = format!("{}{}", self.name(&Kind::Float), self.id());
        let target = self.find(|variable| variable.mutable && variable.kind == Kind::Float);
        let scope = self.scope.clone();
        match target {
            Some(target) if self.chance(60) => {
                let y = target.name;
                self.hide(target.id);
                let value = self.with_items(&[&a], 1);
                let keyword = self.pick(&["", "", "move "]);
                let keyword = if moves(&self.scope, &value) { "" } else { keyword };
                let (first, second) = (self.tame(1).text, self.tame(0).text);
                let condition = self.condition(0);
                self.block(format_args!("let mut {name}: f64 ="), ";", |this| {
                    this.line(format_args!(
                        "let mut {f} = {keyword}|{a}: f64| {{ {y} = {y} * 0.5 + {value}; {y} * {a} }};"
                    ));
                    this.line(format_args!("let mut {b} = {f}({first});"));
                    this.line(format_args!("for _ in 0..2 {{ if {condition} {{ {b} = {f}({b}); }} }}"));
                    this.line(format_args!("({f}({second}) + {b}).tanh()"));
                });
            }
            _ => {
                let keyword = self.pick(&["", "move "]);
                let (value, other) = (self.with_items(&[&a, &b], 1), self.with_items(&[&a], 1));
                let limit = self.limit();
                let (first, second) = (self.tame(0).text, self.tame(1).text);
                let keyword = if moves(&self.scope, &value) || moves(&self.scope, &other) {
                    ""
                } else {
                    keyword
                };
                self.block(format_args!("let mut {name}: f64 ="), ";", |this| {
                    this.line(format_args!(
                        "let {f} = {keyword}|{a}: f64, {b}: f64| {{ if {a} > {limit} {{ return {other}; }} {value} }};"
                    ));
                    this.line(format_args!("let twice = |{a}: f64| {f}({a}, {f}(0.5, {a}));"));
                    this.line(format_args!("({f}({first}, 0.25) + twice({second})).sin()"));
                });
            }
        }
        self.scope = scope;
        self.declare(&name, Kind::Float, true);
    }
}

/// Whether a text names a variable.
fn named(text: &str, variable: &Variable) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.split(|c| !word(c)).any(|of| of == variable.name)
}

/// Whether a closure that moves would take from here what is used later.
fn moves(scope: &[Variable], text: &str) -> bool {
    scope.iter().any(|variable| {
        named(text, variable)
            && (variable.is_vector()
                || !matches!(variable.kind, Kind::Float | Kind::Integer { .. } | Kind::Bool))
    })
}
