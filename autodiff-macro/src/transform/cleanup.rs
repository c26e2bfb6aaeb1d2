//! Folds constants and drops what is not used.
