//! What is generated, as text. Read it as code under review: it is the product.

use proc_macro2::Span;
use quote::ToTokens;

use crate::{
    analysis,
    error::Errors,
    ir::{
        Function, MemoryInfo, Op, OpKind, Origin, Output, Param, Passing, Region, Role, Shape,
        Type, ValueId, Var, build::Cursor,
    },
    options::{Options, Settings},
    parse::{Source, SourceParam},
    transform,
};

/// A function by hand: the signature as text, the body as IR.
pub struct Build {
    pub function: Function,
    source: Source,
}

impl Build {
    pub fn new(signature: &str) -> Build {
        let item: syn::ItemFn =
            syn::parse_str(&format!("{signature} {{ loop {{}} }}")).expect("a signature");
        let params = item
            .sig
            .inputs
            .iter()
            .map(|input| match input {
                syn::FnArg::Typed(typed) => match &*typed.pat {
                    syn::Pat::Ident(name) => {
                        SourceParam { ident: name.ident.clone(), ty: (*typed.ty).clone() }
                    }
                    other => panic!("{}", other.to_token_stream()),
                },
                syn::FnArg::Receiver(_) => panic!("self"),
            })
            .collect();
        let output = match &item.sig.output {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
        };
        let function = Function::new(item.sig.ident.to_string());
        Build { function, source: Source { item, params, output, items: Vec::new() } }
    }

    pub fn value_param(&mut self, name: &str, ty: Type) -> ValueId {
        let value = self.function.new_value(ty.clone(), Some(name.into()), Span::call_site());
        self.function.params.push(Param {
            name: name.into(),
            role: Role::Primal,
            passing: Passing::ByValue,
            shape: Shape::Var(Var::Value(value)),
            differentiable: ty.differentiable(),
            span: Span::call_site(),
        });
        value
    }

    pub fn memory_param(&mut self, name: &str, ty: Type, passing: Passing) -> crate::ir::MemoryId {
        let i = self.function.params.len();
        let memory = self.function.new_memory(MemoryInfo {
            ty: ty.clone(),
            name: Some(name.into()),
            mutable: passing == Passing::Mutable,
            origin: Origin::Param(i),
            span: Span::call_site(),
        });
        self.function.params.push(Param {
            name: name.into(),
            role: Role::Primal,
            passing,
            shape: Shape::Var(Var::Memory(memory)),
            differentiable: ty.differentiable(),
            span: Span::call_site(),
        });
        memory
    }

    pub fn body(&mut self, build: impl FnOnce(&mut Cursor)) {
        let mut ops = Vec::new();
        let mut cursor =
            Cursor { function: &mut self.function, ops: &mut ops, span: Span::call_site() };
        build(&mut cursor);
        self.function.body = Region { params: Vec::new(), ops, yields: Vec::new() };
        self.function.cut = self.function.body.ops.len();
    }

    pub fn returns(&mut self, value: ValueId) {
        self.function
            .outputs
            .push(Output { role: Role::Primal, shape: Shape::Var(Var::Value(value)) });
    }

    pub fn emit(mut self, jvp: bool) -> String {
        let settings = Settings::default();
        let mut errors = Errors::default();
        analysis::types::resolve(&mut self.function);
        let activity = analysis::activity::analyse(&self.function, &settings);
        let mut reverse = transform::reverse::reverse(&self.function, &activity, &settings);
        transform::cleanup::cleanup(&mut reverse);
        let mut forward =
            jvp.then(|| transform::forward::forward(&self.function, &activity, &settings));
        forward.iter_mut().for_each(transform::cleanup::cleanup);
        let options = Options { jvp, ..Options::default() };
        let tokens =
            super::items(&self.source, &reverse, forward.as_ref(), &options, &mut errors);
        let errors = errors.finish().map(|errors| errors.to_string()).unwrap_or_default();
        match syn::parse2::<syn::File>(tokens.clone()) {
            Ok(file) => format!("{}{}", errors, prettyplease::unparse(&file)),
            Err(error) => format!("{errors}{error}\n{tokens}"),
        }
    }
}

#[test]
fn straight_line() {
    use crate::{ir::Float::F64, rules::Rule};
    let mut f = Build::new("pub fn f(x: f64, y: f64) -> f64");
    let x = f.value_param("x", Type::Float(F64));
    let y = f.value_param("y", Type::Float(F64));
    let mut z = x;
    f.body(|c| {
        let a = c.rule(Rule::Mul, &[x, x]);
        let b = c.rule(Rule::Sin, &[a]);
        let d = c.rule(Rule::Mul, &[b, y]);
        z = c.rule(Rule::Add, &[d, x]);
    });
    f.returns(z);
    println!("{}", f.emit(true));
}

/// What `#[grad]` makes of the text of a function.
fn expand(arguments: &str, text: &str) -> String {
    let tokens = crate::expand::grad(
        arguments.parse().expect("tokens"),
        text.parse().expect("tokens"),
        Settings::default(),
    );
    match syn::parse2::<syn::File>(tokens.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(error) => format!("{error}\n{tokens}"),
    }
}

/// For a look at any file: `EMIT_FILE=path cargo test show -- --ignored --nocapture`.
#[test]
#[ignore]
fn show() {
    let path = std::env::var("EMIT_FILE").expect("EMIT_FILE");
    let file = syn::parse_file(&std::fs::read_to_string(path).expect("a file")).expect("Rust");
    for item in file.items {
        if let syn::Item::Fn(mut function) = item {
            let Some(at) = function.attrs.iter().position(|a| a.path().is_ident("grad")) else {
                println!("{}", function.to_token_stream());
                continue;
            };
            let attribute = function.attrs.remove(at);
            let arguments = match attribute.meta {
                syn::Meta::List(list) => list.tokens.to_string(),
                _ => String::new(),
            };
            println!("{}", expand(&arguments, &function.to_token_stream().to_string()));
        }
    }
}
