//! What the comparing programs share.

pub mod clock;
pub mod generator;
#[cfg(feature = "newssearch")]
pub mod ours;
pub mod plain;
pub mod queries;
pub mod random;
pub mod record;
