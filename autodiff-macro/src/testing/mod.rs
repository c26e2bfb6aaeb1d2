//! What tests of several modules share.

mod random;
mod tokens;
