//! Nested loops over pairs: the Lennard-Jones potential.

use autodiff_runtime::grad;

use crate::harness::{Kernel, numbers};

#[grad]
pub fn energy(positions: &[f64], width: f64) -> f64 {
    let n = positions.len() / 3;
    let mut energy = 0.0;
    for i in 0..n {
        for j in 0..i {
            let mut square = 0.0;
            for k in 0..3 {
                let difference = positions[3 * i + k] - positions[3 * j + k];
                square += difference * difference;
            }
            let ratio = width * width / square;
            let sixth = ratio * ratio * ratio;
            energy += 4.0 * (sixth * sixth - sixth);
        }
    }
    energy
}

/// Both sweeps of a pair at once.
fn by_hand(positions: &[f64], width: f64, d: &mut [f64], d_width: &mut f64) -> f64 {
    d.fill(0.0);
    let (positions, _) = positions.as_chunks::<3>();
    let (d, _) = d.as_chunks_mut::<3>();
    let (mut energy, mut sum) = (0.0, 0.0);
    for (i, [x, y, z]) in positions.iter().enumerate() {
        let (d_before, d_here) = d.split_at_mut(i);
        let mut d_i = [0.0; 3];
        for (other, d_j) in positions.iter().zip(d_before) {
            let difference = [x - other[0], y - other[1], z - other[2]];
            let [dx, dy, dz] = difference;
            let inverse = 1.0 / (dx * dx + dy * dy + dz * dz);
            let ratio = width * width * inverse;
            let sixth = ratio * ratio * ratio;
            energy += 4.0 * (sixth * sixth - sixth);
            let strength = 24.0 * (2.0 * sixth * sixth - sixth);
            sum += strength;
            let factor = -strength * inverse;
            for k in 0..3 {
                d_i[k] += factor * difference[k];
                d_j[k] -= factor * difference[k];
            }
        }
        d_here[0] = d_i;
    }
    *d_width = sum / width;
    energy
}

pub fn kernel(name: &'static str) -> Kernel {
    const N: usize = 64;
    Kernel::new(
        name,
        || {
            // A grid of 4 x 4 x 4, shaken.
            let shaken = numbers(3 * N, 8);
            (0..3 * N)
                .map(|i| ((i / 3) >> (2 * (i % 3)) & 3) as f64 * 1.1 + 0.1 * shaken[i])
                .collect::<Vec<_>>()
        },
        [3 * N, 1],
        |positions| energy(positions, 0.9),
        |positions, [d, d_width]| energy_grad_into(positions, 0.9, d, &mut d_width[0]),
        |positions, [d, d_width]| by_hand(positions, 0.9, d, &mut d_width[0]),
    )
}
