//! The life of a process, from its settings to its end.

mod gate;
mod layers;
mod process;
mod settings;
mod transport;
