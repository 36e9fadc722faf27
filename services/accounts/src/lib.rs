//! Does this account exist, can it be credited, does it belong to this person.
mod rules;
