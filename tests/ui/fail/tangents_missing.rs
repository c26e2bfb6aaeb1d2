use autodiff_runtime::{Differentiable, grad};

#[derive(Clone, Copy)]
enum Mode {
    Linear,
    Scaled(f64),
}

#[derive(Clone, Copy)]
struct Gains {
    p: f64,
}

impl Gains {
    #[grad]
    fn applied(&self, x: f64) -> f64 {
        self.p * x
    }
}

#[grad]
fn controlled(gains: &Gains, x: f64) -> f64 {
    gains.p * x
}

#[derive(Clone, Copy, Differentiable)]
struct Config {
    gain: f64,
    mode: Mode,
    history: [Gains; 2],
}

#[grad]
fn of_config(config: Config) -> f64 {
    config.gain * 2.0
}

fn main() {
    let config = Config { gain: 1.0, mode: Mode::Scaled(2.0), history: [Gains { p: 1.0 }; 2] };
    let _ = (of_config_grad(config), controlled_grad(&Gains { p: 1.0 }, 2.0), Mode::Linear);
}
