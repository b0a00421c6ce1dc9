import type { Lines } from '../mirror.ts';
import type { Algorithm } from './algorithm.ts';

/** How the outputs [n, h, w] of a convolution are cut into tiles. */
export interface Tiling extends Pick<Algorithm, 'tile' | 'patch'> {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  /** Tiles down and across; the last may reach over the edge. */
  readonly down: number;
  readonly across: number;
  readonly count: number;
}

export function tilingOf([n, h, w]: readonly number[], { tile, patch }: Algorithm): Tiling {
  const [down, across] = [Math.ceil(h / tile), Math.ceil(w / tile)];
  return { tile, patch, n, h, w, down, across, count: n * down * across };
}

/**
 * Pixels [n * height * width] in the order [place in the square, tile] of squares of `side` that begin at each tile. What lies over the
 * edge is the pixel next to it.
 */
export function squares({ tile, n, down, across, count }: Tiling, side: number, height: number, width: number): Int32Array {
  const table = new Int32Array(side * side * count);
  let k = 0;
  for (let a = 0; a < side; a++) for (let b = 0; b < side; b++) for (let picture = 0; picture < n; picture++) {
    for (let i = 0; i < down; i++) for (let j = 0; j < across; j++) {
      table[k++] = (picture * height + Math.min(tile * i + a, height - 1)) * width + Math.min(tile * j + b, width - 1);
    }
  }
  return table;
}

/** Where each output pixel [n * h * w] lies among tiles in the order [place in the tile, tile]. */
export function pixels(tiling: Tiling): Int32Array {
  const { tile, h, w } = tiling;
  return filled(tiling, h, w, (y, x, at) => at(y % tile, x % tile, Math.floor(y / tile), Math.floor(x / tile), tile));
}

/**
 * For each pixel [n * height * width] of the input, where the patches that hold it are, in the order [place in the patch, tile]: as many
 * tables as the most patches that hold one; where there are fewer, the place after all others.
 */
export function overlaps(tiling: Tiling, rows: Lines, columns: Lines): readonly Int32Array[] {
  const { patch, down, across, count } = tiling;
  const none = patch * patch * count;
  const [above, beside] = [holders(tiling, rows, down), holders(tiling, columns, across)];
  const most = (of: readonly (readonly Holder[])[]): number => Math.max(...of.map((h) => h.length));
  const parts = Array.from({ length: most(above) * most(beside) }, (_, k) => [Math.floor(k / most(beside)), k % most(beside)]);
  return parts.map(([u, v]) => filled(tiling, rows.length, columns.length, (y, x, at) => {
    const [a, b] = [above[y][u] as Holder | undefined, beside[x][v] as Holder | undefined];
    return a && b ? at(a.place, b.place, a.tile, b.tile, patch) : none;
  }));
}

/** A tile whose patch holds a line, and at which place. */
interface Holder {
  readonly tile: number;
  readonly place: number;
}

function holders({ tile, patch }: Tiling, lines: Lines, tiles: number): readonly (readonly Holder[])[] {
  return lines.map((places) => places.flatMap((at) => {
    const last = Math.min(Math.floor(at / tile), tiles - 1);
    const first = Math.max(Math.ceil((at - patch + 1) / tile), 0);
    return Array.from({ length: Math.max(last - first + 1, 0) }, (_, k) => ({ tile: last - k, place: at - tile * (last - k) }));
  }));
}

/** The row of place (a, b) in the square of tile (i, j). */
type At = (a: number, b: number, i: number, j: number, side: number) => number;

function filled({ n, down, across }: Tiling, height: number, width: number, place: (y: number, x: number, at: At) => number): Int32Array {
  const table = new Int32Array(n * height * width);
  let k = 0;
  for (let picture = 0; picture < n; picture++) {
    const at: At = (a, b, i, j, side) => (((a * side + b) * n + picture) * down + i) * across + j;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) table[k++] = place(y, x, at);
  }
  return table;
}
