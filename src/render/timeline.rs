//! A timeline for people: bars on a terminal, a table, a drawing that can be printed.

use std::fmt::Write;

use super::safe::{for_cell, for_terminal, for_xml};
use crate::search::{Series, Timeline};

const DIM: &str = "\x1b[2m";
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Characters that fill an eighth more each.
const EIGHTHS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/// Heights of a sparkline.
const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Stands for a period of which the archive holds nothing.
const GAP: char = '░';

/// What is drawn of each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    /// Number of hits.
    Count,
    /// Share of the archive's articles.
    Share,
}

impl Measure {
    /// The value of a period; `None` in a gap of the archive.
    fn of(self, series: &Series, period: usize) -> Option<f64> {
        let share = series.share(period)?;
        Some(if self == Self::Count { series.hits[period] as f64 } else { share })
    }

    fn shown(self, value: f64) -> String {
        match self {
            Self::Count => format!("{value:.0}"),
            Self::Share => percent(value),
        }
    }
}

fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent >= 10.0 || percent == 0.0 { format!("{percent:.0}%") } else { format!("{percent:.2}%") }
}

/// Bars for each query, within so many columns.
pub(crate) fn timeline_text(timeline: &Timeline, measure: Measure, columns: usize) -> String {
    let mut out = String::new();
    for series in &timeline.queries {
        let values: Vec<Option<f64>> = (0..timeline.periods.len()).map(|at| measure.of(series, at)).collect();
        let most = values.iter().flatten().copied().fold(0.0, f64::max);
        // A line of heights that does not fit into a line of the terminal shows nothing.
        let heights = if values.len() < columns { sparkline(&values, most) } else { String::new() };
        let heading = format!("{BOLD}{}{PLAIN}  {heights}", for_terminal(&series.query));
        let _ = writeln!(out, "{}\n{DIM}{}{PLAIN}", heading.trim_end(), for_terminal(&summary(series)));
        if series.hits.iter().all(|hits| *hits == 0) {
            out.push('\n');
            continue;
        }
        let labels: Vec<String> = timeline.periods.iter().map(|start| timeline.by.label(*start)).collect();
        let label_width = labels.iter().map(String::len).max().unwrap_or(0);
        let width = columns.saturating_sub(label_width + 26).max(10);
        let mut at = 0;
        while let Some(label) = labels.get(at) {
            let Some(value) = values[at] else {
                let gaps = values[at..].iter().take_while(|value| value.is_none()).count();
                gap(&mut out, &labels[at..at + gaps], label_width);
                at += gaps;
                continue;
            };
            let bar = bar(value, most, width);
            let share = series.share(at).map(percent).unwrap_or_default();
            let (hits, of) = (series.hits[at], series.articles[at]);
            let _ = writeln!(out, "{label:<label_width$}  {bar} {hits} {DIM}{share} of {of}{PLAIN}");
            at += 1;
        }
        out.push('\n');
    }
    out
}

/// Most periods of a gap that have a line each.
const GAP_LINES_MAX: usize = 3;

/// Periods of which the archive holds nothing: a line each, or one for many.
fn gap(out: &mut String, labels: &[String], label_width: usize) {
    let mut line = |label: &str| {
        let _ = writeln!(out, "{DIM}{label:<label_width$}  {GAP}{GAP}{GAP} nothing archived{PLAIN}");
    };
    match labels {
        [first, .., last] if labels.len() > GAP_LINES_MAX => line(&format!("{first} to {last}")),
        _ => labels.iter().for_each(|label| line(label)),
    }
}

fn summary(series: &Series) -> String {
    let mut parts = vec![format!("{} articles", series.total)];
    if series.undated > 0 {
        parts.push(format!("{} without a date", series.undated));
    }
    if series.inexact > 0 {
        parts.push(format!("{} dated less exactly than a period", series.inexact));
    }
    if series.of != "*" {
        parts.push(format!("shares of {}", series.of));
    }
    parts.join(", ")
}

fn sparkline(values: &[Option<f64>], most: f64) -> String {
    let height = |value: f64| {
        let step = if most > 0.0 { (value / most * (HEIGHTS.len() - 1) as f64).round() as usize } else { 0 };
        HEIGHTS[step.min(HEIGHTS.len() - 1)]
    };
    values.iter().map(|value| value.map_or(GAP, height)).collect()
}

fn bar(value: f64, most: f64, width: usize) -> String {
    let eighths = if most > 0.0 { (value / most * (width * 8) as f64).round() as usize } else { 0 };
    // What is there shows, however little it is.
    let eighths = if value > 0.0 { eighths.max(1) } else { 0 };
    let mut bar: String = std::iter::repeat_n('█', eighths / 8).collect();
    if eighths % 8 > 0 {
        bar.push(EIGHTHS[eighths % 8]);
    }
    bar
}

/// A table with a line a period and query; the share is empty in a gap.
pub(crate) fn timeline_csv(timeline: &Timeline) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = ["period", "from", "query", "hits", "articles", "share"].map(str::to_owned);
    let mut rows = vec![header];
    for series in &timeline.queries {
        for (at, start) in timeline.periods.iter().enumerate() {
            rows.push([
                timeline.by.label(*start),
                start.to_string(),
                for_cell(&series.query).into_owned(),
                series.hits[at].to_string(),
                series.articles[at].to_string(),
                series.share(at).map(|share| format!("{share:.6}")).unwrap_or_default(),
            ]);
        }
    }
    for row in rows {
        writer.write_record(row).expect("a vector takes every write");
    }
    String::from_utf8(writer.into_inner().expect("a vector takes every write")).expect("all cells are text")
}

// The drawing.

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 30.0;
/// Height of a line of the legend.
const LEGEND_LINE: f64 = 18.0;
const AXIS_BOTTOM: f64 = 46.0;

/// Colours that stay apart for people who see few of them (after Okabe and Ito), each with its own pattern of dashes so
/// that a print in grey can be read.
const STROKES: [(&str, &str); 8] = [
    ("#0072b2", ""),
    ("#d55e00", "8 3"),
    ("#009e73", "2 3"),
    ("#cc79a7", "10 3 2 3"),
    ("#e69f00", "4 4"),
    ("#56b4e9", "12 4"),
    ("#000000", "1 2"),
    ("#7f7f7f", "6 2 1 2"),
];

/// A drawing in SVG 1.1 that stands by itself: axes with their labels, a legend, gaps of the archive hatched.
pub(crate) fn timeline_svg(timeline: &Timeline, measure: Measure) -> String {
    let count = timeline.periods.len();
    let series: Vec<Vec<Option<f64>>> =
        timeline.queries.iter().map(|series| (0..count).map(|at| measure.of(series, at)).collect()).collect();
    let most = series.iter().flatten().flatten().copied().fold(0.0, f64::max);
    let (top_value, step) = scale(most, measure);
    let legend = LEGEND_LINE * timeline.queries.len() as f64 + 22.0;
    let bottom = HEIGHT - AXIS_BOTTOM;
    let x = |at: f64| LEFT + (WIDTH - LEFT - RIGHT) * at / count.max(1) as f64;
    let y = |value: f64| bottom - (bottom - TOP) * value / top_value;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n",
        height = HEIGHT + legend,
    );
    let title: Vec<String> = timeline.queries.iter().map(|series| for_xml(&series.query)).collect();
    let _ = writeln!(svg, "<title>{}</title>", title.join(" — "));
    svg.push_str(
        "<defs><pattern id=\"gap\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#f2f2f2\"/>\
         <line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#bbb\" stroke-width=\"2\"/></pattern></defs>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
    );
    draw_gaps(&mut svg, &series, &x, bottom);
    draw_values(&mut svg, top_value, step, measure, &y);
    draw_periods(&mut svg, timeline, &x, bottom);
    if let [only] = series.as_slice() {
        draw_bars(&mut svg, timeline, only, measure, &x, &y, bottom);
    } else {
        for (at, values) in series.iter().enumerate() {
            draw_line(&mut svg, values, STROKES[at % STROKES.len()], &x, &y);
        }
    }
    draw_legend(&mut svg, timeline, measure);
    svg.push_str("</svg>\n");
    svg
}

/// The greatest value of the axis and the step between its marks: 1, 2 or 5 times a power of ten.
fn scale(most: f64, measure: Measure) -> (f64, f64) {
    let least = if measure == Measure::Count { 1.0 } else { 0.0001 };
    let most = most.max(least);
    let power = 10_f64.powf((most / 5.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].iter().map(|m| m * power).find(|step| most / step <= 5.0).unwrap_or(10.0 * power);
    let step = if measure == Measure::Count { step.max(1.0) } else { step };
    ((most / step).ceil() * step, step)
}

/// Hatches the periods of which the archive holds nothing for any of the queries.
fn draw_gaps(svg: &mut String, series: &[Vec<Option<f64>>], x: &impl Fn(f64) -> f64, bottom: f64) {
    let count = series.first().map_or(0, Vec::len);
    let is_gap = |at: usize| series.iter().all(|values| values[at].is_none());
    let mut at = 0;
    while at < count {
        let start = at;
        while at < count && is_gap(at) {
            at += 1;
        }
        if at > start {
            let (from, to) = (x(start as f64), x(at as f64));
            let _ = writeln!(
                svg,
                "<rect x=\"{from:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"url(#gap)\"><title>nothing \
                 archived</title></rect>",
                to - from,
                bottom - TOP,
            );
        } else {
            at += 1;
        }
    }
}

fn draw_values(svg: &mut String, top: f64, step: f64, measure: Measure, y: &impl Fn(f64) -> f64) {
    let steps = (top / step).round() as usize;
    for at in 0..=steps {
        let value = at as f64 * step;
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{0:.1}\" x2=\"{1}\" y2=\"{0:.1}\" stroke=\"#ddd\"/><text x=\"{2}\" y=\"{3:.1}\" \
             text-anchor=\"end\" fill=\"#333\">{4}</text>",
            y(value),
            WIDTH - RIGHT,
            LEFT - 8.0,
            y(value) + 4.0,
            measure.shown(value),
        );
    }
}

fn draw_periods(svg: &mut String, timeline: &Timeline, x: &impl Fn(f64) -> f64, bottom: f64) {
    const LABELS_MAX: usize = 9;
    let every = timeline.periods.len().div_ceil(LABELS_MAX).max(1);
    for (at, start) in timeline.periods.iter().enumerate().step_by(every) {
        let _ = writeln!(
            svg,
            "<line x1=\"{0:.1}\" y1=\"{bottom}\" x2=\"{0:.1}\" y2=\"{1}\" stroke=\"#333\"/><text x=\"{0:.1}\" \
             y=\"{2}\" text-anchor=\"middle\" fill=\"#333\">{3}</text>",
            x(at as f64 + 0.5),
            bottom + 5.0,
            bottom + 20.0,
            timeline.by.label(*start),
        );
    }
    let _ =
        writeln!(svg, "<line x1=\"{LEFT}\" y1=\"{bottom}\" x2=\"{}\" y2=\"{bottom}\" stroke=\"#333\"/>", WIDTH - RIGHT);
}

fn draw_bars(
    svg: &mut String,
    timeline: &Timeline,
    values: &[Option<f64>],
    measure: Measure,
    x: &impl Fn(f64) -> f64,
    y: &impl Fn(f64) -> f64,
    bottom: f64,
) {
    for (at, value) in values.iter().enumerate() {
        let Some(value) = value.filter(|value| *value > 0.0) else { continue };
        let (from, to) = (x(at as f64 + 0.1), x(at as f64 + 0.9));
        let _ = writeln!(
            svg,
            "<rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"><title>{}: \
             {}</title></rect>",
            y(value),
            (to - from).max(0.5),
            bottom - y(value),
            STROKES[0].0,
            timeline.by.label(timeline.periods[at]),
            measure.shown(value),
        );
    }
}

/// A line that is broken where the archive holds nothing; a dot where nothing is archived on either side.
fn draw_line(
    svg: &mut String,
    values: &[Option<f64>],
    (colour, dashes): (&str, &str),
    x: &impl Fn(f64) -> f64,
    y: &impl Fn(f64) -> f64,
) {
    let mut path = String::new();
    let mut pen = 'M';
    for (at, value) in values.iter().enumerate() {
        let is_there = |at: usize| values.get(at).is_some_and(Option::is_some);
        match value {
            Some(value) if !is_there(at + 1) && (at == 0 || !is_there(at - 1)) => {
                let (x, y) = (x(at as f64 + 0.5), y(*value));
                let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
            }
            Some(value) => {
                let _ = write!(path, "{pen}{:.1} {:.1} ", x(at as f64 + 0.5), y(*value));
                pen = 'L';
            }
            None => pen = 'M',
        }
    }
    let _ = writeln!(
        svg,
        "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\" \
         stroke-linecap=\"round\"/>",
        path.trim_end(),
    );
}

fn draw_legend(svg: &mut String, timeline: &Timeline, measure: Measure) {
    let what = if measure == Measure::Count { "articles" } else { "share of the archive's articles" };
    let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"18\" fill=\"#333\">{what} by {}</text>", period_name(timeline));
    for (at, series) in timeline.queries.iter().enumerate() {
        let y = HEIGHT + 14.0 + LEGEND_LINE * at as f64;
        let (colour, dashes) = STROKES[at % STROKES.len()];
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\" stroke=\"{colour}\" stroke-width=\"4\" \
             stroke-dasharray=\"{dashes}\"/><text x=\"{2}\" y=\"{3}\" fill=\"#111\">{4} <tspan \
             fill=\"#666\">({5})</tspan></text>",
            y - 4.0,
            LEFT + 30.0,
            LEFT + 38.0,
            y,
            for_xml(&series.query),
            for_xml(&summary(series)),
        );
    }
}

fn period_name(timeline: &Timeline) -> &'static str {
    use crate::search::Period;
    match timeline.by {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
        Period::Quarter => "quarter",
        Period::Year => "year",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_end_at_round_numbers() {
        assert_eq!(scale(7.0, Measure::Count), (8.0, 2.0));
        assert_eq!(scale(0.0, Measure::Count), (1.0, 1.0));
        assert_eq!(scale(3.0, Measure::Count), (3.0, 1.0));
        let (top, step) = scale(0.043, Measure::Share);
        assert!((top - 0.05).abs() < 1e-9 && (step - 0.01).abs() < 1e-9, "{top} {step}");
    }

    #[test]
    fn what_is_there_shows_however_little_it_is() {
        assert_eq!(bar(1.0, 10_000.0, 10), "▏");
        assert_eq!(bar(0.0, 10.0, 10), "");
        assert_eq!(bar(10.0, 10.0, 3), "███");
    }
}
