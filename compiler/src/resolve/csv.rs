//! Tenant files: CSV with a header row.

use super::reader::Reader;
use super::rules::{BAD_CSV, BAD_VALUE};
use super::suggest;
use super::tenants::{Scope, TenantFile, Tenants};
use crate::diagnostic::{Diagnostic, clip};
use crate::policy::Tenant;
use crate::source::{Span, Spanned};
use csv::{ReaderBuilder, StringRecord};

/// The columns that a tenant file may have, in the order that the documentation names them.
const COLUMNS: [&str; 6] = ["id", "cluster", "tier", "status", "failover", "moveTo"];

/// Reads the tenants of a file.
pub fn read(file: TenantFile<'_>, scope: &Scope<'_>, tenants: &mut Tenants, reader: &mut Reader<'_>) {
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let bom = file.text.len() - text.len();
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut row = StringRecord::new();
    let mut table = Table { file, bom, columns: [None; COLUMNS.len()], width: 0 };
    let problems = match rows.read_record(&mut row) {
        Ok(true) => table.header(&row).err().unwrap_or_default(),
        Ok(false) => vec![table.no_header()],
        Err(error) => vec![table.unreadable(&error)],
    };
    if !problems.is_empty() {
        tenants.incomplete = true;
        problems.into_iter().for_each(|problem| reader.push(problem));
        return;
    }
    loop {
        match rows.read_record(&mut row) {
            Ok(true) => table.row(&row, scope, tenants, reader),
            Ok(false) => return,
            Err(error) => {
                tenants.incomplete = true;
                reader.push(table.unreadable(&error));
                return;
            }
        }
    }
}

/// A file's columns, and where its cells stand.
struct Table<'f> {
    file: TenantFile<'f>,
    /// Bytes before the text that the CSV reader sees.
    bom: usize,
    /// The place of each of [`COLUMNS`] in a row.
    columns: [Option<usize>; COLUMNS.len()],
    /// Cells in the header.
    width: usize,
}

impl Table<'_> {
    /// Learns the columns from the header row.
    fn header(&mut self, row: &StringRecord) -> Result<(), Vec<Diagnostic>> {
        let mut found = Vec::new();
        self.width = row.len();
        for (index, cell) in row.iter().map(str::trim).enumerate() {
            let span = self.cell(row, index);
            match COLUMNS.iter().position(|column| *column == cell) {
                Some(column) if self.columns[column].is_none() => self.columns[column] = Some(index),
                Some(_) => found.push(BAD_CSV.at(span, format!("the column `{cell}` is named twice"))),
                None => found.push(unknown_column(cell, span)),
            }
        }
        if self.columns[0].is_none() {
            // Without `id` every other complaint about this row follows from its not being a header.
            found = vec![self.no_header()];
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    fn no_header(&self) -> Diagnostic {
        let first = self.file.text.lines().next().unwrap_or_default();
        let end = u32::try_from(first.len()).unwrap_or(u32::MAX);
        let span = Span { file: self.file.file, start: 0, end };
        let diagnostic = BAD_CSV.at(span, "the first row does not name the columns");
        let help =
            "start the file with the row `id,cluster,tier,status,failover,moveTo`, or with as many of these as you use";
        let semicolons = first.contains(';') && !first.contains(',');
        if semicolons {
            diagnostic.help("separate cells with commas, not semicolons").help(help)
        } else {
            diagnostic.help(help)
        }
    }

    fn unreadable(&self, error: &csv::Error) -> Diagnostic {
        let at = error.position().map_or(0, |position| position.byte());
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        BAD_CSV.at(Span { file: self.file.file, start: at, end: at }, format!("the row cannot be read: {error}"))
    }

    fn row(&self, row: &StringRecord, scope: &Scope<'_>, tenants: &mut Tenants, reader: &mut Reader<'_>) {
        if row.len() > self.width {
            let span = self.cell(row, self.width);
            let message = format!("the row has {} cells under a header of {}", row.len(), self.width);
            reader.push(BAD_CSV.at(span, message).help("quote a cell that holds a comma"));
            tenants.incomplete = true;
            return;
        }
        let id = self.value(row, 0).unwrap_or_default();
        if id.is_empty() {
            reader.push(BAD_CSV.at(self.place(row, 0), "the row names no tenant"));
            tenants.incomplete = true;
            return;
        }
        let span = self.place(row, 0);
        match self.tenant(id, span, row, scope, reader) {
            Some(tenant) => tenants.list.push(tenant),
            None => tenants.add(Spanned::new(id.to_owned(), span), None),
        }
    }

    fn tenant(
        &self,
        id: &str,
        span: Span,
        row: &StringRecord,
        scope: &Scope<'_>,
        reader: &mut Reader<'_>,
    ) -> Option<Tenant> {
        let known = scope.check_id(id, span, reader);
        let cluster = scope.cluster(id, span, self.named(row, 1), reader);
        let tier = scope.tier(self.named(row, 2), reader);
        let suspended = match self.value(row, 3) {
            None | Some("" | "active") => Some(false),
            Some("suspended") => Some(true),
            Some(other) => {
                let message = format!("`status` has to be `active` or `suspended`, not `{}`", clip(other));
                reader.push(BAD_VALUE.at(self.place(row, 3), message));
                None
            }
        };
        let names = self.named(row, 4).into_iter();
        let names = names.flat_map(|(names, span)| names.split_ascii_whitespace().map(move |name| (name, span)));
        let failover = scope.others(id, "failover", cluster.as_deref(), names, reader);
        let move_to = scope.others(id, "moveTo", cluster.as_deref(), self.named(row, 5).into_iter(), reader);
        let tenant = Tenant {
            id: id.to_owned(),
            cluster: cluster?,
            failover: failover?,
            move_to: move_to?.pop(),
            tier: tier?,
            suspended: suspended?,
            span,
        };
        known.then_some(tenant)
    }

    /// A cell by the number of its column in [`COLUMNS`].
    fn value<'r>(&self, row: &'r StringRecord, column: usize) -> Option<&'r str> {
        row.get(self.columns[column]?).map(str::trim)
    }

    /// A cell that is not empty, with its place.
    fn named<'r>(&self, row: &'r StringRecord, column: usize) -> Option<(&'r str, Span)> {
        let value = self.value(row, column).filter(|value| !value.is_empty())?;
        Some((value, self.place(row, column)))
    }

    fn place(&self, row: &StringRecord, column: usize) -> Span {
        self.cell(row, self.columns[column].unwrap_or(0))
    }

    /// Where a cell stands, blanks and quotes around it included.
    fn cell(&self, row: &StringRecord, index: usize) -> Span {
        let start = row.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0)) + self.bom;
        let bytes = self.file.text.as_bytes();
        let mut at =
            start + bytes[start.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        for _ in 0..index {
            at = (cell_end(bytes, at) + 1).min(bytes.len());
        }
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file: self.file.file, start: offset(at), end: offset(cell_end(bytes, at)) }
    }
}

/// The end of the cell that starts at `at`, minding quotes.
fn cell_end(bytes: &[u8], at: usize) -> usize {
    let mut quoted = false;
    let mut end = at;
    for byte in &bytes[at.min(bytes.len())..] {
        match byte {
            b'"' => quoted = !quoted,
            b',' | b'\n' | b'\r' if !quoted => break,
            _ => {}
        }
        end += 1;
    }
    end
}

fn unknown_column(cell: &str, span: Span) -> Diagnostic {
    let diagnostic = BAD_CSV.at(span, format!("there is no column `{}`", clip(cell)));
    match suggest::nearest(cell, COLUMNS.into_iter()) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => diagnostic.help(format!("known columns are {}", suggest::list(COLUMNS.into_iter()))),
    }
}
