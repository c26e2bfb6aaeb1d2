//! Callees that lack what the caller asks of them, as far as the text of the file tells.

use quote::ToTokens;
use syn::ext::IdentExt;

use crate::{
    analysis::activity::Activity,
    declared::{self, names::Carried},
    error::Errors,
    ir::{Arg, Callee, Function, OpKind, Type, visit},
    options::Options,
    surroundings,
};

/// What is called on active values without the modes that the caller's options ask of it, as far as the text of the file tells.
pub fn with_modes(
    item: &syn::ItemFn,
    function: &Function,
    activity: &Activity,
    options: &Options,
    errors: &mut Errors,
) {
    let wanted = Carried {
        forward_mode: options.forward_mode(),
        second: options.hessian.is_some(),
        batch: options.batch.is_some(),
    };
    let span = item.sig.fn_token.span;
    let (Some(module), Some(declared)) = (surroundings::module_alone(span), declared::at(span))
    else {
        return;
    };
    // Derivatives of a higher order do not pass through calls at all.
    if wanted == Carried::default() || options.order.is_some() {
        return;
    }
    visit::walk(&function.body, &mut |op| {
        let OpKind::Call { callee, args, .. } = &op.kind else { return };
        if !activity.op(op) {
            return;
        }
        let names = declared.names();
        let (written, name, carried) = match callee {
            Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path) => {
                let (Some(first), Some(last)) = (path.segments.first(), path.segments.last())
                else {
                    return;
                };
                if path.is_ident(&item.sig.ident) || means_another(&item.block, &first.ident) {
                    return;
                }
                let Some((module, name)) = names.target(&module, path) else { return };
                (without_arguments(path), &last.ident, names.carried(&module, &name))
            }
            Callee::Method(method) => {
                let Some(Arg::Memory { place, .. }) = args.first() else { return };
                let ty = &function.memory(place.memory).ty;
                let Type::Named(ty) = ty else { return };
                let Some(ty) = ty.ty.as_ref().filter(|_| place.path.is_empty()) else { return };
                let Some((ty, _)) = declared::head(ty) else { return };
                let name = method.name.unraw().to_string();
                (format!("{ty}::{name}"), &method.name, names.carried_by_method(&ty, &name))
            }
            Callee::Associated(path) if path.qself.is_none() => {
                let path = &path.path;
                let [ty, last] = &path.segments.iter().collect::<Vec<_>>()[..] else { return };
                let carried =
                    names.carried_by_method(&ty.ident.to_string(), &last.ident.unraw().to_string());
                (without_arguments(path), &last.ident, carried)
            }
            _ => return,
        };
        let is_itself = *name == item.sig.ident && !matches!(callee, Callee::Free(_));
        let Some(carried) = carried.filter(|_| !is_itself) else { return };
        let missing = match callee {
            Callee::Method(_) | Callee::Associated(_) => {
                // With second derivatives they have forward mode, too; of batched sweeps the transform tells.
                let forward_mode = carried.forward_mode || carried.second;
                Missing::of(Carried { batch: false, ..wanted }, Carried { forward_mode, ..carried })
            }
            _ => Missing::of(wanted, carried),
        };
        if !missing.options.is_empty() {
            let (what, options) = (missing.what.join(" and no "), missing.options.join(", "));
            errors.at(
                name,
                format!(
                    "`{written}` has no {what}, and is called on a value that is being differentiated {}\n\
                     write `#[grad({options})]` on `{written}`, too, or `autodiff_runtime::no_diff(..)` around the call to \
                     say that no derivative is meant to pass through it",
                    missing.so.join(" and "),
                ),
            );
        }
    });
}

/// What is called on active values and has no derivative. The types of what is generated tell this of all calls; where errors
/// keep it from being generated, the text of the file tells it of its own functions, so that nothing is told one by one.
pub fn with_derivatives(
    item: &syn::ItemFn,
    function: &Function,
    activity: &Activity,
    errors: &mut Errors,
) {
    let span = item.sig.fn_token.span;
    let (Some(module), Some(declared)) = (surroundings::module_alone(span), declared::at(span))
    else {
        return;
    };
    visit::walk(&function.body, &mut |op| {
        if let OpKind::Call {
            callee: Callee::Free(path) | Callee::Maybe(path) | Callee::Recomputed(path),
            ..
        } = &op.kind
            && let Some(name) = path.get_ident()
            && *name != item.sig.ident
            && activity.op(op)
            && !means_another(&item.block, name)
            && declared.names().lacks_derivative(&module, &name.unraw().to_string())
        {
            errors.at(
                name,
                format!(
                    "`{name}` has no derivative, and is called on a value that is being differentiated\n\
                     put `#[grad]` on `{name}`, or give it a rule of its own with `#[derivative(of = {name}, ..)]`, or write \
                     `autodiff_runtime::no_diff(..)` around the call to say that no derivative is meant to pass through it"
                ),
            );
        }
    });
}

fn without_arguments(path: &syn::Path) -> String {
    let mut plain = path.clone();
    plain.segments.iter_mut().for_each(|of| of.arguments = syn::PathArguments::None);
    plain.to_token_stream().to_string().replace(' ', "")
}

/// In words, and as options.
#[derive(Default)]
struct Missing {
    what: Vec<&'static str>,
    so: Vec<&'static str>,
    options: Vec<&'static str>,
}

impl Missing {
    fn of(wanted: Carried, carried: Carried) -> Missing {
        let mut missing = Missing::default();
        let mut note = |is: bool, what, so, option| {
            if is {
                missing.what.push(what);
                missing.so.push(so);
                missing.options.push(option);
            }
        };
        // Batched sweeps bring forward mode with them.
        let batch = wanted.batch && !carried.batch;
        let forward = wanted.forward_mode && !carried.forward_mode && !batch;
        note(forward, "forward mode", "in forward mode", "jvp");
        note(wanted.second && !carried.second, "second derivative", "twice", "hessian");
        note(batch, "batched sweeps", "along several directions at once", "batch");
        missing
    }
}

/// Whether an item of the body gives the name a meaning of its own, or may.
fn means_another(block: &syn::Block, name: &syn::Ident) -> bool {
    struct Found<'a>(&'a syn::Ident, bool);
    impl<'ast> syn::visit::Visit<'ast> for Found<'_> {
        fn visit_item(&mut self, item: &'ast syn::Item) {
            self.1 |= match item {
                syn::Item::Use(_) | syn::Item::Macro(_) => true,
                syn::Item::Fn(of) => of.sig.ident == *self.0,
                syn::Item::Mod(of) => of.ident == *self.0,
                _ => false,
            };
        }
    }
    let mut found = Found(name, false);
    syn::visit::Visit::visit_block(&mut found, block);
    found.1
}
