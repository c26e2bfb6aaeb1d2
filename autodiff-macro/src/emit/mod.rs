//! IR to tokens.
