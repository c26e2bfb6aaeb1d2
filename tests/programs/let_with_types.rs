// Types written and left out, patterns with `mut`, underscores, and several to a line.

#[grad(jvp)]
pub fn pendulum_energy(angle: f64, speed: f64, length: f64) -> f64 {
    let g: f64 = 9.8125;
    let mass: f64 = 0.5;
    let height = length * (1.0 - angle.cos());
    let _unused: f64 = height.exp();
    let _ = speed * 2.0;
    let velocity: f64 = length * speed;
    let (kinetic, potential): (f64, f64) = (0.5 * mass * velocity * velocity, mass * g * height);
    kinetic + potential
}

pub fn cases(c: &mut Checker) {
    check!(c, pendulum_energy(0.5, -0.75, 1.25) -> f64);
}
