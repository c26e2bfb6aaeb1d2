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

type Gradient = fn(&[f64; CELLS], f64, usize) -> (f64, ([f64; CELLS], f64));

fn main() {
    let start = std::array::from_fn(|i| (i as f64 * 0.7).sin());
    let steps = 1_000_000usize;
    let root_of = steps.isqrt();
    let begin = Instant::now();
    let value = plain(&start, 30.0, steps);
    let primal = begin.elapsed().as_secs_f64();
    println!("{steps} steps of {CELLS} cells; the simulation itself: {:.0} ms\n", 1e3 * primal);
    println!("| every | states saved | peak memory (MB) | time / simulation | steps made |");
    println!("| --- | --- | --- | --- | --- |");
    let all: [(&str, usize, Gradient); 5] = [
        ("10", 10, every_10_value_and_grad),
        ("100", 100, every_100_value_and_grad),
        ("1000 (the root)", root_of, root_value_and_grad),
        ("10000", 10_000, every_10000_value_and_grad),
        ("(plain)", 1, plain_value_and_grad),
    ];
    let mut gradients = Vec::new();
    for (name, every, gradient) in all {
        let mut timed = None;
        let held = measure(|| {
            let begin = Instant::now();
            let result = gradient(&start, 30.0, steps);
            timed = Some((result, begin.elapsed().as_secs_f64()));
        });
        let (result, time) = timed.expect("it ran");
        let peak = held.bytes_max as f64 / 1e6;
        assert_eq!(result.0, value);
        // With blocks of k steps, all but the first sweep's steps are made exactly once more: the least that is possible
        // if no state is saved twice.
        let made = if every == 1 { 1.0 } else { 2.0 };
        println!(
            "| {name} | {} | {peak:.1} | {:.1} | {made} n |",
            if every == 1 { steps } else { steps / every + 1 },
            time / primal
        );
        gradients.push(result);
    }
    assert!(gradients.windows(2).all(|pair| pair[0] == pair[1]));
    println!("\nThe gradients of all of them are the same to the last bit.");
}
