import { PATCH, TILE } from './matrices.ts';

/** How the outputs [n, h, w] of a convolution are cut into tiles. */
export interface Tiling {
  readonly n: number;
  readonly h: number;
  readonly w: number;
  /** Tiles down and across; the last may reach over the edge. */
  readonly down: number;
  readonly across: number;
}

export function tilingOf([n, h, w]: readonly number[]): Tiling {
  return { n, h, w, down: Math.ceil(h / TILE), across: Math.ceil(w / TILE) };
}

export const tiles = ({ n, down, across }: Tiling): number => n * down * across;

/**
 * Pixels [n * height * width] in the order [place in the square, tile] of squares of `side` that begin at each tile. What lies over the
 * edge is the pixel next to it.
 */
export function squares(tiling: Tiling, side: typeof PATCH | typeof TILE, height: number, width: number): Int32Array {
  const { n, down, across } = tiling;
  const table = new Int32Array(side * side * tiles(tiling));
  let k = 0;
  for (let a = 0; a < side; a++) for (let b = 0; b < side; b++) for (let picture = 0; picture < n; picture++) {
    for (let i = 0; i < down; i++) for (let j = 0; j < across; j++) {
      table[k++] = (picture * height + Math.min(TILE * i + a, height - 1)) * width + Math.min(TILE * j + b, width - 1);
    }
  }
  return table;
}

/** Where each output pixel [n * h * w] lies among tiles in the order [place in the tile, tile]. */
export function pixels(tiling: Tiling): Int32Array {
  const { n, h, w } = tiling;
  return filled(n * h * w, tiling, h, w, 0, (y, x, at) => at(y % TILE, x % TILE, Math.floor(y / TILE), Math.floor(x / TILE), TILE));
}

/**
 * For each pixel [n * height * width] of an input that had `pad` zeros around it, where the patches that hold it are, in the order [place
 * in the patch, tile]: four tables, since two patches overlap along each axis; `none` where there are fewer.
 */
export function overlaps(tiling: Tiling, pad: number, height: number, width: number): readonly Int32Array[] {
  const { n, down, across } = tiling;
  const none = PATCH * PATCH * tiles(tiling);
  const places = (y: number, count: number): readonly (number | undefined)[] => {
    const last = Math.floor(y / TILE);
    return [last, last - 1].map((tile) => (tile >= 0 && tile < count && y - TILE * tile < PATCH ? tile : undefined));
  };
  const [rows, columns] = [Array.from({ length: height }, (_, y) => places(y + pad, down)), Array.from({ length: width }, (_, x) => places(x + pad, across))];
  return [[0, 0], [0, 1], [1, 0], [1, 1]].map(([u, v]) => filled(n * height * width, tiling, height, width, none, (y, x, at) => {
    const [i, j] = [rows[y][u], columns[x][v]];
    return i === undefined || j === undefined ? none : at(y + pad - TILE * i, x + pad - TILE * j, i, j, PATCH);
  }));
}

type At = (a: number, b: number, i: number, j: number, side: number) => number;

function filled(length: number, { n, down, across }: Tiling, height: number, width: number, start: number, place: (y: number, x: number, at: At) => number): Int32Array {
  const table = new Int32Array(length).fill(start);
  let k = 0;
  for (let picture = 0; picture < n; picture++) {
    const at: At = (a, b, i, j, side) => (((a * side + b) * n + picture) * down + i) * across + j;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) table[k++] = place(y, x, at);
  }
  return table;
}
