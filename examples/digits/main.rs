//! Trains a small neural network on real handwritten digits, with a gradient made at compile
//! time. 64 pixels, 32 hidden units, 10 classes: 2,410 weights. The derivative with respect to
//! all of them costs a small multiple of the loss itself, which the example measures.
//!
//! ```text
//! cargo run --release --example digits
//! cargo run --release --example digits -- --help
//! ```
//!
//! Where to read: `model.rs` has the one function that is differentiated, `train.rs` what is
//! done with its gradient, `measure.rs` whether it is right and what it costs. `data.rs`,
//! `chart.rs` and `random.rs` are the rest of a program.

mod chart;
mod data;
mod measure;
mod model;
mod random;
mod train;

use chart::Epoch;
use data::Digits;
use indicatif::{ProgressBar, ProgressStyle};
use random::Random;
use std::error::Error;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use train::{Trainer, score};

const USAGE: &str = "\
Trains a small neural network on handwritten digits.

usage: digits [--data FILE] [--chart FILE] [--seed N] [--epochs N]

  --data FILE   the digits (default: data/digits.csv.gz of the examples)
  --chart FILE  where to draw the learning curve (default: target/digits.svg)
  --seed N      of the images held out, the first weights, and the order (default: 1)
  --epochs N    how often each image is seen (default: 30)";

/// What the test accuracy must be after training with the default number of epochs.
const GOOD_ACCURACY: f64 = 0.96;

fn main() -> ExitCode {
    match Options::parse(std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned())) {
        Ok(None) => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
        Ok(Some(options)) => run(&options).map_or_else(report, |()| ExitCode::SUCCESS),
        Err(message) => report(format!("{message}\n\n{USAGE}").into()),
    }
}

fn report(error: Box<dyn Error>) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let digits = data::read(&options.data)?;
    let mut random = Random::new(options.seed);
    let (train, test) = digits.split(&mut random);
    println!("{} images for training, {} held out for testing", train.len(), test.len());

    let weights = model::initial_weights(&mut random);
    let mut batch = Digits::default();
    batch.refill(&train, &(0..64).collect::<Vec<_>>());
    check_gradient(&weights, &batch, &mut random)?;

    let started = Instant::now();
    let (weights, epochs) = train_network(weights, &train, &test, options.epochs, &mut random);
    println!("trained in {:.2} s", started.elapsed().as_secs_f64());

    let times = measure::time(&weights, &batch, 201);
    println!(
        "\none loss of {} images takes {:.1?}, with its gradient {:.1?}: {:.2} times as long",
        batch.len(),
        times.loss,
        times.gradient,
        times.gradient.as_secs_f64() / times.loss.as_secs_f64()
    );

    draw_chart(&options.chart, &epochs)?;
    println!("learning curve: {}", options.chart.display());

    let accuracy = epochs.last().map_or(0.0, |epoch| epoch.test.accuracy);
    if options.epochs >= Options::EPOCHS && accuracy < GOOD_ACCURACY {
        let percent = 100.0 * GOOD_ACCURACY;
        return Err(format!("the test accuracy should be at least {percent:.0} %").into());
    }
    Ok(())
}

/// Whoever trains with a wrong gradient sees a network that learns badly, and looks for the
/// reason elsewhere. So the gradient is looked at first.
fn check_gradient(
    weights: &[f64],
    batch: &Digits,
    random: &mut Random,
) -> Result<(), Box<dyn Error>> {
    println!("\n20 of the {} components of the gradient:\n", weights.len());
    println!("{:>9}  {:>18}  {:>18}  {:>8}", "component", "generated", "central", "error");
    let components = measure::check(weights, batch, 20, random);
    for component in &components {
        let measure::Component { index, generated, central } = component;
        let error = component.error();
        println!("{index:>9}  {generated:>18.12}  {central:>18.12}  {error:>8.1e}");
    }
    // What is not a number is not small, either.
    let right = |component: &measure::Component| component.error() <= 1e-6;
    match components.iter().find(|component| !right(component)) {
        None => Ok(()),
        Some(wrong) => Err(format!("component {} of the gradient is wrong", wrong.index).into()),
    }
}

/// Returns the weights, and how well the network did after each epoch.
fn train_network(
    weights: Vec<f64>,
    train: &Digits,
    test: &Digits,
    epochs: usize,
    random: &mut Random,
) -> (Vec<f64>, Vec<Epoch>) {
    let mut history = Vec::new();
    let mut trainer = Trainer::new(weights, train);

    println!(
        "\n{:>5}  {:>11}  {:>10}  {:>9}  {:>9}  {:>9}",
        "epoch", "batch loss", "train loss", "test loss", "train acc", "test acc"
    );
    let bar = ProgressBar::new(epochs as u64).with_style(
        // The template is a constant: it is right or wrong, and no run finds out another.
        ProgressStyle::with_template("{bar:40} {pos}/{len} epochs, {eta} left")
            .expect("a valid template"),
    );
    for epoch in 1..=epochs {
        let progress = (epoch - 1) as f64 / epochs as f64;
        let batch_loss = trainer.epoch(train, progress, random);
        let now =
            Epoch { train: score(&trainer.weights, train), test: score(&trainer.weights, test) };
        // Not `bar.println`, which prints nothing where there is no terminal to draw a bar on.
        bar.suspend(|| {
            println!(
                "{epoch:>5}  {batch_loss:>11.4}  {:>10.4}  {:>9.4}  {:>7.2} %  {:>7.2} %",
                now.train.loss,
                now.test.loss,
                100.0 * now.train.accuracy,
                100.0 * now.test.accuracy
            );
        });
        bar.inc(1);
        history.push(now);
    }
    bar.finish_and_clear();
    (trainer.weights, history)
}

fn draw_chart(path: &Path, epochs: &[Epoch]) -> Result<(), Box<dyn Error>> {
    let drawn = match path.parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(Into::into),
        None => Ok(()),
    }
    .and_then(|()| chart::draw(path, epochs));
    drawn.map_err(|e| format!("cannot draw the learning curve to `{}`: {e}", path.display()).into())
}

struct Options {
    data: PathBuf,
    chart: PathBuf,
    seed: u64,
    epochs: usize,
}

impl Options {
    const EPOCHS: usize = 30;

    /// `None` is a request for help.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self {
            data: data::default_path(),
            chart: Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target/digits.svg"),
            seed: 1,
            epochs: Self::EPOCHS,
        };
        while let Some(name) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{name}` needs a value"));
            match name.as_str() {
                "--help" | "-h" => return Ok(None),
                "--data" => options.data = value()?.into(),
                "--chart" => options.chart = value()?.into(),
                "--seed" => options.seed = number(&name, &value()?)?,
                "--epochs" => options.epochs = number::<NonZero<usize>>(&name, &value()?)?.get(),
                _ => return Err(format!("`{name}` is not an option")),
            }
        }
        Ok(Some(options))
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{name} {value}`: not a number that makes sense"))
}
