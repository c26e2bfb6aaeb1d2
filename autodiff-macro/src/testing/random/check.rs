//! What must hold for the derivatives of a program.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use super::{
    check_second::Base,
    inputs::{dot, inputs, like, moved},
    prng::Random,
};
use crate::{
    analysis,
    ir::{
        Function, Passing,
        eval::{self, Data, Program},
        print, verify,
    },
    maps::HashMap,
    options::{Settings, Slopes},
    transform,
};

/// A function and those that it calls, earlier ones first.
#[derive(Clone, Debug)]
pub struct Case {
    pub callees: Vec<Function>,
    pub function: Function,
    /// Decides the inputs, the directions and the seeds.
    pub seed: u64,
}

impl Case {
    pub fn text(&self) -> String {
        let all = self.callees.iter().chain([&self.function]);
        all.map(print::function).collect::<Vec<_>>().join("")
    }
}

/// Which check failed: a smaller program must fail the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A stage panicked.
    Panic(&'static str),
    /// A stage built an invalid function.
    Invalid(&'static str),
    /// What a stage built does not run.
    Run(&'static str),
    /// The primal's value has changed.
    Value(&'static str),
    /// No adjoint for a parameter that is differentiated.
    Missing,
    /// The sweeps side by side disagree with the sweeps apart.
    Fused,
    /// Both modes disagree.
    Modes,
    /// Forward mode disagrees with differences.
    Differences,
    /// Forward over reverse mode disagrees with itself or with differences of gradients.
    Second(&'static str),
}

#[derive(Clone, Debug)]
pub struct Failure {
    pub kind: Kind,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The primal panics or does not end: nothing to compare.
    Discarded,
    /// Both modes agree; differences were of no use here.
    Modes,
    /// Both modes and the differences agree.
    All,
}

pub(super) fn fail<T>(kind: Kind, message: impl ToString) -> Result<T, Failure> {
    Err(Failure { kind, message: message.to_string() })
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs a stage; a panic in it is a failure, and not printed.
fn guarded<T>(stage: &'static str, f: impl FnOnce() -> T) -> Result<T, Failure> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(f));
    QUIET.set(false);
    result.or_else(|payload| {
        let message = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied());
        fail(Kind::Panic(stage), message.unwrap_or("a panic"))
    })
}

fn verified(stage: &'static str, function: &Function) -> Result<(), Failure> {
    verify::check(function).or_else(|message| fail(Kind::Invalid(stage), message))
}

/// The primal with its types, and its derivatives in both modes.
#[derive(Clone, Debug)]
pub struct Derived {
    pub primal: Function,
    pub reverse: Function,
    /// Both sweeps side by side, if a loop can be reversed so.
    pub fused: Option<Function>,
    pub forward: Function,
    /// Forward over reverse.
    pub second: Option<Function>,
}

/// Every stage between parsing and emitting, each checked.
pub fn derive(function: &Function, settings: &Settings) -> Result<Derived, Failure> {
    let mut primal = function.clone();
    verified("generate", &primal)?;
    guarded("types", || analysis::types::resolve(&mut primal, None))?;
    verified("types", &primal)?;
    let written = primal.clone();
    if settings.unroll
        && let Some(unrolled) = guarded("unroll", || transform::unroll::unroll(&primal))?
    {
        verified("unroll", &unrolled)?;
        primal = unrolled;
    }
    let activity = guarded("activity", || analysis::activity::analyse(&primal, settings))?;
    let mut reverse =
        guarded("reverse", || transform::reverse::reverse(&primal, &activity, settings))?;
    verified("reverse", &reverse)?;
    let mut fused = guarded("fused", || transform::reverse::fused(&primal, &activity, settings))?;
    if let Some(fused) = &fused {
        verified("fused", fused)?;
    }
    let mut forward =
        guarded("forward", || transform::forward::forward(&primal, &activity, settings))?;
    verified("forward", &forward)?;
    guarded("finish", || {
        transform::finish::finish(&mut reverse, &mut fused, &primal, settings);
    })?;
    verified("finish", &reverse)?;
    if let Some(fused) = &fused {
        verified("finish of fused", fused)?;
    }
    if settings.cleanup {
        guarded("cleanup of forward", || transform::cleanup::cleanup(&mut forward))?;
        verified("cleanup of forward", &forward)?;
    }
    if settings.slopes == Slopes::OfAll {
        let settings = Settings { slopes: Slopes::Never, ..*settings };
        let Derived { second, .. } = derive(function, &settings)?;
        return Ok(Derived { primal: written, reverse, fused, forward, second });
    }
    let mut second = guarded("second", || Some(transform::second(&reverse, settings)))?;
    if let Some(second) = &mut second {
        verified("second", second)?;
        if settings.cleanup {
            guarded("cleanup of second", || transform::cleanup::cleanup(second))?;
            verified("cleanup of second", second)?;
        }
    }
    Ok(Derived { primal: written, reverse, fused, forward, second })
}

/// Everything that a case can call.
fn program(case: &Case, settings: &Settings) -> Result<(Program, Derived), Failure> {
    let mut program = Program {
        primals: HashMap::default(),
        reverses: HashMap::default(),
        tangents: HashMap::default(),
        seconds: HashMap::default(),
        constants: HashMap::default(),
    };
    let mut main = None;
    for function in case.callees.iter().chain([&case.function]) {
        let derived = derive(function, settings)?;
        program.primals.insert(function.name.clone(), derived.primal.clone());
        program.reverses.insert(function.name.clone(), derived.reverse.clone());
        program.tangents.insert(function.name.clone(), derived.forward.clone());
        if let Some(second) = &derived.second {
            program.seconds.insert(function.name.clone(), second.clone());
        }
        main = Some(derived);
    }
    match main {
        Some(main) => Ok((program, main)),
        None => fail(Kind::Invalid("generate"), "no function"),
    }
}

/// A primal program to run before anything is derived: most discarded cases end here.
fn primals(case: &Case) -> Program {
    let all = case.callees.iter().chain([&case.function]);
    let primals = all.map(|f| (f.name.clone(), f.clone())).collect();
    Program { primals, ..Program::default() }
}

/// `Unit` for all but `&mut` parameters.
fn finals(function: &Function, params: Vec<Data>) -> Vec<Data> {
    let mutable = function.params.iter().map(|param| param.passing == Passing::Mutable);
    params.into_iter().zip(mutable).map(|(p, keep)| if keep { p } else { Data::Unit }).collect()
}

pub fn check(case: &Case, settings: &Settings, differences: bool) -> Result<Outcome, Failure> {
    verified("generate", &case.function)?;
    let random = &mut Random::new(case.seed);
    let f = &case.function;
    let x = inputs(f, random);
    let Ok(run) = eval::run(&primals(case), f, x.clone()) else {
        return Ok(Outcome::Discarded);
    };
    let value = run.outputs.into_iter().next().unwrap_or_default();
    let finals_of = finals(f, run.params);
    let everything = finals_of.iter().chain([&value]);
    if everything.flat_map(Data::flat).any(|x| !x.is_finite() || x.abs() > 1e6) {
        return Ok(Outcome::Discarded);
    }

    let (program, derived) = program(case, settings)?;
    let v: Vec<Data> = f
        .params
        .iter()
        .zip(&x)
        .map(|(param, x)| if param.differentiable { like(x, random) } else { x.zero_like() })
        .collect();
    let seed = like(&value, random);
    let final_seeds: Vec<Data> = f
        .params
        .iter()
        .zip(&finals_of)
        .map(|(param, x)| if param.differentiable { like(x, random) } else { x.zero_like() })
        .collect();

    let reverse = match eval::gradient(&program, &derived.reverse, &x, &seed, &final_seeds) {
        Ok(gradient) => gradient,
        Err(error) => return fail(Kind::Run("reverse"), error),
    };
    if let Some(fused) = &derived.fused {
        let fused = match eval::gradient(&program, fused, &x, &seed, &final_seeds) {
            Ok(gradient) => gradient,
            Err(error) => return fail(Kind::Run("fused"), error),
        };
        same_gradients(f, &reverse, &fused)?;
    }
    let forward = match eval::tangent(&program, &derived.forward, &x, &v) {
        Ok(tangent) => tangent,
        Err(error) => return fail(Kind::Run("forward"), error),
    };
    for (mode, other, others) in
        [("reverse", &reverse.value, &reverse.finals), ("forward", &forward.value, &forward.finals)]
    {
        if !value.same(other) {
            return fail(Kind::Value(mode), format!("{value:?} became {other:?}"));
        }
        for (a, b) in finals_of.iter().zip(others) {
            if !a.same(b) {
                return fail(Kind::Value(mode), format!("{a:?} became {b:?}"));
            }
        }
    }

    let base = Base { x: &x, seed: &seed, final_seeds: &final_seeds, gradient: &reverse };
    if program.seconds.len() == program.primals.len() {
        base.check_second(f, &program, &derived, random, differences)?;
    }

    let mut along = (0.0, 0.0);
    let add = |sum: &mut (f64, f64), a: &Data, b: &Data| match dot(a, b) {
        Ok((value, size)) => {
            sum.0 += value;
            sum.1 += size;
            Ok(())
        }
        Err(error) => fail(Kind::Modes, error),
    };
    add(&mut along, &seed, &forward.tangent)?;
    for (u, tangent) in final_seeds.iter().zip(&forward.final_tangents) {
        add(&mut along, u, tangent)?;
    }
    let mut against = (0.0, 0.0);
    for ((param, v), adjoint) in f.params.iter().zip(&v).zip(&reverse.adjoints) {
        match adjoint {
            Some(adjoint) if param.differentiable => add(&mut against, adjoint, v)?,
            None if param.differentiable => {
                return fail(Kind::Missing, format!("no adjoint of {}", param.name));
            }
            _ => {}
        }
    }
    let scale = along.1.max(against.1);
    if scale > 1e9 {
        return Ok(Outcome::Discarded);
    }
    let close = |a: f64, b: f64, tolerance: f64| (a - b).abs() <= tolerance * (1.0 + scale);
    if !close(along.0, against.0, 1e-9) {
        // Which of the two is right, if differences can tell.
        let slope = slope(case, &x, &v, &seed, &final_seeds, run.path);
        return fail(
            Kind::Modes,
            format!(
                "forward {}, reverse {} (scale {scale}), differences {slope:?}",
                along.0, against.0
            ),
        );
    }
    if !differences {
        return Ok(Outcome::Modes);
    }
    let Some((slope, error)) = slope(case, &x, &v, &seed, &final_seeds, run.path) else {
        return Ok(Outcome::Modes);
    };
    if error > 1e-4 * (1.0 + scale) {
        return Ok(Outcome::Modes);
    }
    if (slope - along.0).abs() > 1e-6 * (1.0 + scale) + 10.0 * error {
        return fail(
            Kind::Differences,
            format!("derivative {}, differences {slope} (error {error})", along.0),
        );
    }
    Ok(Outcome::All)
}

/// The fused sweep gives the same value bit for bit, and the same adjoints up to the order of sums.
fn same_gradients(
    f: &Function,
    apart: &eval::Gradient,
    fused: &eval::Gradient,
) -> Result<(), Failure> {
    if !apart.value.same(&fused.value) {
        return fail(Kind::Value("fused"), format!("{:?} became {:?}", apart.value, fused.value));
    }
    for (a, b) in apart.finals.iter().zip(&fused.finals) {
        if !a.same(b) {
            return fail(Kind::Value("fused"), format!("{a:?} became {b:?}"));
        }
    }
    for ((param, a), b) in f.params.iter().zip(&apart.adjoints).zip(&fused.adjoints) {
        let (a, b) = match (a, b) {
            (Some(a), Some(b)) if param.differentiable => (a.flat(), b.flat()),
            _ => continue,
        };
        let scale = a.iter().fold(1.0, |scale: f64, x| scale.max(x.abs()));
        let close =
            |(x, y): (&f64, &f64)| (x - y).abs() <= 1e-9 * scale || x.is_nan() && y.is_nan();
        if a.len() != b.len() || !a.iter().zip(&b).all(close) {
            return fail(Kind::Fused, format!("d_{}: {a:?}, fused {b:?}", param.name));
        }
    }
    Ok(())
}

/// The slope of `<u, f>` along `v` by central differences extrapolated to zero, and an estimate of its error.
/// `None` where a step takes another path.
fn slope(
    case: &Case,
    x: &[Data],
    v: &[Data],
    seed: &Data,
    final_seeds: &[Data],
    path: u64,
) -> Option<(f64, f64)> {
    let program = primals(case);
    let at = |t: f64| {
        let x = x.iter().zip(v).map(|(x, v)| moved(x, t, v)).collect();
        let run = eval::run(&program, &case.function, x).ok()?;
        if run.path != path {
            return None;
        }
        let value = run.outputs.into_iter().next().unwrap_or_default();
        let mut sum = dot(seed, &value).ok()?.0;
        for (u, data) in final_seeds.iter().zip(finals(&case.function, run.params)) {
            sum += dot(u, &data).ok()?.0;
        }
        Some(sum)
    };
    let h = 1e-3;
    let central = |h: f64| Some((at(h)? - at(-h)?) / (2.0 * h));
    let (a, b, c) = (central(h)?, central(h / 2.0)?, central(h / 4.0)?);
    let coarse = (4.0 * b - a) / 3.0;
    let fine = (4.0 * c - b) / 3.0;
    Some((fine, (fine - coarse).abs()))
}
