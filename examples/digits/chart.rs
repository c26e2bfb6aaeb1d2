//! Draws the learning curve as an SVG picture: the loss above, the accuracy below.

use crate::train::Score;
use plotters::coord::Shift;
use plotters::prelude::*;
use std::error::Error;
use std::ops::Range;
use std::path::Path;

/// Both scores after an epoch.
pub struct Epoch {
    pub train: Score,
    pub test: Score,
}

/// One point for each of `epochs`, counted from 1.
pub fn draw(path: &Path, epochs: &[Epoch]) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (800, 800)).into_drawing_area();
    root.fill(&WHITE)?;
    let (above, below) = root.split_vertically(400);

    let largest = epochs.iter().map(|e| e.train.loss.max(e.test.loss)).fold(0.0, f64::max);
    panel(&above, "loss", epochs, 0.0..1.05 * largest, |score| score.loss)?;
    // All that is of interest happens near the top.
    let worst = epochs.iter().map(|e| e.train.accuracy.min(e.test.accuracy)).fold(1.0, f64::min);
    let bottom = 5.0 * (20.0 * worst).floor();
    panel(&below, "accuracy in %", epochs, bottom..100.0, |score| 100.0 * score.accuracy)?;
    // Writes the file: dropping the area would, too, but could not report an error.
    root.present()?;
    Ok(())
}

/// Which of the two scores a line shows.
type Side = fn(&Epoch) -> &Score;

fn panel(
    area: &DrawingArea<SVGBackend, Shift>,
    title: &str,
    epochs: &[Epoch],
    range: Range<f64>,
    quantity: fn(&Score) -> f64,
) -> Result<(), Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 22))
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .build_cartesian_2d(1..epochs.len().max(2), range)?;
    chart.configure_mesh().x_desc("epoch").light_line_style(TRANSPARENT).draw()?;

    let sides: [(&str, RGBColor, Side); 2] =
        [("training", BLUE, |epoch| &epoch.train), ("test", RED, |epoch| &epoch.test)];
    for (name, color, side) in sides {
        let points = epochs.iter().map(|epoch| quantity(side(epoch)));
        chart
            .draw_series(LineSeries::new((1..).zip(points), color.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()?;
    Ok(())
}
