//! `GetMinimumWage`: what the tables say of a regency, city or province in a year.

use tepat_faults::Invalid;
use tepat_proto::wages as wire;
use tepat_terms::{Province, Region, RegionFault, round_up_to_hundred_thousand};

use super::wire::basis;
use crate::fault::WagesFault;
use crate::rules::ceiling::CeilingBasis;
use crate::rules::minimum_wage::{Decreed, MinimumWages};
use crate::rules::table::WageTable;

/// What was asked for.
#[derive(Clone, Copy)]
enum Area {
    Regency(Region),
    Province(Province),
}

pub(super) fn answer(
    table: &WageTable,
    request: &wire::GetMinimumWageRequest,
) -> Result<wire::GetMinimumWageResponse, WagesFault> {
    let minimum_wages = table.minimum_wages();
    let (code, year) = decode(minimum_wages, request)?;
    let area = area(code)?;
    let province = match area {
        Area::Regency(region) => region.province(),
        Area::Province(province) => province,
    };
    let province_complete = minimum_wages.is_complete(province, year);
    let ump = minimum_wages.ump(province, year).map(|ump| (ump, CeilingBasis::Ump));
    let known = match area {
        Area::Province(_) => ump,
        Area::Regency(region) => match minimum_wages.umk(region, year) {
            Some(umk) => Some((umk, CeilingBasis::Umk)),
            // Where the table is not complete, the regency may have a UMK that it does not know.
            None => ump.filter(|_| province_complete),
        },
    };
    Ok(match known {
        Some((decreed, basis)) => encode(decreed, basis, province_complete),
        None => unknown(ump.map(|(ump, _)| ump), province_complete),
    })
}

/// The code, of two or four digits, and the year, one of the tables'.
fn decode(
    minimum_wages: &MinimumWages,
    request: &wire::GetMinimumWageRequest,
) -> Result<(i32, u16), Invalid> {
    let mut invalid = Invalid::new();
    let code = request.region_code;
    if !matches!(code, 10..=99 | 1_000..=9_999) {
        invalid.add("region_code", format!("must have two or four digits, found {code}"));
    }
    let years = minimum_wages.years();
    let year = u16::try_from(request.year).ok().filter(|year| years.contains(year));
    match year {
        Some(year) if invalid.is_empty() => return Ok((code, year)),
        Some(_) => {}
        None => {
            let (first, last) = (years.start(), years.end());
            invalid.add("year", format!("must be {first} to {last}, found {}", request.year));
        }
    }
    Err(invalid)
}

fn area(code: i32) -> Result<Area, WagesFault> {
    if let Some(province) = Province::from_number(code.into()) {
        return Ok(Area::Province(province));
    }
    Region::from_number(code.into()).map(Area::Regency).map_err(|fault| match fault {
        RegionFault::Unknown => WagesFault::RegionUnknown { code, now: None },
        RegionFault::Old { now } => WagesFault::RegionUnknown { code, now: Some(now) },
    })
}

fn encode(
    decreed: &Decreed,
    ceiling_basis: CeilingBasis,
    province_complete: bool,
) -> wire::GetMinimumWageResponse {
    wire::GetMinimumWageResponse {
        amount_rupiah: decreed.amount_rupiah,
        basis: basis(ceiling_basis).into(),
        rounded_rupiah: round_up_to_hundred_thousand(decreed.amount_rupiah),
        source: decreed.source.clone(),
        doubt: decreed.doubt.clone(),
        province_complete,
    }
}

/// The tables do not know it; the UMP says what it is at least.
fn unknown(ump: Option<&Decreed>, province_complete: bool) -> wire::GetMinimumWageResponse {
    let ump_rupiah = ump.map_or(0, |ump| ump.amount_rupiah);
    let doubt = format!("the table of UMK is not complete for the province, whose UMP is {ump_rupiah}");
    wire::GetMinimumWageResponse { doubt, province_complete, ..Default::default() }
}
