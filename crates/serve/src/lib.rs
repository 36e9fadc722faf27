//! The life of a process: settings, telemetry, listener, layers, transport, shutdown.
//!
//! A process loads its [`settings`], starts its log ([`telemetry`]), builds its services and either
//! listens for them ([`listen`]) or calls them in process ([`Transport::local`]). Both ways pass the
//! same [`layers`].

mod actor;
mod clock;
pub mod layers;
pub mod listen;
mod page;
pub mod settings;
pub mod telemetry;
mod transport;

pub use actor::{ACTOR_CHARACTERS_MAX, ACTOR_KEY, Actor, ActorFault, actor_of, with_actor};
pub use clock::{Clock, standing_clock, system_clock};
pub use layers::{Limits, REQUEST_ID_KEY};
pub use listen::{Bound, Drained, ListenFault, ListenSettings, Listening, bind, serve, shutdown_signal};
pub use page::{PAGE_KEY_BYTES_MAX, PageFault, PageToken, page_size};
pub use settings::{Check, Loaded, SettingsFaults, Sources, load};
pub use telemetry::{LogSettings, start_log};
pub use transport::{MESSAGE_BYTES_MAX, PeerSettings, Transport, TransportFault};
