use std::collections::HashMap;

use autodiff_runtime::grad;

struct Spring {
    stiffness: f64,
}

#[grad]
fn energy(spring: &Spring, x: f64) -> f64 {
    0.5 * spring.stiffness * x * x
}

impl Spring {
    #[grad(jvp)]
    fn force(&self, x: f64) -> f64 {
        -self.stiffness * x
    }
}

#[grad]
fn priced(prices: &HashMap<u32, f64>, amount: f64) -> f64 {
    prices[&0] * amount
}

fn main() {
    let spring = Spring { stiffness: 2.0 };
    energy_grad(&spring, 1.0);
    spring.force_grad(1.0);
    priced_grad(&HashMap::new(), 1.0);
}
