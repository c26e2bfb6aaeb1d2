// Fields that the file declares to be integers, however they are converted; texts handed on to functions that are called.

#[derive(Clone, Copy, Debug, Default, PartialEq, autodiff_runtime::Differentiable)]
pub struct Model {
    pub scale: f64,
    #[no_diff]
    pub paths: u32,
}

pub struct Layout {
    pub ids: Vec<u32>,
    pub sizes: [u8; 2],
    pub fine: f64,
}

#[grad(jvp, wrt(draws))]
pub fn mean(model: &Model, draws: &[f64]) -> f64 {
    let mut sum = 0.0;
    for x in draws.iter().take(model.paths as usize) {
        sum += (x * model.scale).exp();
    }
    sum / model.paths as f64
}

#[grad(jvp, wrt(x))]
pub fn picked(layout: &Layout, x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..layout.sizes[0] as usize {
        sum += x[layout.ids[i] as usize];
    }
    for &i in &layout.ids {
        sum *= x[i as usize];
    }
    sum * f64::from(layout.sizes[1]) * layout.fine
}

#[grad(jvp, wrt(value))]
pub fn in_units(value: f64, unit: &str) -> f64 {
    match unit {
        "m" => value,
        "degC" => value + 273.15,
        u if u.starts_with("milli") => value / 1e3,
        _ => value * value,
    }
}

#[grad(jvp, wrt(pressure, temperature))]
pub fn density(pressure: f64, temperature: f64, unit: &'static str) -> f64 {
    pressure / (287.05 * in_units(temperature, unit))
}


pub fn cases(c: &mut Checker) {
    let model = Model { scale: 0.75, paths: 2 };
    check!(c, mean(const &model, &vec![0.5, -1.25, 2.0]) -> f64);
    let layout = Layout { ids: vec![2, 0], sizes: [2, 3], fine: 0.5 };
    check!(c, picked(const &layout, &vec![0.5, 1.25, -0.75]) -> f64);
    for unit in ["m", "degC", "millibar", "K"] {
        check!(c, in_units(0.625, const unit) -> f64);
        check!(c, density(1.25, 20.0, const unit) -> f64);
    }
}
