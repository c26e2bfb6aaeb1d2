//! JAX in a process of its own, which is told how often to call what, and says how long that took.

use std::{
    cell::RefCell,
    io::{self, BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use crate::Calls;

pub struct Jax {
    version: String,
    process: RefCell<Process>,
}

struct Process {
    _child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Jax {
    pub fn start(python: &str) -> io::Result<Jax> {
        let mut child = Command::new(python)
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/jax_kernels.py"))
            // One thread, as everybody.
            .env("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
            .env("JAX_PLATFORMS", "cpu")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err(io::Error::other("no pipes"));
        };
        let mut process = Process { _child: child, input, output: BufReader::new(output) };
        let mut version = String::new();
        process.output.read_line(&mut version)?;
        match version.trim() {
            "" => Err(io::Error::other("it says nothing")),
            version => Ok(Jax { version: version.to_owned(), process: RefCell::new(process) }),
        }
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    /// A gradient that is compiled beforehand. The time is what passes there, without the pipes.
    pub fn gradient<'a>(
        &'a mut self,
        name: &str,
        sizes: &[usize],
        arrays: [&[f64]; 4],
    ) -> (&'static str, Calls<'a>) {
        let process = self.process.get_mut();
        let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
        let lengths = arrays.map(|array| array.len().to_string());
        writeln!(process.input, "load {name} {} {}", lengths.join(" "), sizes.join(" "))
            .expect("it reads");
        for x in arrays.into_iter().flatten() {
            process.input.write_all(&x.to_le_bytes()).expect("it reads");
        }
        let count = arrays[0].len();
        ("JAX", Box::new(move |g, calls| process.call(g, count, calls).expect("it answers")))
    }
}

impl Process {
    fn call(&mut self, g: &mut Vec<f64>, count: usize, calls: u32) -> io::Result<Duration> {
        writeln!(self.input, "call {calls}")?;
        let mut taken = String::new();
        self.output.read_line(&mut taken)?;
        let mut bytes = vec![0; 8 * count];
        self.output.read_exact(&mut bytes)?;
        g.clear();
        g.extend(bytes.as_chunks().0.iter().map(|of| f64::from_le_bytes(*of)));
        Ok(Duration::from_nanos(taken.trim().parse().map_err(io::Error::other)?))
    }
}
