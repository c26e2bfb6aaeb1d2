//! Vectors and matrices of other crates, as far as their names tell.
//!
//! The names only decide what the macro expects of a call; that it is so, the compiler sees, because what is generated has
//! types. A type of the user's with one of these names is told apart by its lack of generic arguments, and by the text of
//! the file, if it is declared there.

/// The crate whose type it is, and what is known of its shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// A vector or a matrix of any kind.
    Nalgebra,
    /// Its decompositions.
    Cholesky,
    Lu,
    /// By its name perhaps a vector or a matrix of `nalgebra`, perhaps the user's.
    Unsure,
    /// An array with this number of axes, if that is known.
    Ndarray(Option<u8>),
}

impl Foreign {
    /// The type that is named, whether or not it has arguments.
    pub fn of_name(name: &str) -> Option<Foreign> {
        let ndarray = ["Array", "ArrayView", "ArrayViewMut", "ArrayRef", "ArcArray", "CowArray"];
        for prefix in ndarray {
            match name.strip_prefix(prefix) {
                Some("" | "D" | "Base") => return Some(Foreign::Ndarray(None)),
                Some(axes) if axes.len() == 1 => {
                    if let Ok(axes) = axes.parse() {
                        return Some(Foreign::Ndarray(Some(axes)));
                    }
                }
                _ => {}
            }
        }
        let stems = ["Vector", "Matrix", "RowVector", "VectorView", "MatrixView"];
        let plain = name.trim_start_matches(['D', 'S', 'O']);
        let nalgebra = stems.iter().any(|stem| {
            [name, plain].into_iter().any(|name| {
                let rest = name.strip_prefix(stem).map(|rest| {
                    rest.strip_prefix("View").unwrap_or(rest).trim_start_matches("Mut")
                });
                rest.is_some_and(|rest| {
                    rest.chars().all(|c| c.is_ascii_digit() || c == 'x' || c == 'X')
                })
            })
        });
        let row = ["RowDVector", "RowSVector", "RowOVector"];
        match name {
            "Cholesky" => Some(Foreign::Cholesky),
            "LU" => Some(Foreign::Lu),
            _ => (nalgebra || row.contains(&name)).then_some(Foreign::Nalgebra),
        }
    }

    /// Of a type as it is written: it has arguments, `Vector3<f64>`.
    pub fn of_type(ty: &syn::Type) -> Option<Foreign> {
        let syn::Type::Path(path) = ty else { return None };
        let last = path.path.segments.last()?;
        let known = Foreign::of_name(&last.ident.to_string())?;
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        // `Matrix<2, 3>` is the user's: those of other crates say of what they are made.
        let made_of_something =
            |of: &syn::GenericArgument| !matches!(of, syn::GenericArgument::Const(_));
        let declared = |name: &str| {
            crate::declared::at(last.ident.span()).is_some_and(|file| file.declares(name))
        };
        if !arguments.args.iter().any(made_of_something) || declared(&last.ident.to_string()) {
            return None;
        }
        // `Array<f64, Ix2>`.
        let axes = arguments.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::Type(syn::Type::Path(path)) => {
                path.path.segments.last()?.ident.to_string().strip_prefix("Ix")?.parse().ok()
            }
            _ => None,
        });
        Some(match known {
            Foreign::Ndarray(None) => Foreign::Ndarray(axes),
            known => known,
        })
    }

    /// Whether values of this type borrow, so that what is computed with them is of another.
    pub fn is_view(ty: &syn::Type) -> bool {
        let syn::Type::Path(path) = ty else { return false };
        path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name.contains("View") || name.contains("Ref")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let of = Foreign::of_name;
        for name in [
            "Vector3",
            "DVector",
            "SMatrix",
            "Matrix3x4",
            "DMatrixView",
            "RowVector2",
            "MatrixView3",
            "Matrix",
            "DVectorViewMut",
            "OMatrix",
        ] {
            assert_eq!(of(name), Some(Foreign::Nalgebra), "{name}");
        }
        assert_eq!(of("Array2"), Some(Foreign::Ndarray(Some(2))));
        assert_eq!(of("ArrayView1"), Some(Foreign::Ndarray(Some(1))));
        for name in
            ["Vec", "Vec3", "VectorSpace", "Particle", "Matrices", "ArrayList", "f64", "State"]
        {
            assert_eq!(of(name), None, "{name}");
        }
    }
}
