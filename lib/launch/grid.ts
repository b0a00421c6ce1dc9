import { encodePng } from '../faces/png.ts';
import { blankImage, fromUnit, type Image } from '../faces/image.ts';
import { syntheticText } from '../faces/synthetic.ts';
import { plane } from '../metrics/picture.ts';
import type { SwapResult } from '../registry/metric.ts';

const GAP = 2;

/** A PNG with one row per swap: source, target, swap; marked as synthetic. */
export async function swapGrid(swaps: readonly SwapResult[], run: string, tool: string): Promise<Buffer> {
  const { size } = swaps[0];
  const sheet = whiteImage(3 * size + 2 * GAP, swaps.length * (size + GAP) - GAP);
  swaps.forEach((swap, row) => {
    const pictures = [plane(swap.source, 'image'), plane(swap.target, 'image'), swap.swap];
    pictures.forEach((p, column) => {
      if (p) place(sheet, fromUnit(p, size, size), column * (size + GAP), row * (size + GAP));
    });
  });
  return encodePng(sheet, { text: syntheticText({ run, tool }) });
}

function whiteImage(width: number, height: number): Image {
  const image = blankImage(width, height);
  image.data.fill(255);
  return image;
}

function place(sheet: Image, image: Image, left: number, top: number): void {
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    sheet.data.set(row, ((top + y) * sheet.width + left) * 3);
  }
}
