//! Names: the member's and, beside it, how the bank writes its holder.

mod spelling;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::draws::{Draws, NAME};
use crate::facts::Naming;
pub(crate) use spelling::stranger;

/// A member's name, and the holder's name of his account in the bank's capitals.
#[derive(Clone)]
pub(crate) struct Names {
    pub(crate) member: String,
    pub(crate) bank: String,
}

/// Words of the table by who bears them.
struct Words {
    /// (female, people) to given names.
    given: HashMap<(bool, &'static str), Vec<&'static str>>,
    family: HashMap<&'static str, Vec<&'static str>>,
    /// Names that stand alone, for men and for women.
    single: [Vec<&'static str>; 2],
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let table: &'static str = include_str!("../data/names.csv");
    let mut words = Words { given: HashMap::new(), family: HashMap::new(), single: [Vec::new(), Vec::new()] };
    for line in table.lines().skip(1) {
        let mut columns = line.split(',');
        let mut column = || columns.next().expect("the shipped table of names has five columns");
        let (name, kind, people, alone, variant_of) =
            (column(), column(), column(), column() == "true", column());
        // Variants and abbreviations are left to the cases of spelling.
        if !variant_of.is_empty() || name.contains('.') {
            continue;
        }
        match kind {
            "given_male" | "given_female" => {
                let female = kind == "given_female";
                words.given.entry((female, people)).or_default().push(name);
                if alone {
                    words.single[usize::from(female)].push(name);
                }
            }
            "family" if people != "patronim" => words.family.entry(people).or_default().push(name),
            _ => {}
        }
    }
    words
});

/// Family names that only women bear.
const WOMENS: [&str; 9] = [
    "Saputri",
    "Dharmayanti",
    "Handayani",
    "Kusumawardhani",
    "Kurniasih",
    "Anggraini",
    "Puspitasari",
    "Oktaviani",
    "Utami",
];

/// Given and family names that are frequent in a province.
const fn people_of(province: u16) -> (&'static str, &'static str) {
    match province {
        12 => ("batak", "batak"),
        13 => ("islam", "minang"),
        32 | 36 => ("sunda", "jawa_sunda"),
        33 | 34 | 35 | 18 => ("jawa", "jawa_sunda"),
        51 => ("bali", "bali"),
        53 | 91..=96 => ("timur", "ntt_papua"),
        61 | 19 => ("tionghoa", "tionghoa"),
        71 | 81 | 82 => ("timur", "minahasa_maluku"),
        73 | 74 | 76 => ("bugis_makassar", "jawa_sunda"),
        31 => ("umum", "jawa_sunda"),
        _ => ("islam", "jawa_sunda"),
    }
}

/// The name of a person from a province and, by the case's naming, the bank's version of it.
///
/// For the namings of a group `draws` are the leader's.
pub(crate) fn names(naming: Naming, female: bool, province: u16, draws: &Draws) -> Names {
    match naming {
        Naming::Plain => {
            let member = ordinary(female, province, draws);
            let bank = capitals(&member);
            Names { member, bank }
        }
        Naming::Filler => {
            let member = *draws.pick(NAME, &WORDS.single[usize::from(female)]);
            let capitals = capitals(member);
            let bank = if draws.below(NAME + 1, 2) == 0 {
                format!("{capitals} {capitals}")
            } else {
                format!("{capitals} -")
            };
            Names { member: member.to_owned(), bank }
        }
        other => spelling::names(other, female, draws),
    }
}

/// A name of one to three parts.
fn ordinary(female: bool, province: u16, draws: &Draws) -> String {
    let (given_people, family_people) = people_of(province);
    let given_of = |people: &'static str| WORDS.given.get(&(female, people)).map_or(&[][..], Vec::as_slice);
    let people = match draws.below(NAME, 100) {
        0..45 => given_people,
        45..80 => "islam",
        _ => "umum",
    };
    let first = *draws.pick(NAME + 1, given_of(people));
    let form = draws.below(NAME + 2, 100);
    if form < 12 {
        return (*draws.pick(NAME + 1, &WORDS.single[usize::from(female)])).to_owned();
    }
    let second = *draws.pick(NAME + 3, given_of(if form.is_multiple_of(2) { "islam" } else { "umum" }));
    let of_people = &WORDS.family[if female && form > 60 { "jawa_sunda" } else { family_people }];
    let mut last = *draws.pick(NAME + 4, of_people);
    if !female && WOMENS.contains(&last) {
        last = "Santoso";
    }
    let parts: &[&str] = match form {
        12..40 => &[first, second],
        40..85 => &[first, last],
        _ => &[first, second, last],
    };
    let mut name = String::with_capacity(32);
    for (index, part) in parts.iter().enumerate() {
        if parts[..index].contains(part) {
            continue;
        }
        if index > 0 {
            name.push(' ');
        }
        name.push_str(part);
    }
    name
}

/// A name as banks write it: capitals, no full stops and commas.
pub(crate) fn capitals(name: &str) -> String {
    name.chars().filter(|letter| !matches!(letter, '.' | ',')).collect::<String>().to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::{Domain, Source};

    #[test]
    fn every_province_has_names_for_everybody() {
        let source = Source::new(1, Domain::Worker);
        for province in 11..=96 {
            for worker in 0..400 {
                for female in [false, true] {
                    let names = names(Naming::Plain, female, province, &source.draws(worker));
                    assert!(!names.member.is_empty() && names.member.len() < 60);
                    assert_eq!(names.bank, names.member.to_uppercase());
                }
            }
        }
    }
}
