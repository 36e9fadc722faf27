//! Short identifiers: KK, KPJ, NPP and division.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The shape an identifier should have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{what} must be {shape}")]
pub struct IdFault {
    what: &'static str,
    shape: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $shape:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The identifier as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdFault;

            fn from_str(text: &str) -> Result<Self, IdFault> {
                let valid: fn(&[u8]) -> bool = $valid;
                if valid(text.as_bytes()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IdFault { what: $what, shape: $shape })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

fn digits(text: &[u8], length: usize) -> bool {
    text.len() == length && text.iter().all(u8::is_ascii_digit)
}

fn capitals_and_digits(text: &[u8], most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
}

id!(
    /// Number of a family card (Kartu Keluarga).
    Kk, "KK", "16 digits", |text| digits(text, 16)
);
id!(
    /// Number of a membership card (Kartu Peserta Jamsostek).
    Kpj, "KPJ", "11 digits", |text| digits(text, 11)
);
id!(
    /// Number of an employer (Nomor Pendaftaran Perusahaan).
    Npp, "NPP", "1 to 12 of A-Z and 0-9", |text| capitals_and_digits(text, 12)
);
id!(
    /// Division of an employer.
    Division, "division", "1 to 10 of A-Z and 0-9", |text| capitals_and_digits(text, 10)
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_at_their_borders() {
        assert!("1234567890123456".parse::<Kk>().is_ok());
        assert!("123456789012345".parse::<Kk>().is_err());
        assert!("12345678901".parse::<Kpj>().is_ok());
        assert!("1234567890A".parse::<Kpj>().is_err());
        assert!("A".parse::<Npp>().is_ok());
        assert!("ABCDEFGHIJKL".parse::<Npp>().is_ok());
        assert!("ABCDEFGHIJKLM".parse::<Npp>().is_err());
        assert!("".parse::<Npp>().is_err());
        assert!("ab".parse::<Division>().is_err());
        assert!("ABCDEFGHIJ0".parse::<Division>().is_err());
        assert_eq!("x".parse::<Npp>().unwrap_err().to_string(), "NPP must be 1 to 12 of A-Z and 0-9");
    }
}
