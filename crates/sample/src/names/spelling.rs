//! Names that a bank writes in another way: the same, close, or another's.

use super::{Names, capitals};
use crate::draws::{Draws, NAME};
use crate::facts::Naming;

/// Given names that are no abbreviation, title or variant of anything.
const MEN: [&str; 10] =
    ["Agus", "Bambang", "Hendro", "Sigit", "Teguh", "Bayu", "Galih", "Gilang", "Dadang", "Nanang"];
const WOMEN: [&str; 10] =
    ["Retno", "Ratna", "Ratih", "Lilis", "Rina", "Intan", "Mega", "Novi", "Imas", "Sumiati"];
const EITHER: [&str; 4] = ["Dian", "Tri", "Endang", "Eka"];
const MIDDLE: [&str; 4] = ["Catur", "Budi", "Galuh", "Bagus"];
/// Their initials abbreviate nothing and are no title.
const FAMILY: [&str; 11] = [
    "Kurniawan",
    "Wijaya",
    "Gunawan",
    "Nugraha",
    "Firmansyah",
    "Wirawan",
    "Nasution",
    "Lubis",
    "Ginting",
    "Damanik",
    "Batubara",
];

/// Names whose words stand in no other list here.
const RARE_MEN: [&str; 4] = ["Poltak Nainggolan", "Melkias Rumbiak", "Hotman Panjaitan", "Steven Kosasih"];
const RARE_WOMEN: [&str; 4] =
    ["Debora Latuconsina", "Felicia Tanuwijaya", "Theresia Lamawuran", "Rosmaida Hutapea"];

/// The member's word and the bank's, and whether a part follows.
const MENS_SPELLINGS: [(&str, &str); 18] = [
    ("Muhammad", "M"),
    ("Mohammad", "MUHAMMAD"),
    ("Moch.", "MOCHAMAD"),
    ("Moh.", "MUHAMMAD"),
    ("Muh.", "MUH"),
    ("Ahmad", "ACHMAD"),
    ("Abdul", "ABD"),
    ("Joko", "DJOKO"),
    ("Sukarno", "SOEKARNO"),
    ("Saiful", "SYAIFUL"),
    ("Rizki", "RIZKY"),
    ("Taufik", "TAUFIQ"),
    ("Rahmat", "RACHMAT"),
    ("Arif", "ARIEF"),
    ("I Made", "MADE"),
    ("Teuku", "T"),
    ("Tb.", "TUBAGUS"),
    ("La Ode", "LAODE"),
];
const WOMENS_SPELLINGS: [(&str, &str); 6] = [
    ("Siti", "SITTI"),
    ("Ni Luh Putu", "NI LUH PT"),
    ("Siti Nur Hasanah", "SITI NURHASANAH"),
    ("Sulastri", "SOELASTRI"),
    ("Nur Aini", "NURAENI"),
    ("Rotua br.", "ROTUA BORU"),
];

/// The member's name cut inside the field of a bank whose length is not known.
const CUT_MEN: [(&str, &str); 2] = [
    ("Anak Agung Gede Ngurah Putra Wirawan", "ANAK AGUNG GEDE NGURAH PU"),
    ("I Gusti Ngurah Agung Adnyana", "I GUSTI NGURAH AGUNG"),
];
const CUT_WOMEN: [(&str, &str); 1] = [("Kusumawardhani Ratih Puspitasari", "KUSUMAWARDHANI RATIH")];

/// Alike, and another person.
const SIBLING_MEN: [(&str, &str); 3] =
    [("I Wayan Sudarma", "I MADE SUDARMA"), ("Budi Santoso", "BUDI SUSANTO"), ("Supriyanto", "SUPRIYADI")];
const SIBLING_WOMEN: [(&str, &str); 1] = [("Ni Kadek Sari", "NI KOMANG SARI")];

/// The pair of a naming that needs more than the same words.
pub(super) fn names(naming: Naming, female: bool, draws: &Draws) -> Names {
    let given = *draws.pick(NAME, if female { &WOMEN } else { &MEN });
    let middle = *draws.pick(NAME + 1, &MIDDLE);
    let family = *draws.pick(NAME + 2, &FAMILY);
    let either = *draws.pick(NAME, &EITHER);
    let form = draws.below(NAME + 3, 60);
    let of = |men: &[(&str, &str)], women: &[(&str, &str)]| {
        let (member, bank) = *draws.pick(NAME + 4, if female { women } else { men });
        pair(member.to_owned(), bank.to_owned())
    };
    let simple = format!("{given} {family}");
    match naming {
        Naming::Titles => titled(&simple, female, form),
        Naming::Spelling => {
            let word = of(&MENS_SPELLINGS, &WOMENS_SPELLINGS);
            match form % 6 {
                0 => written(format!("{given} Setiawan"), &format!("{given} Setyawan")),
                _ => written(format!("{} {family}", word.member), &format!("{} {family}", word.bank)),
            }
        }
        Naming::Reordered => written(simple, &format!("{family} {given}")),
        Naming::Initial if form.is_multiple_of(3) => {
            written(format!("{given} {middle} {family}"), &format!("{given} {} {family}", &middle[..1]))
        }
        Naming::Initial => written(simple, &format!("{given} {}", &family[..1])),
        Naming::Dropped => written(format!("{given} {middle} {family}"), &simple),
        Naming::Added => written(simple, &format!("{given} {middle} {family}")),
        Naming::Letter if female => written(format!("Dewi {family}"), &format!("Dwi {family}")),
        Naming::Letter if form.is_multiple_of(2) => {
            written(format!("{given} Santoso"), &format!("{given} Santosa"))
        }
        Naming::Letter => written(format!("Rahmat {family}"), &format!("Rahmad {family}")),
        Naming::Cut => of(&CUT_MEN, &CUT_WOMEN),
        Naming::Sibling => of(&SIBLING_MEN, &SIBLING_WOMEN),
        Naming::Business if form.is_multiple_of(2) => written(simple.clone(), &format!("Koperasi {simple}")),
        Naming::Business => written(simple.clone(), &format!("{simple} qq Poltak")),
        Naming::Shared => same(format!("{either} {family}")),
        Naming::SharedLonger => written(format!("{either} {middle} {family}"), &format!("{either} {family}")),
        Naming::Rare => same((*draws.pick(NAME, if female { &RARE_WOMEN } else { &RARE_MEN })).to_owned()),
        Naming::Distinct | Naming::Plain | Naming::Filler => same(simple),
    }
}

/// A holder who has no word in common with the member, and none like one.
pub(crate) fn stranger(member: &str, draws: &Draws) -> String {
    let capitals = capitals(member);
    let differs = |rare: &str| capitals.split(' ').all(|word| rare.split(' ').all(|other| word != other));
    let start = draws.below(NAME + 6, 8) as usize;
    let rare = (0..8).map(|step| {
        let index = (start + step) % 8;
        super::capitals(if index < 4 { RARE_MEN[index] } else { RARE_WOMEN[index - 4] })
    });
    rare.into_iter().find(|rare| differs(rare)).expect("a name of three parts cannot meet eight rare ones")
}

fn titled(simple: &str, female: bool, form: u32) -> Names {
    let bank = capitals(simple);
    match (form % 5, female) {
        (0, _) => pair(format!("Dr. Ir. {simple}, M.M."), bank),
        (1, true) => pair(format!("Dra. {simple}"), bank),
        (1, false) => pair(format!("Drs. {simple}"), bank),
        (2, true) => pair(format!("Hj. {simple}"), bank),
        (2, false) => pair(format!("H. {simple}"), bank),
        (3, true) => pair(format!("{simple}, S.Pd."), format!("{bank} S PD HJ")),
        _ => pair(format!("{simple}, S.E."), bank),
    }
}

fn pair(member: String, bank: String) -> Names {
    Names { member, bank }
}

fn written(member: String, bank: &str) -> Names {
    pair(member, bank.to_uppercase())
}

fn same(member: String) -> Names {
    let bank = capitals(&member);
    pair(member, bank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws::{Domain, Source};

    fn bank_names(naming: Naming, female: bool) -> impl Iterator<Item = Names> {
        let source = Source::new(3, Domain::Worker);
        (0..400).map(move |worker| names(naming, female, &source.draws(worker)))
    }

    #[test]
    fn close_names_differ_in_exactly_one_part() {
        for female in [false, true] {
            for naming in [Naming::Initial, Naming::Letter] {
                for names in bank_names(naming, female) {
                    let member = capitals(&names.member);
                    let (ours, theirs): (Vec<_>, Vec<_>) =
                        (member.split(' ').collect(), names.bank.split(' ').collect());
                    assert_eq!(ours.len(), theirs.len());
                    let other = ours.iter().zip(&theirs).filter(|(our, their)| our != their).count();
                    assert_eq!(other, 1, "{member} {}", names.bank);
                }
            }
            for naming in [Naming::Dropped, Naming::Added] {
                for names in bank_names(naming, female) {
                    let member = names.member.split(' ').count();
                    assert_eq!(member.abs_diff(names.bank.split(' ').count()), 1);
                }
            }
        }
    }

    #[test]
    fn a_stranger_has_no_word_of_the_member() {
        let source = Source::new(3, Domain::Worker);
        for (worker, member) in ["Poltak Nainggolan", "Felicia Tanuwijaya", "Agus", "Steven Poltak Hutapea"]
            .iter()
            .cycle()
            .take(400)
            .enumerate()
        {
            let stranger = stranger(member, &source.draws(worker as u64));
            assert!(capitals(member).split(' ').all(|word| !stranger.contains(word)), "{member} {stranger}");
        }
    }

    #[test]
    fn banks_write_capitals_without_full_stops() {
        let all = [
            Naming::Titles,
            Naming::Spelling,
            Naming::Reordered,
            Naming::Initial,
            Naming::Dropped,
            Naming::Added,
            Naming::Letter,
            Naming::Cut,
            Naming::Sibling,
            Naming::Business,
            Naming::Shared,
            Naming::SharedLonger,
            Naming::Rare,
            Naming::Distinct,
        ];
        for naming in all {
            for names in bank_names(naming, true).chain(bank_names(naming, false)) {
                assert_eq!(names.bank, capitals(&names.bank), "{naming:?}");
            }
        }
    }
}
