//! A NIK as an argument.

use tepat_terms::Nik;

/// Reads a NIK from the command line; the fault does not repeat it.
pub(crate) fn parse(text: &str) -> Result<Nik, String> {
    text.parse::<Nik>().map_err(|fault| fault.to_string())
}
