import type { Batch, BatchArray } from '../datasets/batch.ts';

/** A batch of at least `rows` rows: its last row fills up what is missing, so that one graph serves batches of all lengths. */
export function padRows(batch: Batch, rows: number): Batch {
  return Object.fromEntries(Object.entries(batch).map(([name, field]) => [name, padded(field, rows)]));
}

function padded(field: BatchArray, rows: number): BatchArray {
  const [count, ...rest] = field.shape;
  if (count >= rows) return field;
  const size = field.data.length / count;
  const data = field.dtype === 'float32' ? new Float32Array(rows * size) : new Int32Array(rows * size);
  data.set(field.data);
  for (let row = count; row < rows; row++) data.copyWithin(row * size, (count - 1) * size, count * size);
  return { ...field, shape: [rows, ...rest], data };
}
