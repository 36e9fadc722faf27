//! The ceiling that a rule sets for one region.

use tepat_terms::{Region, round_up_to_hundred_thousand};

use super::minimum_wage::MinimumWages;
use super::wage_rule::WageRule;

/// Where the amount of a ceiling comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CeilingBasis {
    /// The fixed amount of the rule.
    Fixed,
    /// The regency's minimum wage, rounded up.
    Umk,
    /// The province's minimum wage, rounded up.
    Ump,
}

/// A ceiling as far as the tables know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ceiling {
    /// Rupiah a month.
    pub(crate) amount_rupiah: i64,
    pub(crate) basis: CeilingBasis,
    /// Whether a UMK that the tables do not know may lift it further.
    pub(crate) may_be_higher: bool,
}

/// The ceiling of `rule` where `region` is the employer's.
///
/// Permenaker 16/2021 and 10/2022: the fixed amount or, where the minimum wage is higher, that minimum wage rounded
/// up to the next Rp100,000; the regency's (UMK), and the province's (UMP) where the regency has none.
pub(crate) fn ceiling(rule: &WageRule, region: Region, minimum_wages: &MinimumWages) -> Ceiling {
    let fixed =
        Ceiling { amount_rupiah: rule.ceiling_rupiah, basis: CeilingBasis::Fixed, may_be_higher: false };
    let Some(year) = rule.minimum_wage_year else { return fixed };
    if let Some(umk) = minimum_wages.umk(region, year) {
        return lifted(fixed, umk.amount_rupiah, CeilingBasis::Umk);
    }
    let ump = minimum_wages.ump(region.province(), year);
    let at_least = ump.map_or(fixed, |ump| lifted(fixed, ump.amount_rupiah, CeilingBasis::Ump));
    // A UMK is never below the UMP: what the UMP allows is allowed, whatever the UMK is.
    Ceiling { may_be_higher: !minimum_wages.is_complete(region.province(), year), ..at_least }
}

/// A minimum wage never lowers the fixed ceiling.
fn lifted(fixed: Ceiling, minimum_wage_rupiah: i64, basis: CeilingBasis) -> Ceiling {
    let amount_rupiah = round_up_to_hundred_thousand(minimum_wage_rupiah);
    if amount_rupiah > fixed.amount_rupiah { Ceiling { amount_rupiah, basis, ..fixed } } else { fixed }
}

#[cfg(test)]
mod tests {
    use tepat_terms::Province;

    use super::*;
    use crate::rules::table::WageTable;
    use crate::rules::table::tests::{shipped, with_umk};
    use crate::rules::wage_rule::Comparison;

    fn of(table: &WageTable, rule: &WageRule, region: i64) -> (i64, CeilingBasis, bool) {
        let region = Region::from_number(region).unwrap();
        let Ceiling { amount_rupiah, basis, may_be_higher } = ceiling(rule, region, table.minimum_wages());
        (amount_rupiah, basis, may_be_higher)
    }

    #[test]
    fn the_ceiling_of_2020_is_fixed_everywhere() {
        let table = shipped();
        let rule = table.rule("bsu-2020").unwrap();
        for region in Region::all() {
            assert_eq!(of(&table, rule, region.number().into()), (5_000_000, CeilingBasis::Fixed, false));
        }
    }

    #[test]
    fn the_ceiling_of_2022_follows_the_minimum_wages_of_2022() {
        let table = shipped();
        let rule = table.rule("bsu-2022").unwrap();
        for (region, name, expected) in [
            (3578, "Surabaya, UMK 4,375,479", (4_400_000, CeilingBasis::Umk, false)),
            (3501, "Pacitan, UMK 1,961,154: never lowers", (3_500_000, CeilingBasis::Fixed, false)),
            (3502, "Ponorogo, no row, UMP 1,891,567", (3_500_000, CeilingBasis::Fixed, true)),
            (3171, "Jakarta, complete without UMK, UMP 4,641,854", (4_700_000, CeilingBasis::Ump, false)),
            (3215, "Karawang, no row, UMP 1,841,487", (3_500_000, CeilingBasis::Fixed, true)),
            (9171, "Jayapura, no row, UMP 3,561,932", (3_600_000, CeilingBasis::Ump, true)),
            (9301, "Merauke, UMP of its parent Papua", (3_600_000, CeilingBasis::Ump, true)),
            (
                9671,
                "Sorong, UMP of its parent Papua Barat, 3,200,000",
                (3_500_000, CeilingBasis::Fixed, true),
            ),
        ] {
            assert_eq!(of(&table, rule, region), expected, "{name}");
        }
    }

    #[test]
    fn the_ceiling_of_2021_follows_the_minimum_wages_of_2021() {
        let table = shipped();
        let rule = table.rule("bsu-2021").unwrap();
        for (region, name, expected) in [
            (3215, "Karawang, UMK 4,798,312", (4_800_000, CeilingBasis::Umk, false)),
            (3217, "Bandung Barat, UMK 3,248,283: never lowers", (3_500_000, CeilingBasis::Fixed, false)),
            (3515, "Sidoarjo, UMK 4,293,581", (4_300_000, CeilingBasis::Umk, false)),
            (3578, "Surabaya, UMK 4,300,479", (4_400_000, CeilingBasis::Umk, false)),
            (3577, "Madiun, no row, UMP 1,868,777", (3_500_000, CeilingBasis::Fixed, true)),
            (3171, "Jakarta, complete without UMK, UMP 4,416,186", (4_500_000, CeilingBasis::Ump, false)),
            (3273, "Bandung, UMK 3,742,276", (3_800_000, CeilingBasis::Umk, false)),
            (9302, "Boven Digoel, UMP of its parent Papua, 3,516,700", (3_600_000, CeilingBasis::Ump, true)),
        ] {
            assert_eq!(of(&table, rule, region), expected, "{name}");
        }
    }

    #[test]
    fn the_ceiling_of_2025_is_fixed_and_its_alternative_is_not() {
        let table = shipped();
        let of_rule = |rule: &str, region| of(&table, table.rule(rule).unwrap(), region);
        for region in Region::all() {
            let fixed = (3_500_000, CeilingBasis::Fixed, false);
            assert_eq!(of_rule("bsu-2025", region.number().into()), fixed);
        }
        // UMK of Karawang in 2025: 5,599,593.
        let lifted = (5_600_000, CeilingBasis::Umk, false);
        assert_eq!(of_rule("bsu-2025-minimum-wage", 3215), lifted);
    }

    #[test]
    fn a_umk_is_rounded_up_and_an_exact_hundred_thousand_stays() {
        for (umk, expected) in [
            (4_798_312, (4_800_000, CeilingBasis::Umk, false)),
            (4_800_000, (4_800_000, CeilingBasis::Umk, false)),
            (3_500_001, (3_600_000, CeilingBasis::Umk, false)),
            (3_500_000, (3_500_000, CeilingBasis::Fixed, false)),
            (3_400_001, (3_500_000, CeilingBasis::Fixed, false)),
            (3_400_000, (3_500_000, CeilingBasis::Fixed, false)),
        ] {
            let table = with_umk("3578,2022,4375479", &format!("3578,2022,{umk}"));
            assert_eq!(of(&table, table.rule("bsu-2022").unwrap(), 3578), expected, "{umk}");
        }
    }

    /// A rule whose fixed ceiling is below every minimum wage.
    fn low(year: u16) -> WageRule {
        WageRule {
            id: "low".into(),
            comparison: Comparison::AtMost,
            ceiling_rupiah: 100_000,
            minimum_wage_year: Some(year),
            legal_basis: "none".into(),
            doubt: String::new(),
        }
    }

    #[test]
    fn a_umk_comes_before_the_ump_also_where_the_province_is_not_complete() {
        let table = shipped();
        // Cilacap 2025: UMK 2,640,248, UMP of Jawa Tengah 2,169,349. Surabaya 2022: UMP 1,891,567.
        assert_eq!(of(&table, &low(2025), 3301), (2_700_000, CeilingBasis::Umk, false));
        assert_eq!(of(&table, &low(2022), 3578), (4_400_000, CeilingBasis::Umk, false));
        assert_eq!(of(&table, &low(2022), 3502), (1_900_000, CeilingBasis::Ump, true));
    }

    #[test]
    fn the_year_of_the_rule_chooses_the_row() {
        let table = shipped();
        // UMP of Jakarta: 4,276,349 in 2020, 4,416,186 in 2021, 4,641,854 in 2022.
        let amounts = [2020, 2021, 2022].map(|year| of(&table, &low(year), 3171).0);
        assert_eq!(amounts, [4_300_000, 4_500_000, 4_700_000]);
    }

    #[test]
    fn papuas_new_provinces_take_their_parents_ump_until_2023() {
        let table = shipped();
        for year in 2020..=2023 {
            assert_eq!(of(&table, &low(year), 9301), of(&table, &low(year), 9171), "{year}");
            assert_eq!(of(&table, &low(year), 9671), of(&table, &low(year), 9202), "{year}");
        }
        // 2026: Papua Pegunungan has 4,508,714 of its own, Papua 4,436,283.
        let ump = |province| table.minimum_wages().ump(Province::from_number(province).unwrap(), 2026);
        assert_ne!(ump(95), ump(91));
        assert_eq!(of(&table, &low(2026), 9501).0, 4_600_000);
    }
}
