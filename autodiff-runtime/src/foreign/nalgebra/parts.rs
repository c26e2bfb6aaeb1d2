//! Parts of vectors and matrices, read as views and written.
