//! Rosters, answer keys and bank truth by construction.
