//! Stable text.
