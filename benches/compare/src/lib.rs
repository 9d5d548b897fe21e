//! What the comparing programs share.

pub mod answers;
pub mod clock;
pub mod cost;
pub mod generator;
#[cfg(feature = "engines")]
pub mod lucene;
#[cfg(feature = "newssearch")]
pub mod ours;
pub mod plain;
pub mod queries;
pub mod random;
pub mod record;
#[cfg(feature = "engines")]
pub mod sqlite;
