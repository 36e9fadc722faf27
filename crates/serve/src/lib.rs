//! The life of a process: settings, telemetry, listener, layers, transport, shutdown.
