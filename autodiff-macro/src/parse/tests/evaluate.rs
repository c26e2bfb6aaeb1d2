//! The IR evaluates to what the compiler makes of the same source.

use crate::ir::eval::{Data, Program, run};

fn list(values: &[f64]) -> Data {
    Data::floats(values)
}

fn result(source: &str, args: Vec<Data>) -> Data {
    let item: syn::ItemFn = syn::parse_str(source).expect("a function");
    let parsed = super::parsed(source).unwrap_or_else(|e| panic!("{source}\n{}", e.join("\n")));
    let text = super::ir(source);
    let mut program = Program::default();
    program.primals.insert(item.sig.ident.to_string(), parsed.function.clone());
    for item in &parsed.source.items {
        let syn::Item::Fn(inner) = item else { continue };
        let source = quote::quote!(#inner).to_string();
        let inner_parsed =
            super::parsed(&source).unwrap_or_else(|e| panic!("{source}\n{}", e.join("\n")));
        program.primals.insert(inner.sig.ident.to_string(), inner_parsed.function);
    }
    program.constants.insert("T".to_owned(), list(&[1.0, 2.0, 4.0]));
    program.constants.insert("K".to_owned(), Data::Float(1.25));
    match run(&program, &parsed.function, args) {
        Ok(mut run) => Data::Tuple(vec![run.outputs.remove(0), Data::Tuple(run.params)]),
        Err(error) => panic!("{error}\n{text}"),
    }
}

fn output(source: &str, args: Vec<Data>) -> Data {
    match result(source, args) {
        Data::Tuple(mut both) => both.remove(0),
        other => other,
    }
}

fn float(data: &Data) -> f64 {
    match data {
        Data::Float(value) => *value,
        other => panic!("{other:?}"),
    }
}

/// One function of two floats and a count: compiled, and read and evaluated.
macro_rules! scalar {
    ($($name:ident($x:ident, $y:ident, $n:ident) $body:block)*) => {$(
        #[test]
        fn $name() {
            #[allow(unused_mut, unused_variables, unused_assignments, clippy::all)]
            fn native($x: f64, $y: f64, $n: usize) -> f64 $body
            let source = format!(
                "fn f({}: f64, {}: f64, {}: usize) -> f64 {}",
                stringify!($x), stringify!($y), stringify!($n), stringify!($body)
            );
            for x in [-1.5, 0.25, 1.0, 3.5, 12.0] {
                for y in [-2.0, 0.5, 7.0] {
                    for n in [0usize, 1, 2, 3, 5, 8] {
                        let expected = native(x, y, n);
                        let args = vec![Data::Float(x), Data::Float(y), Data::Int(n as i128)];
                        let got = float(&output(&source, args));
                        assert_eq!(got.to_bits(), expected.to_bits(), "{got} {expected}: {x} {y} {n}\n{}", super::ir(&source));
                    }
                }
            }
        }
    )*};
}

scalar! {
    straight(x, y, n) { let a = x * y; let b = a - x / (y * y + 1.0); -b * a }
    nested_returns(x, y, n) {
        let mut s = x;
        for i in 0..n {
            for j in 0..=i {
                s = s * 1.5 + y;
                if s > 20.0 { return s - i as f64; }
                if s < -20.0 { break; }
            }
            if s < -10.0 { continue; }
            s += 1.0;
        }
        s * 2.0
    }
    labels(x, y, n) {
        let mut s = x;
        let mut k = 0;
        'outer: for i in 0..n {
            let mut t = 0.0;
            for j in 0..n {
                if j > i + 1 { continue 'outer; }
                if s > 50.0 { break 'outer; }
                if t > 10.0 && j > 1 { return t + s; }
                t += y + x * j as f64;
                k += 1;
            }
            s += t * 0.5;
        }
        s + k as f64
    }
    shadowing(x, y, n) {
        let mut s = 0.0;
        for i in 0..n {
            let mut s = x;
            for _ in 0..i { s *= y; }
            let s = s + 1.0;
            if s > 3.0 { break; }
        }
        let x = x + 1.0;
        s + x
    }
    loop_value(x, y, n) {
        let mut i = 0;
        let mut a = x;
        let r = loop {
            if i == n { break a; }
            a = a * 0.5 + y;
            if a > 6.0 { break a * 10.0; }
            i += 1;
        };
        r + i as f64
    }
    while_loops(x, y, n) {
        let mut i = 0;
        let mut s = x;
        while i < n && s < 100.0 {
            let mut j = i;
            while j > 0 { s += y; j -= 1; if j == 3 { break; } }
            i += 1;
        }
        s
    }
    while_with_effect(x, y, n) {
        let mut i = 0;
        let mut s = x;
        while { i += 1; i < n } { s = s * y; if s > 9.0 { continue; } s += 1.0; }
        s + i as f64
    }
    joins(x, y, n) {
        let mut s = y;
        if x > 0.0 {
            if x > 1.0 { if n > 3 { return x; } s += 1.0; } else { s -= 1.0; }
        } else {
            if n == 2 { return y * 5.0; }
            s *= 3.0;
        }
        let v = if s > 1.0 { if n == 0 { return 7.0; } s * 2.0 } else { s };
        v + x
    }
    matches_of_all_kinds(x, y, n) {
        let a = match n { 0 => x, 1 | 2 => x * y, 3..=4 => x + y, k if k % 2 == 1 => k as f64, _ => 1.0 };
        let b = match (n % 2, x > 0.0) { (0, true) => 1.0, (0, false) => { if y > 0.0 { return a; } 2.0 } (_, true) => 3.0, _ => y };
        let c = match x > 0.0 { true => a, false => b };
        let d = if let 2..=5 = n { 10.0 } else { 20.0 };
        a + b * c + d + if matches!(n, 1 | 5) { 0.5 } else { 0.25 }
    }
    tuples(x, y, n) {
        let mut p = (x, y);
        let (mut a, b) = p;
        for i in 0..n {
            p = (p.1, p.0 * 0.5);
            (a, p.0) = (p.0 + 1.0, a);
            if p.0 > 30.0 { return p.0; }
        }
        let t = (p, (a, b));
        t.0.0 + t.0.1 * 2.0 + t.1.0 - t.1.1
    }
    deferred(x, y, n) {
        let a;
        let b: f64;
        if x > 0.0 { a = x * 2.0; b = 1.0; } else if y > 0.0 { a = y; b = x; } else { return x - y; }
        let c;
        loop { if n > 2 { c = a; break; } c = b; break; }
        a + b * c
    }
    references(x, y, n) {
        let mut s = x;
        let mut t = y;
        {
            let r = &mut s;
            for _ in 0..n { *r += 0.5; if *r > 4.0 { *r -= 3.0; break; } }
        }
        let q = &s;
        std::mem::swap(&mut s, &mut t);
        let old = std::mem::replace(&mut s, 2.5);
        s * 2.0 - t + old
    }
    arrays(x, y, n) {
        let mut a = [x, y, 1.0, 2.0, 3.0];
        let mut b = a;
        let c = a;
        b[1] = c[0] * 2.0;
        a.swap(0, n % 5);
        for i in 0..n { b[i % 5] += a[i % 3]; b[(i + 1) % 5] -= c[i % 5]; b[0] *= 0.5; }
        let (l, r) = b.split_at_mut(2);
        l[0] = r[0] + x;
        r[1..].fill(y);
        let mut m = [[0.0; 3]; 2];
        m[1][2] = x;
        m[0] = [y, x, 1.0];
        let row = &m[0];
        let mut v = vec![0.0; n + 1];
        v[n] = row[1];
        v[..1].copy_from_slice(&a[1..2]);
        let w = v.clone();
        v[0] += 5.0;
        let mut s = 0.0;
        for e in b { s += e; }
        for e in &a { s += e * 2.0; }
        for (i, e) in v.iter().enumerate() { s += e * i as f64; }
        for (p, &q) in b.iter_mut().zip(a.iter()) { *p += q; }
        for e in m.iter_mut() { e[0] += 1.0; }
        for e in v.iter().rev().skip(1) { s = s * 0.5 + e; }
        for ch in a.chunks_exact(2) { s += ch[0] * ch[1]; }
        for p in a.windows(3) { s += p[2]; }
        s + b[3] + m[1][0] + m[1][2] + w[0] + w.len() as f64 + *w.last().unwrap()
    }
    array_branches(x, y, n) {
        let a = if x > 0.0 { [x, y] } else { [1.0, 2.0] };
        let b;
        if n > 2 { b = [a[0], x]; } else { b = [0.0, 1.0]; }
        let mut c = [0.0; 2];
        if y > 0.0 { c = a; }
        a[1] + b[0] * c[0] + c[1]
    }
    integers(x, y, n) {
        let k = n as i64 - 3;
        let m = k.abs().max(2).min(5) as usize;
        let p = (n << 1) ^ 5;
        let q = !(n as u8) as f64;
        let r = (n.pow(2) + n.saturating_sub(2)) % 7;
        let t = k.rem_euclid(4) as f64;
        let big = usize::max(n, 2) + std::cmp::min(n, 3);
        x * m as f64 + y * p as f64 + q + r as f64 + t + big as f64 + f64::from(k as i32)
    }
    labeled(x, y, n) {
        let v = 'a: {
            if n == 2 { break 'a x; }
            if n == 3 { return -1.0; }
            let t = x + y;
            if t > 2.0 { break 'a t; }
            y * 2.0
        };
        v + 1.0
    }
    lazy(x, y, n) {
        let a = [x, y, 1.0];
        let mut c = 0.0;
        if n < 3 && a[n] > 0.0 { c += 1.0; }
        if n >= 3 || a[n] > 1.0 { c += 2.0; }
        if n > 0 && { c += 4.0; n > 1 } { c += 8.0; }
        c
    }
    inner_functions(x, y, n) {
        const K: f64 = 1.25;
        const T: [f64; 3] = [1.0, 2.0, 4.0];
        fn sq(a: f64, by: &[f64; 2]) -> f64 { a * a + by[0] - by[1] }
        fn bump(a: &mut f64, out: &mut [f64], k: usize) -> bool { *a += 1.0; out[k] = *a; *a > 2.0 }
        fn fact(a: f64, k: usize) -> f64 { if k == 0 { return a; } fact(a, k - 1) * k as f64 }
        let mut s = x;
        let mut o = [0.0; 3];
        let big = bump(&mut s, &mut o, 1);
        let r = sq(y, &[x, s]);
        let mut t = 0.0;
        t += sq(s, &[1.0, 2.0]) * K;
        if big { t += fact(0.5, n % 4); }
        r + t + o[1] + T[n % 3] * T.len() as f64
    }
    reverse_ranges(x, y, n) {
        let mut s = x;
        for i in (0..n).rev() { s = s * 0.5 + i as f64; }
        for i in (1..=n).step_by(2) { s += y * i as f64; }
        for i in (0..n).rev().step_by(3) { s = s * 0.25 - i as f64; }
        for (i, j) in (2..n).enumerate() { s += (i * j) as f64; }
        s
    }
    after_the_loop(x, y, n) {
        let mut s = x;
        loop {
            s += 1.0;
            if s > 8.0 { return s; }
            if s < -1.0 { break; }
            if n > 4 { return y; }
        }
        s * 3.0
    }
    parts(x, y, n) {
        let mut v = [x, y, 1.0, 2.0, 3.0, 4.0];
        let (mut p, mut q) = (x * y, y);
        [p, q] = [q, p + q];
        [_, v[1], ..] = [p, v[1] * q, q];
        [p, _] = [v[0], v[1]];
        v.copy_within(1..4, 2);
        let [first, .., last] = v;
        let [a, mid @ .., b] = &v;
        let taken = std::mem::take(&mut q);
        let mut w = vec![0.0; 6];
        for i in 0..n { w[i % 6] += v[(i + 1) % 6]; std::mem::swap(&mut w[0], &mut q); }
        let mut u = Vec::from(v);
        if n > 3 { std::mem::swap(&mut u, &mut w); }
        first * last + a * b + mid[1] * mid.len() as f64 + p * q + taken + u[0] - w[2] + u[3]
    }
    outside_conditions(x, y, n) {
        let stop = x > 1.0;
        let mut s = y;
        for i in 0..n { if stop { break; } s += x; }
        for _ in 0..n { if s > 3.0 { if stop { return s; } s -= 1.0; } else { s += 2.0; if s == 4.0 { continue; } s += 0.25; } }
        loop { s += 1.0; break; }
        while s < 100.0 { if n > 2 { if s > 50.0 { break; } } else { return s; } s *= 2.0; s += 3.0; }
        s
    }
    rows(x, y, n) {
        let m = [[x, y, 1.0], [2.0, x * y, 3.0]];
        let [top, bottom] = m;
        let mut s = 0.0;
        for (i, row) in m.iter().enumerate() {
            for (a, b) in row.iter().zip(top.iter()) { s += a * b * (i + 1) as f64; }
        }
        for row in m { s += row[n % 3]; }
        let (a, b) = m.split_at(1);
        let last = &b[0][1..];
        s + bottom[1] + a[0][2] + last[0] + last.len() as f64
    }
    nested_labels(x, y, n) {
        let mut s = x;
        let r = 'find: loop {
            for i in 0..n {
                s += y;
                let t = 'try_: { if s > 20.0 { break 'find s; } if i == 2 { break 'try_ 1.0; } if s < -20.0 { return -s; } 2.0 };
                s += t;
            }
            if n == 0 { break 'find -1.0; }
            s += 5.0;
        };
        r + s
    }
    windows(x, y, n) {
        let mut v = [x, y, 1.0, -2.0, 3.0, 4.0, -5.0];
        let mut rest = &v[..];
        let mut s = 0.0;
        while rest.len() > 1 {
            let half = rest.len() / 2;
            s += rest[half];
            rest = if rest[half] > 0.5 { &rest[half..] } else { &rest[..half] };
            if s > 100.0 { return rest[0]; }
        }
        s += rest[0];
        let mut tail: &[f64] = &v;
        for i in 0..n.min(5) { tail = &tail[1..]; if tail[0] < 0.0 { continue; } if tail[0] > 3.5 { break; } s += tail.len() as f64 * tail[0]; }
        s += tail[0];
        let m = [[x, y], [y, 2.0], [1.0, x]];
        let row = if x > 0.0 { &m[n % 3] } else { &m[1] };
        s += row[1];
        let part = if n > 2 { &mut v[1..=3] } else { &mut v[..2] };
        part[0] += 10.0;
        s + v[0] * v[1]
    }
    only_returns(x, y, n) {
        let mut s = x;
        loop { s += y * y; if s > 8.0 { return s * 2.0; } }
    }
}

#[test]
fn memory_in_and_out() {
    let source = "fn f(x: &mut [f64], s: &mut f64, v: Vec<f64>, n: usize) -> Vec<f64> {
        for i in 0..n {
            if x[i] > 2.0 { return v; }
            *s += x[i];
            x[i] *= 2.0;
        }
        let mut w = v;
        w[0] = *s;
        w
    }";
    let args =
        |n: i128| vec![list(&[1.0, 2.0, 3.0]), Data::Float(0.5), list(&[7.0, 8.0]), Data::Int(n)];
    let Data::Tuple(got) = result(source, args(3)) else { panic!() };
    assert_eq!(format!("{:?}", got[0]), format!("{:?}", list(&[7.0, 8.0])));
    let Data::Tuple(params) = &got[1] else { panic!() };
    assert_eq!(format!("{:?}", params[0]), format!("{:?}", list(&[2.0, 4.0, 3.0])));
    assert_eq!(float(&params[1]), 3.5);
    assert_eq!(format!("{:?}", output(source, args(2))), format!("{:?}", list(&[3.5, 8.0])));
}
