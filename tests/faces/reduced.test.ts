import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Image } from '../../lib/faces/image.ts';
import { reducedAround } from '../../lib/faces/reduced.ts';
import { composeSimilarity } from '../../lib/faces/similarity.ts';
import { warp } from '../../lib/faces/warp.ts';

/** Colours that rise evenly over the picture, so that any mean of pixels lies where its middle lies. */
function ramp(width: number, height: number): Image {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([Math.round((255 * x) / width), Math.round((255 * y) / height), 128], (y * width + x) * 3);
  }
  return { width, height, data };
}

test('a small face is looked for in the photograph itself, a large one in a picture of a few hundred pixels', () => {
  const photo = ramp(3000, 2400);
  assert.equal(reducedAround(photo, { x: 10, y: 10, width: 200, height: 180 }, 112).image, photo);
  for (const side of [230, 460, 2000]) {
    const { image, toPhoto } = reducedAround(photo, { x: 500, y: 300, width: side, height: side }, 112);
    assert.ok(side / toPhoto.a >= 112 && side / toPhoto.a < 224);
    assert.ok(image.width <= 540 && image.height <= 540, `${image.width}x${image.height} for a box of ${side}`);
  }
});

test('crops of the reduced part show what crops of the photograph show', () => {
  const photo = ramp(1600, 1200);
  const box = { x: 400, y: 300, width: 500, height: 480 };
  const toCrop = { a: 0.2, b: 0.05, tx: -40, ty: -90 };
  const near = reducedAround(photo, box, 112);
  const [direct, reduced] = [warp(photo, toCrop, 112), warp(near.image, composeSimilarity(near.toPhoto, toCrop), 112)];
  assert.equal(reduced.coverage, direct.coverage);
  assert.ok(direct.image.data.every((value, i) => Math.abs(value - reduced.image.data[i]) <= 1));
});

test('boxes over the border and photographs of a few pixels stay inside', () => {
  for (const [width, height] of [[1, 1], [3, 900], [900, 2], [700, 700]]) {
    const { image } = reducedAround(ramp(width, height), { x: -100, y: -50, width: 900, height: 900 }, 112);
    assert.ok(image.width >= 1 && image.width <= width && image.height >= 1 && image.height <= height);
    assert.equal(image.data.length, image.width * image.height * 3);
  }
});
