//! The life of a process: settings, telemetry, listener, layers, transport, shutdown.
//!
//! A process loads its [`settings`], starts its log and its traces ([`telemetry`]), builds its services
//! and either listens for them ([`listen`]) or calls them in process ([`Transport::local`]). Both ways
//! pass the same [`layers`]. Its numbers ([`metrics`]) are read at the operator's port ([`admin`]).

mod actor;
pub mod admin;
mod clock;
pub mod layers;
pub mod listen;
pub mod metrics;
mod page;
pub mod process;
pub mod settings;
pub mod telemetry;
mod transport;

pub use actor::{ACTOR_CHARACTERS_MAX, ACTOR_KEY, Actor, ActorFault, actor_of, with_actor};
pub use admin::{Admin, AdminSettings, Checks, Readiness};
pub use clock::{Clock, standing_clock, system_clock};
pub use layers::{Limits, REQUEST_ID_KEY};
pub use listen::{Bound, Drained, ListenFault, ListenSettings, Listening, bind, serve, shutdown_signal};
pub use page::{PAGE_KEY_BYTES_MAX, PageFault, PageToken, page_size};
pub use process::{KeysSettings, OpenFault, ProcessFault, ProcessSettings, Served};
pub use settings::{Check, Loaded, SettingsFaults, Sources, load};
pub use telemetry::{LogSettings, Telemetry, TelemetryFault, TelemetrySettings, start_log, start_telemetry};
pub use transport::{MESSAGE_BYTES_MAX, PeerSettings, Transport, TransportFault};
