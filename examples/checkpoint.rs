//! A simulation of a million steps, differentiated in a few megabytes: `#[checkpoint]` saves the state from time to time
//! instead of every step, and makes the steps in between once more.

use std::time::Instant;

use allocation_counter::measure;
use autodiff_runtime::grad;

const CELLS: usize = 16;

/// One step of a nonlinear wave on a ring, and what a microphone hears of it.
macro_rules! simulation {
    ($name:ident, $(#[$mark:meta])*) => {
        #[grad(wrt(start, stiffness))]
        fn $name(start: &[f64; CELLS], stiffness: f64, steps: usize) -> f64 {
            let mut u = *start;
            let mut v = [0.0; CELLS];
            let mut heard = 0.0;
            $(#[$mark])*
            for _ in 0..steps {
                for i in 0..CELLS {
                    let bend = u[(i + 1) % CELLS] - 2.0 * u[i] + u[(i + CELLS - 1) % CELLS];
                    v[i] += 0.001 * (stiffness * bend - u[i].sin());
                }
                for i in 0..CELLS {
                    u[i] += 0.001 * v[i];
                }
                heard += u[0] * u[0];
            }
            heard / (steps as f64)
        }
    };
}
simulation!(plain,);
simulation!(root, #[checkpoint]);
simulation!(every_10, #[checkpoint(every = 10)]);
simulation!(every_100, #[checkpoint(every = 100)]);
simulation!(every_10000, #[checkpoint(every = 10000)]);
simulation!(two_levels, #[checkpoint(levels = 2)]);
simulation!(three_levels, #[checkpoint(levels = 3)]);
simulation!(five_levels, #[checkpoint(levels = 5)]);
simulation!(bisected, #[checkpoint(levels = 20)]);
simulation!(with_20, #[checkpoint(snapshots = 20)]);
simulation!(with_46, #[checkpoint(snapshots = 46)]);
simulation!(with_143, #[checkpoint(snapshots = 143)]);
simulation!(with_2000, #[checkpoint(snapshots = 2000)]);

/// How often a step is made on average, at least, if so many states can be kept (Griewank and Walther): making each `r` times at
/// most, one can reverse `binomial(states + r, r)` steps.
fn least_runs(steps: usize, states: usize) -> f64 {
    let (mut runs, mut reached) = (0, 1.0);
    // `binomial(states + r, r - 1)` of the steps are made once less.
    let mut spared = 0.0;
    while reached < steps as f64 {
        runs += 1;
        reached *= (states + runs) as f64 / runs as f64;
        spared = reached * runs as f64 / (states + 1) as f64;
    }
    runs as f64 - spared / steps as f64
}

/// How many steps are made with `snapshots`: those that can be recorded together are recorded.
fn made(steps: usize, snapshots: usize) -> usize {
    if steps <= snapshots + 1 {
        return steps;
    }
    let first = autodiff_runtime::revolve::advance(steps, snapshots);
    first + made(first, snapshots) + made(steps - first, snapshots - 1)
}

/// Where states are saved.
enum Saved {
    /// The sizes of blocks, each cut out of one of the size before.
    Blocks(Vec<usize>),
    Snapshots(usize),
}

type Gradient = fn(&[f64; CELLS], f64, usize) -> (f64, ([f64; CELLS], f64));

fn main() {
    let start = std::array::from_fn(|i| (i as f64 * 0.7).sin());
    let steps = 1_000_000usize;
    let root_of = steps.isqrt();
    let begin = Instant::now();
    let value = plain(&start, 30.0, steps);
    let primal = begin.elapsed().as_secs_f64();
    println!("{steps} steps of {CELLS} cells; the simulation itself: {:.0} ms\n", 1e3 * primal);
    println!(
        "| blocks | states saved | peak memory (MB) | time / simulation | runs | least runs |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    // The blocks of each level, and how large the largest is.
    let halved = |levels: u32| {
        let mut sizes = Vec::new();
        let mut size = steps;
        for level in (1..=levels).rev() {
            size = (size >> (size.ilog2() / (level + 1)).max(1)).max(1);
            sizes.push(size);
        }
        if levels == 1 { vec![root_of] } else { sizes }
    };
    let blocks = |levels| Saved::Blocks(halved(levels));
    let all: [(&str, Saved, Gradient); 13] = [
        ("every = 10", Saved::Blocks(vec![10]), every_10_value_and_grad),
        ("every = 100", Saved::Blocks(vec![100]), every_100_value_and_grad),
        ("every = 10000", Saved::Blocks(vec![10_000]), every_10000_value_and_grad),
        ("levels = 1", blocks(1), root_value_and_grad),
        ("levels = 2", blocks(2), two_levels_value_and_grad),
        ("levels = 3", blocks(3), three_levels_value_and_grad),
        ("levels = 5", blocks(5), five_levels_value_and_grad),
        ("levels = 20", blocks(20), bisected_value_and_grad),
        ("snapshots = 2000", Saved::Snapshots(2000), with_2000_value_and_grad),
        ("snapshots = 143", Saved::Snapshots(143), with_143_value_and_grad),
        ("snapshots = 46", Saved::Snapshots(46), with_46_value_and_grad),
        ("snapshots = 20", Saved::Snapshots(20), with_20_value_and_grad),
        ("(none)", Saved::Blocks(vec![]), plain_value_and_grad),
    ];
    let mut gradients = Vec::new();
    for (name, saved, gradient) in all {
        let mut timed = None;
        let held = measure(|| {
            let begin = Instant::now();
            let result = gradient(&start, 30.0, steps);
            timed = Some((result, begin.elapsed().as_secs_f64()));
        });
        let (result, time) = timed.expect("it ran");
        assert_eq!(result.0, value);
        let (states, runs) = match saved {
            Saved::Snapshots(states) => (states, made(steps, states) as f64 / steps as f64),
            // At any time there are the states of one block of each level, and the records of one smallest block.
            Saved::Blocks(sizes) => {
                let (mut around, mut states) = (steps, 0);
                for size in &sizes {
                    states += around.div_ceil(*size);
                    around = *size;
                }
                (states + around, (sizes.len() + 1) as f64)
            }
        };
        println!(
            "| {name} | {states} | {:.2} | {:.1} | {runs:.2} | {:.2} |",
            held.bytes_max as f64 / 1e6,
            time / primal,
            least_runs(steps, states),
        );
        gradients.push(result);
    }
    assert!(gradients.windows(2).all(|pair| pair[0] == pair[1]));
    println!("\nThe gradients of all of them are the same to the last bit.");
}
