//! Reads the digits, and says clearly what is wrong if they cannot be read.

use crate::random::Random;
use flate2::read::MultiGzDecoder;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// An image is 8x8, row by row.
pub const PIXELS: usize = 64;
pub const CLASSES: usize = 10;
/// How dark a pixel can be in the file. The network sees pixels from 0 to 1.
const BLACK: u8 = 16;
/// What a training run needs at least, so that the held-out fifth has every digit in it.
const FEWEST_IMAGES: usize = 100;

/// Images and what they show: `labels[i]` belongs to `pixels[i * PIXELS..(i + 1) * PIXELS]`.
#[derive(Default)]
pub struct Digits {
    pub pixels: Vec<f64>,
    pub labels: Vec<usize>,
}

impl Digits {
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Each image with its label.
    pub fn iter(&self) -> impl Iterator<Item = (&[f64], usize)> {
        self.pixels.chunks_exact(PIXELS).zip(self.labels.iter().copied())
    }

    fn push(&mut self, image: &[f64], label: usize) {
        self.pixels.extend_from_slice(image);
        self.labels.push(label);
    }

    /// Replaces the contents by the chosen images of `source`, in the memory already there.
    pub fn refill(&mut self, source: &Digits, chosen: &[usize]) {
        self.pixels.clear();
        self.labels.clear();
        for &i in chosen {
            self.push(&source.pixels[i * PIXELS..(i + 1) * PIXELS], source.labels[i]);
        }
    }

    /// Four fifths for training, and a fifth, drawn at random, held out for testing.
    pub fn split(&self, random: &mut Random) -> (Digits, Digits) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        random.shuffle(&mut order);
        let (test_order, train_order) = order.split_at(self.len() / 5);
        let (mut train, mut test) = (Digits::default(), Digits::default());
        train.refill(self, train_order);
        test.refill(self, test_order);
        (train, test)
    }
}

/// The file that comes with the examples, found from wherever they are run.
pub fn default_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join("digits.csv.gz")
}

/// Reads a gzip file with a line of 64 pixels and a label for each image. Gzip ends with a
/// checksum, so a file that was cut short or changed on its way is found out before any number
/// of it is believed.
pub fn read(path: &Path) -> Result<Digits, DataError> {
    let fail = |what| DataError { path: path.to_owned(), what };
    let file = File::open(path).map_err(|e| fail(Problem::Unreadable(e)))?;
    let mut text = String::new();
    MultiGzDecoder::new(file).read_to_string(&mut text).map_err(|e| fail(Problem::Damaged(e)))?;

    let mut digits = Digits::default();
    for (i, line) in text.lines().enumerate() {
        let (image, label) =
            parse_line(line).map_err(|why| fail(Problem::Line { number: i + 1, why }))?;
        digits.push(&image, label);
    }
    if digits.len() < FEWEST_IMAGES {
        return Err(fail(Problem::TooFew(digits.len())));
    }
    Ok(digits)
}

fn parse_line(line: &str) -> Result<([f64; PIXELS], usize), String> {
    let fields: Vec<&str> = line.split(',').collect();
    let Some((label, pixels)) = fields.split_last().filter(|(_, pixels)| pixels.len() == PIXELS)
    else {
        return Err(format!("{} numbers, not {PIXELS} pixels and a label", fields.len()));
    };
    let mut image = [0.0; PIXELS];
    for (pixel, field) in image.iter_mut().zip(pixels) {
        *pixel = f64::from(number(field, "a pixel", BLACK)?) / f64::from(BLACK);
    }
    let label = number(label, "a label", CLASSES as u8 - 1)?;
    Ok((image, label.into()))
}

fn number(field: &str, what: &str, largest: u8) -> Result<u8, String> {
    match field.trim().parse() {
        Ok(number) if number <= largest => Ok(number),
        _ => Err(format!("`{field}` is not {what}, a whole number from 0 to {largest}")),
    }
}

/// Why there are no digits: what is wrong, where, and what to do about it.
#[derive(Debug)]
pub struct DataError {
    path: PathBuf,
    what: Problem,
}

#[derive(Debug)]
enum Problem {
    Unreadable(io::Error),
    Damaged(io::Error),
    Line { number: usize, why: String },
    TooFew(usize),
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let path = self.path.display();
        match &self.what {
            Problem::Unreadable(e) => writeln!(f, "cannot read the digits from `{path}`: {e}"),
            Problem::Damaged(e) => {
                writeln!(f, "`{path}` is damaged, or is no gzip file of digits: {e}")
            }
            Problem::Line { number, why } => writeln!(f, "`{path}`, line {number}: {why}"),
            Problem::TooFew(images) => {
                writeln!(f, "`{path}` holds {images} images; it takes {FEWEST_IMAGES} to train")
            }
        }?;
        if self.path == default_path() {
            writeln!(f, "help: the file comes with the examples: `git checkout -- {path}`")?;
            write!(f, "      brings it back, or `--data FILE` reads another one")
        } else {
            write!(f, "help: without `--data` the digits that come with the examples are read")
        }
    }
}

impl std::error::Error for DataError {}
