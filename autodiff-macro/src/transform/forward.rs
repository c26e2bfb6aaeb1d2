//! Forward mode: each operation followed by its tangent.
