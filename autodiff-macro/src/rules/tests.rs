//! Every row against central differences, in both widths, and the values at kinks.

use super::fold::{Build, evaluate};
use super::instantiate::{Number, Reads, reads};
use super::{Class, Contribution, Domain, Operand, Rule, Term, row};
use crate::{ir::Comparison, maps::HashSet};

const SAMPLES: usize = 400;

macro_rules! width {
    ($name:ident, $t:ty, $epsilon:expr) => {
        mod $name {
            use super::*;

            /// The operation itself, as `std` has it. `n` is the exponent of `powi`.
            pub fn primal(rule: Rule, a: &[$t]) -> $t {
                match rule {
                    Rule::Add => a[0] + a[1],
                    Rule::Sub => a[0] - a[1],
                    Rule::Mul => a[0] * a[1],
                    Rule::Div => a[0] / a[1],
                    Rule::Rem => a[0] % a[1],
                    Rule::Neg => -a[0],
                    Rule::Powi => a[0].powi(a[1] as i32),
                    Rule::Powf => a[0].powf(a[1]),
                    Rule::Sqrt => a[0].sqrt(),
                    Rule::Cbrt => a[0].cbrt(),
                    Rule::Recip => a[0].recip(),
                    Rule::Exp => a[0].exp(),
                    Rule::Exp2 => a[0].exp2(),
                    Rule::ExpM1 => a[0].exp_m1(),
                    Rule::Ln => a[0].ln(),
                    Rule::Ln1p => a[0].ln_1p(),
                    Rule::Log => a[0].log(a[1]),
                    Rule::Log2 => a[0].log2(),
                    Rule::Log10 => a[0].log10(),
                    Rule::Sin => a[0].sin(),
                    Rule::Cos => a[0].cos(),
                    Rule::Tan => a[0].tan(),
                    Rule::Asin => a[0].asin(),
                    Rule::Acos => a[0].acos(),
                    Rule::Atan => a[0].atan(),
                    Rule::Atan2 => a[0].atan2(a[1]),
                    Rule::Sinh => a[0].sinh(),
                    Rule::Cosh => a[0].cosh(),
                    Rule::Tanh => a[0].tanh(),
                    Rule::Asinh => a[0].asinh(),
                    Rule::Acosh => a[0].acosh(),
                    Rule::Atanh => a[0].atanh(),
                    Rule::Hypot => a[0].hypot(a[1]),
                    Rule::MulAdd => a[0].mul_add(a[1], a[2]),
                    Rule::Midpoint => a[0].midpoint(a[1]),
                    Rule::Abs => a[0].abs(),
                    Rule::Signum => a[0].signum(),
                    Rule::Copysign => a[0].copysign(a[1]),
                    Rule::Min => a[0].min(a[1]),
                    Rule::Max => a[0].max(a[1]),
                    Rule::Clamp => a[0].clamp(a[1], a[2]),
                    Rule::Floor => a[0].floor(),
                    Rule::Ceil => a[0].ceil(),
                    Rule::Round => a[0].round(),
                    Rule::RoundTiesEven => a[0].round_ties_even(),
                    Rule::Trunc => a[0].trunc(),
                    Rule::Fract => a[0].fract(),
                    Rule::RemEuclid => a[0].rem_euclid(a[1]),
                    Rule::DivEuclid => a[0].div_euclid(a[1]),
                    Rule::ToDegrees => a[0].to_degrees(),
                    Rule::ToRadians => a[0].to_radians(),
                }
            }

            /// Evaluates templates. An integer is carried as a float.
            struct Arithmetic<'a> {
                args: &'a [$t],
                out: $t,
                asked: Reads,
            }

            impl Build for Arithmetic<'_> {
                type Value = $t;

                fn operand(&mut self, operand: Operand) -> $t {
                    self.asked.insert(operand);
                    match operand {
                        Operand::In(i) => self.args[i],
                        Operand::Out => self.out,
                    }
                }

                fn number(&mut self, number: Number) -> $t {
                    match number {
                        Number::Float(value) => value as $t,
                        Number::Int(value) => value as $t,
                    }
                }

                fn apply(&mut self, rule: Rule, args: &[$t]) -> $t {
                    primal(rule, args)
                }

                fn to_float(&mut self, int: $t) -> $t {
                    int
                }

                fn decrement(&mut self, int: $t) -> $t {
                    (int as i32).wrapping_sub(1) as $t
                }

                fn select(&mut self, op: Comparison, [a, b, x, y]: [$t; 4]) -> $t {
                    let holds = match op {
                        Comparison::Eq => a == b,
                        Comparison::Ne => a != b,
                        Comparison::Lt => a < b,
                        Comparison::Le => a <= b,
                        Comparison::Gt => a > b,
                        Comparison::Ge => a >= b,
                    };
                    if holds { x } else { y }
                }
            }

            /// What argument `i` contributes for the derivative `d`, with the arguments at `known` known.
            pub fn contribution(rule: Rule, i: usize, args: &[$t], d: $t, known: &[usize]) -> $t {
                let row = row(rule);
                let Some(term) = &row.contributions[i] else { return 0.0 };
                let known: Vec<_> = (0..row.arity)
                    .map(|k| {
                        known.contains(&k).then(|| {
                            if rule.takes_integer(k) {
                                Number::Int(args[k] as i128)
                            } else {
                                Number::Float(args[k] as f64)
                            }
                        })
                    })
                    .collect();
                let out = primal(rule, args);
                let mut arithmetic = Arithmetic { args, out, asked: Reads::default() };
                let value = match evaluate(&mut arithmetic, term, d, &known) {
                    Contribution::Zero => 0.0,
                    Contribution::Plus(value) => value,
                    Contribution::Minus(value) => -value,
                };
                let said = reads(term, &known);
                assert_eq!(arithmetic.asked, said, "{rule:?} {i}: reads what it says");
                value
            }

            #[test]
            fn contributions_agree_with_differences() {
                for rule in Rule::ALL.iter().copied() {
                    let row = row(rule);
                    for i in 0..row.arity {
                        check(rule, i);
                    }
                }
            }

            fn check(rule: Rule, i: usize) {
                let row = row(rule);
                let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ ((rule as u64) << 32) ^ i as u64);
                let mut compared = 0;
                for _ in 0..SAMPLES {
                    let args: Vec<$t> = (0..row.arity)
                        .map(|k| {
                            let value = random.within(row.domain[k]) as $t;
                            if rule.takes_integer(k) { value.round() } else { value }
                        })
                        .collect();
                    let expected = if rule.takes_integer(i) {
                        0.0
                    } else {
                        let wide: Vec<f64> = args.iter().map(|arg| *arg as f64).collect();
                        let Some(expected) = slope(rule, i, &wide) else { continue };
                        expected
                    };
                    compared += 1;
                    let d = random.within(Domain { low: 0.5, high: 2.0 }) as $t;
                    let everything: Vec<usize> = (0..row.arity).collect();
                    let others: Vec<usize> = (0..row.arity).filter(|k| *k != i).collect();
                    for known in [&[][..], &others, &everything] {
                        let found = contribution(rule, i, &args, d, known) as f64;
                        let expected = expected * d as f64;
                        let tolerance = $epsilon * (1.0 + expected.abs());
                        assert!(
                            (found - expected).abs() <= tolerance,
                            "{rule:?} argument {i} at {args:?} (known {known:?}): {found}, not {expected}"
                        );
                        assert_eq!(
                            contribution(rule, i, &args, 2.0 * d, known),
                            2.0 * contribution(rule, i, &args, d, known),
                            "{rule:?} argument {i} is linear in D"
                        );
                    }
                }
                assert!(compared * 10 >= SAMPLES * 9, "{rule:?} {i}: too few samples away from kinks");
            }
        }
    };
}

width!(f64s, f64, 1e-7);
width!(f32s, f32, 1e-4);

/// The derivative by central differences of fourth order; `None` near a kink or a jump.
fn slope(rule: Rule, i: usize, args: &[f64]) -> Option<f64> {
    let at = |h: f64| {
        let mut args = args.to_vec();
        args[i] += h;
        f64s::primal(rule, &args)
    };
    let h = 1e-3 * args[i].abs().clamp(0.03, 1.0);
    let steep = |h: f64| (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
    let (wide, narrow) = (steep(h), steep(h / 2.0));
    let smooth = matches!(row(rule).class, Class::Piecewise | Class::Zero);
    if smooth && (wide - narrow).abs() > 1e-7 * (1.0 + wide.abs()) {
        return None;
    }
    Some(narrow)
}

struct Random(u64);

impl Random {
    fn within(&mut self, Domain { low, high }: Domain) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        low + (high - low) * (z >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[test]
fn every_rule_has_its_row() {
    for (i, rule) in Rule::ALL.iter().enumerate() {
        let row = row(*rule);
        assert_eq!(row.rule, *rule, "row {i}");
        assert_eq!(row.contributions.len(), row.arity);
        assert_eq!(row.domain.len(), row.arity);
        assert_eq!(
            row.class == Class::Zero,
            row.contributions.iter().all(Option::is_none),
            "{rule:?}"
        );
    }
}

#[test]
fn every_method_leads_to_its_row() {
    let mut found = HashSet::default();
    for rule in Rule::ALL {
        let name = row(*rule).name;
        if name.starts_with(char::is_alphabetic) {
            assert_eq!(Rule::method(name), Some(*rule));
            assert!(found.insert(name), "{name} twice");
        }
    }
    for refused in ["sin_cos", "next_up", "next_down", "to_bits", "abs_sub", "lerp", "gamma", ""] {
        assert_eq!(Rule::method(refused), None);
    }
}

/// Linear rules read nothing, bilinear ones only the other arguments.
#[test]
fn classes_tell_what_is_read() {
    for rule in Rule::ALL {
        let row = row(*rule);
        for (i, term) in row.contributions.iter().enumerate() {
            let reads = term.as_ref().map(Term::reads).unwrap_or_default();
            match row.class {
                Class::Linear | Class::Zero => assert_eq!(reads, Reads::default(), "{rule:?}"),
                Class::Bilinear => assert!(!reads.out && !reads.input(i), "{rule:?}"),
                Class::Smooth | Class::Piecewise => {}
            }
        }
    }
}

/// What is known is folded, and not read.
#[test]
fn known_exponents_are_folded() {
    let read = |rule: Rule, i: usize, known: &[Option<Number>]| {
        let reads = reads(row(rule).contributions[i].as_ref().unwrap(), known);
        (reads.input(0), reads.input(1), reads.out)
    };
    let int = |n| [None, Some(Number::Int(n))];
    let float = |y| [None, Some(Number::Float(y))];
    assert_eq!(read(Rule::Powi, 0, &int(0)), (false, false, false));
    assert_eq!(read(Rule::Powi, 0, &int(1)), (false, false, false));
    assert_eq!(read(Rule::Powi, 0, &int(2)), (true, false, false));
    assert_eq!(read(Rule::Powi, 0, &[]), (true, true, false));
    assert_eq!(read(Rule::Powf, 0, &float(1.0)), (false, false, false));
    assert_eq!(read(Rule::Powf, 0, &float(2.5)), (true, false, false));
    assert_eq!(read(Rule::Mul, 0, &float(0.0)), (false, false, false));
    assert_eq!(read(Rule::Mul, 0, &float(3.0)), (false, false, false));
}

/// A kink: rule, arguments, and what each argument contributes for D = 1.
type Kink = (Rule, &'static [f64], &'static [f64]);

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Documented in `docs/kinks.md`.
const KINKS: &[Kink] = &[
    (Rule::Abs, &[0.0], &[0.0]),
    (Rule::Abs, &[-0.0], &[0.0]),
    (Rule::Max, &[1.5, 1.5], &[0.5, 0.5]),
    (Rule::Min, &[1.5, 1.5], &[0.5, 0.5]),
    (Rule::Max, &[0.0, -0.0], &[0.5, 0.5]),
    (Rule::Max, &[NAN, 1.0], &[0.0, 1.0]),
    (Rule::Max, &[1.0, NAN], &[1.0, 0.0]),
    (Rule::Min, &[NAN, 1.0], &[0.0, 1.0]),
    (Rule::Clamp, &[-1.0, -1.0, 2.0], &[0.0, 1.0, 0.0]),
    (Rule::Clamp, &[2.0, -1.0, 2.0], &[0.0, 0.0, 1.0]),
    (Rule::Clamp, &[1.0, 1.0, 1.0], &[0.0, 1.0, 0.0]),
    (Rule::Floor, &[2.0], &[0.0]),
    (Rule::Ceil, &[2.0], &[0.0]),
    (Rule::Round, &[2.5], &[0.0]),
    (Rule::RoundTiesEven, &[2.5], &[0.0]),
    (Rule::Trunc, &[0.0], &[0.0]),
    (Rule::Fract, &[2.0], &[1.0]),
    (Rule::Signum, &[0.0], &[0.0]),
    (Rule::Copysign, &[0.0, -2.0], &[0.0, 0.0]),
    (Rule::Copysign, &[3.0, -0.0], &[-1.0, 0.0]),
    (Rule::Rem, &[6.0, 2.0], &[1.0, -3.0]),
    (Rule::Rem, &[-7.0, 2.0], &[1.0, 3.0]),
    (Rule::Rem, &[7.0, INF], &[1.0, 0.0]),
    (Rule::RemEuclid, &[6.0, 2.0], &[1.0, -3.0]),
    (Rule::RemEuclid, &[-7.0, 2.0], &[1.0, 4.0]),
    (Rule::DivEuclid, &[6.0, 2.0], &[0.0, 0.0]),
    (Rule::Powi, &[0.0, 0.0], &[0.0, 0.0]),
    (Rule::Powi, &[0.0, 1.0], &[1.0, 0.0]),
    (Rule::Powi, &[0.0, 2.0], &[0.0, 0.0]),
    (Rule::Powi, &[INF, 0.0], &[0.0, 0.0]),
    (Rule::Powf, &[0.0, 0.0], &[0.0, 0.0]),
    (Rule::Powf, &[0.0, 0.5], &[INF, 0.0]),
    (Rule::Powf, &[0.0, 1.0], &[1.0, 0.0]),
    (Rule::Powf, &[0.0, 2.0], &[0.0, 0.0]),
    (Rule::Powf, &[-2.0, 3.0], &[12.0, NAN]),
    (Rule::Sqrt, &[0.0], &[INF]),
    (Rule::Cbrt, &[0.0], &[INF]),
    (Rule::Hypot, &[0.0, 0.0], &[0.0, 0.0]),
    (Rule::Atan2, &[0.0, 0.0], &[NAN, NAN]),
    (Rule::Asin, &[1.0], &[INF]),
    (Rule::Acos, &[1.0], &[-INF]),
    (Rule::Acosh, &[1.0], &[INF]),
    (Rule::Atanh, &[1.0], &[INF]),
    (Rule::Ln, &[0.0], &[INF]),
    (Rule::Recip, &[0.0], &[-INF]),
];

#[test]
fn kinks_have_the_documented_values() {
    for (rule, args, expected) in KINKS {
        for (i, expected) in expected.iter().enumerate() {
            for known in [&[][..], &[1]] {
                let found = f64s::contribution(*rule, i, args, 1.0, known);
                assert!(
                    found == *expected || found.is_nan() && expected.is_nan(),
                    "{rule:?} at {args:?}, argument {i} (known {known:?}): {found}, not {expected}"
                );
                let narrow: Vec<f32> = args.iter().map(|arg| *arg as f32).collect();
                let found = f32s::contribution(*rule, i, &narrow, 1.0, known) as f64;
                assert!(
                    found == *expected || found.is_nan() && expected.is_nan(),
                    "{rule:?} at {narrow:?}, argument {i}: {found}, not {expected}"
                );
            }
        }
    }
}

/// Where a formula would cancel, the row keeps its digits.
#[test]
fn no_digits_are_lost() {
    let close = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < 1e-13, "{found}, not {expected}");
    };
    let tiny = 2f64.powi(-40);
    let at = |rule, x| f64s::contribution(rule, 0, &[x], 1.0, &[]);
    close(at(Rule::Asin, 1.0 - tiny), 1.0 / (tiny * (2.0 - tiny)).sqrt());
    close(at(Rule::Acos, tiny - 1.0), -1.0 / (tiny * (2.0 - tiny)).sqrt());
    close(at(Rule::Acosh, 1.0 + tiny), 1.0 / (tiny * (2.0 + tiny)).sqrt());
    close(at(Rule::Atanh, 1.0 - tiny), 1.0 / (tiny * (2.0 - tiny)));
    close(at(Rule::ExpM1, -40.0), (-40f64).exp());
    close(f64s::contribution(Rule::Hypot, 0, &[3e200, 4e200], 1.0, &[]), 0.6);
    close(
        f64s::contribution(Rule::Rem, 1, &[0.3, 0.1], 1.0, &[]),
        -((0.3f64 - 0.3 % 0.1) / 0.1).round(),
    );
}
