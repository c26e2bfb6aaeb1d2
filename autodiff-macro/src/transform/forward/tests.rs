//! Functions made by hand, their tangents against differences, by the interpreter.

mod make;
mod shapes;

use make::{FLOAT, Make, element, slice, value};
use syn::parse_quote;

use crate::analysis::activity;
use crate::ir::eval::{self, Data, Program};
use crate::ir::{
    Arg, Callee, Function, Init, Int, MemoryId, OpKind, Origin, Passing, Place, Shape, Step, Type,
    ValueId, Var, While, print, verify,
};
use crate::options::Settings;
use crate::rules::Rule;

fn tangent_of(primal: &Function, activity: bool) -> Function {
    let settings = Settings { activity, ..Settings::default() };
    verify::check(primal).unwrap();
    let forward = super::forward(primal, &activity::analyse(primal, &settings), &settings);
    verify::check(&forward).unwrap();
    forward
}

/// Compares the tangent of `primal` with differences, at `inputs`, in a direction in which all floats of the
/// differentiated inputs move.
fn check(program: &Program, primal: &Function, inputs: &[Data]) {
    let mut next = 0.3;
    let directions: Vec<Data> = primal
        .params
        .iter()
        .zip(inputs)
        .map(|(param, input)| {
            let mut direction = input.clone();
            direction.for_each_float(&mut |value| {
                next = (next * 1.7 + 0.4) % 2.0 - 0.6;
                *value = if param.differentiable { next } else { 0.0 };
            });
            direction
        })
        .collect();
    let results = |run: &eval::Run| -> Vec<f64> {
        let finals = primal
            .params
            .iter()
            .zip(&run.params)
            .filter(|(param, _)| param.passing == Passing::Mutable && param.differentiable);
        run.outputs.iter().chain(finals.map(|(_, data)| data)).flat_map(Data::flat).collect()
    };
    let at = |h: f64| {
        let moved = inputs.iter().zip(&directions).map(|(input, direction)| {
            let (mut moved, mut steps) = (input.clone(), direction.flat().into_iter());
            moved.for_each_float(&mut |value| *value += h * steps.next().unwrap_or(0.0));
            moved
        });
        results(&eval::run(program, primal, moved.collect()).unwrap())
    };
    let h = 1e-5;
    let slopes: Vec<f64> =
        at(h).iter().zip(at(-h)).map(|(up, down)| (up - down) / (2.0 * h)).collect();
    for activity in [true, false] {
        let forward = tangent_of(primal, activity);
        let run = eval::tangent(program, &forward, inputs, &directions).unwrap();
        let mut found = run.tangent.flat();
        for (param, data) in primal.params.iter().zip(&run.final_tangents) {
            if param.differentiable {
                found.extend(data.flat());
            }
        }
        let mut value = run.value.flat();
        for (param, data) in primal.params.iter().zip(&run.finals) {
            if param.differentiable {
                value.extend(data.flat());
            }
        }
        assert_eq!(value, at(0.0), "the value of\n{}", print::function(&forward));
        assert_eq!(found.len(), slopes.len());
        for (found, slope) in found.iter().zip(&slopes) {
            assert!(
                (found - slope).abs() < 1e-7 * (1.0 + slope.abs()),
                "{found}, not {slope} (activity {activity}), in\n{}",
                print::function(&forward)
            );
        }
    }
}

/// `x * sin(x * y) - x.powi(3)`
fn straight() -> Function {
    let mut m = Make::new("f");
    let (x, y) = (m.scalar("x"), m.scalar("y"));
    let product = m.rule(Rule::Mul, &[x, y]);
    let sine = m.rule(Rule::Sin, &[product]);
    let left = m.rule(Rule::Mul, &[x, sine]);
    let n = m.at().int(3, Type::Int(Int::I32));
    let cube = m.rule(Rule::Powi, &[x, n]);
    let out = m.rule(Rule::Sub, &[left, cube]);
    m.finish(value(out))
}

#[test]
fn straight_line() {
    check(&Program::default(), &straight(), &[Data::Float(0.7), Data::Float(-1.3)]);
    expect_test::expect![[r#"
        fn f(x: f64, y: f64, t_x: const f64, t_y: const f64) {
            %1 = x * y
            %2 = t_x * y
            %3 = t_y * x
            %4 = %2 + %3
            %5 = sin(%1)
            %6 = cos(%1)
            %7 = %4 * %6
            %8 = x * %5
            %9 = t_x * %5
            %10 = %7 * x
            %11 = %9 + %10
            %12 = powi(x, 3)
            %13 = x * x
            %14 = 3.0 * %13
            %15 = t_x * %14
            %16 = %8 - %12
            %17 = %11 - %15
            return %16, tangent: %17
        }
    "#]]
    .assert_eq(&print::function(&tangent_of(&straight(), true)));
}

#[test]
fn branches() {
    let mut m = Make::new("f");
    let (x, y) = (m.scalar("x"), m.scalar("y"));
    let cond = m.less(x, y);
    let out = m.branch(cond, |m| m.rule(Rule::Mul, &[x, x]), |m| m.float(3.0));
    let constant = m.branch(cond, |m| m.float(1.0), |m| m.float(2.0));
    let out = m.rule(Rule::Mul, &[out, constant]);
    let out = m.rule(Rule::Div, &[out, y]);
    let f = m.finish(value(out));
    check(&Program::default(), &f, &[Data::Float(0.7), Data::Float(1.3)]);
    check(&Program::default(), &f, &[Data::Float(1.7), Data::Float(1.3)]);
    expect_test::expect![[r#"
        fn f(x: f64, y: f64, t_x: const f64, t_y: const f64) {
            %1 = x < y
            if %1 {
                %2 = x * x
                %3 = t_x * x
                %4 = t_x * x
                %5 = %3 + %4
                yield %2, %5
            } else {
                yield 3.0, 0.0
            } -> r, t_r
            if %1 {
                yield 1.0
            } else {
                yield 2.0
            } -> r.1
            %6 = r * r.1
            %7 = t_r * r.1
            %8 = %6 / y
            %9 = %7 / y
            %10 = t_y / y
            %11 = %10 * %8
            %12 = %9 - %11
            return %8, tangent: %12
        }
    "#]]
    .assert_eq(&print::function(&tangent_of(&f, true)));
}

/// A loop that overwrites a local array, and one that overwrites an argument.
#[test]
fn memory_is_overwritten() {
    let mut m = Make::new("f");
    let a = m.memory("a", slice(), Passing::Shared, true);
    let y = m.memory("y", slice(), Passing::Mutable, true);
    let scale = m.memory("scale", slice(), Passing::Shared, false);
    let n = m.len(a);
    let w = m.new_memory(Type::Vec(Box::new(FLOAT)), "w", Origin::Local);
    m.push(OpKind::Alloc { memory: w, init: Init::Copy(a.into()) });
    let one = m.float(1.0);
    let out = m.repeat(n, one, |m, i, s| {
        let x = m.load(w, i);
        let k = m.load(scale, i);
        let x = m.rule(Rule::Mul, &[x, s]);
        let x = m.rule(Rule::Sin, &[x]);
        let x = m.rule(Rule::Mul, &[x, k]);
        m.store(w, i, x);
        m.push(OpKind::Accumulate { place: element(y, i), value: x });
        let again = m.load(y, i);
        m.rule(Rule::Add, &[s, again])
    });
    let (zero, last) = (m.int(0), m.int(2));
    m.push(OpKind::Swap { place: y.into(), at: [zero, last] });
    let (start, end) = (Some(m.int(0)), Some(m.int(2)));
    let of = Place { memory: y, path: vec![Step::Range { start, end, inclusive: false }] };
    let view = m.at().view(of, true, Some("view".to_owned()));
    m.push(OpKind::Fill { place: view.into(), value: out });
    let five = m.float(5.0);
    m.store(view, zero, five);
    let f = m.finish(Shape::Tuple(vec![value(out), Shape::Var(Var::Memory(w))]));
    let inputs =
        [&[0.3, -0.8, 1.1], &[1.0, 2.0, 0.5], &[1.5, 0.5, 2.0]].map(|all| Data::floats(all));
    check(&Program::default(), &f, &inputs);
    let empty = [&[][..], &[1.0, 2.0, 0.5], &[]].map(Data::floats);
    check(&Program::default(), &f, &empty);
    expect_test::expect![[r#"
        fn f(a: &[f64], y: &mut [f64], scale: const &[f64], t_a: const &[f64], t_y: const &mut [f64]) {
            n = len a
            new w: Vec<f64> = copy a
            new t_w: Vec<f64> = copy t_a
            for i in 0..n carry (s = 1.0, t_s = 0.0) {
                %1 = w[i]
                %2 = t_w[i]
                %3 = scale[i]
                %4 = %1 * s
                %5 = %2 * s
                %6 = t_s * %1
                %7 = %5 + %6
                %8 = sin(%4)
                %9 = cos(%4)
                %10 = %7 * %9
                %11 = %8 * %3
                %12 = %10 * %3
                w[i] := %11
                t_w[i] := %12
                y[i] += %11
                t_y[i] += %12
                %13 = y[i]
                %14 = t_y[i]
                %15 = s + %13
                %16 = t_s + %14
                yield %15, %16
            } -> s.1, t_s.1
            swap y at 0, 2
            swap t_y at 0, 2
            view view = &mut y[0..2]
            view t_view = &mut t_y[0..2]
            fill view := s.1
            fill t_view := t_s.1
            view[0] := 5.0
            t_view[0] := 0.0
            return (s.1, w), tangent: (t_s.1, t_w)
        }
    "#]].assert_eq(&print::function(&tangent_of(&f, true)));
}

/// What is written to a parameter that is not differentiated is differentiated all the same when read again.
#[test]
fn a_buffer_that_is_not_differentiated() {
    let mut m = Make::new("f");
    let x = m.scalar("x");
    let buffer = m.memory("buffer", slice(), Passing::Mutable, false);
    let zero = m.int(0);
    let square = m.rule(Rule::Mul, &[x, x]);
    m.store(buffer, zero, square);
    let back = m.load(buffer, zero);
    let out = m.rule(Rule::Exp, &[back]);
    let f = m.finish(value(out));
    check(&Program::default(), &f, &[Data::Float(0.7), Data::floats(&[3.0])]);
}

/// `while s < 10 { s = s * x + y; y is constant }`
#[test]
fn while_loops() {
    let mut m = Make::new("f");
    let x = m.scalar("x");
    let (one, limit) = (m.float(1.0), m.float(10.0));
    let [in_cond, in_body, out] = [0; 3].map(|_| m.new_value(FLOAT, "s"));
    let cond = m.region(vec![in_cond], |m| vec![Var::Value(m.less(in_cond, limit))]);
    let body = m.region(vec![in_body], |m| {
        let next = m.rule(Rule::Mul, &[in_body, x]);
        vec![Var::Value(m.rule(Rule::Add, &[next, one]))]
    });
    let inits = vec![one];
    let outs = vec![out];
    m.push(OpKind::While(Box::new(While { inits, cond, body, outs, exit: None })));
    let f = m.finish(value(out));
    check(&Program::default(), &f, &[Data::Float(1.2)]);
    expect_test::expect![[r#"
        fn f(x: f64, t_x: const f64) {
            while carry (s = 1.0, t_s = 0.0) {
                %1 = s < 10.0
                yield %1
            } do with (s.1, t_s.1) {
                %2 = s.1 * x
                %3 = t_s.1 * x
                %4 = t_x * s.1
                %5 = %3 + %4
                %6 = %2 + 1.0
                yield %6, %5
            } -> s.2, t_s.2
            return s.2, tangent: t_s.2
        }
    "#]]
    .assert_eq(&print::function(&tangent_of(&f, true)));
}

/// `fn g(x, a: &[f64], y: &mut [f64], r: &mut f64) -> f64`, called with and without activity.
#[test]
fn calls() {
    let mut m = Make::new("g");
    let x = m.scalar("x");
    let a = m.memory("a", slice(), Passing::Shared, true);
    let y = m.memory("y", slice(), Passing::Mutable, true);
    let r = m.memory("r", FLOAT, Passing::Mutable, true);
    let zero = m.int(0);
    let (first, there) = (m.load(a, zero), m.load(y, zero));
    let product = m.rule(Rule::Mul, &[first, x]);
    let sum = m.rule(Rule::Add, &[there, product]);
    m.store(y, zero, sum);
    let before = m.at().load(r.into(), None);
    let after = m.rule(Rule::Mul, &[before, first]);
    m.push(OpKind::Store { place: r.into(), value: after });
    let out = m.rule(Rule::Cos, &[sum]);
    let g = m.finish(value(out));

    let mut m = Make::new("f");
    let x = m.scalar("x");
    let c = m.memory("c", slice(), Passing::Shared, false);
    let b = m.memory("b", slice(), Passing::Mutable, true);
    let call = |m: &mut Make, x: ValueId, input: ValueId, y: MemoryId| {
        let (output, result) = (m.new_value(FLOAT, "r"), m.new_value(FLOAT, "v"));
        m.push(OpKind::Call {
            callee: Callee::Free(parse_quote!(g)),
            args: vec![
                Arg::Value(x),
                Arg::Memory { place: c.into(), passing: Passing::Shared },
                Arg::Memory { place: y.into(), passing: Passing::Mutable },
                Arg::InOut { input, output },
            ],
            result: value(result),
        });
        (result, output)
    };
    let one = m.float(1.0);
    let (u, r) = call(&mut m, x, one, b);
    let w = m.new_memory(Type::Vec(Box::new(FLOAT)), "w", Origin::Local);
    let n = m.int(1);
    m.push(OpKind::Alloc { memory: w, init: Init::Repeat { value: one, lens: vec![n] } });
    // Nothing here is active.
    let (v, s) = call(&mut m, one, one, w);
    let (v, s) = (m.rule(Rule::Mul, &[v, u]), m.rule(Rule::Mul, &[s, r]));
    let out = m.rule(Rule::Add, &[v, s]);
    let f = m.finish(value(out));

    let mut program = Program::default();
    program.tangents.insert("g".to_owned(), tangent_of(&g, true));
    program.primals.insert("g".to_owned(), g);
    check(&program, &f, &[Data::Float(0.6), Data::floats(&[1.4]), Data::floats(&[0.2])]);
    expect_test::expect![[r#"
        fn f(x: f64, c: const &[f64], b: &mut [f64], t_x: const f64, t_b: const &mut [f64]) {
            v, t_v = tangent g(x, &c, &mut b, &mut 1.0 -> r; t_x, 0, t_b, &mut 0.0 -> t_r)
            new w: Vec<f64> = vec![1.0; 1]
            v.1 = g(1.0, &c, &mut w, &mut 1.0 -> r.1)
            %1 = v.1 * v
            %2 = t_v * v.1
            %3 = r.1 * r
            %4 = t_r * r.1
            %5 = %1 + %3
            %6 = %2 + %4
            return %5, tangent: %6
        }
    "#]]
    .assert_eq(&print::function(&tangent_of(&f, true)));
}
