//! Behaviour of the engine, case by case. The same cases run natively and, under Node.js, on wasm32, so that
//! "the filter decides as `explain` does" is seen and not hoped for.

mod decide;
mod fixture;
