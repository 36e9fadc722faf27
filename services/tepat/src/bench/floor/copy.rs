//! The binary COPY format of PostgreSQL, read and written in place.

use sqlx::types::Uuid;

/// What a COPY begins with: signature, flags, length of an extension that is empty.
pub(super) const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// What a COPY ends with.
pub(super) const TRAILER: [u8; 2] = [0xff, 0xff];

/// The fields of one row, from the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The row in a message; `first` says that the header stands before it. None for the trailer.
    pub(super) fn of(message: &'a [u8], first: bool) -> Option<Self> {
        let row = if first { message.get(HEADER.len()..)? } else { message };
        let (count, fields) = row.split_first_chunk::<2>()?;
        (i16::from_be_bytes(*count) >= 0).then_some(Self(fields))
    }

    /// Fields that follow one another in these bytes.
    pub(super) fn behind(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes of the fields that were not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next field; empty for NULL. None when the row ends.
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let (length, behind) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(i32::from_be_bytes(*length)).unwrap_or(0);
        let (field, behind) = behind.split_at_checked(length)?;
        self.0 = behind;
        Some(field)
    }

    /// The next field as a number of any width; 0 for NULL.
    pub(super) fn number(&mut self) -> Option<i64> {
        match *self.bytes()? {
            [] => Some(0),
            [a] => Some(i64::from(a)),
            [a, b] => Some(i16::from_be_bytes([a, b]).into()),
            [a, b, c, d] => Some(i32::from_be_bytes([a, b, c, d]).into()),
            [a, b, c, d, e, f, g, h] => Some(i64::from_be_bytes([a, b, c, d, e, f, g, h])),
            _ => None,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Small,
    Int,
    Big,
    Bool,
    Text,
    Bytes,
    Uuid,
}

impl Kind {
    /// The kind of a type as `pg_type` names it; none for a type that no table here has.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "int2" => Self::Small,
            "int4" => Self::Int,
            "int8" => Self::Big,
            "bool" => Self::Bool,
            "text" | "varchar" => Self::Text,
            "bytea" => Self::Bytes,
            "uuid" => Self::Uuid,
            _ => return None,
        })
    }
}

/// A value on its way into a column.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field<'a> {
    Null,
    Number(i64),
    Bytes(&'a [u8]),
}

/// Appends the count of fields that a row begins with.
pub(super) fn begin_row(out: &mut Vec<u8>, fields: usize) {
    let fields = i16::try_from(fields).expect("a table has few columns");
    out.extend_from_slice(&fields.to_be_bytes());
}

/// Appends a value as its column wants it: a number in the column's width, a hash in its length.
pub(super) fn put(out: &mut Vec<u8>, kind: Kind, field: Field<'_>) {
    let mut sized = |bytes: &[u8]| {
        let length = i32::try_from(bytes.len()).expect("a field is short");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(bytes);
    };
    match (field, kind) {
        (Field::Null, _) => out.extend_from_slice(&(-1_i32).to_be_bytes()),
        (Field::Number(number), Kind::Small) => {
            sized(&i16::try_from(number).expect("the column was made for the value").to_be_bytes());
        }
        (Field::Number(number), Kind::Int) => {
            sized(&i32::try_from(number).expect("the column was made for the value").to_be_bytes());
        }
        (Field::Number(number), Kind::Bool) => sized(&[u8::from(number != 0)]),
        (Field::Number(number), _) => sized(&number.to_be_bytes()),
        (Field::Bytes(bytes), Kind::Uuid) => {
            sized(Uuid::from_slice(&bytes[..16]).expect("16 bytes are a uuid").as_bytes());
        }
        (Field::Bytes(bytes), _) => sized(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_reads_back_as_written() {
        let mut row = Vec::new();
        begin_row(&mut row, 5);
        put(&mut row, Kind::Small, Field::Number(-2));
        put(&mut row, Kind::Big, Field::Number(3_201_011_501_900_001));
        put(&mut row, Kind::Text, Field::Null);
        put(&mut row, Kind::Text, Field::Bytes(b"SITI"));
        put(&mut row, Kind::Uuid, Field::Bytes(&[7; 32]));
        let check = |message: &[u8], first: bool| {
            let mut fields = Fields::of(message, first).unwrap();
            assert_eq!(fields.number(), Some(-2));
            assert_eq!(fields.number(), Some(3_201_011_501_900_001));
            assert_eq!(fields.bytes(), Some(&[][..]));
            assert_eq!(fields.bytes(), Some(&b"SITI"[..]));
            assert_eq!(fields.bytes(), Some(&[7; 16][..]));
            assert_eq!(fields.bytes(), None);
        };
        check(&row, false);
        check(&[&HEADER[..], &row].concat(), true);
        assert!(Fields::of(&TRAILER, false).is_none());
    }
}
