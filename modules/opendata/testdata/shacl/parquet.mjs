// Reads a Parquet file with another implementation than the one that wrote it
// (hyparquet) and prints, as JSON, its columns, its metadata and its rows.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'

const file = await asyncBufferFromFile(process.argv[2])
const metadata = await parquetMetadataAsync(file)
const rows = await parquetReadObjects({ file, metadata })
const plain = (_, value) => (typeof value === 'bigint' ? Number(value) : value)
console.log(JSON.stringify({
  columns: metadata.schema.slice(1).map(({ name, type, logical_type: logical }) => ({ name, type, logical: logical?.type ?? '' })),
  groups: metadata.row_groups.length,
  writer: metadata.created_by,
  geo: JSON.parse(metadata.key_value_metadata?.find(({ key }) => key === 'geo')?.value ?? 'null'),
  rows,
}, plain))
