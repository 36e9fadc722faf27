use tepat_proto::wages::{Comparison, ListWageRulesRequest};

use super::*;

#[tokio::test]
async fn the_rules_are_listed_page_by_page() {
    let mut client = client().await;
    let all = client.list_wage_rules(ListWageRulesRequest::default()).await.unwrap().into_inner();
    let rules: Vec<_> = all
        .rules
        .iter()
        .map(|rule| {
            (
                rule.rule_id.as_str(),
                rule.comparison(),
                rule.ceiling_rupiah,
                rule.minimum_wage_year,
                rule.doubt.is_empty(),
            )
        })
        .collect();
    let expected = [
        ("bsu-2020", Comparison::Below, 5_000_000, 0, true),
        ("bsu-2021", Comparison::AtMost, 3_500_000, 2021, false),
        ("bsu-2022", Comparison::AtMost, 3_500_000, 2022, false),
        ("bsu-2025", Comparison::AtMost, 3_500_000, 0, false),
        ("bsu-2025-minimum-wage", Comparison::AtMost, 3_500_000, 2025, false),
    ];
    assert_eq!(rules, expected);
    assert_eq!(all.rules[0].legal_basis, "Permenaker 14/2020 Pasal 3(2) letter e");
    assert_eq!(all.next_page_token, "");

    let mut one_by_one = Vec::new();
    let mut page_token = String::new();
    for _ in &all.rules {
        let request = ListWageRulesRequest { page_size: 1, page_token };
        let page = client.list_wage_rules(request).await.unwrap().into_inner();
        assert_eq!((page.rules.len(), &page.wage_table_sha256), (1, &all.wage_table_sha256));
        one_by_one.extend(page.rules);
        page_token = page.next_page_token;
    }
    assert_eq!(page_token, "");
    assert_eq!(one_by_one, all.rules);
    for page_size in [5, 100, 101, i32::MAX] {
        let request = ListWageRulesRequest { page_size, page_token: String::new() };
        assert_eq!(client.list_wage_rules(request).await.unwrap().into_inner(), all);
    }
    let judged = client.verify_wages(page(vec![person(&[])])).await.unwrap().into_inner();
    assert_eq!(judged.wage_table_sha256, all.wage_table_sha256);
}

#[tokio::test]
async fn a_wrong_page_is_refused_in_both_its_fields() {
    let request = ListWageRulesRequest { page_size: -1, page_token: "bsu-2020".into() };
    let status = client().await.list_wage_rules(request).await.unwrap_err();
    let fields: Vec<String> = violations(&status).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["page_size", "page_token"]);
}
