//! What is done to both sweeps once they stand: folding, dropping, and what makes loops fast.

use super::{cleanup, reverse};
use crate::ir::{Function, MemoryId, Passing, Role, Var, visit};
use crate::options::Settings;
use crate::{analysis::activity, maps::HashSet};

/// `reverse` is for the sweeps apart. `together` is for both in one function, where that has a form of its own.
pub fn finish(
    reverse: &mut Function,
    together: &mut Option<Function>,
    primal: &Function,
    settings: &Settings,
) {
    if settings.cleanup {
        cleanup::cleanup(reverse);
        together.iter_mut().for_each(|of| cleanup::cleanup_fused(of, primal));
    }
    if settings.tables {
        for of in [Some(&mut *reverse), together.as_mut()].into_iter().flatten() {
            if cleanup::tables(of) && settings.cleanup {
                cleanup::cleanup_fused(of, primal);
            }
        }
    }
    if settings.rows {
        cleanup::rows(reverse);
        together.iter_mut().for_each(cleanup::rows);
        cleanup::zeros(reverse);
        together.iter_mut().for_each(cleanup::zeros);
    }
    if settings.reorder {
        cleanup::sums(reverse, primal);
        together.iter_mut().for_each(|of| cleanup::sums(of, primal));
    }
    if settings.fission {
        cleanup::fission(reverse, primal);
        together.iter_mut().for_each(|of| cleanup::fission(of, primal));
    }
    if settings.reciprocals {
        cleanup::reciprocals(reverse, primal);
        together.iter_mut().for_each(|of| cleanup::reciprocals(of, primal));
    }
    if settings.jam {
        cleanup::jam(reverse, primal);
        together.iter_mut().for_each(|of| {
            cleanup::jam(of, primal);
        });
    }
    if !settings.windows {
        return;
    }
    let mut sweep = together.clone().unwrap_or_else(|| reverse.clone());
    if fast_loops(&mut sweep, primal, &HashSet::default(), settings) {
        if settings.cleanup {
            cleanup::cleanup_fused(&mut sweep, primal);
        }
        *together = Some(sweep);
    }
    let optional = optional(reverse);
    if fast_loops(reverse, primal, &optional, settings) && settings.cleanup {
        cleanup::cleanup(reverse);
    }
}

/// Whether a loop has changed.
fn fast_loops(
    function: &mut Function,
    primal: &Function,
    spare: &HashSet<MemoryId>,
    settings: &Settings,
) -> bool {
    let mut found = cleanup::carried(function, primal, spare);
    found |= cleanup::windows(function, primal, spare);
    found |= cleanup::neighbours(function, primal, spare);
    if settings.reorder {
        found |= cleanup::strands(function, primal);
    }
    found
}

/// Both sweeps in one, of a primal that is not that of the sweeps apart.
pub fn together(primal: &Function, settings: &Settings) -> Option<Function> {
    let activity = activity::analyse(primal, settings);
    let mut together = reverse::fused(primal, &activity, settings);
    let mut apart = reverse::reverse(primal, &activity, settings);
    finish(&mut apart, &mut together, primal, settings);
    Some(together.unwrap_or(apart))
}

/// The adjoints that a caller of the reverse sweep may leave out: each use of them asks.
fn optional(reverse: &Function) -> HashSet<MemoryId> {
    let mut found = HashSet::default();
    for param in &reverse.params {
        let Role::Adjoint(i) = param.role else { continue };
        if reverse.params.get(i).is_some_and(|of| of.passing == Passing::Shared) {
            for var in visit::shape_vars(&param.shape) {
                if let Var::Memory(memory) = var {
                    found.insert(memory);
                }
            }
        }
    }
    found
}
