//! What is checked of every call, in every mode.

use crate::{
    Random,
    differences::{Estimate, derivative},
};
use std::fmt;

type Values = Vec<f64>;
/// Of a point, and a seed or a direction: the derivative alone, or outputs and derivative.
type Derivative<'a> = &'a dyn Fn(&[f64], &[f64]) -> Values;
type WithOutputs<'a> = &'a dyn Fn(&[f64], &[f64]) -> (Values, Values);
/// Of a point and several seeds.
type Sweeps<'a> = &'a dyn Fn(&[f64], &[Values]) -> (Values, Vec<Values>);

/// One call of a differentiated function and all that is generated beside it, over plain
/// vectors: `x` is a point, `u` a seed (the value's first, then those of in-out buffers), `v` a
/// direction. Outputs are the value and then the final contents of in-out buffers.
pub struct Case<'a> {
    pub name: &'static str,
    pub epsilon: f64,
    pub point: Values,
    pub primal: &'a dyn Fn(&[f64]) -> Values,
    pub vjp: WithOutputs<'a>,
    pub forward_reverse: Sweeps<'a>,
    pub jvp: Option<WithOutputs<'a>>,
    pub grad: Option<Derivative<'a>>,
    pub value_and_grad: Option<WithOutputs<'a>>,
    pub grad_into: Option<WithOutputs<'a>>,
}

impl fmt::Debug for Case<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("name", &self.name)
            .field("point", &self.point)
            .finish_non_exhaustive()
    }
}

/// What came out of a case, to be compared with its twin of another precision.
#[derive(Debug)]
pub struct Record {
    pub name: &'static str,
    pub outputs: Values,
    pub gradient: Values,
    pub tangent: Values,
}

/// Runs cases; panics with all that is wrong with one.
#[derive(Debug)]
pub struct Checker {
    differences: bool,
    /// A difference that steps over a kink or into another branch is left out.
    kinks: bool,
    tolerance: Option<f64>,
    compared: usize,
    left_out: usize,
    records: Vec<Record>,
}

impl Checker {
    /// Checks against central differences too.
    pub fn new() -> Self {
        Self {
            differences: true,
            kinks: false,
            tolerance: None,
            compared: 0,
            left_out: 0,
            records: Vec::new(),
        }
    }

    /// For a fixture made over into `f32`, whose differences would say little: its derivatives
    /// are compared with those of the `f64` fixture instead, by [`assert_twins`].
    pub fn single() -> Self {
        Self { differences: false, ..Self::new() }
    }

    /// For programs that nobody looked at: compares with differences only where the function is
    /// smooth as far as they step.
    pub fn where_smooth() -> Self {
        Self { kinks: true, ..Self::new() }
    }

    /// How many derivatives were compared with differences, and how many were left out.
    pub fn compared(&self) -> (usize, usize) {
        (self.compared, self.left_out)
    }

    /// The next case agrees with differences only so far: for functions that lose digits on
    /// purpose.
    pub fn within(&mut self, tolerance: f64) -> &mut Self {
        self.tolerance = Some(tolerance);
        self
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Checks one case.
    pub fn run(&mut self, case: &Case) {
        let tolerance = Tolerance::of(case.epsilon, self.tolerance.take());
        let mut random = Random::new(case.point.len() as u64);
        let outputs = (case.primal)(&case.point);
        let mut seed = || random.direction(outputs.len());
        let (mut u, mut other_u) = (seed(), seed());
        if case.grad.is_some() {
            // The seed of the value itself is not `f_grad`'s to choose.
            (u[0], other_u[0]) = (1.0, -0.75);
        }
        let v = random.direction(case.point.len());

        let mut findings = Findings {
            case: case.name,
            found: Vec::new(),
            kinks: self.kinks,
            compared: 0,
            left_out: 0,
        };
        if outputs.iter().any(|y| !y.is_finite()) {
            findings.add(format!("the point is outside the domain: {outputs:?}"));
        }
        let (value, gradient) = (case.vjp)(&case.point, &u);
        findings.same_bits("f_vjp's value", &value, &outputs);
        let tangent = case.jvp.map(|jvp| {
            let (value, tangent) = jvp(&case.point, &v);
            findings.same_bits("f_jvp's value", &value, &outputs);
            tangent
        });

        let setting = Setting { case, outputs: &outputs, u: &u, v: &v, tolerance };
        setting.forward_and_reverse(&mut findings, &gradient, &other_u);
        setting.grad_family(&mut findings, &gradient);
        if let Some(tangent) = &tangent {
            setting.modes_agree(&mut findings, &gradient, tangent);
        }
        if self.differences {
            setting.gradient_by_differences(&mut findings, &gradient);
            if let Some(tangent) = &tangent {
                setting.tangent_by_differences(&mut findings, tangent);
            }
        }
        self.compared += findings.compared;
        self.left_out += findings.left_out;
        findings.report();

        self.records.push(Record {
            name: case.name,
            outputs,
            gradient,
            tangent: tangent.unwrap_or_default(),
        });
    }
}

impl Default for Checker {
    fn default() -> Self {
        Self::new()
    }
}

/// What is allowed between two ways to the same number, as a part of the sizes involved.
#[derive(Clone, Copy)]
struct Tolerance {
    epsilon: f64,
    /// Two of the generated functions, the same sweep.
    same_sweep: f64,
    /// Forward against reverse: the same terms, added in another order.
    modes: f64,
    /// Against differences.
    differences: f64,
}

impl Tolerance {
    fn of(epsilon: f64, differences: Option<f64>) -> Self {
        let usual = if epsilon > 1e-10 { 2e-3 } else { 2e-8 };
        Self {
            epsilon,
            same_sweep: 8.0 * epsilon,
            modes: (1e4 * epsilon).min(1e-3),
            differences: differences.unwrap_or(usual),
        }
    }
}

struct Setting<'a> {
    case: &'a Case<'a>,
    outputs: &'a [f64],
    u: &'a Values,
    v: &'a [f64],
    tolerance: Tolerance,
}

impl Setting<'_> {
    /// One forward sweep, three reverse sweeps: the third has the first one's seed, and must not
    /// have noticed the second.
    fn forward_and_reverse(&self, findings: &mut Findings, gradient: &[f64], other_u: &Values) {
        let seeds = [self.u.clone(), other_u.clone(), self.u.clone()];
        let (value, gradients) = (self.case.forward_reverse)(&self.case.point, &seeds);
        findings.same_bits("f_forward's value", &value, self.outputs);
        let near = self.tolerance.same_sweep;
        findings.near("f_reverse, first", &gradients[0], gradient, near);
        let other = (self.case.vjp)(&self.case.point, other_u).1;
        findings.near("f_reverse, second, another seed", &gradients[1], &other, near);
        findings.same_bits("f_reverse, third, first seed again", &gradients[2], &gradients[0]);
    }

    fn grad_family(&self, findings: &mut Findings, gradient: &[f64]) {
        let (x, near) = (&self.case.point, self.tolerance.same_sweep);
        if let Some(grad) = self.case.grad {
            findings.near("f_grad", &grad(x, self.u), gradient, near);
        }
        for (name, call) in
            [("f_value_and_grad", self.case.value_and_grad), ("f_grad_into", self.case.grad_into)]
        {
            let Some(call) = call else { continue };
            let (value, found) = call(x, self.u);
            findings.same_bits(&format!("{name}'s value"), &value, self.outputs);
            findings.near(name, &found, gradient, near);
        }
    }

    /// The two ways to <u, J v>.
    fn modes_agree(&self, findings: &mut Findings, gradient: &[f64], tangent: &[f64]) {
        let forward = dot(self.u, tangent);
        let reverse = dot(gradient, self.v);
        // Where all cancels, there is still the rounding of what was cancelled.
        let size = dot_of_sizes(self.u, tangent)
            + dot_of_sizes(gradient, self.v)
            + 1e-2 * dot_of_sizes(self.u, self.outputs);
        if differ(forward, reverse, self.tolerance.modes * size) {
            findings.add(format!("modes differ: <u, J v> = {forward:e}, <Jᵀ u, v> = {reverse:e}"));
        }
    }

    fn gradient_by_differences(&self, findings: &mut Findings, gradient: &[f64]) {
        let size = dot_of_sizes(self.u, self.outputs);
        for (j, &found) in gradient.iter().enumerate() {
            let along = |step: f64| dot(self.u, &self.moved(step, |i| f64::from(i == j)));
            let expected = derivative(along, self.tolerance.epsilon);
            self.compare(findings, &format!("gradient[{j}]"), found, expected, size);
        }
    }

    fn tangent_by_differences(&self, findings: &mut Findings, tangent: &[f64]) {
        for (i, &found) in tangent.iter().enumerate() {
            let along = |step: f64| self.moved(step, |j| self.v[j])[i];
            let expected = derivative(along, self.tolerance.epsilon);
            self.compare(
                findings,
                &format!("tangent[{i}]"),
                found,
                expected,
                self.outputs[i].abs(),
            );
        }
    }

    fn compare(&self, findings: &mut Findings, what: &str, found: f64, by: Estimate, size: f64) {
        let size = found.abs() + by.value.abs() + 1e-2 * size;
        let allowed = self.tolerance.differences * size;
        findings.compared += 1;
        if by.error.is_nan() || by.error > allowed {
            findings.left_out += 1;
            findings.compared -= 1;
            if findings.kinks {
                return;
            }
            findings.add(format!("{what}: the function is not smooth here: {by:?}, size {size:e}"));
        } else if differ(found, by.value, allowed) {
            findings.add(format!("{what} = {found:e}, by differences {:e}", by.value));
        }
    }

    /// Outputs a step away from the point.
    fn moved(&self, step: f64, direction: impl Fn(usize) -> f64) -> Values {
        let x = &self.case.point;
        let moved: Values = (0..x.len()).map(|i| x[i] + step * direction(i)).collect();
        (self.case.primal)(&moved)
    }
}

/// All that is wrong with one case.
struct Findings {
    case: &'static str,
    found: Vec<String>,
    kinks: bool,
    compared: usize,
    left_out: usize,
}

impl Findings {
    fn add(&mut self, finding: String) {
        self.found.push(finding);
    }

    fn same_bits(&mut self, what: &str, found: &[f64], expected: &[f64]) {
        let same = found.len() == expected.len()
            && found.iter().zip(expected).all(|(a, b)| a.to_bits() == b.to_bits());
        if !same {
            self.add(format!("{what} = {found:?}, not bit for bit {expected:?}"));
        }
    }

    fn near(&mut self, what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
        let size = expected.iter().fold(0.0, |size: f64, x| size.max(x.abs()));
        let near = found.len() == expected.len()
            && found.iter().zip(expected).all(|(a, b)| !differ(*a, *b, tolerance * size));
        if !near {
            self.add(format!("{what} = {found:?}, f_vjp gives {expected:?}"));
        }
    }

    fn report(self) {
        assert!(self.found.is_empty(), "{}:\n  {}", self.case, self.found.join("\n  "));
    }
}

/// Compares what a fixture gives in `f32` with what it gives in `f64`.
///
/// # Panics
/// If they are further apart than rounding explains.
pub fn assert_twins(single: &[Record], double: &[Record], tolerance: f64) {
    assert_eq!(single.len(), double.len());
    for (single, double) in single.iter().zip(double) {
        assert_eq!(single.name, double.name);
        for (what, found, expected) in [
            ("outputs", &single.outputs, &double.outputs),
            ("gradient", &single.gradient, &double.gradient),
            ("tangent", &single.tangent, &double.tangent),
        ] {
            let size = expected.iter().fold(1e-3, |size: f64, x| size.max(x.abs()));
            let near = found.len() == expected.len()
                && found.iter().zip(expected).all(|(a, b)| !differ(*a, *b, tolerance * size));
            assert!(near, "{}: {what} in f32 {found:?}, in f64 {expected:?}", single.name);
        }
    }
}

/// NaN differs from everything.
fn differ(a: f64, b: f64, allowed: f64) -> bool {
    let apart = (a - b).abs();
    apart.is_nan() || apart > allowed
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len(), "a gradient, tangent or seed has the wrong length");
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn dot_of_sizes(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a * b).abs()).sum()
}
