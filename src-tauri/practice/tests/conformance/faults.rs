//! Every fault, as a client meets it.
