//! Hits as a Parquet file, written in groups of rows.

use std::io::{self, Write};

use parquet::{
    basic::Compression,
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, FloatType, Int64Type},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

use super::fields::{Field, Kind, Value};
use crate::search::ExportedHit;

/// Most rows of a group.
const GROUP_ROWS_MAX: usize = 20_000;

/// Most bytes of a group before it is written, unpacked.
const GROUP_BYTES_MAX: usize = 24 << 20;

/// Writes hits as rows of a Parquet file: a column a field, packed by Snappy. It only ever writes on, so that a pipe
/// will do.
pub(crate) struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    fields: Vec<Field>,
    /// A column a field, of the group that is not written yet.
    columns: Vec<Column>,
    rows: usize,
    bytes: usize,
}

/// The values of a field in a group of rows.
#[derive(Default)]
struct Column {
    texts: Vec<ByteArray>,
    numbers: Vec<i64>,
    scores: Vec<f32>,
    flags: Vec<bool>,
    /// For every row 1 where it has a value; for a list, for every value, and 0 for a list without one.
    defined: Vec<i16>,
    /// For a list: 0 where a row begins, else 1.
    repeated: Vec<i16>,
}

impl<W: Write + Send> ParquetWriter<W> {
    pub(crate) fn new(out: W, fields: Vec<Field>) -> io::Result<Self> {
        let schema = parse_message_type(&schema(&fields)).map_err(as_io)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("newssearch ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = SerializedFileWriter::new(out, schema.into(), properties.into()).map_err(as_io)?;
        let columns = fields.iter().map(|_| Column::default()).collect();
        Ok(Self { file, fields, columns, rows: 0, bytes: 0 })
    }

    /// Adds a hit.
    pub(crate) fn hit(&mut self, hit: &ExportedHit) -> io::Result<()> {
        for (field, column) in self.fields.iter().zip(&mut self.columns) {
            self.bytes += column.push((field.value)(hit));
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS_MAX || self.bytes >= GROUP_BYTES_MAX { self.write_group() } else { Ok(()) }
    }

    /// Writes what is left, and the table of contents that a Parquet file ends with. Gives back what was written to.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.file.into_inner().map_err(as_io)
    }

    fn write_group(&mut self) -> io::Result<()> {
        let Self { file, fields, columns, .. } = self;
        let write = || -> Result<(), ParquetError> {
            let mut group = file.next_row_group()?;
            for (field, column) in fields.iter().zip(columns) {
                let column = std::mem::take(column);
                match field.kind {
                    Kind::Text | Kind::List => write_column::<ByteArrayType, _>(&mut group, &column.texts, &column)?,
                    Kind::Number => write_column::<Int64Type, _>(&mut group, &column.numbers, &column)?,
                    Kind::Score => write_column::<FloatType, _>(&mut group, &column.scores, &column)?,
                    Kind::Yes => write_column::<BoolType, _>(&mut group, &column.flags, &column)?,
                }
            }
            group.close().map(drop)
        };
        write().map_err(as_io)?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut parquet::file::writer::SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    column: &Column,
) -> Result<(), ParquetError> {
    let Some(mut writer) = group.next_column()? else {
        return Err(ParquetError::General("there are fewer columns than fields".to_owned()));
    };
    let repeated = if column.repeated.is_empty() { None } else { Some(column.repeated.as_slice()) };
    writer.typed::<T>().write_batch(values, Some(&column.defined), repeated)?;
    writer.close()
}

impl Column {
    /// Adds the value of a row; gives about how many bytes it takes.
    fn push(&mut self, value: Value<'_>) -> usize {
        let defined = i16::from(value != Value::Nothing);
        match value {
            Value::List(list) => return self.push_list(&list),
            Value::Nothing => {}
            Value::Text(text) => self.texts.push(text.as_bytes().to_vec().into()),
            Value::Number(number) => self.numbers.push(i64::try_from(number).unwrap_or(i64::MAX)),
            Value::Score(score) => self.scores.push(score),
            Value::Yes(yes) => self.flags.push(yes),
        }
        self.defined.push(defined);
        self.texts.last().map_or(0, |text| text.len() * usize::from(defined == 1)) + 8
    }

    fn push_list(&mut self, list: &[String]) -> usize {
        if list.is_empty() {
            self.defined.push(0);
            self.repeated.push(0);
        }
        for (i, text) in list.iter().enumerate() {
            self.texts.push(text.as_bytes().to_vec().into());
            self.defined.push(1);
            self.repeated.push(i16::from(i > 0));
        }
        list.iter().map(|text| text.len() + 8).sum::<usize>() + 8
    }
}

/// The schema in Parquet's own language.
fn schema(fields: &[Field]) -> String {
    let columns: String = fields
        .iter()
        .map(|Field { name, kind, .. }| match kind {
            Kind::Text => format!("optional binary {name} (utf8); "),
            Kind::Number => format!("optional int64 {name}; "),
            Kind::Score => format!("optional float {name}; "),
            Kind::Yes => format!("optional boolean {name}; "),
            Kind::List => {
                format!("required group {name} (list) {{ repeated group list {{ required binary element (utf8); }} }} ")
            }
        })
        .collect();
    format!("message hits {{ {columns}}}")
}

/// The error below, where there is one: a pipe whose reader went away is told as that.
fn as_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            fields::fields,
            tests::{nasty, plain},
        },
        *,
    };
    use parquet::{
        file::{reader::FileReader, serialized_reader::SerializedFileReader},
        record::RowAccessor,
    };

    #[test]
    fn a_file_reads_back_as_it_was_written() {
        let names = ["rank", "title", "tags", "source", "live", "score", "body"].map(str::to_owned);
        let file = tempfile::tempfile().unwrap();
        let mut writer = ParquetWriter::new(&file, fields(&names).unwrap()).unwrap();
        for (rank, article) in [(1, plain()), (2, nasty())] {
            let body = (rank == 1).then(|| "One.\nTwo.".to_owned());
            writer.hit(&ExportedHit { rank, score: 2.5, article, body, snippet: None }).unwrap();
        }
        writer.finish().unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].get_long(0).unwrap(), 1);
        assert_eq!(rows[1].get_string(1).unwrap(), &nasty().title);
        assert_eq!(rows[0].get_list(2).unwrap().len(), 2);
        assert_eq!(rows[1].get_list(2).unwrap().len(), 0);
        assert!(rows[1].get_string(3).is_err(), "there is no outlet");
        assert!(!rows[0].get_bool(4).unwrap());
        assert_eq!(rows[0].get_string(6).unwrap(), "One.\nTwo.");
    }
}
