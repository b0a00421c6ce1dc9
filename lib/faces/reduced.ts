import type { FaceBox } from './detect.ts';
import type { Image } from './image.ts';
import type { Similarity } from './similarity.ts';

/** A part of a photograph at a fraction of its size. */
export interface Reduced {
  readonly image: Image;
  /** From the part's pixels to the photograph's. */
  readonly toPhoto: Similarity;
}

/** How much of the photograph is kept, in sides of the box: crops about a face lie turned and shifted. */
const margin = 2.4;

/**
 * The part of a photograph about a box, halved (means of 2 x 2 pixels) until the box's longer side is less than twice `side` pixels, so that many crops of
 * that side cost the same whatever the photograph's size; the photograph itself where the box is small.
 */
export function reducedAround(photo: Image, box: Pick<FaceBox, 'x' | 'y' | 'width' | 'height'>, side: number): Reduced {
  const longer = Math.max(box.width, box.height);
  const halvings = Math.max(0, Math.floor(Math.log2(Math.min(longer / side, photo.width, photo.height))));
  if (halvings === 0) return { image: photo, toPhoto: { a: 1, b: 0, tx: 0, ty: 0 } };
  const step = 2 ** halvings;
  const reach = (margin / 2) * longer;
  const from = (centre: number): number => Math.max(0, Math.floor(centre - reach));
  const [x, y] = [from(box.x + box.width / 2), from(box.y + box.height / 2)];
  const pixels = (start: number, centre: number, limit: number): number => Math.max(1, Math.floor((Math.min(limit, Math.ceil(centre + reach)) - start) / step));
  const width = pixels(x, box.x + box.width / 2, photo.width);
  const height = pixels(y, box.y + box.height / 2, photo.height);
  return { image: shrunk(photo, x, y, width, height, step), toPhoto: { a: step, b: 0, tx: x, ty: y } };
}

/** `width` x `height` means of `step` x `step` pixels, from (x, y) on. */
function shrunk(photo: Image, x: number, y: number, width: number, height: number, step: number): Image {
  const out = new Uint8Array(width * height * 3);
  const row = new Float64Array(width * 3);
  const count = step * step;
  for (let v = 0; v < height; v++) {
    row.fill(0);
    for (let j = 0; j < step; j++) addRow(photo.data, ((y + v * step + j) * photo.width + x) * 3, step, row);
    for (let i = 0; i < row.length; i++) out[v * row.length + i] = Math.round(row[i] / count);
  }
  return { width, height, data: out };
}

/** Adds each run of `step` pixels from `at` on to one pixel of the row. */
function addRow(data: Uint8Array, at: number, step: number, row: Float64Array): void {
  let from = at;
  for (let u = 0; u < row.length; u += 3) {
    for (let i = 0; i < step; i++, from += 3) {
      row[u] += data[from];
      row[u + 1] += data[from + 1];
      row[u + 2] += data[from + 2];
    }
  }
}
