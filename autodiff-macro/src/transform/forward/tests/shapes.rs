//! Shapes beyond slices of scalars: tuples, nested arrays, memory out of branches, widths.

use proc_macro2::Span;

use super::make::{FLOAT, Make, USIZE, value};
use super::{check, tangent_of};
use crate::ir::eval::{self, Data, Program};
use crate::ir::{Comparison, Float, Length, print};
use crate::ir::{
    For, Init, MemoryId, OpKind, Origin, Param, Passing, Place, Range, Role, Shape, Step, Type,
    ValueId, Var,
};
use crate::rules::Rule;

fn vec() -> Type {
    Type::Vec(Box::new(FLOAT))
}

fn array(of: Type, length: u64) -> Type {
    let tokens = quote::quote!(#length);
    Type::Array(Box::new(of), Length { tokens, known: Some(length) })
}

fn local(m: &mut Make, name: &str, ty: Type, init: Init) -> MemoryId {
    let memory = m.new_memory(ty, name, Origin::Local);
    m.push(OpKind::Alloc { memory, init });
    memory
}

/// The result is one of two vectors, one of which has no tangent of its own.
#[test]
fn a_branch_yields_memory() {
    let mut m = Make::new("f");
    let (x, y) = (m.scalar("x"), m.scalar("y"));
    let cond = m.less(x, y);
    let mut arm = |active: bool| {
        m.region(Vec::new(), |m| {
            let (one, two) = (m.float(1.0), m.float(2.0));
            let first = if active { m.rule(Rule::Mul, &[x, y]) } else { one };
            let items = vec![Init::Value(first), Init::Value(two)];
            vec![Var::Memory(local(m, "v", vec(), Init::List(items)))]
        })
    };
    let (then, otherwise) = (arm(true), arm(false));
    let out = m.new_memory(vec(), "w", Origin::Local);
    m.push(OpKind::If { cond, then, otherwise, outs: vec![Var::Memory(out)] });
    let zero = m.int(0);
    let first = m.load(out, zero);
    let square = m.rule(Rule::Mul, &[first, first]);
    m.store(out, zero, square);
    let f = m.finish(Shape::Var(Var::Memory(out)));
    check(&Program::default(), &f, &[Data::Float(0.5), Data::Float(1.5)]);
    check(&Program::default(), &f, &[Data::Float(2.5), Data::Float(1.5)]);
    expect_test::expect![[r#"
        fn f(x: f64, y: f64, t_x: const f64, t_y: const f64) {
            %1 = x < y
            if %1 {
                %2 = x * y
                %3 = t_x * y
                %4 = t_y * x
                %5 = %3 + %4
                new v: Vec<f64> = [%2, 2.0]
                new t_v: Vec<f64> = [%5, 0.0]
                yield v, t_v
            } else {
                new v.1: Vec<f64> = [1.0, 2.0]
                new t_v.1: Vec<f64> = [0.0, 0.0]
                yield v.1, t_v.1
            } -> w, t_w
            %6 = w[0]
            %7 = t_w[0]
            %8 = %6 * %6
            %9 = %7 * %6
            %10 = %7 * %6
            %11 = %9 + %10
            w[0] := %8
            t_w[0] := %11
            return w, tangent: t_w
        }
    "#]]
    .assert_eq(&print::function(&tangent_of(&f, true)));
}

/// `fn f((x, n, a): (f64, usize, [[f64; 2]; 2]), c: f64)`, with `c` not differentiated.
#[test]
fn tuples_and_nested_arrays() {
    let mut m = Make::new("f");
    let (x, n) = (m.new_value(FLOAT, "x"), m.new_value(USIZE, "n"));
    let matrix = array(array(FLOAT, 2), 2);
    let a = m.new_memory(matrix.clone(), "a", Origin::Param(0));
    m.function.params.push(Param {
        name: "p".to_owned(),
        role: Role::Primal,
        passing: Passing::ByValue,
        shape: Shape::Tuple(vec![value(x), value(n), Shape::Var(Var::Memory(a))]),
        differentiable: true,
        span: Span::call_site(),
    });
    let c = m.new_value(FLOAT, "c");
    m.param("c", Passing::ByValue, Var::Value(c), false);
    let (zero, one) = (m.int(0), m.int(1));
    let row = |i: ValueId| Place { memory: a, path: vec![Step::Index(i)] };
    let b = local(&mut m, "b", matrix, Init::RepeatPlace { place: row(one), lens: Vec::new() });
    let view = m.at().view(row(zero), true, Some("row".to_owned()));
    m.push(OpKind::AddAll { to: view.into(), from: row(one) });
    m.store(view, n, x);
    let place = |memory, i, j| Place { memory, path: vec![Step::Index(i), Step::Index(j)] };
    let top = m.at().load(place(a, zero, one), None);
    let low = m.at().load(place(b, one, zero), None);
    let product = m.rule(Rule::Mul, &[top, low]);
    let left = m.at().load(place(a, zero, zero), None);
    let product = m.rule(Rule::Mul, &[product, left]);
    let out = m.rule(Rule::Mul, &[product, c]);
    m.push(OpKind::Copy { to: row(one), from: Place { memory: b, path: vec![Step::Index(zero)] } });
    let fine = Shape::Tuple(vec![value(out), value(n), Shape::Var(Var::Memory(a))]);
    let f = m.finish(fine);
    let rows = Data::List(vec![Data::floats(&[0.4, 1.2]), Data::floats(&[-0.7, 0.9])]);
    let p = Data::Tuple(vec![Data::Float(1.1), Data::Int(0), rows]);
    check(&Program::default(), &f, &[p, Data::Float(2.0)]);
}

/// Two halves of a vector, one overwritten by what is constant; then the vector is replaced.
#[test]
fn halves_and_replacement() {
    let mut m = Make::new("f");
    let x = m.memory("x", vec(), Passing::ByValue, true);
    let c = m.memory("c", vec(), Passing::Shared, false);
    let (zero, two) = (m.int(0), m.int(2));
    let halves = ["low", "high"]
        .map(|name| m.new_memory(Type::Slice(Box::new(FLOAT)), name, Origin::View(x.into())));
    m.push(OpKind::Split { memories: halves, of: x.into(), at: two });
    let first = m.load(halves[1], zero);
    let sine = m.rule(Rule::Sin, &[first]);
    m.store(halves[0], zero, sine);
    m.push(OpKind::Copy { to: halves[1].into(), from: c.into() });
    let w = local(&mut m, "w", vec(), Init::Copy(x.into()));
    let fresh = local(&mut m, "fresh", vec(), Init::Copy(c.into()));
    let (a, b) = (m.load(x, zero), m.load(w, two));
    let out = m.rule(Rule::Mul, &[a, b]);
    let cond = m.less(a, b);
    let then = m.region(Vec::new(), |m| {
        let s = m.load(w, zero);
        m.store(fresh, zero, s);
        Vec::new()
    });
    let otherwise = m.region(Vec::new(), |_| Vec::new());
    m.push(OpKind::If { cond, then, otherwise, outs: Vec::new() });
    m.push(OpKind::Assign { to: w, from: fresh });
    let f = m.finish(Shape::Tuple(vec![value(out), Shape::Var(Var::Memory(w))]));
    for c in [[1.0, 3.0], [-1.0, 3.0]] {
        let inputs = [Data::floats(&[0.3, 0.2, 0.8, 0.5]), Data::floats(&c)];
        check(&Program::default(), &f, &inputs);
    }
}

/// A loop left early, casts between widths, and a value chosen without a branch.
#[test]
fn exits_casts_and_selections() {
    let mut m = Make::new("f");
    let x = m.scalar("x");
    let single = Type::Float(Float::F32);
    let (half, limit) = (m.float(0.5), m.float(1.9));
    let (start, end, one) = (m.int(0), m.int(10), m.float(1.0));
    let (index, exit) = (m.new_value(USIZE, "i"), m.new_value(Type::Bool, "exit"));
    let (s, out) = (m.new_value(FLOAT, "s"), m.new_value(FLOAT, "s"));
    let body = m.region(vec![s], |m| {
        let next = m.rule(Rule::Mul, &[s, x]);
        m.push(OpKind::Compare { out: exit, op: Comparison::Gt, args: [next, limit] });
        vec![Var::Value(next)]
    });
    m.push(OpKind::For(Box::new(For {
        index,
        range: Range { start, end, inclusive: false, adaptors: Vec::new() },
        inits: vec![one],
        body,
        outs: vec![out],
        exit: Some(exit),
        records: None,
    })));
    let cond = m.less(x, out);
    let chosen = m.new_value(FLOAT, "chosen");
    m.push(OpKind::Select { out: chosen, cond, args: [half, out] });
    let other = m.new_value(FLOAT, "other");
    m.push(OpKind::Select { out: other, cond, args: [out, half] });
    let narrow = m.new_value(single.clone(), "narrow");
    m.push(OpKind::Cast { out: narrow, arg: chosen, ty: single });
    let wide = m.new_value(FLOAT, "wide");
    m.push(OpKind::Cast { out: wide, arg: narrow, ty: FLOAT });
    let sum = m.rule(Rule::Add, &[chosen, other]);
    let nothing = m.rule(Rule::Floor, &[wide]);
    let out = m.rule(Rule::Add, &[sum, nothing]);
    let f = m.finish(value(out));
    check(&Program::default(), &f, &[Data::Float(1.2)]);
    check(&Program::default(), &f, &[Data::Float(0.9)]);
}

/// Differences would be lost in the rounding; the text shows the widths.
#[test]
fn a_cast_casts_the_tangent() {
    let mut m = Make::new("f");
    let x = m.scalar("x");
    let single = Type::Float(Float::F32);
    let narrow = m.new_value(single.clone(), "narrow");
    m.push(OpKind::Cast { out: narrow, arg: x, ty: single });
    let root = m.rule(Rule::Sqrt, &[narrow]);
    let wide = m.new_value(FLOAT, "wide");
    m.push(OpKind::Cast { out: wide, arg: root, ty: FLOAT });
    let n = m.new_value(USIZE, "n");
    m.push(OpKind::Cast { out: n, arg: x, ty: USIZE });
    let back = m.new_value(FLOAT, "back");
    m.push(OpKind::Cast { out: back, arg: n, ty: FLOAT });
    let out = m.rule(Rule::Mul, &[wide, back]);
    let f = m.finish(value(out));
    expect_test::expect![[r#"
        fn f(x: f64, t_x: const f64) {
            narrow = x as f32
            t_narrow = t_x as f32
            %1 = sqrt(narrow)
            %2 = 2.0 * %1
            %3 = t_narrow / %2
            wide = %1 as f64
            t_wide = %3 as f64
            n = x as usize
            back = n as f64
            %4 = wide * back
            %5 = t_wide * back
            return %4, tangent: %5
        }
    "#]]
    .assert_eq(&print::function(&tangent_of(&f, true)));
    let forward = tangent_of(&f, false);
    let run = |x: f64| {
        let (x, one) = (Data::Float(x), Data::Float(1.0));
        eval::tangent(&Program::default(), &forward, &[x], &[one]).unwrap().tangent.flat()
    };
    assert_eq!(run(4.0), [1.0]);
}
