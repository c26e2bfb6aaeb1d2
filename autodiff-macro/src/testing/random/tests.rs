//! Runs random programs.

use std::{collections::BTreeMap, iter};

use super::{
    check::{Case, Outcome, check, derive},
    generate::{self, Signature},
    prng::Random,
    shrink::shrink,
};
use crate::{
    ir::print,
    options::{Settings, Slopes},
};

/// The default, and each analysis off in turn.
fn settings(which: u64) -> Settings {
    let all = Settings::default();
    match which % 19 {
        0 => all,
        1 => Settings { activity: false, ..all },
        2 => Settings { recompute: false, ..all },
        3 => Settings { to_be_recorded: false, ..all },
        4 => Settings { cleanup: false, ..all },
        5 => Settings { fuse: false, ..all },
        6 => Settings { reorder: false, ..all },
        7 => Settings { windows: false, ..all },
        8 => Settings { spread: false, ..all },
        9 => Settings { numbering: false, ..all },
        10 => Settings { recurrences: false, ..all },
        11 => Settings { fission: false, ..all },
        12 => Settings { rows: false, ..all },
        13 => Settings { unroll: false, ..all },
        14 => Settings { tables: false, ..all },
        15 => Settings { jam: false, ..all },
        16 => Settings { reciprocals: false, ..all },
        17 => Settings { slopes: Slopes::OfAll, ..all },
        _ => Settings {
            activity: false,
            recompute: false,
            to_be_recorded: false,
            cleanup: false,
            ..all
        },
    }
}

pub fn case(seed: u64) -> Case {
    let mut random = Random::new(seed);
    let statements = [4, 8, 15, 30][random.below(4)];
    let mut callees: Vec<Signature> = Vec::new();
    for i in 0..random.below(4).saturating_sub(1) {
        let name = format!("g{i}");
        let function = generate::function(random.next(), &name, &callees, 8);
        callees.push(Signature { name, function });
    }
    let function = generate::function(random.next(), "f", &callees, statements);
    Case { callees: callees.into_iter().map(|s| s.function).collect(), function, seed }
}

fn run(seeds: std::ops::Range<u64>) {
    let mut count = BTreeMap::new();
    let mut failures = BTreeMap::new();
    let report: usize =
        std::env::var("RANDOM_FAILURES").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    let total = seeds.end - seeds.start;
    for seed in seeds {
        let case = case(seed);
        // Every second program also without one of the analyses.
        let without = (seed % 2 == 0).then_some((1 + seed / 2 % 13, false));
        for (which, differences) in iter::once((0, true)).chain(without) {
            let settings = settings(which);
            match check(&case, &settings, differences) {
                Ok(outcome) => *count.entry(format!("{outcome:?}")).or_insert(0u64) += 1,
                Err(failure) => {
                    let key = failure.kind.clone();
                    let of_kind: &mut Vec<_> = failures.entry(key).or_default();
                    *count.entry("failed".to_owned()).or_insert(0) += 1;
                    of_kind.push((seed, settings, failure));
                    break;
                }
            }
        }
    }
    println!("{count:?}");
    if failures.is_empty() {
        let of = |outcome: Outcome| count.get(&format!("{outcome:?}")).copied().unwrap_or(0);
        assert!(of(Outcome::Discarded) * 5 < total, "too many discarded: {count:?}");
        assert!(of(Outcome::All) * 2 > total, "too few compared with differences: {count:?}");
        return;
    }
    let mut text = String::new();
    for (kind, mut list) in failures {
        text += &format!("\n==== {kind:?}: {} programs\n", list.len());
        // Small programs make small counterexamples.
        list.sort_by_key(|(seed, ..)| case(*seed).text().len());
        for (seed, settings, failure) in list.into_iter().take(report) {
            let (small, failure) = shrink(&case(seed), &settings, failure);
            text += &format!("\nseed {seed}, {settings:?}: {}\n{}", failure.message, small.text());
        }
    }
    panic!("{count:?}{text}");
}

/// How many programs each of the four tests runs. The gate asks for 25,000.
fn programs() -> u64 {
    std::env::var("RANDOM_IR_PROGRAMS").ok().and_then(|n| n.parse().ok()).unwrap_or(8_000)
}

#[test]
fn first() {
    run(0..programs());
}

#[test]
fn second() {
    run(1_000_000..1_000_000 + programs());
}

#[test]
fn third() {
    run(2_000_000..2_000_000 + programs());
}

#[test]
fn fourth() {
    run(3_000_000..3_000_000 + programs());
}

/// An adjoint that nothing reads is not replaced by a fresh one.
#[test]
fn adjoint_that_nothing_reads() {
    run(2_013_875..2_013_885);
}

/// Prints a program and its derivatives: `RANDOM_SEED=7 cargo test -p autodiff-macro random::tests::show -- --nocapture`.
#[test]
fn show() {
    let Some(seed) = std::env::var("RANDOM_SEED").ok().and_then(|n| n.parse().ok()) else { return };
    let case = case(seed);
    println!("{}", case.text());
    println!("{:?}", check(&case, &settings(0), true));
    match derive(&case.function, &settings(0)) {
        Ok(d) => {
            let fused = d.fused.as_ref().map(print::function).unwrap_or_default();
            println!("{}{fused}{}", print::function(&d.reverse), print::function(&d.forward));
        }
        Err(failure) => println!("{failure:?}"),
    }
}
