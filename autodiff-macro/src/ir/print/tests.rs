use proc_macro2::Span;

use super::function;
use crate::{
    ir::{
        Float, For, Function, Int, MemoryId, MemoryInfo, OpKind, Origin, Output, Param, Passing,
        Place, Range, Region, Role, Shape, Step, Type, ValueId, ValueInfo, Var, build::Cursor,
    },
    rules::Rule,
};

fn slice(function: &mut Function, name: &str) -> MemoryId {
    let ty = Type::Slice(Box::new(Type::Float(Float::F64)));
    let origin = Origin::Param(function.params.len());
    let memory = function.new_memory(MemoryInfo {
        ty,
        name: Some(name.to_owned()),
        mutable: false,
        origin,
        span: Span::call_site(),
    });
    function.params.push(Param {
        name: name.to_owned(),
        role: Role::Primal,
        passing: Passing::Shared,
        shape: Shape::Var(Var::Memory(memory)),
        differentiable: true,
        span: Span::call_site(),
    });
    memory
}

#[test]
fn dot_product() {
    let span = Span::call_site();
    let mut f = Function::new("dot");
    let (a, b) = (slice(&mut f, "a"), slice(&mut f, "b"));
    let float = Type::Float(Float::F64);
    let named = |f: &mut Function, name: &str, ty: &Type| {
        f.values.push(ValueInfo { ty: ty.clone(), name: Some(name.to_owned()), span });
        ValueId(f.values.len() as u32 - 1)
    };
    let usize = Type::Int(Int::Usize);
    let (n, i) = (named(&mut f, "n", &usize), named(&mut f, "i", &usize));
    let [s, s1, s2] = [0; 3].map(|_| named(&mut f, "s", &float));
    let mut ops = Vec::new();
    let mut at = Cursor { function: &mut f, ops: &mut ops, span };
    at.push(OpKind::Len { out: n, place: a.into() });
    let zero = at.float(0.0, float.clone());
    let start = at.int(0, usize);
    let mut body = Vec::new();
    let mut inner = Cursor { function: at.function, ops: &mut body, span };
    let x = inner.load(Place { memory: a, path: vec![Step::Index(i)] }, Some("x".to_owned()));
    let y = inner.load(Place { memory: b, path: vec![Step::Index(i)] }, Some("y".to_owned()));
    let product = inner.rule(Rule::Mul, &[x, y]);
    inner.push(OpKind::Rule { out: s1, rule: Rule::Add, args: vec![s, product] });
    at.push(OpKind::For(Box::new(For {
        index: i,
        range: Range { start, end: n, inclusive: false, adaptors: Vec::new() },
        inits: vec![zero],
        body: Region { params: vec![s], ops: body, yields: vec![Var::Value(s1)] },
        outs: vec![s2],
        exit: None,
        records: None,
    })));
    f.body.ops = ops;
    f.cut = f.body.ops.len();
    f.outputs.push(Output { role: Role::Primal, shape: Shape::Var(Var::Value(s2)) });
    expect_test::expect![[r#"
        fn dot(a: &[f64], b: &[f64]) {
            n = len a
            for i in 0..n carry (s = 0.0) {
                x = a[i]
                y = b[i]
                %1 = x * y
                s.1 = s + %1
                yield s.1
            } -> s.2
            return s.2
        }
    "#]]
    .assert_eq(&function(&f));
}
