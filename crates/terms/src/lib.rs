//! The words of the field as types: pure, without IO.
//!
//! What parses here is valid everywhere: after the door a [`Nik`] is a NIK and nobody checks it
//! again. Personal values mask themselves in every print; `reveal` says in the code that they leave.

mod account;
mod bank;
mod date;
mod ids;
mod money;
mod month;
mod name;
mod nik;
mod region;
mod slice;

pub use account::{AccountNumber, AccountNumberFault};
pub use bank::{BankKey, BankKeyFault};
pub use date::{DateFault, date_from_number, date_from_parts, date_to_number, parse_date};
pub use ids::{Division, IdFault, Kk, Kpj, Npp};
pub use money::{RupiahFault, parse_rupiah, round_up_to_hundred_thousand};
pub use month::{Month, MonthFault};
pub use name::{NAME_CHARACTERS_MAX, PersonName, PersonNameFault};
pub use nik::{Nik, NikFault, Sex};
pub use region::{Province, Region, RegionFault};
pub use slice::{Slice, SliceFault, seeded_rank};
