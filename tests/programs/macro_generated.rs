// Functions that a macro of the user's writes, with its parameters in types and bodies.

macro_rules! kernel {
    ($name:ident, $float:ty, $length:literal, |$r:ident| $profile:expr) => {
        #[grad(jvp)]
        pub fn $name(x: [$float; $length], y: [$float; $length]) -> $float {
            let mut square: $float = 0.0;
            for i in 0..$length {
                square += (x[i] - y[i]) * (x[i] - y[i]);
            }
            let $r = square.sqrt();
            $profile
        }
    };
}

kernel!(gaussian, f64, 2, |r| (-r * r).exp());
kernel!(multiquadric, f64, 3, |r| (1.0 + r * r).sqrt() * 0.5);

macro_rules! polynomial {
    ($name:ident: $x:ident, $($coefficient:expr),+) => {
        #[grad(jvp)]
        pub fn $name($x: f64) -> f64 {
            let mut sum = 0.0;
            let mut power = 1.0;
            $(
                sum += $coefficient * power;
                power *= $x;
            )+
            sum + power
        }
    };
}

polynomial!(cubic: x, 1.0 - 0.5, x * 0.25, -1.25, 2.0);

pub fn cases(c: &mut Checker) {
    check!(c, gaussian([0.5, -1.25], [0.75, -0.25]) -> f64);
    check!(c, multiquadric([0.5, -1.25, 0.75], [0.75, -0.25, 1.5]) -> f64);
    check!(c, cubic(0.75) -> f64);
}
