use super::*;

fn shipped(id: &str) -> Round {
    Rounds::shipped().get(id).unwrap().clone()
}

fn excluded(round: &Round, tranche: i32) -> Vec<(&'static str, &'static str)> {
    round.excludes(tranche).map(|exclusion| (exclusion.list.name(), exclusion.reason.name())).collect()
}

#[test]
fn the_shipped_rounds_are_those_of_2020_and_2022() {
    let rounds = Rounds::shipped();
    let ids: Vec<&str> = rounds.iter().map(|round| round.id.as_str()).collect();
    assert_eq!(ids, ["bsu-2020", "bsu-2022"]);
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

#[test]
fn other_aid_is_a_switch() {
    let text = SHIPPED[1].replace("other_aid_excludes = true", "other_aid_excludes = false");
    let lists = ["DECEASED", "ASN", "TNI", "POLRI"];
    let round = Round::parse(&text).unwrap();
    assert_eq!(excluded(&round, 1).into_iter().map(|(list, _)| list).collect::<Vec<_>>(), lists);
}

#[test]
fn state_banks_pay_their_own_accounts_and_forward_the_rest() {
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
        ("bsu-2022", "116", "008"),
    ] {
        assert_eq!(shipped(round).distributor(bank), distributor, "{round} {bank}");
    }
}

#[test]
fn the_digest_is_over_the_text() {
    let round = shipped("bsu-2020");
    assert_eq!(round.text, SHIPPED[0]);
    assert_eq!(round.sha256[..], Sha256::digest(SHIPPED[0])[..]);
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
