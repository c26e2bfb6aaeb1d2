//! The parameters of generated functions: how each is declared, and what its name denotes in the body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::{
    body::{Bound, Context},
    names::Unique,
    tangent,
};
use crate::{
    ir::{Function, MemoryId, Param, Passing, Role, Shape, Var, visit},
    maps::HashSet,
    parse::Source,
};

/// One parameter of the user's function.
#[derive(Debug)]
pub struct Argument<'a> {
    /// Its name in generated functions.
    pub name: Ident,
    /// The name of its adjoint, and of its tangent.
    pub adjoint: Ident,
    /// As the user calls it, for the documentation.
    pub label: String,
    pub ty: &'a syn::Type,
    pub param: &'a Param,
    pub differentiable: bool,
    /// It is `self`.
    pub receiver: bool,
}

impl Argument<'_> {
    pub fn passing(&self) -> Passing {
        self.param.passing
    }

    /// Whether the reverse sweep is given it again.
    pub fn is_passed_again(&self) -> bool {
        super::split::is_passed_again(&self.param.shape, self.passing())
    }

    /// In and out: its adjoint is not part of the gradient but a buffer of the caller's.
    pub fn is_in_out(&self) -> bool {
        self.differentiable && self.passing() == Passing::Mutable
    }

    /// What stands in the reverse sweep for an argument that the forward sweep has taken. Who passes `None` gets its type from
    /// there.
    pub fn taken(&self, runtime: &TokenStream) -> TokenStream {
        match super::tangent::held(self.ty, "Option") {
            Some(_) => {
                let ty = super::tangent::bare(self.ty);
                quote!(_: impl #runtime::Moved<#ty>)
            }
            None => quote!(_: impl ::core::marker::Sized),
        }
    }

    /// `name: type`, or `self` as it is commonly written.
    pub fn declared(&self, pattern: TokenStream) -> TokenStream {
        let ty = self.ty;
        if !self.receiver {
            return quote!(#pattern: #ty);
        }
        match ty {
            syn::Type::Reference(reference) => {
                let (lifetime, mutability) = (&reference.lifetime, &reference.mutability);
                quote!(& #lifetime #mutability #pattern)
            }
            _ => pattern,
        }
    }

    /// Part of the gradient `G`.
    pub fn in_gradient(&self) -> bool {
        self.differentiable && self.passing() != Passing::Mutable
    }

    /// Part of `G`, and added to by the reverse sweep through a reference.
    pub fn is_added_to(&self) -> bool {
        self.differentiable && self.passing() == Passing::Shared
    }
}

pub fn arguments<'a>(source: &'a Source, function: &'a Function) -> Vec<Argument<'a>> {
    let mut unique = Unique::beside(&source.constants);
    let primal = || function.params.iter().filter(|param| param.role == Role::Primal);
    let names: Vec<_> = primal()
        .zip(&source.params)
        .map(|(param, of)| match of.receiver {
            true => Ident::new("self", super::names::hygienic(param.span)),
            false => unique.name(&of.ident.to_string(), param.span),
        })
        .collect();
    primal()
        .zip(&source.params)
        .zip(names)
        .enumerate()
        .map(|(i, ((param, of), name))| {
            let label = of.ident.to_string();
            let plain = label.strip_prefix("r#").unwrap_or(&label);
            Argument {
                adjoint: unique.name(&format!("d_{plain}"), param.span),
                name,
                label: plain.to_string(),
                ty: &of.ty,
                param,
                differentiable: has_derivative(function, i),
                receiver: of.receiver,
            }
        })
        .collect()
}

/// Whether a derivative function has an adjoint or a tangent for parameter `i`.
fn has_derivative(function: &Function, i: usize) -> bool {
    let is = |role: Role| matches!(role, Role::Adjoint(j) | Role::Tangent(j) if i == j);
    function.params.iter().any(|param| is(param.role))
        || function.outputs.iter().any(|output| is(output.role))
}

/// The roots that anything in the function writes to.
pub fn written_roots(function: &Function) -> HashSet<MemoryId> {
    let mut written = HashSet::default();
    for op in &function.body.ops {
        written.extend(visit::writes(op).into_iter().map(|memory| function.root(memory)));
    }
    written
}

/// Declares parameters and remembers what their names denote.
#[derive(Debug)]
pub struct Frame<'a> {
    pub function: &'a Function,
    pub context: Context,
    written: HashSet<MemoryId>,
}

impl<'a> Frame<'a> {
    /// `taken`: names that the parameters have.
    pub fn new(function: &'a Function, taken: &Unique) -> Frame<'a> {
        let context = Context { unique: taken.clone(), ..Context::default() };
        Frame { function, context, written: written_roots(function) }
    }

    /// `name: type` for a parameter of the user's.
    pub fn primal(&mut self, argument: &Argument) -> TokenStream {
        let pattern = self.pattern(&argument.param.shape, &argument.name, argument.passing());
        argument.declared(pattern)
    }

    /// The pattern that binds the variables of a parameter.
    pub fn pattern(&mut self, shape: &Shape, name: &Ident, passing: Passing) -> TokenStream {
        match shape {
            Shape::Unit => quote!(_),
            Shape::Var(Var::Value(value)) => {
                self.context.values.insert(*value, name.clone());
                match passing {
                    Passing::ByValue => name.to_token_stream(),
                    Passing::Shared => quote!(&#name),
                    Passing::Mutable | Passing::Reborrowed => quote!(&mut #name),
                }
            }
            Shape::Var(Var::Memory(memory)) => {
                let bound = match passing {
                    Passing::ByValue => Bound::Owned,
                    Passing::Shared | Passing::Mutable | Passing::Reborrowed => Bound::Reference,
                };
                self.context.memories.insert(*memory, (name.clone(), bound));
                let mutable =
                    (bound == Bound::Owned && self.written.contains(memory)).then(|| quote!(mut));
                quote!(#mutable #name)
            }
            Shape::Tuple(of) => {
                let parts: Vec<_> = of
                    .iter()
                    .enumerate()
                    .map(|(i, shape)| {
                        let info = visit::shape_vars(shape).first().map(|var| match var {
                            Var::Value(value) => {
                                let info = self.function.value(*value);
                                (info.name.clone(), info.span)
                            }
                            Var::Memory(memory) => {
                                let info = self.function.memory(*memory);
                                (info.name.clone(), info.span)
                            }
                        });
                        let (base, span) = info.unwrap_or((None, Span::mixed_site()));
                        let base = base.unwrap_or_else(|| format!("{name}_{i}"));
                        let part = self.context.unique.name(&base, span);
                        self.pattern(shape, &part, Passing::ByValue)
                    })
                    .collect();
                let parts = quote!((#(#parts,)*));
                match passing {
                    Passing::ByValue => parts,
                    Passing::Shared => quote!(&#parts),
                    Passing::Mutable | Passing::Reborrowed => quote!(&mut #parts),
                }
            }
        }
    }

    /// The seed: shaped like the output; `None` if there is no seed.
    pub fn seed(
        &mut self,
        name: &Ident,
        output: Option<&syn::Type>,
        runtime: &TokenStream,
    ) -> Option<TokenStream> {
        let seeds: Vec<&Param> = self.params(Role::Seed).collect();
        let ty = tangent::gradient(output?, runtime);
        let pattern = match &seeds[..] {
            [] => return None,
            [one] => self.pattern(&one.shape, name, Passing::ByValue),
            several => {
                let shape = Shape::Tuple(several.iter().map(|seed| seed.shape.clone()).collect());
                self.pattern(&shape, name, Passing::ByValue)
            }
        };
        Some(quote!(#pattern: #ty))
    }

    fn params(&self, role: Role) -> impl Iterator<Item = &'a Param> + use<'a> {
        self.function.params.iter().filter(move |param| param.role == role)
    }

    /// The parameter with this role, if there is one.
    pub fn param(&self, role: Role) -> Option<&'a Param> {
        self.params(role).next()
    }

    /// Binds the memory of an adjoint or a tangent.
    pub fn bind(&mut self, shape: &Shape, name: &Ident, bound: Bound) {
        for var in visit::shape_vars(shape) {
            match var {
                Var::Value(value) => {
                    self.context.values.insert(value, name.clone());
                }
                Var::Memory(memory) => {
                    self.context.memories.insert(memory, (name.clone(), bound));
                }
            }
        }
    }
}

/// The names that generated functions need beside the user's, different from all of these.
#[derive(Clone, Debug)]
pub struct OwnNames {
    pub seed: Ident,
    pub kept: Ident,
    pub value: Ident,
    pub residuals: Ident,
    pub workspace: Ident,
    /// With the names of the parameters and their adjoints taken.
    pub unique: Unique,
    /// The same for the sweeps, where the adjoint of what is passed by value is a local.
    pub sweeps: Unique,
}

impl OwnNames {
    pub fn new(source: &Source, arguments: &[Argument]) -> OwnNames {
        let mut unique = Unique::beside(&source.constants);
        for argument in arguments {
            unique.reserve(&argument.name);
            unique.reserve(&argument.adjoint);
        }
        let mut own = |name: &str| unique.name(name, Span::call_site());
        let (seed, kept) = (own("seed"), own("kept"));
        let (value, residuals) = (own("value"), own("residuals"));
        let workspace = own("workspace");
        let mut sweeps = Unique::beside(&source.constants);
        for argument in arguments {
            sweeps.reserve(&argument.name);
            if argument.passing() != Passing::ByValue {
                sweeps.reserve(&argument.adjoint);
            }
        }
        sweeps.reserve(&seed);
        sweeps.reserve(&kept);
        sweeps.reserve(&workspace);
        OwnNames { seed, kept, value, residuals, workspace, unique, sweeps }
    }
}
