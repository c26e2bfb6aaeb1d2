//! An interpreter for tests.
