// Interpolation in a table: the search is integer work, the active value only decides it.

#[grad(jvp)]
pub fn interpolate(nodes: &[f64], values: &[f64], x: f64) -> f64 {
    let mut low = 0;
    let mut high = nodes.len() - 1;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if nodes[middle] > x {
            high = middle;
        } else {
            low = middle;
        }
    }
    let t = (x - nodes[low]) / (nodes[high] - nodes[low]);
    (1.0 - t) * values[low] + t * values[high]
}

pub fn cases(c: &mut Checker) {
    let nodes = vec![-1.0, 0.0, 0.75, 2.0, 2.5, 4.0];
    let values = vec![0.5, -1.25, 2.0, 0.75, -0.5, 1.0];
    for x in [-0.5, 0.5, 2.25, 3.0] {
        check!(c, interpolate(&nodes, &values, x) -> f64);
    }
}
