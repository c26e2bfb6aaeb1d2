//! Programs: their functions, and the points at which they are checked.

use super::{
    Generator, Random,
    scope::{Holder, Kind, Length},
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Output {
    Nothing,
    Float,
    Pair,
    Array,
    Vector,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parameter {
    Float,
    FloatMut,
    Integer,
    Bool,
    Pair,
    Slice,
    SliceMut,
    Array,
    ArrayReference,
    ArrayMut,
    Vector,
    VectorReference,
    Matrix,
    Indices,
}

#[derive(Clone, Debug)]
pub struct Signature {
    pub name: String,
    pub parameters: Vec<Parameter>,
    pub output: Output,
}

impl Signature {
    pub fn writes(&self) -> bool {
        self.parameters.iter().any(Parameter::writes)
    }
}

impl Parameter {
    pub fn writes(&self) -> bool {
        matches!(self, Self::FloatMut | Self::SliceMut | Self::ArrayMut)
    }

    fn text(self) -> &'static str {
        match self {
            Self::Float => "f64",
            Self::FloatMut => "&mut f64",
            Self::Integer => "usize",
            Self::Bool => "bool",
            Self::Pair => "(f64, f64)",
            Self::Slice => "&[f64]",
            Self::SliceMut => "&mut [f64]",
            Self::Array => "[f64; 3]",
            Self::ArrayReference => "&[f64; 3]",
            Self::ArrayMut => "&mut [f64; 3]",
            Self::Vector => "Vec<f64>",
            Self::VectorReference => "&Vec<f64>",
            Self::Matrix => "&[[f64; 2]; 2]",
            Self::Indices => "&[usize]",
        }
    }

    /// A point to check at, and how `check!` wants it.
    fn point(self) -> (&'static str, &'static str) {
        match self {
            Self::Float => ("random.between(-1.25, 1.25)", ""),
            Self::FloatMut => ("random.between(-1.25, 1.25)", "&mut "),
            Self::Integer => ("(3 * round + random.below(2)) % 5", "const "),
            Self::Bool => ("random.below(2) == 0", "const "),
            Self::Pair => ("(random.between(-1.0, 1.0), random.between(-1.0, 1.0))", ""),
            Self::Slice | Self::VectorReference => ("random.floats(3 + round % 3)", "&"),
            Self::SliceMut => ("random.floats(3 + round % 3)", "&mut "),
            Self::Array => ("random.array::<3>()", ""),
            Self::ArrayReference => ("random.array::<3>()", "&"),
            Self::ArrayMut => ("random.array::<3>()", "&mut "),
            Self::Vector => ("random.floats(3 + round % 3)", ""),
            Self::Matrix => ("[random.array::<2>(), random.array::<2>()]", "&"),
            Self::Indices => ("random.indices(3 + round % 3)", "const &"),
        }
    }
}

const PARAMETERS: &[Parameter] = &[
    Parameter::Float,
    Parameter::Float,
    Parameter::FloatMut,
    Parameter::Integer,
    Parameter::Bool,
    Parameter::Pair,
    Parameter::Slice,
    Parameter::Slice,
    Parameter::SliceMut,
    Parameter::Array,
    Parameter::ArrayReference,
    Parameter::ArrayMut,
    Parameter::Vector,
    Parameter::VectorReference,
    Parameter::Matrix,
    Parameter::Indices,
];

/// A module's content: functions, of which later ones call earlier ones, and `cases`.
pub fn program(seed: u64, functions: usize) -> String {
    let mut generator = Generator {
        // Far from the steps that the generator itself takes.
        random: Random::new((seed + 1).wrapping_mul(0xd134_2543_de82_ef95)),
        text: String::new(),
        indent: 0,
        scope: Vec::new(),
        loops: Vec::new(),
        functions: Vec::new(),
        result: Output::Float,
        ids: 100,
        labels: 0,
        statements: 0,
        calls: 0,
    };
    generator.line(format_args!("const SCALE: f64 = 0.{};", 25 + seed % 50));
    generator.line(super::parts::DECLARED);
    for i in 0..functions {
        generator.function(i);
    }
    generator.cases();
    generator.text
}

impl Generator {
    fn function(&mut self, index: usize) {
        let mut parameters = vec![Parameter::Float];
        for _ in 0..1 + self.below(3) {
            parameters.push(self.pick(PARAMETERS));
        }
        let at = self.below(parameters.len());
        parameters.swap(0, at);
        let writes = parameters.iter().any(Parameter::writes);
        self.result = match self.below(10) {
            0 | 1 if writes => Output::Nothing,
            2 => Output::Pair,
            3 => Output::Array,
            4 => Output::Vector,
            _ => Output::Float,
        };
        let name = format!("f{index}");
        let output = match self.result {
            Output::Nothing => "",
            Output::Float => " -> f64",
            Output::Pair => " -> (f64, f64)",
            Output::Array => " -> [f64; 3]",
            Output::Vector => " -> Vec<f64>",
        };
        self.scope.clear();
        let mut list = Vec::new();
        for (i, parameter) in parameters.iter().enumerate() {
            let name = format!("{}{i}", self.pick(&["x", "y", "d_x", "seed"]));
            let (kind, mutable) = self.kind(*parameter);
            let owned =
                matches!(parameter, Parameter::Array | Parameter::Vector | Parameter::Float);
            let keyword = if owned && self.chance(40) { "mut " } else { "" };
            let mutable = mutable || !keyword.is_empty();
            list.push(format!("{keyword}{name}: {}", parameter.text()));
            self.declare(&name, kind, mutable);
        }
        self.line("\n#[grad(jvp)]");
        self.statements = 6 + self.below(10);
        self.calls = 3;
        let head = format!("pub fn {name}({}){output}", list.join(", "));
        self.block(head, "", |this| {
            while this.statements > 0 {
                this.statements(4, 3);
            }
            let result = this.result();
            this.line(result);
        });
        self.functions.push(Signature { name, parameters, output: self.result });
    }

    fn kind(&mut self, parameter: Parameter) -> (Kind, bool) {
        let floats = |length, holder| Kind::Floats { length, holder };
        let three = Length::exactly(3);
        match parameter {
            Parameter::Float => (Kind::Float, false),
            Parameter::FloatMut => (Kind::FloatReference, true),
            Parameter::Integer => (Kind::Integer { below: 5, under: Vec::new() }, false),
            Parameter::Bool => (Kind::Bool, false),
            Parameter::Pair => (Kind::Pair, false),
            Parameter::Slice => (floats(self.unknown_length(3), Holder::Slice), false),
            Parameter::SliceMut => (floats(self.unknown_length(3), Holder::Slice), true),
            Parameter::Array => (floats(three, Holder::Array), false),
            Parameter::ArrayReference => (floats(three, Holder::ArrayReference), false),
            Parameter::ArrayMut => (floats(three, Holder::ArrayReference), true),
            Parameter::Vector => (floats(self.unknown_length(3), Holder::Vector), false),
            Parameter::VectorReference => {
                (floats(self.unknown_length(3), Holder::VectorReference), false)
            }
            Parameter::Matrix => (Kind::Matrix { rows: 2, columns: 2, reference: true }, false),
            Parameter::Indices => (Kind::Indices { length: self.unknown_length(3) }, false),
        }
    }

    fn cases(&mut self) {
        let functions = std::mem::take(&mut self.functions);
        self.block("\npub fn cases(c: &mut Checker)", "", |this| {
            this.block("for round in 0..4", "", |this| {
                this.line("let mut random = Random::new(round as u64);");
                for function in &functions {
                    let mut arguments = Vec::new();
                    for (i, parameter) in function.parameters.iter().enumerate() {
                        let (point, prefix) = parameter.point();
                        this.line(format_args!("let x{i} = {point};"));
                        // An in-out argument is an expression of its own.
                        let clone = if prefix.starts_with("const") { "" } else { ".clone()" };
                        arguments.push(format!("{prefix}x{i}{clone}"));
                    }
                    let output = match function.output {
                        Output::Nothing => "()",
                        Output::Float => "f64",
                        Output::Pair => "(f64, f64)",
                        Output::Array => "[f64; 3]",
                        Output::Vector => "Vec<f64>",
                    };
                    let arguments = arguments.join(", ");
                    this.line(format_args!(
                        "check!(c, {}({arguments}) -> {output});",
                        function.name
                    ));
                }
            });
        });
    }
}
