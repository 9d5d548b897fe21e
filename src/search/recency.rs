//! How much the age of an article takes from its score, where recent ones are asked for.

/// Seconds of a day.
const DAY_SECONDS: f64 = 86_400.0;

/// What is left of the score of an article of any age.
const OLD_SHARE: f64 = 0.5;

/// Factor of a score, from `OLD_SHARE` to 1: ½ + ½ · 2^(−age / half-life). What an article of today has before an old one is
/// halved with each half-life; an old one keeps half of its score, so that what fits the query well is not lost behind what
/// is merely new. Without a date it is old; a date in the future is today.
///
/// The factor is never above 1, so a bound of the score stays a bound.
pub(super) fn recency(published: Option<i64>, now: i64, half_life_days: f64) -> f64 {
    let Some(published) = published else { return OLD_SHARE };
    let age_days = (now as f64 - published as f64).max(0.0) / DAY_SECONDS;
    OLD_SHARE + (1.0 - OLD_SHARE) * (-age_days / half_life_days.max(f64::MIN_POSITIVE)).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(age_days: i64, half_life_days: f64, wanted: f64) {
        let now = 1_700_000_000;
        let found = recency(Some(now - age_days * 86_400), now, half_life_days);
        assert!((found - wanted).abs() < 1e-12, "{age_days} days: {found}, wanted {wanted}");
    }

    #[test]
    fn the_advantage_of_the_new_is_halved_with_each_half_life() {
        check(0, 30.0, 1.0);
        check(30, 30.0, 0.75);
        check(60, 30.0, 0.625);
        check(100_000, 30.0, 0.5);
    }

    #[test]
    fn the_future_is_today_and_the_undated_is_old() {
        check(-10, 30.0, 1.0);
        assert_eq!(recency(None, 0, 30.0), 0.5);
        assert_eq!(recency(Some(i64::MIN), i64::MAX, 30.0), 0.5);
        assert_eq!(recency(Some(0), 0, 0.0), 1.0);
    }
}
