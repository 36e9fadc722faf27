//! `ListWageRules`: the rules as data, by id, in pages.

use tepat_faults::Invalid;
use tepat_proto::wages as wire;
use tepat_serve::{PageToken, page_size};

use super::wire::comparison;
use crate::fault::WagesFault;
use crate::rules::table::WageTable;
use crate::rules::wage_rule::WageRule;

/// Rules in a page when the request names no number, and the most in any page.
const PAGE_SIZE_MAX: usize = 100;

/// The list has no filter: its name keeps the tokens of other lists out.
const FILTER: [&str; 1] = ["wage_rules"];

pub(super) fn answer(
    table: &WageTable,
    request: &wire::ListWageRulesRequest,
) -> Result<wire::ListWageRulesResponse, WagesFault> {
    let (page_size, rest) = decode(table, request)?;
    let page = &rest[..page_size.min(rest.len())];
    let next_page_token = match page.last() {
        Some(last) if page.len() < rest.len() => PageToken::encode(&last.id, &FILTER),
        _ => String::new(),
    };
    Ok(wire::ListWageRulesResponse {
        rules: page.iter().map(encode).collect(),
        next_page_token,
        wage_table_sha256: table.sha256().to_vec(),
    })
}

/// The size of the page and the rules from its first one on. The key of a token is the id of the last
/// rule that the caller has seen.
fn decode<'a>(
    table: &'a WageTable,
    request: &wire::ListWageRulesRequest,
) -> Result<(usize, &'a [WageRule]), Invalid> {
    let mut invalid = Invalid::new();
    let page_size = invalid.take("page_size", page_size(request.page_size, PAGE_SIZE_MAX, PAGE_SIZE_MAX));
    let seen = invalid.take("page_token", PageToken::decode(&request.page_token, &FILTER));
    match (page_size, seen) {
        (Some(page_size), Some(seen)) => {
            let first = table.rules().partition_point(|rule| Some(&rule.id) <= seen.as_ref());
            Ok((page_size, &table.rules()[first..]))
        }
        _ => Err(invalid),
    }
}

fn encode(rule: &WageRule) -> wire::WageRule {
    wire::WageRule {
        rule_id: rule.id.clone(),
        comparison: comparison(rule.comparison).into(),
        ceiling_rupiah: rule.ceiling_rupiah,
        minimum_wage_year: rule.minimum_wage_year.map_or(0, i32::from),
        legal_basis: rule.legal_basis.clone(),
        doubt: rule.doubt.clone(),
    }
}
