//! Where a complaint points to.

use std::ops::Range;

/// A range of bytes in one of the [`Sources`](crate::Sources).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, as returned by [`Sources::add`](crate::Sources::add).
    pub file: usize,
    /// Bytes in its text; anything outside the text is cut off when shown.
    pub span: Range<usize>,
}

impl Place {
    /// The bytes `span` of `file`.
    pub fn new(file: usize, span: Range<usize>) -> Self {
        Self { file, span }
    }
}
