//! The functions again, in numbers of any kind: operation by operation what the kernels of the same names do.

use crate::number::Number;

/// Functions of the same number of inputs, each with `M` results.
pub trait Problem<const M: usize> {
    /// The inputs of each function.
    fn inputs(&self) -> Vec<Vec<f64>>;

    fn call<T: Number>(&self, which: usize, x: &[T]) -> [T; M];
}

fn log_sum_exp<T: Number>(x: &[T]) -> T {
    let mut largest = x[0];
    for &x in &x[1..] {
        if x.value() > largest.value() {
            largest = x;
        }
    }
    let mut sum = T::constant(0.0);
    for &x in x {
        sum = sum + (x - largest).exp();
    }
    largest + sum.ln()
}

pub struct Formula;

impl Problem<1> for Formula {
    fn inputs(&self) -> Vec<Vec<f64>> {
        // Many points, so that calls through pointers do not count.
        let point = |i: usize| vec![0.5 + 0.01 * i as f64, -1.25, 0.75];
        (0..64).map(point).collect()
    }

    fn call<T: Number>(&self, _: usize, x: &[T]) -> [T; 1] {
        let (x, y, z) = (x[0], x[1], x[2]);
        let angle = x * y + z;
        let wave = angle.sin() * (-z * z).exp();
        let radius = (x * x + y * y).plus(1.0).sqrt();
        [wave / radius + (radius + z * z).ln() * x]
    }
}

pub struct Logistic {
    pub steps: usize,
}

impl Problem<1> for Logistic {
    fn inputs(&self) -> Vec<Vec<f64>> {
        vec![vec![0.25, 2.95]]
    }

    fn call<T: Number>(&self, _: usize, x: &[T]) -> [T; 1] {
        let (mut x, rate) = (x[0], x[1]);
        for _ in 0..self.steps {
            x = rate * x * (-x).plus(1.0);
        }
        [x]
    }
}

pub struct Mixture {
    pub components: usize,
    pub d: usize,
    pub gamma: f64,
    pub freedom: f64,
    pub parameters: Vec<f64>,
    pub points: Vec<f64>,
}

impl Problem<1> for Mixture {
    fn inputs(&self) -> Vec<Vec<f64>> {
        vec![self.parameters.clone()]
    }

    fn call<T: Number>(&self, _: usize, x: &[T]) -> [T; 1] {
        let (components, d) = (self.components, self.d);
        let size = d * (d + 1) / 2;
        let (alphas, rest) = x.split_at(components);
        let (means, factors) = rest.split_at(components * d);
        let zero = T::constant(0.0);
        let mut centred = vec![zero; d];
        let mut terms = vec![zero; components];
        let mut total = zero;
        for point in self.points.chunks_exact(d) {
            for k in 0..components {
                let mean = &means[k * d..(k + 1) * d];
                let factor = &factors[k * size..(k + 1) * size];
                for i in 0..d {
                    centred[i] = (-mean[i]).plus(point[i]);
                }
                let mut term = alphas[k];
                let mut at = d;
                for i in 0..d {
                    let mut y = factor[i].exp() * centred[i];
                    for &centred in &centred[..i] {
                        y = y + factor[at] * centred;
                        at += 1;
                    }
                    term = term + (factor[i] - y.times(0.5) * y);
                }
                terms[k] = term;
            }
            total = total + log_sum_exp(&terms);
        }
        let mut prior = zero;
        let half = 0.5 * self.gamma * self.gamma;
        for factor in factors.chunks_exact(size) {
            for &factor in &factor[..d] {
                let diagonal = factor.exp();
                prior = prior + (diagonal.times(half) * diagonal - factor.times(self.freedom));
            }
            for &factor in &factor[d..] {
                prior = prior + factor.times(half) * factor;
            }
        }
        let count = (self.points.len() / d) as f64;
        [total - log_sum_exp(alphas).times(count) - prior]
    }
}

pub struct Lstm {
    pub width: usize,
    pub layers: usize,
    /// Those of the cells, then the ends.
    pub parameters: Vec<f64>,
    pub start: Vec<f64>,
    pub sequence: Vec<f64>,
}

fn sigmoid<T: Number>(x: T) -> T {
    T::constant(1.0) / (-x).exp().plus(1.0)
}

impl Problem<1> for Lstm {
    fn inputs(&self) -> Vec<Vec<f64>> {
        vec![self.parameters.clone()]
    }

    fn call<T: Number>(&self, _: usize, x: &[T]) -> [T; 1] {
        let (width, layers) = (self.width, self.layers);
        let (parameters, ends) = x.split_at(8 * width * layers);
        let steps = self.sequence.len() / width - 1;
        let mut state: Vec<T> = self.start.iter().map(|&x| T::constant(x)).collect();
        let mut output = vec![T::constant(0.0); width];
        let mut total = T::constant(0.0);
        for t in 0..steps {
            let input = &self.sequence[t * width..(t + 1) * width];
            let target = &self.sequence[(t + 1) * width..(t + 2) * width];
            for i in 0..width {
                output[i] = ends[i].times(input[i]);
            }
            for l in 0..layers {
                let own = &parameters[8 * width * l..8 * width * (l + 1)];
                let (weights, biases) = own.split_at(4 * width);
                let (hidden, cell) = state[2 * width * l..2 * width * (l + 1)].split_at_mut(width);
                for i in 0..width {
                    let below = output[i];
                    let forget = sigmoid(below * weights[i] + biases[i]);
                    let enter = sigmoid(hidden[i] * weights[width + i] + biases[width + i]);
                    let leave = sigmoid(below * weights[2 * width + i] + biases[2 * width + i]);
                    let change =
                        (hidden[i] * weights[3 * width + i] + biases[3 * width + i]).tanh();
                    cell[i] = cell[i] * forget + enter * change;
                    hidden[i] = leave * cell[i].tanh();
                    output[i] = hidden[i];
                }
            }
            let mut sum = T::constant(2.0);
            for i in 0..width {
                output[i] = output[i] * ends[width + i] + ends[2 * width + i];
                sum = sum + output[i].exp();
            }
            let normaliser = sum.ln();
            for i in 0..width {
                total = total + (output[i] - normaliser).times(target[i]);
            }
        }
        [total.times(-1.0 / (steps * width) as f64)]
    }
}

pub struct Perceptron {
    pub inputs: usize,
    pub hidden: usize,
    pub classes: usize,
    pub weights: Vec<f64>,
    pub images: Vec<f64>,
    pub labels: Vec<u8>,
}

impl Problem<1> for Perceptron {
    fn inputs(&self) -> Vec<Vec<f64>> {
        vec![self.weights.clone()]
    }

    fn call<T: Number>(&self, _: usize, x: &[T]) -> [T; 1] {
        let (first, second) = x.split_at(self.hidden * (self.inputs + 1));
        let mut loss = T::constant(0.0);
        let mut hidden = vec![loss; self.hidden];
        let mut scores = vec![loss; self.classes];
        for (image, &label) in self.images.chunks_exact(self.inputs).zip(&self.labels) {
            for (hidden, row) in hidden.iter_mut().zip(first.chunks_exact(self.inputs + 1)) {
                let mut sum = row[self.inputs];
                for i in 0..self.inputs {
                    sum = sum + row[i].times(image[i]);
                }
                *hidden = sum.tanh();
            }
            for (score, row) in scores.iter_mut().zip(second.chunks_exact(self.hidden + 1)) {
                let mut sum = row[self.hidden];
                for h in 0..self.hidden {
                    sum = sum + row[h] * hidden[h];
                }
                *score = sum;
            }
            loss = loss + (log_sum_exp(&scores) - scores[label as usize]);
        }
        [loss.times(1.0 / self.labels.len() as f64)]
    }
}

/// Residuals of observations: eleven numbers of a camera, a point, a weight.
pub struct Bundle {
    pub observations: Vec<[f64; 15]>,
    pub seen: Vec<[f64; 2]>,
}

fn cross<T: Number>(a: [T; 3], b: [T; 3]) -> [T; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

impl Problem<2> for Bundle {
    fn inputs(&self) -> Vec<Vec<f64>> {
        self.observations.iter().map(|of| of.to_vec()).collect()
    }

    fn call<T: Number>(&self, which: usize, x: &[T]) -> [T; 2] {
        let seen = self.seen[which];
        let weight = x[14];
        let from = [x[11] - x[3], x[12] - x[4], x[13] - x[5]];
        let axis = [x[0], x[1], x[2]];
        let square = axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2];
        let there = if square.value() > 0.0 {
            let angle = square.sqrt();
            let (sin, cos) = (angle.sin(), angle.cos());
            let inverse = T::constant(1.0) / angle;
            let unit = axis.map(|x| x * inverse);
            let across = cross(unit, from);
            let along =
                (unit[0] * from[0] + unit[1] * from[1] + unit[2] * from[2]) * (-cos).plus(1.0);
            std::array::from_fn(|i| from[i] * cos + across[i] * sin + unit[i] * along)
        } else {
            let across = cross(axis, from);
            std::array::from_fn::<T, 3, _>(|i| from[i] + across[i])
        };
        let (a, b) = (there[0] / there[2], there[1] / there[2]);
        let square = a * a + b * b;
        let stretch = (x[9] * square + x[10] * square * square).plus(1.0);
        [
            weight * (a * stretch * x[6] + x[7]).plus(-seen[0]),
            weight * (b * stretch * x[6] + x[8]).plus(-seen[1]),
        ]
    }
}
