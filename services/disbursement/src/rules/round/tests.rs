use std::sync::LazyLock;

use tepat_terms::Region;

use super::*;
use crate::rules::candidate::tests::candidate;
use crate::rules::sector::Sector;

static SHIPPED: LazyLock<[Cow<'static, str>; 4]> = LazyLock::new(shipped_texts);

fn shipped(id: &str) -> Round {
    Rounds::shipped().get(id).unwrap().clone()
}

fn excluded(round: &Round, tranche: i32) -> Vec<(&'static str, &'static str)> {
    round.excludes(tranche).map(|exclusion| (exclusion.list.name(), exclusion.reason.name())).collect()
}

#[test]
fn the_shipped_rounds_are_those_of_2020_2021_2022_and_2025() {
    let rounds = Rounds::shipped();
    let ids: Vec<&str> = rounds.iter().map(|round| round.id.as_str()).collect();
    assert_eq!(ids, ["bsu-2020", "bsu-2021", "bsu-2022", "bsu-2025"]);
    assert!(rounds.get("bsu-2019").is_none());
}

#[test]
fn the_money_of_2020_is_15_725_232_persons_times_2_400_000() {
    let round = shipped("bsu-2020");
    assert_eq!((round.amount_rupiah, round.tranches), (1_200_000, 2));
    assert_eq!(round.budget_rupiah, 15_725_232 * 2 * round.amount_rupiah);
    assert_eq!(round.cut_off.to_string(), "2020-06-30");
    assert_eq!((round.banks_asked, round.funnel), (BanksAsked::All, FunnelOrder::AccountsFirst));
    assert_eq!(round.wage_rule, "bsu-2020");
}

#[test]
fn the_money_of_2021_is_8_783_350_persons_times_1_000_000() {
    let round = shipped("bsu-2021");
    assert_eq!((round.amount_rupiah, round.tranches), (1_000_000, 1));
    assert_eq!(round.budget_rupiah, 8_783_350 * round.amount_rupiah);
    assert_eq!(round.cut_off.to_string(), "2021-06-30");
    assert_eq!((round.banks_asked, round.funnel), (BanksAsked::Entitled, FunnelOrder::CriteriaFirst));
    assert_eq!(round.wage_rule, "bsu-2021");
}

#[test]
fn the_money_of_2025_is_one_payment_of_two_months() {
    let round = shipped("bsu-2025");
    assert_eq!((round.amount_rupiah, round.tranches), (600_000, 1));
    assert_eq!(round.budget_rupiah, 10_720_000_000_000);
    assert_eq!(round.cut_off.to_string(), "2025-04-30");
    assert_eq!((round.banks_asked, round.funnel), (BanksAsked::Entitled, FunnelOrder::CriteriaFirst));
    assert_eq!(round.wage_rule, "bsu-2025");
}

#[test]
fn the_annex_of_2021_is_as_large_as_was_published() {
    let round = shipped("bsu-2021");
    let annex = round.annex.unwrap();
    assert_eq!((annex.regions(), annex.provinces()), (167, 28));
    assert_eq!((annex.published_regions, annex.published_provinces), (167, 28));
    for (code, named) in
        [(3171, true), (3215, true), (3206, false), (5102, false), (1101, false), (9671, true)]
    {
        assert_eq!(annex.names(Region::from_number(code).unwrap()), named, "{code}");
    }
    assert!(["bsu-2020", "bsu-2022", "bsu-2025"].into_iter().all(|id| shipped(id).annex.is_none()));
}

#[test]
fn an_annex_needs_its_rows_and_rows_their_annex() {
    let data = include_str!("../../../data/rounds/bsu-2021.toml");
    let rows = "region_code,level,instruction,source\n3171,4,x,y\n";
    let fault = |data: &str, rows: &str| Round::parse(&with_annex(data, rows)).unwrap_err().to_string();
    assert_eq!(Round::parse(&with_annex(data, rows)).unwrap().annex.unwrap().regions(), 1);
    let alone = Round::parse(data).unwrap_err().to_string();
    assert_eq!(
        alone,
        "annex.file of round bsu-2021 must be a file of rows beside the round, found ppkm_2021.csv"
    );
    assert!(fault(SHIPPED[0].as_ref(), rows).contains("annex of round bsu-2020 must be there"));
    for (from, to, expected) in [
        (
            "3171,4,x,y",
            "3199,4,x,y",
            "line 2 of ppkm_2021.csv of round bsu-2021 must be today's code of a regency or city, found 3199",
        ),
        (
            "3171,4,x,y",
            "3171,2,x,y",
            "line 2 of ppkm_2021.csv of round bsu-2021 must be of a level that counts, found 2",
        ),
        (
            "3171,4,x,y",
            "3171,4,,y",
            "line 2 of ppkm_2021.csv of round bsu-2021 must be with instruction and source, found an empty one",
        ),
        (
            "3171,4,x,y",
            "3171,4",
            "line 2 of ppkm_2021.csv of round bsu-2021 must be region_code,level,instruction,source, found another row",
        ),
        (
            "3171,4,x,y\n",
            "3171,4,x,y\n3171,3,x,y\n",
            "line 3 of ppkm_2021.csv of round bsu-2021 must be a region that stands once, found 3171",
        ),
        (
            "3171,4,x,y\n",
            "",
            "line 1 of ppkm_2021.csv of round bsu-2021 must be followed by rows, found none",
        ),
    ] {
        assert_eq!(fault(data, &rows.replace(from, to)), expected);
    }
}

#[test]
fn the_money_of_2022_is_one_payment_under_the_dipa() {
    let round = shipped("bsu-2022");
    assert_eq!((round.amount_rupiah, round.tranches), (600_000, 1));
    assert_eq!(round.budget_rupiah, 8_804_969_750_000);
    assert_eq!(round.cut_off.to_string(), "2022-07-31");
    assert_eq!((round.banks_asked, round.funnel), (BanksAsked::Entitled, FunnelOrder::CriteriaFirst));
    assert_eq!(round.wage_rule, "bsu-2022");
}

#[test]
fn every_round_has_its_law_and_says_what_is_uncertain() {
    for round in Rounds::shipped().iter() {
        assert!(!round.title.is_empty() && !round.legal_basis.is_empty() && !round.doubts.is_empty());
        assert!(round.exclusions.iter().all(|exclusion| !exclusion.article.is_empty()));
    }
}

#[test]
fn the_lists_that_refuse_in_each_tranche() {
    let first = shipped("bsu-2020");
    assert_eq!(excluded(&first, 1), [("DECEASED", "DECEASED")]);
    assert_eq!(excluded(&first, 2), [("DECEASED", "DECEASED"), ("TAX", "TAX_INCOME_OVER")]);
    assert_eq!(
        excluded(&shipped("bsu-2022"), 1),
        [
            ("DECEASED", "DECEASED"),
            ("ASN", "CIVIL_SERVANT"),
            ("TNI", "MILITARY"),
            ("POLRI", "POLICE"),
            ("PRAKERJA", "OTHER_AID"),
            ("PKH", "OTHER_AID"),
            ("BPUM", "OTHER_AID"),
        ]
    );
}

fn priorities(round: &Round) -> Vec<String> {
    let told = |priority: &Priority| match &priority.comes_first {
        ComesFirst::Sectors(sectors) => {
            sectors.iter().map(|sector| sector.code()).collect::<Vec<_>>().join(" ")
        }
        ComesFirst::NotNamedBy(list) => format!("not {}", list.name()),
    };
    round.priorities.iter().map(told).collect()
}

/// The disputed facts: how each switch is shipped, and what turning it does.
#[test]
fn switches_turn_lists_into_priorities_or_off_and_the_wage_rule_into_its_alternative() {
    let hard = ["DECEASED", "ASN", "TNI", "POLRI"];
    let aid = ["PRAKERJA", "PKH", "BPUM"];
    let sectors = "10 11 12 21 13 14 15 26 27 28 29 30 H L G I M N R S".to_owned();
    let not = |lists: &[&str]| lists.iter().map(|list| format!("not {list}")).collect::<Vec<_>>();
    for (index, switch, shipped_on, on, off) in [
        (1, "public_servants_excluded", true, [&hard[..], &aid].concat(), [&hard[..1], &aid].concat()),
        (2, "other_aid_excludes", true, [&hard[..], &aid].concat(), hard.to_vec()),
        (3, "pkh_excludes", false, [&hard[..], &["PKH"]].concat(), hard.to_vec()),
        (3, "minimum_wage_alternative", false, hard.to_vec(), hard.to_vec()),
    ] {
        let round = Round::parse(&SHIPPED[index]).unwrap();
        assert!(round.switches.contains(&(switch, shipped_on)), "{:?}", round.switches);
        for (position, lists) in [(true, on), (false, off)] {
            let key = |on: bool| format!("{switch} = {on}\n");
            let text = SHIPPED[index].replacen(&key(shipped_on), &key(position), 1);
            let round = Round::parse(&text).unwrap();
            let refusing: Vec<_> = excluded(&round, 1).into_iter().map(|(list, _)| list).collect();
            assert_eq!(refusing, lists, "{switch} {position}");
            let expected = match (index, switch, position) {
                (1, _, _) => vec![sectors.clone()],
                (2, "other_aid_excludes", false) => not(&aid),
                (3, "pkh_excludes", false) | (3, "minimum_wage_alternative", _) => not(&["PKH"]),
                _ => Vec::new(),
            };
            assert_eq!(priorities(&round), expected, "{switch} {position}");
            let rule =
                if (switch, position) == ("minimum_wage_alternative", true) { "-minimum-wage" } else { "" };
            assert_eq!(round.wage_rule, format!("{}{rule}", round.id));
        }
    }
}

#[test]
fn the_weightiest_priority_orders_first_and_a_place_is_lowest_for_whom_all_favour() {
    let text = SHIPPED[1].replace(
        "reason = \"OTHER_AID\"",
        "reason = \"OTHER_AID\"\nswitch = \"pkh_excludes\"\notherwise = \"gives_way\"",
    );
    let text = text.replacen("tranches = 1", "tranches = 1\npkh_excludes = false", 1);
    let round = Round::parse(&text).unwrap();
    // The bits: sector, PRAKERJA, PKH, BPUM.
    assert_eq!(round.priorities.len(), 4);
    let place = |sector: &str, lists: &[List]| {
        let mut person = candidate();
        person.employments[0].sector = Sector::parse(sector);
        person.lists = lists.iter().copied().collect();
        priority::place(&round.priorities, &person, &[0])
    };
    for (sector, lists, expected) in [
        ("G", &[][..], 0b0000),
        ("47", &[List::Bpum], 0b0001),
        ("10", &[List::Pkh], 0b0010),
        ("15", &[List::Prakerja, List::Bpum, List::Dtks], 0b0101),
        ("P", &[], 0b1000),
        ("", &[], 0b1000),
        ("C", &[List::Pkh], 0b1010),
    ] {
        assert_eq!(place(sector, lists), expected, "{sector} {lists:?}");
    }
    assert_eq!(priority::place(&round.priorities, &candidate(), &[]), 0b1000, "works nowhere at the cut-off");
}

#[test]
fn state_banks_pay_their_own_accounts_and_the_rest_goes_the_way_of_the_round() {
    for (round, bank, distributor) in [
        ("bsu-2020", "002", "002"),
        ("bsu-2020", "008", "008"),
        ("bsu-2020", "009", "009"),
        ("bsu-2020", "200", "200"),
        ("bsu-2020", "200-S", "200"),
        ("bsu-2020", "014", "008"),
        ("bsu-2020", "022-S", "008"),
        ("bsu-2020", "451", "008"),
        ("bsu-2022", "002", "002"),
        ("bsu-2022", "451-BSI", "451-BSI"),
        ("bsu-2022", "451", "451-BSI"),
        ("bsu-2022", "116", "POS"),
        ("bsu-2021", "009", "009"),
        ("bsu-2021", "200-S", "200"),
        ("bsu-2021", "451-BSI", "008"),
        ("bsu-2021", "014", "008"),
        ("bsu-2025", "002", "002"),
        ("bsu-2025", "422", "451-BSI"),
        ("bsu-2025", "014", "POS"),
    ] {
        assert_eq!(shipped(round).channels.distributor(bank), distributor, "{round} {bank}");
    }
}

#[test]
fn the_digest_is_over_the_text() {
    let round = shipped("bsu-2020");
    assert_eq!(round.text, SHIPPED[0]);
    assert_eq!(round.sha256[..], Sha256::digest(SHIPPED[0].as_bytes())[..]);
    assert_ne!(Round::parse(&format!("{}\n", SHIPPED[0])).unwrap().sha256, round.sha256);
}

#[test]
fn data_that_no_round_can_have_is_refused_by_its_key() {
    for (from, to, message) in [
        (
            "amount_rupiah = 1_200_000",
            "amount_rupiah = 0",
            "amount_rupiah of round bsu-2020 must be above 0, found 0",
        ),
        ("tranches = 2", "tranches = 0", "tranches of round bsu-2020 must be above 0, found 0"),
        (
            "budget_rupiah = 37_740_556_800_000",
            "budget_rupiah = 1_199_999",
            "budget_rupiah of round bsu-2020 must be at least amount_rupiah, found 1199999",
        ),
        (
            "cut_off = \"2020-06-30\"",
            "cut_off = \"2020-06-31\"",
            "cut_off of round bsu-2020 must be a date YYYY-MM-DD, found 2020-06-31",
        ),
        (
            "forward_through = \"008\"",
            "forward_through = \"014\"",
            "channels.forward_through of round bsu-2020 must be one of the distributors, found 014",
        ),
        (
            "forward_through = \"008\"",
            "collective_account_at = \"014\"",
            "channels.collective_account_at of round bsu-2020 must be one of the distributors, found 014",
        ),
        (
            "forward_through = \"008\"",
            "forward_through = \"008\"\npost = true",
            "channels of round bsu-2020 must be with one of forward_through, collective_account_at and post, found 2",
        ),
        (
            "forward_through = \"008\"",
            "post = false",
            "channels of round bsu-2020 must be with one of forward_through, collective_account_at and post, found 0",
        ),
        (
            "tranches = 2",
            "tranches = 2\nminimum_wage_alternative = true",
            "wage_rule_with_minimum_wage of round bsu-2020 must be there with minimum_wage_alternative, found no such rule",
        ),
        (
            "tranches = 2",
            "tranches = 2\nwage_rule_with_minimum_wage = \"x\"",
            "wage_rule_with_minimum_wage of round bsu-2020 must be there with minimum_wage_alternative, found no switch",
        ),
        (
            "[channels]",
            "[[priorities]]\nsectors = [\"34\"]\narticle = \"x\"\n[channels]",
            "priorities.sectors of round bsu-2020 must be a section or division of KBLI 2020, found 34",
        ),
        (
            "list = \"TAX\"",
            "list = \"TAXES\"",
            "exclusions.list of round bsu-2020 must be a list of the roster, found TAXES",
        ),
        (
            "reason = \"TAX_INCOME_OVER\"",
            "reason = \"ON_HOLD\"",
            "exclusions.reason of round bsu-2020 must be a refusing criteria reason, found ON_HOLD",
        ),
        (
            "reason = \"TAX_INCOME_OVER\"",
            "reason = \"SENT_BACK\"",
            "exclusions.reason of round bsu-2020 must be a refusing criteria reason, found SENT_BACK",
        ),
        (
            "from_tranche = 2",
            "from_tranche = 3",
            "exclusions.from_tranche of round bsu-2020 must be a tranche of the round, found 3",
        ),
        (
            "list = \"DECEASED\"",
            "list = \"PKH\"",
            "exclusions of round bsu-2020 must be with DECEASED from tranche 1, found no such exclusion",
        ),
        (
            "from_tranche = 1",
            "from_tranche = 2",
            "exclusions of round bsu-2020 must be with DECEASED from tranche 1, found no such exclusion",
        ),
        (
            "from_tranche = 2",
            "from_tranche = 2\nswitch = \"other_aid_excludes\"",
            "other_aid_excludes of round bsu-2020 must be true or false where an exclusion names it, found nothing",
        ),
    ] {
        assert!(SHIPPED[0].contains(from), "{from}");
        let fault = Round::parse(&SHIPPED[0].replacen(from, to, 1)).unwrap_err();
        assert_eq!(fault.to_string(), message);
    }
}

/// Batches keep the text of their round: what was once shipped is read for ever.
#[test]
fn the_text_of_an_earlier_build_is_still_read() {
    let earlier = SHIPPED[2]
        .replace("\notherwise = \"gives_way\"", "")
        .replace("post = true", "forward_through = \"008\"");
    let round = Round::parse(&earlier).unwrap();
    assert_eq!((excluded(&round, 1).len(), round.channels.distributor("116")), (7, "008"));
    let off = earlier.replace("other_aid_excludes = true", "other_aid_excludes = false");
    let off = Round::parse(&off).unwrap();
    assert_eq!((excluded(&off, 1).len(), off.priorities.len()), (4, 0));
}

#[test]
fn unknown_and_missing_keys_are_refused() {
    let unknown = SHIPPED[0].replacen("tranches = 2", "tranches = 2\ntranche = 2", 1);
    let fault = Round::parse(&unknown).unwrap_err().to_string();
    assert!(fault.contains("unknown field `tranche`"), "{fault}");
    let missing = SHIPPED[0].replacen("wage_rule = \"bsu-2020\"", "", 1);
    let fault = Round::parse(&missing).unwrap_err().to_string();
    assert!(fault.contains("missing field `wage_rule`"), "{fault}");
    let nested = SHIPPED[0].replacen("pays_also", "pay_also", 1);
    assert!(matches!(Round::parse(&nested), Err(RoundFault::Text(_))));
}
