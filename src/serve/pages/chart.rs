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
const HEIGHT: f64 = 120.0;
/// Height of the bars, above the line with the periods' names.
const BARS: f64 = 96.0;

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
        let label_every = count.div_ceil(8).max(1);
        html! {
            svg.timeline viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="group" aria-label=(self.summary())
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
                        @let height = if most > 0.0 { (value(at) / most * (BARS - 4.0)).max(if series.hits[at] > 0 { 2.0 } else { 0.0 }) } else { 0.0 };
                        a href=((self.link)(*start, end)) aria-label=(self.label(at)) data-from=(start) data-to=(end) {
                            title { (self.label(at)) }
                            rect.place x=(px(x)) y="0" width=(px(step)) height=(px(BARS)) {}
                            rect.bar x=(px(x + step * 0.1)) y=(px(BARS - height)) width=(px(step * 0.8)) height=(px(height)) {}
                        }
                    }
                    @if at % label_every == 0 && x < WIDTH - 40.0 {
                        text x=(px(x + 2.0)) y=(px(HEIGHT - 8.0)) aria-hidden="true" { (timeline.by.label(*start)) }
                    }
                }
                line.axis x1="0" y1=(px(BARS)) x2=(px(WIDTH)) y2=(px(BARS)) {}
            }
        }
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

/// The last day of a period.
pub(super) fn last_day(by: Period, start: NaiveDate) -> NaiveDate {
    by.next(start).and_then(|next| next.pred_opt()).unwrap_or(NaiveDate::MAX)
}

/// A place in the drawing, short.
fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
