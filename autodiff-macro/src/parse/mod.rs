//! Syn to IR.
//!
//! [`Reader`] reads the body once, in evaluation order, and appends operations to the region that is open. What the
//! user's names stand for is kept in [`env::Env`]; assignments of scalars change the environment and emit nothing.
//! One file a family. `expr` dispatches; `literal`, `operator`, `place`, `read`, `array`, `call`, `library`, `method`,
//! `memory_method`, `sort`, `remove`, `closure`, `iterators`, `macros` yield values; `stmt`, `assign`, `pattern`, `refutable`, `matching`,
//! `loops`, `leave` are statements and control; `flow` and `join` make structure of whatever leaves early. What the user's types
//! and unannotated names are is found in `types`, `signature` and `usage`.

mod array;
mod assign;
mod assigned;
mod call;
pub mod checkpoint;
mod choice;
mod chosen;
mod closure;
mod env;
mod expr;
mod flow;
mod foreign;
mod generic_call;
mod generics;
mod given;
mod iterators;
mod join;
mod known;
mod leave;
mod library;
mod literal;
mod local_function;
mod loops;
mod macros;
mod matching;
mod memory_method;
mod method;
mod named;
mod nowhere;
mod of_std;
mod operator;
mod overloaded;
mod own_clone;
mod own_from;
mod own_index;
mod own_method;
mod own_sum;
mod parameters;
mod pattern;
mod place;
mod plain;
mod read;
mod record;
mod refutable;
mod remove;
mod search;
mod signature;
mod sort;
mod stmt;
#[cfg(test)]
mod tests;
mod types;
mod usage;
mod user_method;
mod variant;
mod vector;
mod window;
mod within;

use std::rc::Rc;

use proc_macro2::Span;
use syn::{ext::IdentExt, spanned::Spanned};

pub use self::choice::ChoiceOutput;
pub use self::generics::behind;
pub use self::types::{is_number, scalar_named};
use self::{
    env::{Bind, Env, Scopes, Slot},
    flow::{Exit, Keep, Open, RESULT},
    stmt::Sink,
};
use crate::{
    error::Errors,
    ir::{Constant, Function, MemoryId, Op, Output, Place, Role, Type, ValueId},
    maps::HashMap,
    options::Options,
};

/// A function as the IR has it, and what emit needs of its source.
#[derive(Debug)]
pub struct Parsed {
    pub function: Function,
    pub source: Source,
    /// Functions called with functions, whose source must be known.
    pub needs: Vec<syn::Path>,
    /// The type parameter that floats are of, if there is one.
    pub float: Option<Type>,
}

/// Where a function stands, which decides what may stand beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Home {
    /// In a module or a block.
    #[default]
    Module,
    /// In an `impl` of a type: all that is generated are associated functions of it.
    Inherent,
    /// In an `impl` of a trait that has what is generated.
    TraitImpl,
    /// In a trait; `provided` if it has a body there.
    Trait { provided: bool },
}

#[derive(Debug)]
pub struct Source {
    pub item: syn::ItemFn,
    pub home: Home,
    /// One for each parameter of the signature, in order; `function.params` has the same order.
    pub params: Vec<SourceParam>,
    /// `None`: returns nothing.
    pub output: Option<syn::Type>,
    /// It returns an `Option` or a `Result`; `output` is then a `bool` and what that holds.
    pub choice: Option<ChoiceOutput>,
    /// `use`, `const`, `fn`, .. inside the body: repeated in each generated body.
    pub items: Vec<syn::Item>,
    /// How many generic parameters the user wrote; those after them were `impl Trait`.
    pub written_generics: usize,
    /// Constants whose names a variable could have, but for them: in its place they would be patterns.
    pub constants: Vec<String>,
}

#[derive(Debug)]
pub struct SourceParam {
    /// A name for the parameter in generated functions (that of its pattern if that is a plain name).
    pub ident: proc_macro2::Ident,
    /// The type as written.
    pub ty: syn::Type,
    /// It is `self`.
    pub receiver: bool,
}

/// Reads a function. Where there were errors, what could be read of it, for the refusals that need to know what is active.
pub fn function(item: &syn::ItemFn, options: &Options, errors: &mut Errors) -> Parsed {
    let mut own = Errors::default();
    let with_vectors = crate::queues::as_vectors(item);
    let item = with_vectors.as_ref().unwrap_or(item);
    let module_alone = crate::surroundings::module_alone(item.sig.fn_token.span);
    let read_again = options.home == Home::Module && item.sig.generics.params.is_empty();
    let written_generics = item.sig.generics.params.len();
    let written_lifetimes = item.sig.generics.lifetimes().count();
    let item = &generics::prepare(item, options);
    // Those that have got a name stand before all others.
    let written_generics =
        written_generics + item.sig.generics.lifetimes().count() - written_lifetimes;
    let mut reader = Reader::new(item, options, &mut own);
    (reader.module_alone, reader.read_again) = (module_alone, read_again);
    reader.sources = options.sources.clone();
    reader.runtime = crate::emit::runtime(options);
    reader.check_signature(item, options);
    reader.scopes.enter();
    let params = reader.params(item, options);
    let of_params = reader.errors.count();
    let choice = ChoiceOutput::of(item);
    reader.output = match &choice {
        Some(choice) => reader.choice_output(choice, item),
        None => reader.output_type(item),
    };
    reader.check_differentiable(item);
    let of_signature = reader.errors.count();
    reader.body(item);
    // Where the result is refused, what follows from it in the body is not told as well.
    if of_signature > of_params {
        reader.errors.truncate(of_signature);
    }
    reader.selectors(options);
    reader.refuse_without_tangents(&params);
    if options.home == Home::Module {
        reader.refuse_borrowing(&params);
    }
    if reader.errors.is_empty() {
        reader.refuse_without_derivative(item, &params);
    }
    let float = generics::only_float(&reader.type_params);
    let constants = match &reader.declared {
        Some(declared) => declared.names().constants_like_variables().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    if reader.declared.as_ref().is_some_and(|declared| declared.is_without_prelude()) {
        reader.items.extend(of_prelude());
    }
    let (function, items, needs) = (reader.function, reader.items, reader.needs);
    errors.append(own);
    let output = match &item.sig.output {
        syn::ReturnType::Default => None,
        syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
    };
    let output = match &choice {
        Some(ChoiceOutput { held, .. }) => Some(syn::parse_quote!((bool, #held))),
        None => output,
    };
    let home = options.home;
    let item = item.clone();
    let source = Source { item, home, params, output, choice, items, written_generics, constants };
    Parsed { function, source, needs, float }
}

/// The traits whose methods generated code calls, where the prelude does not bring them.
fn of_prelude() -> [syn::Item; 1] {
    [syn::parse_quote! {
        use ::core::{
            clone::Clone as _,
            iter::{DoubleEndedIterator as _, ExactSizeIterator as _, Extend as _, IntoIterator as _, Iterator as _},
        };
    }]
}

/// What generated code asks of the generics of a function.
pub fn prepared_clause(item: &syn::ItemFn, options: &Options) -> Option<syn::WhereClause> {
    generics::prepare(item, options).sig.generics.where_clause
}

/// Whether this is the name of a type of integers.
pub fn is_integer(name: &str) -> bool {
    types::int_named(name).is_some()
}

/// `f32` of a function that names only that, `f64` of any other.
fn usual_float(item: &syn::ItemFn) -> syn::Type {
    let text = quote::ToTokens::to_token_stream(item).to_string();
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    match words.clone().any(|word| word == "f32") && words.all(|word| word != "f64") {
        true => syn::parse_quote!(f32),
        false => syn::parse_quote!(f64),
    }
}

/// What a variable is looked up by: `r#x` and `x` are one name, and those of a `macro_rules!` are not those of who calls it.
fn key(ident: &syn::Ident) -> String {
    format!("{}{}", ident.unraw(), hygiene(ident.span()))
}

/// What tells names of different hygiene apart; nothing outside of macros. Spans can be compared no other way on stable Rust than
/// by what they print, `#4 bytes(10..12)`; where they print anything else, names are compared as they are written.
fn hygiene(span: Span) -> String {
    let printed = format!("{span:?}");
    match printed.split_once(' ') {
        Some((context, _)) if context.starts_with('#') && context != "#0" => context.to_owned(),
        _ => String::new(),
    }
}

/// The user's name for something; a raw identifier gets a name that is no keyword.
fn name_of(ident: &syn::Ident) -> String {
    let plain = ident.unraw().to_string();
    if *ident == plain { plain } else { format!("{plain}_") }
}

/// Names of constants that are of the type that they stand in.
const OF_ITS_TYPE: &[&str] = &[
    "ZERO", "ZEROS", "ONE", "ONES", "IDENTITY", "ORIGIN", "UNIT", "DEFAULT", "X", "Y", "Z", "I",
    "J", "K", "UNIT_X", "UNIT_Y", "UNIT_Z", "X_AXIS", "Y_AXIS", "Z_AXIS",
];

struct Reader<'a> {
    function: Function,
    errors: &'a mut Errors,
    /// What its file declares, and the modules of the file that it stands in.
    declared: Option<std::sync::Arc<crate::declared::Declared>>,
    module: Vec<String>,
    /// Calls of functions beside this one are read where they are made: with these options of the caller's.
    neighbours: Option<Options>,
    /// Whether calls bear `#[checkpoint]`.
    recompute: checkpoint::Recompute,
    /// Second derivatives are asked for.
    second: bool,
    /// What `Self` is.
    self_ty: Option<syn::Type>,
    /// What a number most likely is, where nothing tells.
    usual_float: syn::Type,
    /// The region that is being read.
    ops: Vec<Op>,
    open: Vec<Open>,
    env: Env,
    scopes: Scopes,
    /// Innermost last.
    exits: Vec<Exit>,
    /// This point is not reached.
    gone: bool,
    /// Some path to this point has left, by a flag that is not tested yet.
    maybe: bool,
    span: Span,
    /// The function's name, for calls of itself.
    name: syn::Ident,
    own_signature: Option<syn::Signature>,
    /// The modules that the function stands in, if in nothing else but an `impl` and as far as the text of its file tells.
    module_alone: Option<Vec<String>>,
    /// It can stand in for itself where the compiler refuses it (`refused`).
    read_again: bool,
    output: Type,
    /// Items inside of the body.
    items: Vec<syn::Item>,
    const_params: Vec<(String, Type)>,
    type_params: Vec<generics::TypeParam>,
    /// Constant arrays of the user's, by their path, and the operations that name them.
    globals: Vec<(String, MemoryId)>,
    prelude: Vec<Op>,
    /// Slice variables that the loops around narrow.
    windows: Vec<usize>,
    /// Functions that take functions, and those whose source is not there yet.
    sources: Vec<crate::higher_order::Source>,
    needs: Vec<syn::Path>,
    closures: Vec<Rc<closure::Closure>>,
    /// Some variable stands for what a branch has chosen; so many choices are made around what is read.
    has_chosen: bool,
    choices: usize,
    /// The closures whose bodies are being read, innermost last.
    inlining: Vec<usize>,
    /// It has been reported that inlining them would go too far.
    too_large: bool,
    /// Inside of a closure: the label of the block that its `return` leaves.
    returns_to: Option<String>,
    /// The type of what the last `break` was given.
    rehearsed: Option<Type>,
    /// Calls that may fail, by whether they succeed: what is called, with which numbers.
    may_fail: HashMap<ValueId, (syn::Path, Vec<ValueId>)>,
    /// The integers that were made as constants.
    literals: HashMap<ValueId, i128>,
    /// Constants whose type was found after they were made.
    late_constants: Vec<(ValueId, Constant)>,
    /// Labels made so far.
    labels: usize,
    /// A type with `Option` in it has been refused, so that its values need not be.
    options_refused: bool,
    /// What is gone over next is gone over to its end.
    to_its_end: bool,
    /// The function returns an `Option` or a `Result`: its output is whether a value is there, and the value.
    returns_choice: bool,
    /// The types of unknown nature that are numbers.
    numbers: named::Numbers,
    /// How the variables that are about to be bound are used.
    usages: HashMap<String, usage::Usage>,
    /// What is held by an `Option` that a loop carries: it is overwritten where it is.
    held: crate::maps::HashSet<MemoryId>,
    /// Parts of unknown type that variables name as they are.
    aliases: Vec<Place>,
    /// Constants that may be variants of enums: `Shape::Point`.
    variants: HashMap<ValueId, syn::Path>,
    /// The path of the runtime.
    runtime: proc_macro2::TokenStream,
    /// The function names vectors or matrices of another crate.
    sees_foreign: bool,
    foreign_imported: bool,
}

impl<'a> Reader<'a> {
    fn new(item: &syn::ItemFn, options: &Options, errors: &'a mut Errors) -> Reader<'a> {
        let name = item.sig.ident.clone();
        let mut env = Env::default();
        // In the order of `flow::RETURNED` and `flow::RESULT`.
        env.add(Bind::Known(false), Some("returned".to_owned()));
        env.add(Bind::Uninit, Some("result".to_owned()));
        Reader {
            function: Function::new(name.unraw().to_string()),
            errors,
            declared: crate::declared::at(item.sig.fn_token.span),
            module: crate::surroundings::modules(item.sig.fn_token.span),
            neighbours: options.reads_neighbours.then(|| options.clone()),
            recompute: checkpoint::Recompute::No,
            second: options.hessian.is_some(),
            usual_float: usual_float(item),
            self_ty: options.around.as_ref().and_then(|around| around.self_ty.clone()),
            ops: Vec::new(),
            open: Vec::new(),
            env,
            scopes: Scopes::default(),
            exits: Vec::new(),
            gone: false,
            maybe: false,
            span: name.span(),
            name,
            module_alone: None,
            read_again: false,
            own_signature: Some(item.sig.clone()),
            output: Type::Unknown,
            items: Vec::new(),
            const_params: Vec::new(),
            type_params: generics::type_params(item, options.around.as_ref()),
            globals: Vec::new(),
            prelude: Vec::new(),
            windows: Vec::new(),
            sources: Vec::new(),
            needs: Vec::new(),
            closures: Vec::new(),
            has_chosen: false,
            choices: 0,
            inlining: Vec::new(),
            too_large: false,
            returns_to: None,
            rehearsed: None,
            may_fail: HashMap::default(),
            literals: HashMap::default(),
            late_constants: Vec::new(),
            labels: 0,
            options_refused: false,
            to_its_end: false,
            returns_choice: false,
            numbers: named::Numbers::of(item, crate::declared::at(item.sig.fn_token.span)),
            usages: HashMap::default(),
            held: crate::maps::HashSet::default(),
            aliases: Vec::new(),
            variants: HashMap::default(),
            runtime: quote::quote!(::autodiff_runtime),
            sees_foreign: foreign::is_seen(item),
            foreign_imported: false,
        }
    }

    fn body(&mut self, item: &syn::ItemFn) {
        self.leave_what_is_nowhere(&item.block);
        let want = self.output_want();
        self.block_into(&item.block, &want, Sink::Return);
        if !self.gone {
            self.leave_function(Bind::Unit, true, item.block.span());
        }
        self.close(0, Keep::Only(&[RESULT]));
        let result = self.env.get(&Slot::whole(RESULT)).clone();
        self.gone = false;
        self.refuse_own_clones(&item.block);
        let span = match &item.sig.output {
            syn::ReturnType::Default => item.sig.ident.span(),
            syn::ReturnType::Type(_, ty) => ty.span(),
        };
        let output = self.output.clone();
        // A body that forgets its value is the compiler's to report, once.
        let forgets = match item.block.stmts.last() {
            None | Some(syn::Stmt::Local(_) | syn::Stmt::Item(_)) => true,
            Some(syn::Stmt::Expr(_, semicolon)) => semicolon.is_some(),
            Some(syn::Stmt::Macro(of)) => of.semi_token.is_some(),
        };
        let result = match result {
            Bind::Unit if forgets => Bind::Poison,
            result => result,
        };
        if !self.returns_choice && self.disagrees(&result, &output) {
            self.errors.leave_to_compiler();
        }
        let shape = self.shape_of(result, &output, span);
        self.function.outputs.push(Output { role: Role::Primal, shape });
        let mut ops = std::mem::take(&mut self.prelude);
        ops.append(&mut self.ops);
        if !self.late_constants.is_empty() {
            self.finish_constants(&mut ops);
        }
        self.function.body.ops = ops;
        self.function.cut = self.function.body.ops.len();
        self.note_numbers();
    }

    /// The constants of which this module or the body says which integers they are.
    fn note_numbers(&mut self) {
        let mut names = crate::maps::HashSet::default();
        crate::ir::visit::walk(&self.function.body, &mut |op| {
            if let crate::ir::OpKind::Const { value: Constant::Tokens(name), .. } = &op.kind {
                names.insert(name.to_string());
            }
        });
        let number = |name: &String| {
            if self.const_params.iter().any(|(param, _)| param == name) {
                return None;
            }
            let local = self.items.iter().find_map(|item| match item {
                syn::Item::Const(c) if c.ident == name => Some(types::literal_integer(&c.expr)),
                _ => None,
            });
            match (local, &self.module_alone, &self.declared) {
                (Some(local), ..) => local.map(i128::from),
                (None, Some(module), Some(declared)) => declared.number(module, name),
                _ => None,
            }
        };
        let numbers = names.iter().filter_map(|name| Some((name.clone(), number(name)?)));
        self.function.numbers = Rc::new(numbers.collect());
    }

    /// Whether this is certainly not of the type.
    fn disagrees(&self, bind: &Bind, ty: &Type) -> bool {
        use crate::analysis::contradiction::{between, is_plain};
        match (bind, ty) {
            (Bind::Tuple(parts), Type::Tuple(of)) => {
                parts.len() != of.len()
                    || parts.iter().zip(of).any(|(part, of)| self.disagrees(part, of))
            }
            (Bind::Tuple(_) | Bind::Unit, ty) => is_plain(ty),
            (Bind::Known(_) | Bind::Scalar(_), Type::Tuple(_)) => is_plain(&self.bind_type(bind)),
            (Bind::Known(_) | Bind::Scalar(_), ty) => between(&self.bind_type(bind), ty),
            _ => false,
        }
    }

    /// The type of a constant or static, as far as its path or declaration says.
    fn global_type(&self, path: &syn::ExprPath) -> Type {
        use self::types::{float_named, int_named, scalar_named};
        let segments: Vec<String> =
            path.path.segments.iter().map(|s| s.ident.to_string()).collect();
        if let [name] = segments.as_slice() {
            if let Some((_, ty)) = self.const_params.iter().find(|(param, _)| param == name) {
                return ty.clone();
            }
            let declared = self.items.iter().find_map(|item| match item {
                syn::Item::Const(c) if c.ident == name => Some(&*c.ty),
                syn::Item::Static(s) if s.ident == name => Some(&*s.ty),
                _ => None,
            });
            return match declared {
                Some(ty) => self.plain_type(ty),
                None => self.declared_constant(path).unwrap_or(Type::Unknown),
            };
        }
        if let Some((ty, _)) = self.generic_float(path) {
            return ty;
        }
        if let Some(ty) = self.declared_constant(path) {
            return ty;
        }
        if let Some(ty) = self.alias_of(path) {
            return ty;
        }
        let Some((last, before)) = segments.split_last() else { return Type::Unknown };
        let is_plain = |of: &String| {
            of == "Ordering"
                || self.declared.as_ref().is_some_and(|file| file.is_plain_variant(of, last))
        };
        if before.last().is_some_and(is_plain) {
            return Type::Opaque;
        }
        // `Vec3::ZERO` is a `Vec3`.
        if OF_ITS_TYPE.contains(&last.as_str())
            && before.last().is_some_and(|ty| {
                ty.starts_with(|c: char| c.is_ascii_uppercase())
                    && ty.chars().any(char::is_lowercase)
            })
        {
            let mut ty = path.path.clone();
            ty.segments.pop();
            ty.segments.pop_punct();
            return self.named_here(syn::Type::Path(syn::TypePath { qself: None, path: ty }));
        }
        // `f64::consts::PI`, `std::f64::EPSILON`, `u32::MAX`.
        for segment in before.iter().rev() {
            if let Some(ty) = float_named(segment) {
                let integers = ["DIGITS", "MANTISSA_DIGITS", "RADIX"];
                if integers.contains(&last.as_str()) {
                    return Type::Int(crate::ir::Int::U32);
                }
                if last.ends_with("_EXP") {
                    return Type::Int(crate::ir::Int::I32);
                }
                return ty;
            }
            if let Some(ty) = int_named(segment) {
                return if last == "BITS" { Type::Int(crate::ir::Int::U32) } else { ty };
            }
        }
        if before.last().is_some_and(|ty| ty == "char") {
            return scalar_named("char").unwrap_or(Type::Unknown);
        }
        Type::Unknown
    }

    /// The type of a declaration, without errors about it.
    fn plain_type(&self, ty: &syn::Type) -> Type {
        match ty {
            syn::Type::Reference(r) => self.plain_type(&r.elem),
            syn::Type::Array(array) => {
                Type::Array(Box::new(self.plain_type(&array.elem)), self.length(&array.len))
            }
            syn::Type::Slice(slice) => Type::Slice(Box::new(self.plain_type(&slice.elem))),
            syn::Type::Tuple(tuple) => {
                Type::Tuple(tuple.elems.iter().map(|ty| self.plain_type(ty)).collect())
            }
            syn::Type::Path(path) => path
                .path
                .segments
                .last()
                .and_then(|s| types::scalar_named(&s.ident.to_string()))
                .unwrap_or(Type::Unknown),
            _ => Type::Unknown,
        }
    }
}
