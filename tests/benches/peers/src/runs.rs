//! Who is timed on one problem, and how: a batch of calls of each in turn, round after round.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crate::{Calls, Gradient};

/// For each of them, unless it is too slow for a few rounds.
const BUDGET: Duration = Duration::from_millis(800);
const BATCH: Duration = Duration::from_micros(500);
const ROUNDS: usize = 201;

pub struct Run {
    pub problem: &'static str,
    /// Nanoseconds of the function.
    pub function: f64,
    /// Who, and the time of the gradient over that of the function.
    pub ratios: Vec<(&'static str, f64)>,
}

impl Run {
    /// Panics unless all gradients agree with the one by hand.
    pub fn of(
        problem: &'static str,
        mut function: impl FnMut() -> f64,
        ours: impl FnMut(&mut Vec<f64>),
        mut by_hand: impl FnMut(&mut Vec<f64>),
        others: Vec<(&'static str, Gradient)>,
        elsewhere: Option<(&'static str, Calls)>,
    ) -> Run {
        let mut expected = Vec::new();
        by_hand(&mut expected);
        let scale = expected.iter().fold(0.0, |scale: f64, x| scale.max(x.abs()));
        let mut all = vec![
            ("function", here(Box::new(move |_| _ = black_box(function())))),
            ("#[grad]", here(Box::new(ours))),
            ("by hand", here(Box::new(by_hand))),
        ];
        all.extend(others.into_iter().map(|(name, gradient)| (name, here(gradient))));
        all.extend(elsewhere);
        for (name, gradient) in &mut all[1..] {
            let mut g = Vec::new();
            gradient(&mut g, 1);
            assert_eq!(g.len(), expected.len(), "{problem}, {name}");
            for (i, (x, y)) in g.iter().zip(&expected).enumerate() {
                assert!(
                    (x - y).abs() <= 1e-8 * scale,
                    "{problem}, {name}: {i} is {x}, by hand {y}"
                );
            }
        }
        let mut buffer = expected;
        let mut time = |calls: &mut Calls, count: u32| calls(&mut buffer, count);
        // How many calls make a batch, and in how many rounds it takes part: the slow ones in few.
        let mut plans = Vec::new();
        for (_, calls) in &mut all {
            let mut count = 1;
            let mut taken = time(calls, count);
            while taken * 4 < BATCH {
                count *= 2;
                taken = time(calls, count);
            }
            let wanted = f64::from(count) * BATCH.as_secs_f64() / taken.as_secs_f64();
            let rounds = (BUDGET.as_secs_f64() / taken.max(BATCH).as_secs_f64()) as usize;
            plans.push(((wanted as u32).max(1), ROUNDS / rounds.clamp(5, ROUNDS)));
        }
        plans[0].1 = 1;
        let mut times = vec![Vec::new(); all.len()];
        for round in 0..ROUNDS {
            let mut function = 0.0;
            for (who, ((_, calls), &(count, every))) in all.iter_mut().zip(&plans).enumerate() {
                if round % every == 0 {
                    let taken = time(calls, count).as_nanos() as f64 / f64::from(count);
                    function = if who == 0 { taken } else { function };
                    times[who].push((taken, function));
                }
            }
        }
        let ratios = all.iter().zip(&times).skip(1).map(|((name, _), of)| {
            (*name, median(of.iter().map(|(gradient, function)| gradient / function)))
        });
        let ratios = ratios.collect();
        Run { problem, function: median(times[0].iter().map(|of| of.0)), ratios }
    }

    pub fn line(&self) -> String {
        let ratios: Vec<String> =
            self.ratios.iter().map(|(name, ratio)| format!("{name} {ratio:.2}")).collect();
        format!("{}: {:.0} ns; {}", self.problem, self.function, ratios.join(", "))
    }
}

fn here(mut gradient: Gradient) -> Calls {
    Box::new(move |buffer, calls| {
        let start = Instant::now();
        for _ in 0..calls {
            gradient(black_box(buffer));
        }
        start.elapsed()
    })
}

fn median(of: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = of.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
