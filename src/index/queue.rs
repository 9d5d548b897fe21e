//! What waits for the index library's thread, within a limit of bytes.
//!
//! The library's own queue is bounded by a number of articles, 10,000 of them, which may be a hundred megabytes.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use tantivy::{TantivyDocument, schema::document};

use super::Document;

/// Longest time that an article waits to be admitted. The library's thread may be busy writing a segment, or may have
/// died, which only a call to the library tells: so the limit is one that gives way.
const WAIT_MAX: Duration = Duration::from_millis(20);

/// Counts the bytes that wait.
pub(super) struct Queue {
    waiting: Arc<Waiting>,
    bytes_max: usize,
}

#[derive(Default)]
struct Waiting {
    bytes: Mutex<usize>,
    fewer: Condvar,
}

impl Queue {
    pub(super) fn new(bytes_max: usize) -> Self {
        Self { waiting: Arc::default(), bytes_max }
    }

    /// Lets an article in, once there is room.
    pub(super) fn admit(&self, document: Document) -> Queued {
        let bytes = document.bytes();
        let waiting = self.waiting.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |waiting: &mut usize| *waiting > 0 && *waiting + bytes > self.bytes_max;
        let waited = self.waiting.fewer.wait_timeout_while(waiting, WAIT_MAX, is_full);
        let (mut waiting, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *waiting += bytes;
        Queued { fields: document.into_fields(), _place: Place { waiting: Arc::clone(&self.waiting), bytes } }
    }
}

/// An article on its way to the library's thread; its place is free again when the thread takes it.
pub(super) struct Queued {
    fields: TantivyDocument,
    _place: Place,
}

struct Place {
    waiting: Arc<Waiting>,
    bytes: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.waiting.bytes.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.waiting.fewer.notify_one();
    }
}

impl document::Document for Queued {
    type Value<'a> = <TantivyDocument as document::Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as document::Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.fields.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.fields
    }
}
