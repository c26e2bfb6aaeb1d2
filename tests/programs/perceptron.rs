// A two-layer network with softmax cross-entropy, in plain loops over one slice of weights.

const INPUTS: usize = 3;
const HIDDEN: usize = 2;
const CLASSES: usize = 3;

#[grad(jvp, wrt(weights))]
pub fn batch_loss(weights: &[f64], images: &[f64], labels: &[u8], decay: f64) -> f64 {
    let (first, second) = weights.split_at(HIDDEN * (INPUTS + 1));
    let mut hidden = [0.0; HIDDEN];
    let mut scores = [0.0; CLASSES];
    let mut loss = 0.0;
    for n in 0..labels.len() {
        let image = &images[n * INPUTS..(n + 1) * INPUTS];
        for h in 0..HIDDEN {
            let row = &first[h * (INPUTS + 1)..(h + 1) * (INPUTS + 1)];
            let mut sum = row[INPUTS];
            for i in 0..INPUTS {
                sum += row[i] * image[i];
            }
            hidden[h] = sum.tanh();
        }
        let mut largest = f64::NEG_INFINITY;
        for k in 0..CLASSES {
            let row = &second[k * (HIDDEN + 1)..(k + 1) * (HIDDEN + 1)];
            scores[k] = row[HIDDEN];
            for h in 0..HIDDEN {
                scores[k] += row[h] * hidden[h];
            }
            largest = largest.max(scores[k]);
        }
        let mut total = 0.0;
        for k in 0..CLASSES {
            total += (scores[k] - largest).exp();
        }
        loss += total.ln() + largest - scores[labels[n] as usize];
    }
    let mut penalty = 0.0;
    for i in 0..weights.len() {
        penalty += weights[i] * weights[i];
    }
    loss / labels.len() as f64 + decay * penalty
}

pub fn cases(c: &mut Checker) {
    let count = HIDDEN * (INPUTS + 1) + CLASSES * (HIDDEN + 1);
    let weights: Vec<_> = (0..count).map(|i| ((i * 7 % 11) as f64 - 5.0) / 8.0).collect();
    let images = [0.5, -1.25, 2.0, 0.75, 1.5, -0.25];
    check!(c, batch_loss(&weights, const &images, const &[2, 0], const 0.125) -> f64);
}
