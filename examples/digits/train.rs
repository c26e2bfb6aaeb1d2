//! Stochastic gradient descent with momentum: the plainest optimiser that does the job.

use crate::data::Digits;
use crate::model::{loss, loss_grad_into, predict};
use crate::random::Random;

const BATCH: usize = 32;
const LEARNING_RATE: f64 = 0.2;
const MOMENTUM: f64 = 0.9;
/// Pulls every weight towards zero a little, so that the network cannot learn the training
/// images by heart.
const DECAY: f64 = 1e-3;

pub struct Trainer {
    pub weights: Vec<f64>,
    velocity: Vec<f64>,
    gradient: Vec<f64>,
    order: Vec<usize>,
    batch: Digits,
}

impl Trainer {
    pub fn new(weights: Vec<f64>, train: &Digits) -> Self {
        Self {
            velocity: vec![0.0; weights.len()],
            gradient: vec![0.0; weights.len()],
            weights,
            order: (0..train.len()).collect(),
            batch: Digits::default(),
        }
    }

    /// Sees every training image once, in a new order. `progress` runs from 0 to 1 over the
    /// whole of the training; the steps become smaller with it, and the weights settle.
    ///
    /// Returns the mean loss of the batches as they were met. It costs nothing: whoever takes
    /// the gradient gets the value of the loss with it.
    pub fn epoch(&mut self, train: &Digits, progress: f64, random: &mut Random) -> f64 {
        let rate = LEARNING_RATE * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos());
        random.shuffle(&mut self.order);
        let mut total = 0.0;
        for chosen in self.order.chunks(BATCH) {
            self.batch.refill(train, chosen);
            // Overwrites `self.gradient`: no buffer to clear, and nothing is allocated.
            let value = loss_grad_into(
                &self.weights,
                &self.batch.pixels,
                &self.batch.labels,
                &mut self.gradient,
            );
            total += value * chosen.len() as f64;

            let parts = self.weights.iter_mut().zip(&mut self.velocity).zip(&self.gradient);
            for ((weight, velocity), gradient) in parts {
                *velocity = MOMENTUM * *velocity - rate * (gradient + DECAY * *weight);
                *weight += *velocity;
            }
        }
        total / train.len() as f64
    }
}

/// How well the network does on a set of images.
#[derive(Clone, Copy)]
pub struct Score {
    pub loss: f64,
    /// The part of the images seen right, from 0 to 1.
    pub accuracy: f64,
}

pub fn score(weights: &[f64], digits: &Digits) -> Score {
    let right = digits.iter().filter(|&(image, label)| predict(weights, image) == label).count();
    Score {
        loss: loss(weights, &digits.pixels, &digits.labels),
        accuracy: right as f64 / digits.len() as f64,
    }
}
