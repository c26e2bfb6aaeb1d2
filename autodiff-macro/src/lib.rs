//! `#[grad]`: exact gradients of plain Rust functions by source transformation at compile time.
#![allow(dead_code)]

mod analysis;
mod emit;
mod error;
mod expand;
mod ir;
mod options;
mod parse;
mod rules;
mod transform;

use options::Settings;
use proc_macro::TokenStream;

/// (to be documented)
#[proc_macro_attribute]
pub fn grad(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::grad(arguments.into(), item.into(), Settings::default()).into()
}
