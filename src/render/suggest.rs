//! What may have been meant by a name that there is not.

/// Most letters that what is suggested may differ in.
const EDITS_MAX: usize = 2;

/// The name that is nearest to what was typed, where one is near: a letter or two added, left out, changed or swapped.
pub(crate) fn nearest<'a>(typed: &str, names: &[&'a str]) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let near = names.iter().map(|&name| (edits(&typed, name), name)).min_by_key(|(edits, _)| *edits);
    let most = EDITS_MAX.min(typed.chars().count() / 2);
    near.filter(|(edits, _)| *edits <= most).map(|(_, name)| name)
}

/// Letters to add, leave out, change or swap with their neighbour between two words.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, n) | (n, 0) => n,
                _ => {
                    let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let least = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                    let swaps = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    if swaps { least.min(rows[i - 2][j - 2] + 1) } else { least }
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        let names = ["title", "date", "limit"];
        assert_eq!(nearest("titel", &names), Some("title"));
        assert_eq!(nearest("Dtae", &names), Some("date"));
        assert_eq!(nearest("snippet", &names), None);
        assert_eq!(nearest("", &names), None);
    }
}
