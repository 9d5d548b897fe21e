//! How much the age of an article takes from its score, where recent ones are asked for.

/// That recent articles are preferred, and how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recency {
    /// Days after which what a new article has before an old one is halved. At least 1.
    pub half_life_days: u32,
    /// The moment that ages are counted from, in seconds since 1970.
    pub now: i64,
}

/// Seconds of a day.
const DAY_SECONDS: f64 = 86_400.0;

/// What is left of the score of an article of any age.
const OLD_SHARE: f32 = 0.5;

/// Factor of a score, from `OLD_SHARE` to 1: ½ + ½ · 2^(−age / half-life). What an article of today has before an old
/// one is halved with each half-life; an old one keeps half of its score, so that what fits the query well is not lost
/// behind what is merely new. Without a date it is old; a date in the future is today.
///
/// The factor is never above 1, so a bound of the score stays a bound.
pub(super) fn factor(recency: Recency, published: Option<i64>) -> f32 {
    let Some(published) = published else { return OLD_SHARE };
    let half_lives = age_days(recency, published) / f64::from(recency.half_life_days.max(1));
    OLD_SHARE + (1.0 - OLD_SHARE) * (-half_lives).exp2() as f32
}

/// Days from a moment to now, in seconds since 1970; none for what is still to come.
pub(super) fn age_days(recency: Recency, published: i64) -> f64 {
    (recency.now as f64 - published as f64).max(0.0) / DAY_SECONDS
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn check(age_days: i64, wanted: f32) {
        let found = factor(Recency { half_life_days: 30, now: NOW }, Some(NOW - age_days * 86_400));
        assert!((found - wanted).abs() < 1e-6, "{age_days} days: {found}, wanted {wanted}");
    }

    #[test]
    fn the_advantage_of_the_new_is_halved_with_each_half_life() {
        check(0, 1.0);
        check(30, 0.75);
        check(60, 0.625);
        check(100_000, 0.5);
    }

    #[test]
    fn the_future_is_today_and_the_undated_is_old() {
        check(-10, 1.0);
        let recency = |half_life_days, now| Recency { half_life_days, now };
        assert_eq!(factor(recency(30, 0), None), 0.5);
        assert_eq!(factor(recency(30, i64::MAX), Some(i64::MIN)), 0.5);
        assert_eq!(factor(recency(0, 0), Some(0)), 1.0);
    }
}
