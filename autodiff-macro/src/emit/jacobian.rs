//! Jacobians: one forward sweep and a reverse sweep a row, or a forward-mode sweep a column, whichever takes less time.

mod buffers;
mod chosen;
mod in_place;
mod lanes;

pub use self::lanes::lanes_for;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::{
    batch::Batch,
    docs,
    frame::Argument,
    repeat::{Initial, copied_arguments},
    site::bare_or_tuple,
    sweeps::Site,
    tangent,
};
use crate::{ir::Passing, options::Options};

/// `f_jacobian`, `f_jacfwd`, `f_jacrev` and `f_jacobian_into`.
pub fn jacobians(site: &Site, batch: Option<&Batch>, options: &Options) -> TokenStream {
    if options.jacobian.is_none() {
        return TokenStream::new();
    }
    let shapes = Shapes::new(site, batch);
    // A callee carries the option for its callers' sake, whatever its shape.
    if shapes.results.is_empty() || shapes.inputs.is_empty() {
        return TokenStream::new();
    }
    let mut items = TokenStream::new();
    items.extend(shapes.item("jacobian", docs::jacobian(site), shapes.chosen()));
    items.extend(shapes.item("jacfwd", docs::jacfwd(site), shapes.by_columns()));
    items.extend(shapes.item("jacrev", docs::jacrev(site), shapes.by_rows()));
    items.extend(shapes.filling_buffers());
    items
}

/// A result, or what a `&mut` parameter holds in the end.
struct Outcome<'s> {
    /// Its tangent.
    tangent: Ident,
    ty: &'s syn::Type,
    /// Where its value is: an expression.
    value: TokenStream,
    in_out: bool,
}

/// The names and types of what goes into a Jacobian.
struct Shapes<'s> {
    site: &'s Site<'s>,
    /// Several sweeps at once, if the function has that.
    batch: Option<&'s Batch<'s>>,
    inputs: Vec<&'s Argument<'s>>,
    results: Vec<Outcome<'s>>,
    names: Names,
}

struct Names {
    seed: Ident,
    direction: Ident,
    row: Ident,
    column: Ident,
    rows: Ident,
    tangent: Ident,
    inputs: Ident,
    outputs: Ident,
    /// How many lanes of the sweep are used.
    used: Ident,
    /// For each input, its Jacobian and zeros in its shape.
    jacobians: Vec<Ident>,
    zeros: Vec<Ident>,
    initial: Initial,
}

impl<'s> Shapes<'s> {
    fn new(site: &'s Site<'s>, batch: Option<&'s Batch<'s>>) -> Shapes<'s> {
        let mut unique = site.own.unique.clone();
        let mut name = |base: &str| unique.name(base, proc_macro2::Span::call_site());
        let inputs: Vec<_> = site.arguments.iter().filter(|of| of.in_gradient()).collect();
        let tangent = name("tangent");
        let mut results = Vec::new();
        if let Some(ty) = site.source.output.as_ref().filter(|_| site.takes_seed()) {
            let value = site.own.value.to_token_stream();
            results.push(Outcome { tangent: name("d_value"), ty, value, in_out: false });
        }
        for of in site.arguments.iter().filter(|of| of.is_in_out()) {
            let value = of.name.to_token_stream();
            results.push(Outcome { tangent: of.adjoint.clone(), ty: of.ty, value, in_out: true });
        }
        let per_input = |name: &mut dyn FnMut(&str) -> Ident, prefix: &str| {
            inputs.iter().map(|of| name(&format!("{prefix}_{}", of.label))).collect::<Vec<_>>()
        };
        let names = Names {
            seed: site.own.seed.clone(),
            direction: name("direction"),
            row: name("row"),
            column: name("column"),
            rows: name("rows"),
            inputs: name("inputs"),
            outputs: name("outputs"),
            used: name("used"),
            jacobians: per_input(&mut name, "jacobian"),
            zeros: per_input(&mut name, "zero"),
            tangent,
            initial: Initial::new(site, &mut unique),
        };
        Shapes { site, batch, inputs, results, names }
    }

    /// The type of the tangents of all results together.
    fn result_type(&self) -> TokenStream {
        let runtime = &self.site.runtime;
        bare_or_tuple(self.results.iter().map(|of| tangent::gradient(of.ty, runtime)).collect())
    }

    fn zero_results(&self) -> TokenStream {
        let runtime = &self.site.runtime;
        let zeros = self.results.iter().map(|of| tangent::zero(of.ty, &of.value, runtime));
        bare_or_tuple(zeros.collect())
    }

    /// The type of the block of input `i`.
    fn block_type(&self, i: usize) -> TokenStream {
        let runtime = &self.site.runtime;
        let row = tangent::gradient(self.inputs[i].ty, runtime);
        bare_or_tuple(self.results.iter().map(|of| tangent::rows(of.ty, &row, runtime)).collect())
    }

    fn jacobian_type(&self) -> TokenStream {
        bare_or_tuple((0..self.inputs.len()).map(|i| self.block_type(i)).collect())
    }

    fn jacobian(&self) -> TokenStream {
        bare_or_tuple(self.names.jacobians.iter().map(ToTokens::to_token_stream).collect())
    }

    fn needs_heap(&self) -> bool {
        self.results.iter().map(|of| of.ty).any(tangent::needs_heap)
            || self.inputs.iter().any(|of| tangent::needs_heap(of.ty))
            || self.names.initial.needs_heap(self.site)
    }

    fn item(&self, suffix: &str, docs: TokenStream, body: TokenStream) -> TokenStream {
        let site = self.site;
        let ty = self.jacobian_type();
        let item = site.item(suffix, docs, site.parameters(), ty, body, self.needs_heap());
        let item = site.copying(item);
        let results: Vec<_> = self.results.iter().map(|of| of.ty).collect();
        site.with_rows(item, &results)
    }

    /// Zeros in the shape of each input: the rows before they are known.
    fn zeros(&self) -> TokenStream {
        let runtime = &self.site.runtime;
        let each = self.inputs.iter().zip(&self.names.zeros).map(|(of, zero)| {
            let value = tangent::zero(of.ty, &of.name.to_token_stream(), runtime);
            let ty = tangent::gradient(of.ty, runtime);
            quote!(let #zero: #ty = #value;)
        });
        each.collect()
    }

    // ---- rows: reverse mode ----

    fn by_rows(&self) -> TokenStream {
        let forward = self.forward_sweep(self.site.names());
        let zeros = (!self.is_in_place()).then(|| self.zeros());
        let rows = self.rows_of_residuals();
        quote!(#zeros #forward #rows)
    }

    fn forward_sweep(&self, arguments: Vec<TokenStream>) -> TokenStream {
        let forward = self.site.companion_path("forward");
        let (value, residuals) = (&self.site.own.value, &self.site.own.residuals);
        quote!(let (#value, #residuals) = #forward(#(#arguments),*);)
    }

    /// A reverse sweep for each result, on one forward sweep.
    fn rows_of_residuals(&self) -> TokenStream {
        if self.is_in_place() {
            return self.few_or_many(self.rows_in_place(), self.rows_in_lanes());
        }
        if let Some(rows) = self.rows_in_lanes() {
            return rows;
        }
        let runtime = &self.site.runtime;
        let Names { seed, row, jacobians, zeros, .. } = &self.names;
        let (result, all) = (self.result_type(), self.zero_results());
        let make = jacobians.iter().zip(zeros).map(|(jacobian, zero)| {
            quote! {
                let mut #jacobian = #runtime::Rows::rows(&#seed, &mut || #zero.clone());
            }
        });
        let adjoints = self.adjoints();
        let store = self.inputs.iter().zip(jacobians).map(|(of, jacobian)| {
            let (adjoint, gradient) = (&of.adjoint, tangent::gradient(of.ty, runtime));
            quote! {
                *<#result as #runtime::Rows>::row_mut::<#gradient>(&mut #jacobian, #row) = #adjoint;
            }
        });
        let (sweep, jacobian) = (self.reverse_sweep(), self.jacobian());
        quote! {
            let mut #seed: #result = #all;
            #(#make)*
            for #row in 0..#runtime::VectorSpace::dimension(&#seed) {
                #runtime::VectorSpace::set_component(&mut #seed, #row, 1.0);
                let #adjoints = #sweep;
                #(#store)*
                #runtime::VectorSpace::set_component(&mut #seed, #row, 0.0);
            }
            #jacobian
        }
    }

    /// The pattern for what the reverse sweep returns.
    fn adjoints(&self) -> TokenStream {
        bare_or_tuple(self.inputs.iter().map(|of| of.adjoint.to_token_stream()).collect())
    }

    /// A block that calls the reverse sweep with a copy of the seed.
    fn reverse_sweep(&self) -> TokenStream {
        let (reverse, seed) = (self.site.companion_path("reverse"), &self.names.seed);
        let residuals = &self.site.own.residuals;
        if let [Outcome { in_out: false, .. }] = self.results[..] {
            return quote!(#reverse(&#residuals, #seed.clone()));
        }
        let parts = self.results.iter().map(|of| {
            let tangent = &of.tangent;
            if of.in_out { quote!(mut #tangent) } else { quote!(#tangent) }
        });
        let parts = bare_or_tuple(parts.collect());
        let passed = self.results.iter().map(|of| {
            let tangent = &of.tangent;
            if of.in_out { quote!(&mut #tangent) } else { quote!(#tangent) }
        });
        quote! {
            {
                let #parts = #seed.clone();
                #reverse(&#residuals, #(#passed),*)
            }
        }
    }

    // ---- columns: forward mode ----

    fn by_columns(&self) -> TokenStream {
        let runtime = &self.site.runtime;
        let (zeros, initial) = (self.zeros(), self.names.initial.keep(self.site));
        let Names { direction, column, rows, tangent, .. } = &self.names;
        let (result, all) = (self.result_type(), self.zero_results());
        let (f, value, copied) =
            (self.site.primal_path(), &self.site.own.value, copied_arguments(self.site));
        let restore = self.names.initial.restore(self.site);
        let blocks = (0..self.inputs.len()).map(|i| {
            let (jacobian, zero) = (&self.names.jacobians[i], &self.names.zeros[i]);
            let gradient = tangent::gradient(self.inputs[i].ty, runtime);
            if let Some(columns) = self.columns_in_lanes(i) {
                return columns;
            }
            let (block, sweep) = (self.block_type(i), self.column(i));
            quote! {
                let mut #jacobian: ::core::option::Option<#block> = ::core::option::Option::None;
                let mut #direction = #zero.clone();
                for #column in 0..#runtime::VectorSpace::dimension(&#direction) {
                    #runtime::VectorSpace::set_component(&mut #direction, #column, 1.0);
                    #sweep
                    let #rows = #jacobian.get_or_insert_with(|| {
                        #runtime::Rows::rows(&#tangent, &mut || #zero.clone())
                    });
                    #runtime::set_column::<#result, #gradient>(#rows, #column, &#tangent);
                    #runtime::VectorSpace::set_component(&mut #direction, #column, 0.0);
                }
                let #jacobian = match #jacobian {
                    ::core::option::Option::Some(#jacobian) => #jacobian,
                    // No column, and yet the shape of the result.
                    ::core::option::Option::None => {
                        #restore
                        let #value = #f(#(#copied),*);
                        let #tangent: #result = #all;
                        #runtime::Rows::rows(&#tangent, &mut || #zero.clone())
                    }
                };
            }
        });
        let jacobian = self.jacobian();
        quote!(#zeros #initial #(#blocks)* #jacobian)
    }

    /// Statements that give the tangents of all results along the direction in input `i`, and the value.
    fn column(&self, i: usize) -> TokenStream {
        let (site, runtime) = (self.site, &self.site.runtime);
        let Names { direction, tangent, .. } = &self.names;
        let restore = self.names.initial.restore(self.site);
        let buffers = self.results.iter().filter(|of| of.in_out).map(|of| {
            let (name, ty) = (&of.tangent, tangent::gradient(of.ty, runtime));
            let zero = tangent::zero(of.ty, &of.value, runtime);
            quote!(let mut #name: #ty = #zero;)
        });
        let directions = site.arguments.iter().map(|of| {
            let adjoint = &of.adjoint;
            if of.is_in_out() {
                quote!(&mut #adjoint)
            } else if !std::ptr::eq(of, self.inputs[i]) {
                quote!(#runtime::Zero)
            } else if of.passing() == Passing::Shared || of.is_taken_receiver() {
                quote!(&#direction)
            } else {
                quote!(#direction.clone())
            }
        });
        let (f, value) = (site.directional_path(), &site.own.value);
        let copied = site.arguments.iter().zip(copied_arguments(site)).map(|(of, copied)| {
            let name = &of.name;
            if of.is_taken_receiver() { quote!(&#name) } else { copied }
        });
        let result = self.results.iter().map(|of| of.tangent.to_token_stream());
        let result = bare_or_tuple(result.collect());
        let returned = match self.results.first() {
            Some(Outcome { tangent, in_out: false, .. }) => tangent.to_token_stream(),
            _ => quote!(_),
        };
        quote! {
            #restore
            #(#buffers)*
            let (#value, #returned) = #f(#(#copied,)* #(#directions),*);
            let #tangent = #result;
        }
    }

    // ---- the choice ----

    // ---- into a caller's buffers ----
}
