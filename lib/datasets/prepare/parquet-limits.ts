/** What a parquet file may ask for before it is refused. */
export interface ParquetLimits {
  /** Bytes of a row group's columns that are read, compressed or not. */
  readonly groupBytes: number;
  /** Bytes of one page after decompression. */
  readonly pageBytes: number;
  /** Rows of a row group. */
  readonly groupRows: number;
  /** Memory for the reader's own objects. */
  readonly heapMegabytes: number;
  /** Time for one file. */
  readonly seconds: number;
}

export const defaultParquetLimits: ParquetLimits = { groupBytes: 2 ** 30, pageBytes: 2 ** 29, groupRows: 1_000_000, heapMegabytes: 1024, seconds: 3600 };
