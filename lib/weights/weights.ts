/** One array of a network's weights: row-major, little-endian float32. */
export interface WeightArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A network's weights by name (ours: `stem.conv.kernel`; a checkpoint's: its own). */
export type Weights = ReadonlyMap<string, WeightArray>;

/** Number of elements of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
