//! End-to-end ids: the name of a payment that every bank sends back.

/// Identifier of a payment: the batch, the candidate's sequence in NIK order in base 36, and from the second
/// attempt on its number. At most 35 characters, unique for ever because batch ids are.
///
/// `attempt` counts from 1, and so does the suite's own `sequence`.
#[must_use]
pub fn end_to_end_id(batch_id: &str, sequence: u64, attempt: u32) -> String {
    let sequence = base36(sequence);
    if attempt <= 1 { format!("{batch_id}-{sequence}") } else { format!("{batch_id}-{sequence}-{attempt}") }
}

/// The sequence and the attempt that an [`end_to_end_id`] of this batch names; `None` for another batch and for
/// any other spelling.
#[must_use]
pub fn parse_end_to_end_id(batch_id: &str, id: &str) -> Option<(u64, u32)> {
    let rest = id.strip_prefix(batch_id)?.strip_prefix('-')?;
    let (sequence, attempt) = match rest.split_once('-') {
        Some((sequence, attempt)) => (sequence, attempt.parse().ok()?),
        None => (rest, 1),
    };
    let sequence = u64::from_str_radix(sequence, 36).ok()?;
    // Only the one spelling counts: no capitals, no leading zeros, no first attempt by number.
    (end_to_end_id(batch_id, sequence, attempt) == id).then_some((sequence, attempt))
}

fn base36(mut number: u64) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut reversed = Vec::new();
    loop {
        let digit = usize::try_from(number % 36).expect("less than 36");
        reversed.push(char::from(DIGITS[digit]));
        number /= 36;
        if number == 0 {
            return reversed.into_iter().rev().collect();
        }
    }
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
            (1, 12, "bsu-2022-1-0001-1-12"),
        ] {
            assert_eq!(end_to_end_id("bsu-2022-1-0001", sequence, attempt), id);
            assert_eq!(parse_end_to_end_id("bsu-2022-1-0001", id), Some((sequence, attempt)));
        }
        for other in [
            "2-0001-1",
            "1-0001-",
            "1-0001-01",
            "1-0001-Z",
            "1-0001-1-1",
            "1-0001--1",
            "1-0001-1-02",
            "1-0001-1-0",
        ] {
            let id = format!("bsu-2022-{other}");
            assert_eq!(parse_end_to_end_id("bsu-2022-1-0001", &id), None, "{id}");
        }
        assert_eq!(parse_end_to_end_id("bsu-2022-1-0001", ""), None);
    }

    #[test]
    fn the_longest_id_fits_its_field() {
        assert!(end_to_end_id(&"a".repeat(24), 300_000_000, 99).len() <= 35);
    }
}
