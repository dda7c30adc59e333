//! Every command and example of the documentation.
