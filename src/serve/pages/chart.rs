//! The timeline of one search as a drawing whose bars are links.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::parts::percent;
use crate::{
    archive::Archive,
    error::Result,
    query::Query,
    search::{Period, SearchOptions, Timeline},
    serve::text::{counted, grouped},
};

const WIDTH: f64 = 720.0;
/// Height of the bars.
const BARS: f64 = 96.0;

/// Periods named below the bars.
const LABELS: usize = 4;

/// Most periods of a drawing: that many can be told apart, and be links.
const PERIODS_DRAWN_MAX: usize = 72;

/// A timeline in periods as short as can be drawn.
pub(super) fn fitting(archive: &Archive, query: &Query, options: &SearchOptions) -> Result<Timeline> {
    let queries = std::slice::from_ref(query);
    let months = archive.timeline(queries, Period::Month, options)?;
    let by = match months.periods.len() {
        0..=2 => Period::Day,
        3..=PERIODS_DRAWN_MAX => return Ok(months),
        count if count <= 3 * PERIODS_DRAWN_MAX => Period::Quarter,
        _ => Period::Year,
    };
    archive.timeline(queries, by, options)
}

/// A drawing of the first query of a timeline.
pub(super) struct Chart<'a> {
    pub(super) timeline: &'a Timeline,
    /// Whether bars show the share of the archive's articles instead of the number of hits.
    pub(super) share: bool,
    /// The address of the same search within some days.
    pub(super) link: &'a dyn Fn(NaiveDate, NaiveDate) -> String,
}

impl Chart<'_> {
    pub(super) fn draw(&self) -> Markup {
        let (timeline, series) = (self.timeline, &self.timeline.queries[0]);
        let count = timeline.periods.len();
        let value = |at: usize| match self.share {
            true => series.share(at).unwrap_or(0.0),
            false => series.hits[at] as f64,
        };
        let most = (0..count).map(value).fold(0.0, f64::max);
        let step = WIDTH / count.max(1) as f64;
        html! {
            svg.timeline viewBox=(format!("0 0 {WIDTH} {}", BARS + 1.0)) role="group" aria-label=(self.summary())
                data-timeline="" preserveAspectRatio="none" {
                defs {
                    pattern #gap width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                        line x1="0" y1="0" x2="0" y2="6" class="hatch" {}
                    }
                }
                @for (at, start) in timeline.periods.iter().enumerate() {
                    @let (x, end) = (at as f64 * step, last_day(timeline.by, *start));
                    @if series.articles[at] == 0 {
                        g data-from=(start) data-to=(end) {
                            title { (timeline.by.label(*start)) ": nothing archived" }
                            rect.gap x=(px(x)) y="0" width=(px(step)) height=(px(BARS)) fill="url(#gap)" {}
                        }
                    } @else {
                        @let height = height(value(at), most);
                        a href=((self.link)(*start, end)) aria-label=(self.label(at)) data-from=(start) data-to=(end) {
                            title { (self.label(at)) }
                            rect.place x=(px(x)) y="0" width=(px(step)) height=(px(BARS)) {}
                            rect.bar x=(px(x + step * 0.1)) y=(px(BARS - height)) width=(px(step * 0.8))
                                height=(px(height)) {}
                        }
                    }
                }
                line.axis x1="0" y1=(px(BARS)) x2=(px(WIDTH)) y2=(px(BARS)) {}
            }
            div.labels aria-hidden="true" { @for label in self.labels() { span { (label) } } }
        }
    }

    /// Names of some periods, evenly apart.
    fn labels(&self) -> Vec<String> {
        let periods = &self.timeline.periods;
        let last = periods.len().saturating_sub(1);
        let count = LABELS.min(periods.len());
        (0..count).map(|n| self.timeline.by.label(periods[n * last / (count - 1).max(1)])).collect()
    }

    fn label(&self, at: usize) -> String {
        let series = &self.timeline.queries[0];
        let period = self.timeline.by.label(self.timeline.periods[at]);
        let share = percent(series.share(at).unwrap_or(0.0));
        format!("{period}: {}, {share} of {}", counted(series.hits[at], "article"), grouped(series.articles[at]))
    }

    fn summary(&self) -> String {
        let by = &self.timeline.by;
        let (first, last) = (self.timeline.periods.first(), self.timeline.periods.last());
        match (first, last) {
            (Some(first), Some(last)) => format!("Articles over time, {} to {}", by.label(*first), by.label(*last)),
            _ => "Articles over time".to_owned(),
        }
    }
}

/// Height of a bar; what is there shows, however little it is.
fn height(value: f64, most: f64) -> f64 {
    if value > 0.0 { (value / most * (BARS - 4.0)).max(2.0) } else { 0.0 }
}

/// The last day of a period.
pub(super) fn last_day(by: Period, start: NaiveDate) -> NaiveDate {
    by.next(start).and_then(|next| next.pred_opt()).unwrap_or(NaiveDate::MAX)
}

/// A place in the drawing, short.
fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
