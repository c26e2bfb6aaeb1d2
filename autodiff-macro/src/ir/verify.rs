//! Checks the invariants.
