//! Plots with two logarithmic axes, as SVG that can be read on light and on dark pages.

use std::fmt::Write;

/// Colours of lines, on light and on dark paper; hues that colour-blind readers tell apart (Okabe and Ito, 2008).
const COLOURS: [(&str, &str); 4] =
    [("#0072b2", "#56b4e9"), ("#c04d00", "#ff9e4a"), ("#007a5a", "#3ddc97"), ("#a8447e", "#e7a3cc")];

const WIDTH: f64 = 800.0;
const PANEL_HEIGHT: f64 = 330.0;

/// Where the lines of a panel are drawn: from the left, from its top, and how far.
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const ACROSS: f64 = 500.0;
const DOWN: f64 = 230.0;

/// From one name of a line to the next.
const NAME_HEIGHT: f64 = 15.0;

/// Lines over one pair of axes.
pub struct Panel {
    /// What is shown.
    pub title: String,
    /// What is told upwards, with its unit.
    pub upwards: String,
    /// At most as many colours as there are.
    pub lines: Vec<Line>,
}

/// A line, named at its end.
pub struct Line {
    pub name: String,
    /// Place in the list of colours.
    pub colour: usize,
    pub dashed: bool,
    /// Across and upwards. What is not above 0 is left out.
    pub points: Vec<(f64, f64)>,
}

/// Draws panels one below the other. What is told across is named with its unit, and marked where there are points.
pub fn svg(title: &str, across: &str, panels: &[Panel]) -> String {
    let height = PANEL_HEIGHT * panels.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"{title}\">\n<title>{title}</title>\n{}\
         <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>\n",
        style()
    );
    for (place, panel) in panels.iter().enumerate() {
        let _ = writeln!(svg, "<g transform=\"translate(0 {})\">", PANEL_HEIGHT * place as f64);
        draw(&mut svg, across, panel);
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

fn style() -> String {
    let colours = |of: fn(&(&'static str, &'static str)) -> &'static str| -> String {
        let colour = |(place, pair)| format!(".c{place}{{color:{}}}", of(pair));
        COLOURS.iter().enumerate().map(colour).collect()
    };
    format!(
        "<style>\nsvg{{font:12px sans-serif}}\n.title{{font-size:14px;font-weight:bold}}\n\
         .paper{{fill:#fff}}text{{fill:#222}}.grid{{stroke:#ddd}}.axis{{stroke:#666;fill:none}}\n\
         .line{{stroke:currentColor;fill:none;stroke-width:2}}.dashed{{stroke-dasharray:5 4}}\n\
         .point,.name{{fill:currentColor}}\n{}\n\
         @media (prefers-color-scheme:dark){{\n\
         .paper{{fill:#16181c}}text{{fill:#e6e6e6}}.grid{{stroke:#3a3d44}}.axis{{stroke:#9a9da4}}\n\
         {}\n}}\n</style>\n",
        colours(|pair| pair.0),
        colours(|pair| pair.1)
    )
}

fn draw(svg: &mut String, across: &str, panel: &Panel) {
    let points = || panel.lines.iter().flat_map(|line| &line.points).filter(|(_, up)| *up > 0.0);
    let mut places: Vec<f64> = points().map(|point| point.0).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let (Some(x), Some(y)) = (Axis::around(&places), Axis::of_steps(points().map(|point| point.1))) else { return };
    let at = |(place, up): (f64, f64)| (LEFT + ACROSS * x.share(place), TOP + DOWN * (1.0 - y.share(up)));
    let (right, bottom) = (LEFT + ACROSS, TOP + DOWN);

    let _ = writeln!(svg, "<text class=\"title\" x=\"{LEFT}\" y=\"22\">{}</text>", panel.title);
    for &step in &y.marks {
        let (_, up) = at((x.low, step));
        let _ = writeln!(svg, "<path class=\"grid\" d=\"M{LEFT} {up:.1}H{right}\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            up + 4.0,
            number(step)
        );
    }
    for &place in &x.marks {
        let (place_x, _) = at((place, y.low));
        let _ = writeln!(svg, "<path class=\"grid\" d=\"M{place_x:.1} {TOP}V{bottom}\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{place_x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            bottom + 18.0,
            number(place)
        );
    }
    let _ = writeln!(svg, "<path class=\"axis\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>");
    let (middle_x, middle_y) = (LEFT + ACROSS / 2.0, TOP + DOWN / 2.0);
    let _ = writeln!(svg, "<text x=\"{middle_x}\" y=\"{}\" text-anchor=\"middle\">{across}</text>", bottom + 38.0);
    let _ = writeln!(
        svg,
        "<text transform=\"translate(16 {middle_y}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
        panel.upwards
    );
    let mut ends: Vec<(f64, &Line)> = Vec::new();
    for line in &panel.lines {
        let drawn: Vec<(f64, f64)> = line.points.iter().filter(|(_, up)| *up > 0.0).map(|&point| at(point)).collect();
        let Some(&(_, end)) = drawn.last() else { continue };
        ends.push((end, line));
        let path: Vec<String> = drawn.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let dashed = if line.dashed { " dashed" } else { "" };
        let _ = writeln!(svg, "<g class=\"c{}\"><path class=\"line{dashed}\" d=\"M{}\"/>", line.colour, path.join("L"));
        for (x, y) in drawn {
            let _ = write!(svg, "<circle class=\"point\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>");
        }
        svg.push_str("</g>\n");
    }
    names(svg, ends);
}

/// Names at the ends of lines, moved apart where they would lie on each other.
fn names(svg: &mut String, mut ends: Vec<(f64, &Line)>) {
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = TOP;
    for (end, _) in &mut ends {
        *end = end.max(free);
        free = *end + NAME_HEIGHT;
    }
    let mut free = TOP + DOWN;
    for (end, _) in ends.iter_mut().rev() {
        *end = end.min(free);
        free = *end - NAME_HEIGHT;
    }
    for (end, line) in ends {
        let (x, y) = (LEFT + ACROSS + 10.0, end + 4.0);
        let _ = writeln!(svg, "<text class=\"name c{}\" x=\"{x}\" y=\"{y:.1}\">{}</text>", line.colour, line.name);
    }
}

/// A logarithmic axis.
struct Axis {
    low: f64,
    high: f64,
    marks: Vec<f64>,
}

impl Axis {
    /// With a mark at each of some values in order.
    fn around(values: &[f64]) -> Option<Self> {
        let (&first, &last) = (values.first()?, values.last()?);
        let room = (last / first).powf(0.03).max(1.05);
        Some(Self { low: first / room, high: last * room, marks: values.to_vec() })
    }

    /// From a round number below to a round number above; marked at 1, 2 and 5 of each power of ten, or at 1 alone
    /// where those would be many.
    fn of_steps(values: impl Iterator<Item = f64> + Clone) -> Option<Self> {
        let (least, most) = (values.clone().reduce(f64::min)?, values.reduce(f64::max)?);
        let powers = least.log10().floor() as i32..=most.log10().ceil() as i32;
        let all: Vec<f64> = powers.flat_map(|power| [1.0, 2.0, 5.0].map(|step| step * 10f64.powi(power))).collect();
        let low = all.iter().copied().rfind(|&step| step <= least)?;
        let high = all.iter().copied().find(|&step| step >= most && step > low)?;
        let is_marked = |step: &f64| (low..=high).contains(step) && (high / low < 200.0 || is_power_of_ten(*step));
        Some(Self { low, high, marks: all.into_iter().filter(is_marked).collect() })
    }

    fn share(&self, value: f64) -> f64 {
        (value / self.low).ln() / (self.high / self.low).ln()
    }
}

fn is_power_of_ten(step: f64) -> bool {
    (step.log10() - step.log10().round()).abs() < 1e-9
}

/// In digits, by thousands.
fn number(value: f64) -> String {
    if value < 1.0 {
        let places = (-value.log10()).ceil() as usize;
        return format!("{value:.places$}");
    }
    let digits = format!("{value:.0}");
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_they_need() {
        let numbers = [0.002, 0.05, 0.1, 1.0, 20.0, 500.0, 10_000.0, 1_000_000.0].map(number);
        assert_eq!(numbers, ["0.002", "0.05", "0.1", "1", "20", "500", "10,000", "1,000,000"]);
    }

    #[test]
    fn an_axis_ends_at_round_numbers() {
        let axis = Axis::of_steps([0.3, 7.0].into_iter()).unwrap();
        assert!((axis.low - 0.2).abs() < 1e-12 && (axis.high - 10.0).abs() < 1e-12, "{} {}", axis.low, axis.high);
        assert_eq!(axis.marks.len(), 6);
        assert!(Axis::of_steps([5.0].into_iter()).is_some_and(|axis| axis.high > axis.low));
        assert!(Axis::of_steps(std::iter::empty()).is_none());
    }
}
