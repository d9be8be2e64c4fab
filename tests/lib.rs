//! What crosses crates: the real window, the fault matrix, the peers.
