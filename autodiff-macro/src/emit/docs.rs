//! The documentation of generated functions: the signature in words, and the derivation.

use proc_macro2::TokenStream;
use quote::quote;

use super::sweeps::Site;
use crate::{ir::print, parse::Home};

fn lines(text: &str) -> TokenStream {
    // As `///` would have it.
    let text: String = text
        .lines()
        .map(|line| if line.is_empty() { "\n".to_string() } else { format!(" {line}\n") })
        .collect();
    let text = text.trim_end();
    quote!(#[doc = #text])
}

fn link(site: &Site) -> String {
    use syn::ext::IdentExt;
    match site.source.home {
        Home::Module => format!("[`{}`](fn@{})", site.name.unraw(), site.name),
        _ => format!("[`{}`](Self::{})", site.name.unraw(), site.name),
    }
}

/// "`x`", "`x` and `w`", "`x`, `w` and `b`".
fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match &quoted[..] {
        [] => "no parameter".to_string(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn gradient_names<'s>(site: &'s Site) -> Vec<&'s str> {
    site.arguments.iter().filter(|of| of.in_gradient()).map(|of| of.label.as_str()).collect()
}

fn in_out(site: &Site) -> String {
    let names: Vec<&str> =
        site.arguments.iter().filter(|of| of.is_in_out()).map(|of| of.label.as_str()).collect();
    if names.is_empty() {
        return String::new();
    }
    let adjoints: Vec<String> = names.iter().map(|name| format!("d_{name}")).collect();
    let adjoints: Vec<&str> = adjoints.iter().map(String::as_str).collect();
    format!(
        "\n\n{}: on entry the seed of the final content of {}, on exit the gradient with respect to the initial \
         content.",
        list(&adjoints),
        list(&names),
    )
}

fn order(site: &Site) -> &'static str {
    if gradient_names(site).len() > 1 { ", as a tuple in this order" } else { "" }
}

pub fn grad(site: &Site) -> TokenStream {
    lines(&format!(
        "The gradient of {} with respect to {}{}.{}",
        link(site),
        list(&gradient_names(site)),
        order(site),
        in_out(site),
    ))
}

pub fn value_and_grad(site: &Site) -> TokenStream {
    lines(&format!(
        "The value of {}, and its gradient with respect to {}{}.{}",
        link(site),
        list(&gradient_names(site)),
        order(site),
        in_out(site),
    ))
}

pub fn grad_into(site: &Site) -> TokenStream {
    lines(&format!(
        "Returns the value of {}, and overwrites the buffers with its gradient with respect to {}. Allocates no \
         gradient; a loop of a length known at run time may keep a record of its iterations on the heap.{}",
        link(site),
        list(&gradient_names(site)),
        in_out(site),
    ))
}

pub fn grad_with(site: &Site) -> TokenStream {
    let name = &site.source.item.sig.ident;
    lines(&format!(
        "As `{}_grad_into`, with memory that is kept in a workspace from call to call: returns the value of {}, and \
         overwrites the buffers with its gradient with respect to {}.{}",
        syn::ext::IdentExt::unraw(name),
        link(site),
        list(&gradient_names(site)),
        in_out(site),
    ))
}

pub fn vjp(site: &Site) -> TokenStream {
    lines(&format!(
        "The value of {}, and the derivative of its product with `seed` (shaped like the value) with respect to \
         {}{}.{}",
        link(site),
        list(&gradient_names(site)),
        order(site),
        in_out(site),
    ))
}

pub fn forward(site: &Site) -> TokenStream {
    let reverse = site.companion_name("reverse");
    lines(&format!(
        "The forward sweep of {}: its value, and what [`{reverse}`] must know.",
        link(site)
    ))
}

pub fn residuals(site: &Site) -> TokenStream {
    let (forward, reverse) = (site.companion_name("forward"), site.companion_name("reverse"));
    lines(&format!("What [`{forward}`] keeps for [`{reverse}`]."))
}

/// With the derivation: the operations in static single assignment, each value with its adjoint.
pub fn reverse(site: &Site) -> TokenStream {
    let forward = site.companion_name("forward");
    let listing = print::function(site.listing);
    lines(&format!(
        "The reverse sweep of {}: from the residuals of [`{forward}`] and a seed (shaped like the value) to the \
         gradient with respect to {}{}. May be called many times on one forward sweep.{}\n\n\
         # Derivation\n\n\
         Both sweeps in static single assignment; `d_x` is the adjoint of `x`.\n\n\
         ```text\n{}\n```",
        link(site),
        list(&gradient_names(site)),
        order(site),
        in_out(site),
        listing.trim_end(),
    ))
}

pub fn jvp(site: &Site) -> TokenStream {
    lines(&format!(
        "The value of {}, and its derivative along a direction in {} (shaped like the gradient).{}",
        link(site),
        list(&gradient_names(site)),
        {
            let names: Vec<&str> = site
                .arguments
                .iter()
                .filter(|of| of.is_in_out())
                .map(|of| of.label.as_str())
                .collect();
            if names.is_empty() {
                String::new()
            } else {
                format!(
                    "\n\nThe buffers hold on entry the tangents of the initial content of {}, on exit those of the \
                     final content.",
                    list(&names)
                )
            }
        },
    ))
}

pub fn jvp_batch(site: &Site) -> TokenStream {
    lines(&format!(
        "The value of {}, and its derivatives along several directions in {} (each shaped like the gradient), in one \
         sweep: what does not depend on the direction is computed once. Each derivative is that of a sweep of its own.",
        link(site),
        list(&gradient_names(site)),
    ))
}

pub fn vjp_batch(site: &Site) -> TokenStream {
    lines(&format!(
        "The value of {}, and for each of several seeds (shaped like the value) the gradient with respect to {}{}: one \
         forward sweep, and one reverse sweep for all seeds.",
        link(site),
        list(&gradient_names(site)),
        order(site),
    ))
}

pub fn reverse_batch(site: &Site) -> TokenStream {
    let forward = site.companion_name("forward");
    lines(&format!(
        "The reverse sweep of {} for several seeds at once: from the residuals of [`{forward}`] to a gradient with respect \
         to {}{} for each seed.",
        link(site),
        list(&gradient_names(site)),
        order(site),
    ))
}

fn columns(site: &Site) -> String {
    format!("with respect to {}{}", list(&gradient_names(site)), order(site))
}

pub fn jacobian(site: &Site) -> TokenStream {
    let [jacfwd, jacrev] = ["jacfwd", "jacrev"].map(|name| site.companion_name(name));
    lines(&format!(
        "The Jacobian of {} {}: the shape of the result, with the gradient of each number in its place (rows are \
         outputs, columns inputs). Made by [`{jacfwd}`] or by [`{jacrev}`], whichever \
         is faster for so many inputs and outputs.",
        link(site),
        columns(site),
    ))
}

pub fn jacfwd(site: &Site) -> TokenStream {
    lines(&format!(
        "The Jacobian of {} {} by forward mode: a direction for each input, which gives a column; several of them in a \
         sweep, where the function has batched sweeps.",
        link(site),
        columns(site),
    ))
}

pub fn jacrev(site: &Site) -> TokenStream {
    lines(&format!(
        "The Jacobian of {} {} by reverse mode: one forward sweep, and a seed for each output, which gives a row; several \
         of them in a reverse sweep, where the function has batched ones and the number of outputs is known at compile time.",
        link(site),
        columns(site),
    ))
}

pub fn jacobian_into(site: &Site) -> TokenStream {
    lines(&format!(
        "Returns the value of {}, and overwrites the buffers with its Jacobian {}: row-major, a row for each output and \
         a column for each input.",
        link(site),
        columns(site),
    ))
}

pub fn hvp(site: &Site) -> TokenStream {
    lines(&format!(
        "The product of the Hessian of {} with a direction in {} (shaped like the gradient), which is shaped like the \
         gradient too. Forward over reverse: about twice the work of a gradient, however many inputs there are.",
        link(site),
        list(&gradient_names(site)),
    ))
}

pub fn gnvp(site: &Site) -> TokenStream {
    lines(&format!(
        "The value of {}, and the product of its Gauss-Newton matrix (the Jacobian, transposed, times the Jacobian) with a \
         direction in {} (shaped like the gradient), which is shaped like the gradient too. A sweep in forward mode and the \
         reverse sweep of what it gives: the Jacobian itself is never made.",
        link(site),
        list(&gradient_names(site)),
    ))
}

pub fn hessian(site: &Site) -> TokenStream {
    let hvp = site.companion_name("hvp");
    lines(&format!(
        "The Hessian of {} {}: the shape of the gradient, with a gradient in the place of each number{}. Made of one \
         [`{hvp}`] for each input.",
        link(site),
        columns(site),
        match gradient_names(site).len() {
            1 => "",
            _ => "; a tuple of such blocks for each parameter, a row of blocks each",
        },
    ))
}
