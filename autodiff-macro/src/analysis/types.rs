//! Local type inference.
