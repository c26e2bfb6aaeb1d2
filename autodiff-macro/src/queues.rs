//! `VecDeque`s of a function's own: what is read of them is a vector, of which the front is the first element. The function
//! itself keeps its queue; taking from the front moves the rest in the sweeps, as `Vec::remove(0)` does.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};

const QUEUE: &str = "VecDeque";

/// The function with vectors in the place of its queues; `None` if it has none.
pub fn as_vectors(item: &syn::ItemFn) -> Option<syn::ItemFn> {
    let text = item.block.to_token_stream().to_string();
    let declared = crate::declared::at(item.sig.fn_token.span);
    if !text.contains(QUEUE) || declared.is_some_and(|of| of.declares(QUEUE)) {
        return None;
    }
    let mut item = item.clone();
    let mut queues = Queues { names: Vec::new() };
    queues.visit_block_mut(&mut item.block);
    (!queues.names.is_empty()).then_some(item)
}

struct Queues {
    names: Vec<syn::Ident>,
}

impl Queues {
    fn receiver(&self, e: &syn::ExprMethodCall) -> bool {
        match &*e.receiver {
            syn::Expr::Path(of) => {
                of.path.get_ident().is_some_and(|of| self.names.iter().any(|name| name == of))
            }
            _ => false,
        }
    }
}

impl VisitMut for Queues {
    fn visit_local_mut(&mut self, local: &mut syn::Local) {
        let (pat, ty) = match &mut local.pat {
            syn::Pat::Type(of) => (&*of.pat, Some(&mut *of.ty)),
            pat => (&*pat, None),
        };
        if let syn::Pat::Ident(name) = pat {
            let says = |tokens: proc_macro2::TokenStream| {
                tokens.into_iter().any(|of| of.to_string() == QUEUE)
            };
            let typed = ty.as_ref().is_some_and(|ty| says(ty.to_token_stream()));
            let made = local.init.as_ref().is_some_and(|init| match &*init.expr {
                syn::Expr::Call(of) => says(of.func.to_token_stream()),
                syn::Expr::MethodCall(of) => says(of.turbofish.to_token_stream()),
                _ => false,
            });
            if typed || made {
                self.names.push(name.ident.clone());
                if let Some(ty) = ty {
                    Vectors.visit_type_mut(ty);
                }
                if let Some(init) = &mut local.init {
                    match &mut *init.expr {
                        syn::Expr::Call(of) => Vectors.visit_expr_mut(&mut of.func),
                        syn::Expr::MethodCall(of) => {
                            of.turbofish.iter_mut().for_each(|of| {
                                Vectors.visit_angle_bracketed_generic_arguments_mut(of)
                            });
                        }
                        _ => {}
                    }
                }
            }
        }
        visit_mut::visit_local_mut(self, local);
    }

    fn visit_expr_mut(&mut self, e: &mut syn::Expr) {
        visit_mut::visit_expr_mut(self, e);
        let syn::Expr::MethodCall(call) = e else { return };
        if !self.receiver(call) {
            return;
        }
        let (of, span) = (&call.receiver, call.method.span());
        let args: Vec<&syn::Expr> = call.args.iter().collect();
        let other = match (call.method.to_string().as_str(), &args[..]) {
            ("push_back", [_]) => "push",
            ("pop_back", []) => "pop",
            ("front", []) => "first",
            ("back", []) => "last",
            ("front_mut", []) => "first_mut",
            ("back_mut", []) => "last_mut",
            ("push_front", [item]) => {
                *e = syn::parse_quote_spanned!(span=> #of.insert(0, #item));
                return;
            }
            ("pop_front", []) => {
                *e = syn::parse_quote_spanned!(span=> {
                    if #of.is_empty() { ::core::option::Option::None } else { ::core::option::Option::Some(#of.remove(0)) }
                });
                return;
            }
            ("remove", [at]) => {
                *e = syn::parse_quote_spanned!(span=> {
                    if #at < #of.len() { ::core::option::Option::Some(#of.remove(#at)) } else { ::core::option::Option::None }
                });
                return;
            }
            _ => return,
        };
        call.method = syn::Ident::new(other, span);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// `std::collections::VecDeque` is `Vec`.
struct Vectors;

impl VisitMut for Vectors {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        let at = path.segments.iter().position(|of| of.ident == QUEUE);
        if let Some(at) = at {
            let mut segments: Vec<syn::PathSegment> =
                path.segments.iter().skip(at).cloned().collect();
            segments[0].ident = syn::Ident::new("Vec", segments[0].ident.span());
            path.leading_colon = None;
            path.segments = segments.into_iter().collect();
        }
        visit_mut::visit_path_mut(self, path);
    }
}
