// Names that are keywords, for the function, its parameters and its variables.

#[grad(jvp)]
pub fn r#match(r#type: f64, r#fn: &[f64], r#loop: usize) -> f64 {
    let mut r#if = r#type;
    for r#in in 0..r#loop {
        let r#let = r#fn[r#in] * r#if;
        r#if += r#let;
    }
    r#if
}

#[grad(jvp)]
pub fn caller(x: f64, y: &[f64]) -> f64 {
    let r#x = x * x;
    r#match(r#x, y, 2) * x
}

#[grad(jvp)]
pub fn non_ascii(übergröße: f64, größe: f64) -> f64 {
    let fläche = übergröße * größe;
    fläche.sin() + übergröße
}

pub fn cases(c: &mut Checker) {
    check!(c, caller(0.75, &vec![0.5, -1.25]) -> f64);
    check!(c, non_ascii(0.75, 1.25) -> f64);
    // The generated names lose the `r#`, as `match_grad` is no keyword.
    let (value, (d_type, d_fn)) = match_value_and_grad(0.75, &[0.5, -1.25], 2);
    assert_eq!(value, r#match(0.75, &[0.5, -1.25], 2));
    assert_eq!(d_type, 1.5 * -0.25);
    assert_eq!(d_fn, [0.75 * -0.25, 1.5 * 0.75]);
}
