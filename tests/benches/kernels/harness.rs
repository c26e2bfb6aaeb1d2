//! What a kernel is, and how its three functions are timed against each other: a batch of calls
//! of each in turn, round after round, so that what slows the machine down slows all three.

use std::{
    cell::RefCell,
    fmt::Debug,
    hint::black_box,
    time::{Duration, Instant},
};

use allocation_counter::measure;
use autodiff_runtime::Workspace;

/// Many short batches: the scheduler of a busy machine interrupts few of them, which medians ignore.
const ROUNDS: usize = 701;
const BATCH: Duration = Duration::from_micros(300);

/// Calls a function so many times.
type Calls = Box<dyn Fn(u32)>;

/// A function, its generated gradient and its gradient by hand, all on the same input.
pub struct Kernel {
    name: &'static str,
    primal: Calls,
    generated: Calls,
    by_hand: Calls,
    /// The generated gradient with memory that is kept from call to call, if the kernel asks for heap.
    kept: Option<Calls>,
    heap: Heaps,
}

/// What one call of each allocates.
struct Heaps {
    primal: Heap,
    generated: Heap,
    by_hand: Heap,
    /// From the second call on.
    kept: Option<Heap>,
}

impl Kernel {
    /// Calls one of the three so many times: for who counts instructions.
    pub fn call(&self, which: Which, calls: u32) {
        match which {
            Which::Primal => (self.primal)(calls),
            Which::Generated => (self.generated)(calls),
            Which::ByHand => (self.by_hand)(calls),
        }
    }
}

#[derive(Clone, Copy)]
pub enum Which {
    Primal,
    Generated,
    ByHand,
}

/// What one call allocates.
#[derive(Clone, Copy)]
struct Heap {
    allocations: u64,
    bytes: u64,
    /// The most that is held at one time.
    peak: u64,
}

impl Kernel {
    /// `lengths`: of the gradient's parts. Both gradients overwrite these and return the value.
    ///
    /// Panics unless both gradients agree.
    pub fn new<I: 'static, const N: usize>(
        name: &'static str,
        input: fn() -> I,
        lengths: [usize; N],
        primal: impl Fn(&I) -> f64 + 'static,
        generated: impl Fn(&I, &mut [Vec<f64>; N]) -> f64 + 'static,
        by_hand: impl Fn(&I, &mut [Vec<f64>; N]) -> f64 + 'static,
    ) -> Kernel {
        let none = None::<fn(&mut Workspace, &I, &mut [Vec<f64>; N]) -> f64>;
        Kernel::made(name, input, lengths, primal, generated, none, by_hand)
    }

    /// Of a kernel that allocates: `kept` is `f_grad_with`.
    pub fn with_workspace<I: 'static, const N: usize>(
        name: &'static str,
        input: fn() -> I,
        lengths: [usize; N],
        primal: impl Fn(&I) -> f64 + 'static,
        generated: impl Fn(&I, &mut [Vec<f64>; N]) -> f64 + 'static,
        kept: impl Fn(&mut Workspace, &I, &mut [Vec<f64>; N]) -> f64 + 'static,
        by_hand: impl Fn(&I, &mut [Vec<f64>; N]) -> f64 + 'static,
    ) -> Kernel {
        Kernel::made(name, input, lengths, primal, generated, Some(kept), by_hand)
    }

    fn made<I: 'static, const N: usize>(
        name: &'static str,
        input: fn() -> I,
        lengths: [usize; N],
        primal: impl Fn(&I) -> f64 + 'static,
        generated: impl Fn(&I, &mut [Vec<f64>; N]) -> f64 + 'static,
        kept: Option<impl Fn(&mut Workspace, &I, &mut [Vec<f64>; N]) -> f64 + 'static>,
        by_hand: impl Fn(&I, &mut [Vec<f64>; N]) -> f64 + 'static,
    ) -> Kernel {
        let made = input();
        // What was in a buffer before must not matter.
        let mut ours = lengths.map(|length| vec![f64::NAN; length]);
        let mut theirs = ours.clone();
        let value = primal(&made);
        let (our_value, their_value) = (generated(&made, &mut ours), by_hand(&made, &mut theirs));
        assert_eq!(value.to_bits(), our_value.to_bits(), "{name}: the generated value");
        agree(name, &[value], &[their_value]);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            agree(name, ours, theirs);
        }

        let mut heap = Heaps {
            primal: heap(|| _ = black_box(primal(&made))),
            generated: heap(|| _ = black_box(generated(&made, &mut ours))),
            by_hand: heap(|| _ = black_box(by_hand(&made, &mut theirs))),
            kept: None,
        };
        let kept = kept.map(|kept| {
            let mut workspace = Workspace::new();
            let (made, mut again) = (input(), ours.clone());
            kept(&mut workspace, &made, &mut again);
            heap.kept = Some(self::heap(|| _ = black_box(kept(&mut workspace, &made, &mut again))));
            assert_eq!(again, ours, "{name}: the gradient with a workspace");
            let state = RefCell::new((workspace, again));
            Box::new(move |calls: u32| {
                let (workspace, buffers) = &mut *state.borrow_mut();
                for _ in 0..calls {
                    black_box(kept(workspace, black_box(&made), black_box(buffers)));
                }
            }) as Calls
        });
        Kernel {
            name,
            primal: Box::new(move |calls| {
                for _ in 0..calls {
                    black_box(primal(black_box(&made)));
                }
            }),
            generated: gradient_calls(input(), ours, generated),
            by_hand: gradient_calls(input(), theirs, by_hand),
            kept,
            heap,
        }
    }
}

fn gradient_calls<I: 'static, const N: usize>(
    input: I,
    buffers: [Vec<f64>; N],
    gradient: impl Fn(&I, &mut [Vec<f64>; N]) -> f64 + 'static,
) -> Calls {
    Box::new(move |calls| {
        let mut buffers = buffers.clone();
        for _ in 0..calls {
            black_box(gradient(black_box(&input), black_box(&mut buffers)));
        }
    })
}

/// Both to 1e-10 of the largest component: sums in another order differ by less.
fn agree(name: &str, ours: &[f64], theirs: &[f64]) {
    let scale = theirs.iter().fold(0.0, |scale: f64, x| scale.max(x.abs()));
    assert!(scale > 0.0 && scale.is_finite(), "{name}: the gradient by hand is {theirs:?}");
    for (i, (our, their)) in ours.iter().zip(theirs).enumerate() {
        let error = (our - their).abs() / scale;
        assert!(error <= 1e-10, "{name}: component {i} is {our}, by hand {their}");
    }
}

fn heap(call: impl FnOnce()) -> Heap {
    let counted = measure(call);
    Heap { allocations: counted.count_total, bytes: counted.bytes_total, peak: counted.bytes_max }
}

/// What was measured of one kernel.
pub struct Row {
    pub name: &'static str,
    /// Nanoseconds of one call of the function.
    pub primal: f64,
    /// Times over that of the function.
    pub generated: f64,
    pub by_hand: f64,
    /// With memory that is kept from call to call.
    kept: Option<f64>,
    /// The generated gradient over the one by hand.
    pub ratio: f64,
    /// Iterations of the loop that the function is made of.
    steps: u64,
    heap: Heaps,
}

/// Columns of a table, each with its heading.
pub type Columns = Vec<(&'static str, String)>;

impl Row {
    pub fn times(&self) -> Columns {
        let two = |x: f64| format!("{x:.2}");
        vec![
            ("kernel", self.name.to_owned()),
            ("function, ns", format!("{:.1}", self.primal)),
            ("gradient / function", two(self.generated)),
            ("with a workspace", self.kept.map_or("–".to_owned(), two)),
            ("by hand / function", two(self.by_hand)),
            ("gradient / by hand", two(self.ratio)),
        ]
    }

    pub fn memory(&self) -> Columns {
        let Heaps { primal, generated, by_hand, kept } = &self.heap;
        let saved = generated.bytes.saturating_sub(primal.bytes) as f64 / self.steps as f64;
        let text = |x: u64| x.to_string();
        vec![
            ("kernel", self.name.to_owned()),
            ("function: allocations", text(primal.allocations)),
            ("bytes", text(primal.bytes)),
            ("gradient: allocations", text(generated.allocations)),
            ("bytes", text(generated.bytes)),
            ("peak bytes", text(generated.peak)),
            ("iterations", text(self.steps)),
            ("bytes more than the function, an iteration", format!("{saved:.0}")),
            (
                "with a workspace: allocations",
                text(kept.map_or(generated.allocations, |kept| kept.allocations)),
            ),
            ("by hand: allocations", text(by_hand.allocations)),
            ("bytes", text(by_hand.bytes)),
        ]
    }
}

/// Times every kernel and prints a line for it as soon as it is known. With each: its iterations.
pub fn table(kernels: Vec<(Kernel, u64)>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (kernel, steps) in kernels {
        let times = Times::of(&kernel);
        let row = Row {
            name: kernel.name,
            primal: median(&times.primal),
            generated: ratio(&times.generated, &times.primal),
            by_hand: ratio(&times.by_hand, &times.primal),
            kept: kernel.kept.as_ref().map(|_| ratio(&times.kept, &times.primal)),
            ratio: ratio(&times.generated, &times.by_hand),
            steps,
            heap: kernel.heap,
        };
        let print = |columns: [Columns; 2], heading: bool| {
            let cells = columns.into_iter().flatten();
            let cells = cells.map(|(name, value)| if heading { name.to_owned() } else { value });
            println!("{}", cells.collect::<Vec<_>>().join(" | "));
        };
        if rows.is_empty() {
            print([row.times(), row.memory()], true);
        }
        print([row.times(), row.memory()], false);
        rows.push(row);
    }
    rows
}

/// The geometric mean of the gradients over those by hand.
pub fn mean(rows: &[Row]) -> f64 {
    let logarithms: f64 = rows.iter().map(|row| row.ratio.ln()).sum();
    (logarithms / rows.len() as f64).exp()
}

/// Nanoseconds a call, one entry a round.
#[derive(Debug, Default)]
struct Times {
    primal: Vec<f64>,
    generated: Vec<f64>,
    by_hand: Vec<f64>,
    kept: Vec<f64>,
}

impl Times {
    fn of(kernel: &Kernel) -> Times {
        let mut times = Times::default();
        let mut timed = vec![
            (&kernel.primal, &mut times.primal),
            (&kernel.generated, &mut times.generated),
            (&kernel.by_hand, &mut times.by_hand),
        ];
        timed.extend(kernel.kept.as_ref().map(|kept| (kept, &mut times.kept)));
        let counts: Vec<u32> = timed.iter().map(|(calls, _)| calls_in_batch(calls)).collect();
        for _ in 0..ROUNDS {
            for ((calls, times), &count) in timed.iter_mut().zip(&counts) {
                times.push(time(calls, count) / f64::from(count));
            }
        }
        times
    }
}

/// How many calls fill a batch; warms up as well.
fn calls_in_batch(calls: &Calls) -> u32 {
    let mut count = 1;
    loop {
        let taken = time(calls, count);
        if taken * 4.0 >= BATCH.as_nanos() as f64 {
            let wanted = f64::from(count) * BATCH.as_nanos() as f64 / taken;
            return (wanted as u32).max(1);
        }
        count *= 2;
    }
}

fn time(calls: &Calls, count: u32) -> f64 {
    let start = Instant::now();
    calls(count);
    start.elapsed().as_nanos() as f64
}

/// The median of the ratios of each round.
fn ratio(numerator: &[f64], denominator: &[f64]) -> f64 {
    let ratios: Vec<_> = numerator.iter().zip(denominator).map(|(n, d)| n / d).collect();
    median(&ratios)
}

fn median(of: &[f64]) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// Repeatable numbers in -1..1.
pub fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}
