//! End-to-end ids: the name of a payment that every bank sends back.

/// Most characters of an end-to-end id (ISO 20022 Max35Text).
pub(crate) const END_TO_END_CHARACTERS_MAX: usize = 35;

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The id of an attempt: the batch, the candidate's sequence in base 36, and from the second attempt
/// on its number. Unique for ever, because batch ids are.
pub(crate) fn end_to_end_id(batch_id: &str, sequence: i64, attempt: i64) -> String {
    let mut digits = Vec::new();
    let mut rest = usize::try_from(sequence).expect("sequences count from 1");
    loop {
        digits.push(DIGITS[rest % 36]);
        rest /= 36;
        if rest == 0 {
            break;
        }
    }
    let sequence: String = digits.iter().rev().map(|digit| char::from(*digit)).collect();
    if attempt == 1 { format!("{batch_id}-{sequence}") } else { format!("{batch_id}-{sequence}-{attempt}") }
}

/// The sequence and the attempt that an id of this batch names; none for any other text.
pub(crate) fn parse_end_to_end_id(batch_id: &str, id: &str) -> Option<(i64, i64)> {
    let rest = id.strip_prefix(batch_id)?.strip_prefix('-')?;
    let (sequence, attempt) = match rest.split_once('-') {
        Some((sequence, attempt)) => (sequence, attempt.parse().ok().filter(|attempt| *attempt > 1)?),
        None => (rest, 1),
    };
    let sequence = i64::from_str_radix(sequence, 36).ok().filter(|sequence| *sequence > 0)?;
    // Only the one spelling counts: no capitals, no leading zeros.
    (end_to_end_id(batch_id, sequence, attempt) == id).then_some((sequence, attempt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_name_one_payment_in_one_spelling() {
        for (sequence, attempt, id) in [
            (1, 1, "bsu-2022-1-0001-1"),
            (35, 1, "bsu-2022-1-0001-z"),
            (36, 1, "bsu-2022-1-0001-10"),
            (15_725_232, 1, "bsu-2022-1-0001-9d1o0"),
            (36, 2, "bsu-2022-1-0001-10-2"),
        ] {
            assert_eq!(end_to_end_id("bsu-2022-1-0001", sequence, attempt), id);
            assert_eq!(parse_end_to_end_id("bsu-2022-1-0001", id), Some((sequence, attempt)));
        }
        for other in [
            "bsu-2022-1-0002-1",
            "bsu-2022-1-0001-",
            "bsu-2022-1-0001-01",
            "bsu-2022-1-0001-Z",
            "bsu-2022-1-0001-1-1",
            "bsu-2022-1-0001-0",
            "bsu-2022-1-0001--1",
            "bsu-2022-1-0001-1-02",
            "",
        ] {
            assert_eq!(parse_end_to_end_id("bsu-2022-1-0001", other), None, "{other}");
        }
    }

    #[test]
    fn the_longest_id_fits_its_field() {
        let longest_batch = "a".repeat(24);
        assert!(end_to_end_id(&longest_batch, 300_000_000, 99).len() <= END_TO_END_CHARACTERS_MAX);
    }
}
