// Functions generic over `nalgebra::RealField`, whose values need not be `Copy`.

use nalgebra::RealField;

#[grad(jvp)]
pub fn oscillator<T: RealField + Copy>(x: T, y: &[T; 2]) -> T {
    let two: T = nalgebra::convert(2.0);
    x.sin() * two + y[0].powi(2) * y[1].exp() + T::pi() * x
}

#[grad(jvp)]
pub fn branch<T: RealField>(x: T, y: T) -> T {
    let product = x.clone() * y.clone();
    if product > T::zero() { product.sqrt() } else { x - y * nalgebra::convert(0.5) }
}

#[grad(jvp)]
pub fn both<T: RealField + Copy>(x: T, y: T) -> T {
    branch(x, y) + oscillator(branch(y, x * x), &[x, y])
}

pub fn cases(c: &mut Checker) {
    check!(c, oscillator(0.75, &[0.5, -1.25]) -> f64);
    check!(c, branch(0.75, 1.5) -> f64);
    check!(c, branch(0.75, -1.5) -> f64);
    check!(c, both(0.75, 1.5) -> f64);
}
