// `while` loops that move indices by what they find; the reverse sweep must find its way back.

#[grad(jvp)]
pub fn merged_roughness(a: &[f64], b: &[f64]) -> f64 {
    let (mut i, mut j) = (0, 0);
    let mut previous = 0.0;
    let mut sum = 0.0;
    while i < a.len() && j < b.len() {
        let next;
        if a[i] < b[j] {
            next = a[i];
            i += 1;
        } else {
            next = b[j];
            j += 1;
        }
        sum += (next - previous) * (next - previous);
        previous = next;
    }
    while i < a.len() {
        sum += a[i] * previous;
        i += 1;
    }
    while j < b.len() {
        sum -= b[j] * previous;
        j += 1;
    }
    sum
}

#[grad(jvp)]
pub fn two_pointers(x: &[f64]) -> f64 {
    let mut low = 0;
    let mut high = x.len() - 1;
    let mut product = 1.0;
    while low < high {
        product *= x[low] - x[high];
        if product > 0.0 {
            low += 1;
        } else {
            high -= 1;
        }
    }
    product
}

pub fn cases(c: &mut Checker) {
    check!(c, merged_roughness(&vec![0.25, 0.75, 2.0], &vec![0.5, 1.0, 1.25]) -> f64);
    check!(c, merged_roughness(&vec![2.25, 2.75], &vec![0.5, 1.0, 1.25]) -> f64);
    check!(c, merged_roughness(&vec![0.25, 0.75], &vec![1.5, 2.0, 3.25]) -> f64);
    check!(c, two_pointers(&vec![0.5, -1.25, 2.0, 0.75, -0.5]) -> f64);
}
