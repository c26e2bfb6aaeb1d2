// A fast Fourier transform: bit reversal, shifts and masks beside float butterflies.

use std::f64::consts::PI;

#[grad(jvp)]
pub fn power_in_band(signal: &[f64; 8], first: usize, last: usize) -> f64 {
    let mut re = [0.0; 8];
    let mut im = [0.0; 8];
    for i in 0..8usize {
        let reversed = i.reverse_bits() >> (usize::BITS - 3);
        re[reversed] = signal[i];
    }
    let mut size = 2;
    while size <= 8 {
        let half = size >> 1;
        for start in (0..8).step_by(size) {
            for k in 0..half {
                let angle = -2.0 * PI * k as f64 / size as f64;
                let (sin, cos) = angle.sin_cos();
                let (upper, lower) = (start | k, (start | k) ^ half);
                let x = re[lower] * cos - im[lower] * sin;
                let y = re[lower] * sin + im[lower] * cos;
                re[lower] = re[upper] - x;
                im[lower] = im[upper] - y;
                re[upper] += x;
                im[upper] += y;
            }
        }
        size <<= 1;
    }
    let mut power = 0.0;
    for k in first..=last {
        power += re[k] * re[k] + im[k] * im[k];
    }
    power
}

pub fn cases(c: &mut Checker) {
    let signal = [0.5, -1.25, 0.75, 1.5, 0.25, -0.5, 1.0, 2.0];
    check!(c, power_in_band(&signal, const 1, const 3) -> f64);
}
