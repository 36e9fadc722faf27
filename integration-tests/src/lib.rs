//! Journeys over real sockets, and the tests that keep the house in order.
