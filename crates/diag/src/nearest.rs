//! "Did you mean": the candidate nearest to a misspelt word.

/// The candidate most like `word`, or `None` when all are too far off to be a slip of the keyboard.
///
/// Equally near candidates are decided by their order.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // One slip in three characters, three at most; a swap of neighbours counts as one slip.
    let length = word.chars().count();
    let limit = (length / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let names = ["edge-lon", "edge-nyc", "core-fra", "a"];
        assert_eq!(nearest("edge-lno", names), Some("edge-lon"));
        assert_eq!(nearest("core_fra", names), Some("core-fra"));
        assert_eq!(nearest("gateway", names), None);
        assert_eq!(nearest("b", names), None, "a one-letter name is no guess for another one");
        assert_eq!(nearest("x", []), None);
    }

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(nearest("edge-xxx", ["edge-axx", "edge-bxx"]), Some("edge-axx"));
    }

    /// A hostile manifest may hold a key of a megabyte.
    #[test]
    fn long_words_are_cheap() {
        let long = "x".repeat(1 << 20);
        assert_eq!(nearest(&long, ["name"]), None);
    }
}
