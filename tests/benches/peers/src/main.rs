//! Gradients by `#[grad]`, by hand, by other crates and by JAX, of the same functions on the same inputs, in interleaved
//! rounds. `tests/benches/peers.sh` runs it; `--jax=python` names a Python that has JAX, `--write=about` writes `docs/peers.md`.

// The kernels are those of `cargo bench`, of which this uses the functions.
#![allow(dead_code)]

#[path = "../../kernels/bundle.rs"]
mod bundle;
mod engines;
#[path = "../../kernels/formula.rs"]
mod formula;
#[path = "../../kernels/harness.rs"]
mod harness;
mod jax;
#[path = "../../kernels/logistic.rs"]
mod logistic;
#[path = "../../kernels/lstm.rs"]
mod lstm;
#[path = "../../kernels/mixture.rs"]
mod mixture;
mod number;
#[path = "../../kernels/perceptron.rs"]
mod perceptron;
mod problems;
mod report;
mod runs;

use std::{cell::RefCell, hint::black_box, time::Duration};

use autodiff_runtime::Workspace;
use harness::numbers;
use jax::Jax;
use problems::{Bundle, Formula, Logistic, Lstm, Mixture, Perceptron, Problem};
use runs::Run;

/// Somebody's gradient of one problem.
type Gradient<'a> = Box<dyn FnMut(&mut Vec<f64>) + 'a>;

/// Calls it so many times, and says how long that took.
type Calls<'a> = Box<dyn FnMut(&mut Vec<f64>, u32) -> Duration + 'a>;

fn main() {
    let flags: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| flags.iter().find_map(|flag| flag.strip_prefix(name));
    let wanted: Vec<_> = flags.iter().filter(|flag| !flag.starts_with("--")).collect();
    let mut jax = flag("--jax=").map(|python| Jax::start(python).expect("a Python that has JAX"));
    let problems: [(&str, fn(Option<&mut Jax>) -> Run); 6] = [
        ("formula", formula),
        ("logistic", logistic),
        ("perceptron", perceptron),
        ("mixture", mixture),
        ("lstm", lstm),
        ("bundle", bundle),
    ];
    let mut runs = Vec::new();
    for (name, run) in problems {
        if wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted.as_str())) {
            let run = run(jax.as_mut());
            println!("{}", run.line());
            runs.push(run);
        }
    }
    if let Some(about) = flag("--write=") {
        let jax = jax.as_ref().map(Jax::version);
        report::write(&runs, about, jax).expect("docs/peers.md is written");
    }
}

/// The crates that work on `problem`; those with forward mode take `N` directions at once.
fn peers<'a, const N: usize, const M: usize>(
    problem: &'a impl Problem<M>,
    inputs: &'a [Vec<f64>],
) -> Vec<(&'static str, Gradient<'a>)> {
    vec![
        ("aad", Box::new(move |g| engines::aad(problem, inputs, g))),
        ("ad_trait", Box::new(move |g| engines::ad_trait(problem, inputs, g))),
        (
            "ad_trait forward",
            Box::new(move |g| engines::ad_trait_forward::<N, M>(problem, inputs, g)),
        ),
        ("echidna", Box::new(move |g| engines::echidna(problem, inputs, g))),
        (
            "echidna forward",
            Box::new(move |g| engines::echidna_forward::<N, M>(problem, inputs, g)),
        ),
        ("num-dual", Box::new(move |g| engines::num_dual::<N, M>(problem, inputs, g))),
        ("autodiff", Box::new(move |g| engines::autodiff(problem, inputs, g))),
    ]
}

#[symdiff::gradient(var = x, dim = 3)]
fn symbolic(x: &[f64]) -> f64 {
    let angle = x[0] * x[1] + x[2];
    let wave = angle.sin() * (-x[2] * x[2]).exp();
    let radius = (x[0] * x[0] + x[1] * x[1] + 1.0).sqrt();
    wave / radius + (radius + x[2] * x[2]).ln() * x[0]
}

fn formula(_: Option<&mut Jax>) -> Run {
    let inputs = Formula.inputs();
    let points: Vec<[f64; 3]> = inputs.iter().map(|x| [x[0], x[1], x[2]]).collect();
    let mut buffers = [[0.0]; 3].map(Vec::from);
    let mut others = peers::<3, 1>(&Formula, &inputs);
    others.push((
        "symdiff",
        Box::new(|g| {
            g.clear();
            black_box(&points).iter().for_each(|x| g.extend(symbolic_gradient(x)));
        }),
    ));
    Run::of(
        "small formula, 3 inputs, at 64 points",
        || black_box(&points).iter().map(|&[x, y, z]| formula::formula(x, y, z)).sum(),
        |g| {
            g.resize(3 * points.len(), 0.0);
            for (&[x, y, z], g) in black_box(&points).iter().zip(g.as_chunks_mut().0) {
                let [a, b, c] = g;
                formula::formula_grad_into(x, y, z, a, b, c);
            }
        },
        |g| {
            g.clear();
            for &[x, y, z] in black_box(&points) {
                formula::by_hand(x, y, z, &mut buffers);
                g.extend(buffers.iter().map(|b| b[0]));
            }
        },
        others,
        None,
    )
}

fn logistic(_: Option<&mut Jax>) -> Run {
    const STEPS: usize = 1000;
    let problem = Logistic { steps: STEPS };
    let inputs = problem.inputs();
    let [start, rate] = [inputs[0][0], inputs[0][1]];
    Run::of(
        "logistic map, 1,000 steps, 2 inputs",
        || logistic::logistic(black_box(start), black_box(rate), STEPS),
        |g| {
            g.resize(2, 0.0);
            let (a, b) = g.split_at_mut(1);
            logistic::logistic_grad_into(
                black_box(start),
                black_box(rate),
                STEPS,
                &mut a[0],
                &mut b[0],
            );
        },
        |g| {
            g.resize(2, 0.0);
            let (a, b) = g.split_at_mut(1);
            logistic::by_hand(black_box(start), black_box(rate), STEPS, &mut a[0], &mut b[0]);
        },
        peers::<2, 1>(&problem, &inputs),
        None,
    )
}

fn perceptron(jax: Option<&mut Jax>) -> Run {
    use perceptron::{CLASSES, FIRST, HIDDEN, INPUTS, SECOND};
    let problem = Perceptron {
        inputs: INPUTS,
        hidden: HIDDEN,
        classes: CLASSES,
        weights: numbers(FIRST + SECOND, 6).iter().map(|w| 0.2 * w).collect(),
        images: numbers(INPUTS * 16, 7),
        labels: (0..16).map(|n| (n * 7 % CLASSES) as u8).collect(),
    };
    let Perceptron { weights, images, labels, .. } = &problem;
    let inputs = problem.inputs();
    let others = peers::<16, 1>(&problem, &inputs);
    let classes: Vec<f64> = labels.iter().map(|&label| label.into()).collect();
    let there = jax.map(|jax| jax.gradient("perceptron", &[], [weights, images, &classes, &[]]));
    Run::of(
        "perceptron 64-32-10, 16 images, 2,410 inputs",
        || perceptron::batch_loss(black_box(weights), images, labels),
        |g| {
            g.resize(weights.len(), 0.0);
            perceptron::batch_loss_grad_into(black_box(weights), images, labels, g);
        },
        |g| {
            g.resize(weights.len(), 0.0);
            perceptron::by_hand(black_box(weights), images, labels, g);
        },
        others,
        there,
    )
}

fn mixture(jax: Option<&mut Jax>) -> Run {
    const D: usize = 10;
    const COMPONENTS: usize = 25;
    const POINTS: usize = 1000;
    const SIZES: [usize; 3] = [COMPONENTS, COMPONENTS * D, COMPONENTS * D * (D + 1) / 2];
    let problem = Mixture {
        components: COMPONENTS,
        d: D,
        gamma: 1.0,
        freedom: 0.0,
        parameters: numbers(SIZES.iter().sum(), 16),
        points: numbers(D * POINTS, 17),
    };
    let (parameters, points) = (&problem.parameters, &problem.points);
    let (alphas, rest) = parameters.split_at(SIZES[0]);
    let (means, factors) = rest.split_at(SIZES[1]);
    let inputs = problem.inputs();
    let mut others = peers::<16, 1>(&problem, &inputs);
    // A sweep for 16 inputs at most: up to minutes a gradient.
    others.retain(|(name, _)| ["aad", "ad_trait", "echidna"].contains(name));
    let sizes = [COMPONENTS, D, POINTS];
    let there = jax.map(|jax| jax.gradient("mixture", &sizes, [parameters, points, &[], &[]]));
    let mut workspace = Workspace::new();
    let mut buffers = SIZES.map(|n| vec![0.0; n]);
    others.push((
        "#[grad] with a workspace",
        Box::new(move |g| {
            g.resize(parameters.len(), 0.0);
            let (a, rest) = g.split_at_mut(SIZES[0]);
            let (m, f) = rest.split_at_mut(SIZES[1]);
            let kept = &mut workspace;
            mixture::log_likelihood_grad_with(
                kept,
                black_box(alphas),
                means,
                factors,
                points,
                D,
                1.0,
                0.0,
                a,
                m,
                f,
            );
        }),
    ));
    Run::of(
        "Gaussian mixture (ADBench GMM), d = 10, K = 25, n = 1,000, 1,650 inputs",
        || mixture::log_likelihood(black_box(alphas), means, factors, points, D, 1.0, 0.0),
        |g| {
            g.resize(parameters.len(), 0.0);
            let (a, rest) = g.split_at_mut(SIZES[0]);
            let (m, f) = rest.split_at_mut(SIZES[1]);
            mixture::log_likelihood_grad_into(
                black_box(alphas),
                means,
                factors,
                points,
                D,
                1.0,
                0.0,
                a,
                m,
                f,
            );
        },
        |g| {
            mixture::by_hand(black_box(alphas), means, factors, points, D, 1.0, 0.0, &mut buffers);
            g.clear();
            g.extend(buffers.iter().flatten());
        },
        others,
        there,
    )
}

fn lstm(jax: Option<&mut Jax>) -> Run {
    const WIDTH: usize = 14;
    const LAYERS: usize = 2;
    const STEPS: usize = 1024;
    const CELLS: usize = 8 * LAYERS * WIDTH;
    let half = |count: usize, seed| -> Vec<f64> {
        numbers(count, seed).iter().map(|x| 0.5 + 0.5 * x).collect()
    };
    let problem = Lstm {
        width: WIDTH,
        layers: LAYERS,
        parameters: half(CELLS + 3 * WIDTH, 21),
        start: half(2 * LAYERS * WIDTH, 23),
        sequence: half(STEPS * WIDTH, 24).iter().map(|x: &f64| x.round()).collect(),
    };
    let Lstm { parameters, start, sequence, .. } = &problem;
    let (cells, ends) = parameters.split_at(CELLS);
    let inputs = problem.inputs();
    let mut others = peers::<16, 1>(&problem, &inputs);
    let sizes = [WIDTH, LAYERS];
    let there = jax.map(|jax| jax.gradient("lstm", &sizes, [parameters, start, sequence, &[]]));
    let workspace = RefCell::new(Workspace::new());
    others.push((
        "#[grad] with a workspace",
        Box::new(move |g| {
            g.resize(parameters.len(), 0.0);
            let (p, e) = g.split_at_mut(CELLS);
            let kept = &mut *workspace.borrow_mut();
            lstm::loss_grad_with(
                kept,
                WIDTH,
                LAYERS,
                black_box(cells),
                ends,
                start,
                sequence,
                p,
                e,
            );
        }),
    ));
    Run::of(
        "LSTM (ADBench), 2 layers of 14, 1,024 steps, 266 inputs",
        || lstm::loss(WIDTH, LAYERS, black_box(cells), ends, start, sequence),
        |g| {
            g.resize(parameters.len(), 0.0);
            let (p, e) = g.split_at_mut(CELLS);
            lstm::loss_grad_into(WIDTH, LAYERS, black_box(cells), ends, start, sequence, p, e);
        },
        |g| {
            g.resize(parameters.len(), 0.0);
            let (p, e) = g.split_at_mut(CELLS);
            lstm::by_hand([WIDTH, LAYERS], black_box(cells), ends, start, sequence, p, e);
        },
        others,
        there,
    )
}

fn bundle(_: Option<&mut Jax>) -> Run {
    let scene = bundle::scene();
    let observations: Vec<_> = (0..bundle::SEEN).map(|o| bundle::observation(&scene, o)).collect();
    let problem = Bundle {
        observations: observations
            .iter()
            .map(|(camera, point, weight, _)| {
                let mut all = [0.0; 15];
                all[..11].copy_from_slice(*camera);
                all[11..14].copy_from_slice(*point);
                all[14] = *weight;
                all
            })
            .collect(),
        seen: observations.iter().map(|of| *of.3).collect(),
    };
    let inputs = problem.inputs();
    // Two rows of eleven, three and one.
    let rows = |g: &mut Vec<f64>, each: &dyn Fn(usize, &mut [f64], &mut [f64], &mut [f64])| {
        g.resize(30 * observations.len(), 0.0);
        let (mut c, mut p, mut w) = ([0.0; 22], [0.0; 6], [0.0; 2]);
        for (o, g) in g.chunks_exact_mut(30).enumerate() {
            each(o, &mut c, &mut p, &mut w);
            for row in 0..2 {
                let g = &mut g[15 * row..15 * (row + 1)];
                g[..11].copy_from_slice(&c[11 * row..11 * (row + 1)]);
                g[11..14].copy_from_slice(&p[3 * row..3 * (row + 1)]);
                g[14] = w[row];
            }
        }
    };
    Run::of(
        "bundle adjustment (ADBench BA), 200 Jacobians of 2 x 15",
        || {
            let residual = |&(camera, point, weight, seen): &_| {
                let [x, y] = bundle::residual(black_box(camera), point, weight, seen);
                x + y
            };
            observations.iter().map(residual).sum::<f64>()
        },
        |g| {
            rows(g, &|o, c, p, w| {
                let (camera, point, weight, seen) = observations[o];
                bundle::residual_jacobian_into(black_box(camera), point, weight, seen, c, p, w);
            })
        },
        |g| {
            rows(g, &|o, c, p, w| {
                let (camera, point, weight, seen) = observations[o];
                bundle::by_hand(black_box(camera), point, weight, seen, [c, p, w]);
            })
        },
        peers::<15, 2>(&problem, &inputs),
        None,
    )
}
