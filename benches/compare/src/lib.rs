//! What the comparing programs share.

pub mod answers;
pub mod clock;
pub mod cost;
#[cfg(feature = "tantivy")]
pub mod facets;
pub mod folder;
pub mod generator;
#[cfg(feature = "engines")]
pub mod lucene;
pub mod memory;
#[cfg(feature = "newssearch")]
pub mod ours;
#[cfg(feature = "tantivy")]
pub mod plain;
pub mod plot;
pub mod queries;
pub mod random;
pub mod record;
#[cfg(feature = "engines")]
pub mod sqlite;
