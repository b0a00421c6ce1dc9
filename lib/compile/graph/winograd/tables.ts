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
 * For each pixel [n * height * width] of an input that had `pad` zeros around it, where the patches that hold it are, in the order [place
 * in the patch, tile]: four tables, since two patches overlap along each axis; where there are fewer, the place after all others.
 */
export function overlaps(tiling: Tiling, pad: number, height: number, width: number): readonly Int32Array[] {
  const { tile, patch, down, across, count } = tiling;
  const none = patch * patch * count;
  const holders = (size: number, tiles: number): readonly (readonly (number | undefined)[])[] => Array.from({ length: size }, (_, y) => {
    const last = Math.floor((y + pad) / tile);
    return [last, last - 1].map((i) => (i >= 0 && i < tiles && y + pad - tile * i < patch ? i : undefined));
  });
  const [rows, columns] = [holders(height, down), holders(width, across)];
  return [[0, 0], [0, 1], [1, 0], [1, 1]].map(([u, v]) => filled(tiling, height, width, (y, x, at) => {
    const [i, j] = [rows[y][u], columns[x][v]];
    return i === undefined || j === undefined ? none : at(y + pad - tile * i, x + pad - tile * j, i, j, patch);
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
