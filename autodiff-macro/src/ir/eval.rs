//! An interpreter of the intermediate representation, for tests: what a function means, without a compiler.
//!
//! It evaluates any [`Function`], derivatives with their tapes and calls too. What would panic in Rust (an index out
//! of bounds, an integer that overflows) is an `Err`, and so is what no correct stage produces (an undefined value, a
//! tape that runs dry).

mod calls;
mod data;
mod machine;
mod memory;
mod scalar;
mod vector;

use crate::maps::HashMap;

pub use data::Data;
use machine::{Active, Machine};
pub use scalar::float_rule;

use super::{Function, Passing, Role, Shape};

/// What a program can call and refer to, by the last name in its path.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub primals: HashMap<String, Function>,
    /// Derivatives with both sweeps.
    pub reverses: HashMap<String, Function>,
    /// Derivatives in forward mode.
    pub tangents: HashMap<String, Function>,
    /// Derivatives in forward over reverse mode.
    pub seconds: HashMap<String, Function>,
    /// The user's constants.
    pub constants: HashMap<String, Data>,
}

/// What a run of a function leaves.
#[derive(Clone, Debug)]
pub struct Run {
    /// One for each of [`Function::outputs`].
    pub outputs: Vec<Data>,
    /// One for each of [`Function::params`]: its content at the end.
    pub params: Vec<Data>,
    /// A hash of the decisions taken: which branches, how many iterations, which side of a kink.
    pub path: u64,
}

/// Operations before an endless loop is given up.
pub const BUDGET: u64 = 2_000_000;

/// Runs a function. Its parameters stand in the order of [`Function::params`].
pub fn run(program: &Program, function: &Function, params: Vec<Data>) -> Result<Run, String> {
    let mut machine = Machine::new(program, BUDGET);
    let mut frame = Active::new(function);
    if params.len() != function.params.len() {
        return Err(format!("{} arguments for {} parameters", params.len(), function.params.len()));
    }
    for (param, data) in function.params.iter().zip(params) {
        machine.bind(&mut frame, &param.shape, data)?;
    }
    machine.ops(&mut frame, &function.body.ops)?;
    frame.tapes_empty()?;
    let read = |shape: &Shape| machine.read_shape(&frame, shape);
    Ok(Run {
        outputs: function.outputs.iter().map(|o| read(&o.shape)).collect::<Result<_, _>>()?,
        // A vector passed by value may have moved away.
        params: function.params.iter().map(|p| read(&p.shape).unwrap_or(Data::Unit)).collect(),
        path: machine.path,
    })
}

/// What a derivative in reverse mode computes.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// The primal's result.
    pub value: Data,
    /// The content of each `&mut` parameter at the end, `Unit` for others.
    pub finals: Vec<Data>,
    /// The adjoint of each parameter; `None` where the derivative has none.
    pub adjoints: Vec<Option<Data>>,
    pub path: u64,
}

/// Runs both sweeps of a derivative. `seed` is the adjoint of the result, `final_seeds` for each parameter that of
/// its final content (`Unit` for all but `&mut` parameters).
pub fn gradient(
    program: &Program,
    reverse: &Function,
    inputs: &[Data],
    seed: &Data,
    final_seeds: &[Data],
) -> Result<Gradient, String> {
    let mut params = Vec::new();
    let mut primals = inputs.iter();
    for param in &reverse.params {
        params.push(match param.role {
            Role::Primal => primals.next().ok_or("too few inputs")?.clone(),
            Role::Seed => seed.clone(),
            Role::Adjoint(i) => match final_seeds.get(i) {
                Some(Data::Unit) | None => {
                    inputs.get(i).ok_or("an adjoint of no parameter")?.zero_like()
                }
                Some(seed) => seed.clone(),
            },
            role => return Err(format!("a parameter {role:?} in a reverse sweep")),
        });
    }
    let run = run(program, reverse, params)?;
    let mut gradient = Gradient {
        value: Data::Unit,
        finals: Vec::new(),
        adjoints: vec![None; inputs.len()],
        path: run.path,
    };
    for (param, content) in reverse.params.iter().zip(run.params) {
        match (param.role, param.passing) {
            (Role::Primal, Passing::Mutable) => gradient.finals.push(content),
            (Role::Primal, _) => gradient.finals.push(Data::Unit),
            (Role::Adjoint(i), _) => gradient.adjoints[i] = Some(content),
            _ => {}
        }
    }
    for (output, content) in reverse.outputs.iter().zip(run.outputs) {
        match output.role {
            Role::Primal => gradient.value = content,
            Role::Adjoint(i) => gradient.adjoints[i] = Some(content),
            role => return Err(format!("an output {role:?} of a reverse sweep")),
        }
    }
    Ok(gradient)
}

/// The tangents of everything that a derivative in reverse mode is given.
#[derive(Clone, Copy, Debug)]
pub struct SecondInputs<'a> {
    pub directions: &'a [Data],
    pub seed: &'a Data,
    pub final_seeds: &'a [Data],
}

/// What forward over reverse computes.
#[derive(Clone, Debug)]
pub struct Second {
    pub gradient: Gradient,
    /// The tangent of each adjoint.
    pub tangents: Vec<Option<Data>>,
}

/// Runs a derivative in forward over reverse mode; `seeds` as for [`gradient`].
pub fn second(
    program: &Program,
    second: &Function,
    inputs: &[Data],
    (seed, final_seeds): (&Data, &[Data]),
    along: &SecondInputs,
) -> Result<Second, String> {
    let adjoint = |seeds: &[Data], i: usize| match seeds.get(i) {
        Some(Data::Unit) | None => inputs.get(i).map(Data::zero_like),
        Some(seed) => Some(seed.clone()),
    };
    let role = |i: usize| second.params.get(i).map(|param| param.role);
    let mut params = Vec::new();
    let mut primals = inputs.iter();
    for param in &second.params {
        let data = match param.role {
            Role::Primal => primals.next().cloned(),
            Role::Seed => Some(seed.clone()),
            Role::Adjoint(i) => adjoint(final_seeds, i),
            Role::Tangent(i) => match role(i) {
                Some(Role::Seed) => Some(along.seed.clone()),
                Some(Role::Adjoint(i)) => adjoint(along.final_seeds, i),
                _ => along.directions.get(i).cloned(),
            },
            _ => None,
        };
        params.push(data.ok_or(format!("nothing for {}", param.name))?);
    }
    let run = run(program, second, params)?;
    let mut result = Second {
        gradient: Gradient {
            value: Data::Unit,
            finals: Vec::new(),
            adjoints: vec![None; inputs.len()],
            path: run.path,
        },
        tangents: vec![None; inputs.len()],
    };
    for (param, content) in second.params.iter().zip(run.params) {
        match param.role {
            Role::Adjoint(i) => result.gradient.adjoints[i] = Some(content),
            Role::Tangent(i) => {
                if let Some(Role::Adjoint(i)) = role(i) {
                    result.tangents[i] = Some(content);
                }
            }
            _ => {}
        }
    }
    for (output, content) in second.outputs.iter().zip(run.outputs) {
        match output.role {
            Role::Primal => result.gradient.value = content,
            Role::Adjoint(i) => result.gradient.adjoints[i] = Some(content),
            Role::AdjointTangent(i) => result.tangents[i] = Some(content),
            _ => {}
        }
    }
    Ok(result)
}

/// What a derivative in forward mode computes.
#[derive(Clone, Debug)]
pub struct Tangent {
    pub value: Data,
    pub tangent: Data,
    /// The content of each `&mut` parameter at the end, and its tangent; `Unit` for others.
    pub finals: Vec<Data>,
    pub final_tangents: Vec<Data>,
}

/// Runs a derivative in forward mode, in one direction for each parameter.
pub fn tangent(
    program: &Program,
    forward: &Function,
    inputs: &[Data],
    directions: &[Data],
) -> Result<Tangent, String> {
    let mut params = Vec::new();
    let mut primals = inputs.iter();
    for param in &forward.params {
        params.push(match param.role {
            Role::Primal => primals.next().ok_or("too few inputs")?.clone(),
            Role::Tangent(i) => directions.get(i).ok_or("a tangent of no parameter")?.clone(),
            role => return Err(format!("a parameter {role:?} in forward mode")),
        });
    }
    let run = run(program, forward, params)?;
    let mut tangent = Tangent {
        value: Data::Unit,
        tangent: Data::Unit,
        finals: Vec::new(),
        final_tangents: vec![Data::Unit; inputs.len()],
    };
    for (param, content) in forward.params.iter().zip(run.params) {
        match (param.role, param.passing) {
            (Role::Primal, Passing::Mutable) => tangent.finals.push(content),
            (Role::Primal, _) => tangent.finals.push(Data::Unit),
            (Role::Tangent(i), Passing::Mutable) => tangent.final_tangents[i] = content,
            _ => {}
        }
    }
    for (output, content) in forward.outputs.iter().zip(run.outputs) {
        match output.role {
            Role::Primal => tangent.value = content,
            Role::ResultTangent => tangent.tangent = content,
            role => return Err(format!("an output {role:?} in forward mode")),
        }
    }
    Ok(tangent)
}
