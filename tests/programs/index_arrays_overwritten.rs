// Arrays of integers and bools that change on the way: the reverse sweep needs what they held.

#[grad(jvp)]
pub fn permuted_elimination(a: &[[f64; 3]; 3]) -> f64 {
    let mut m = *a;
    let mut order = [0, 1, 2];
    let mut determinant = 1.0;
    for k in 0..3 {
        for i in k + 1..3 {
            if m[order[i]][k].abs() > m[order[k]][k].abs() {
                order.swap(i, k);
                determinant = -determinant;
            }
        }
        let pivot = order[k];
        determinant *= m[pivot][k];
        for i in k + 1..3 {
            let row = order[i];
            let factor = m[row][k] / m[pivot][k];
            for j in k..3 {
                m[row][j] -= factor * m[pivot][j];
            }
        }
    }
    determinant
}

#[grad(jvp)]
pub fn shortest_path(lengths: &[f64], n: usize) -> f64 {
    let mut distance = vec![1e3; n];
    let mut done = vec![false; n];
    let mut from = vec![0usize; n];
    distance[0] = 0.0;
    for _ in 0..n {
        let mut next = n;
        for v in 0..n {
            if !done[v] && (next == n || distance[v] < distance[next]) {
                next = v;
            }
        }
        done[next] = true;
        for v in 0..n {
            let through = distance[next] + lengths[next * n + v] * lengths[next * n + v];
            if through < distance[v] {
                distance[v] = through;
                from[v] = next;
            }
        }
    }
    let mut sum = 0.0;
    for v in 1..n {
        sum += distance[v] * lengths[from[v] * n + v];
    }
    sum
}

#[grad(jvp)]
pub fn counting(x: &[f64], keys: &[usize]) -> f64 {
    let mut counts = [0; 3];
    let mut y = 1.0;
    for i in 0..x.len() {
        counts[keys[i]] += 1;
        y = y * x[counts[keys[i]]] + counts[(keys[i] + 1) % 3] as f64 * x[i];
    }
    y
}

pub fn cases(c: &mut Checker) {
    check!(c, permuted_elimination(&[[0.25, 1.5, -0.5], [2.0, 0.5, 1.0], [-1.0, 0.75, 1.25]]) -> f64);
    let lengths =
        vec![0.5, 0.75, 2.0, 1.5, 0.75, 1.0, 0.625, 2.0, 2.0, 0.5, 0.25, 0.375, 1.0, 1.0, 1.0, 1.0];
    check!(c, shortest_path(&lengths, const 4) -> f64);
    check!(c, counting(&vec![0.5, -1.25, 0.75, 2.0, 1.5], const &[0, 2, 0, 0, 1]) -> f64);
}
