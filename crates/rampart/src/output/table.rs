//! Lists for people.

use comfy_table::{ContentArrangement, LineStyle, TableStyle};

/// A line under the head, and nothing else that would be in the way of `grep` and `awk`.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Rows under a head. Cells that do not fit are wrapped.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// A table without rows.
    pub(crate) fn new<const N: usize>(head: [&str; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_header(head);
        Self(table)
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.0.add_row(cells);
    }

    /// The table in at most `width` columns, if that can be done.
    pub(crate) fn draw(&self, width: u16) -> String {
        let mut table = self.0.clone();
        table.set_width(width);
        let last = table.column_iter().count().saturating_sub(1);
        for (index, column) in table.column_iter_mut().enumerate() {
            // With the space that comfy-table puts between columns, two in all.
            column.set_padding((0, u16::from(index != last)));
        }
        table.trim_fmt().replace('\u{a0}', " ") + "\n"
    }
}
