//! The arguments of `#[grad(..)]`.

use proc_macro2::{Ident, TokenStream};

use crate::error::Errors;

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `wrt(x, w)`: the parameters to differentiate; `None`: all that are differentiable by type.
    pub wrt: Option<Vec<Ident>>,
    pub jvp: bool,
    /// `crate = path`: the runtime, if it is not `::autodiff_runtime`.
    pub runtime: Option<syn::Path>,
    pub settings: Settings,
}

/// Analyses, each of which can be switched off for tests; the results must not change.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub activity: bool,
    pub recompute: bool,
    pub to_be_recorded: bool,
    pub cleanup: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { activity: true, recompute: true, to_be_recorded: true, cleanup: true }
    }
}

impl Options {
    pub fn parse(_tokens: TokenStream, _settings: Settings, _errors: &mut Errors) -> Options {
        todo!()
    }
}
