import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { decodeImage, DecodeError } from '../../lib/faces/decode.ts';
import { blankImage, fromUnit, mirrored, toUnit } from '../../lib/faces/image.ts';
import type { Image } from '../../lib/faces/image.ts';
import { encodePng, readPngText, withPngText } from '../../lib/faces/png.ts';
import { syntheticRun, syntheticText } from '../../lib/faces/synthetic.ts';

/** Left half red, right half blue, one green row at the top. */
function flag(width = 40, height = 30): Image {
  const image = blankImage(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) image.data.set(y === 0 ? [0, 255, 0] : x < width / 2 ? [255, 0, 0] : [0, 0, 255], (y * width + x) * 3);
  }
  return image;
}

const raw = (image: Image) => sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
const at = (image: Image, x: number, y: number) => [...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3)];
const near = (got: readonly number[], wanted: readonly number[], tolerance: number) => {
  assert.ok(got.every((value, i) => Math.abs(value - wanted[i]) <= tolerance), `expected ${wanted} within ${tolerance}, received ${got}`);
};
const faultOf = async (bytes: Uint8Array, options = {}) => {
  const error = await decodeImage(bytes, options).then(() => undefined, (e: unknown) => e);
  assert.ok(error instanceof DecodeError, `expected a DecodeError, received ${error}`);
  return error.fault;
};

test('a PNG survives encoding and decoding byte for byte', async () => {
  const image = flag();
  const { image: back, format, scale, width } = await decodeImage(await encodePng(image));
  assert.deepEqual(back.data, image.data);
  assert.deepEqual([format, scale, width], ['png', 1, 40]);
});

test('EXIF rotation is applied: all eight orientations show the same picture', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const turned = await undo(flag(), orientation);
    const jpeg = await turned.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).withMetadata({ orientation }).toBuffer();
    const { image, width, height } = await decodeImage(jpeg);
    assert.deepEqual([image.width, image.height, width, height], [40, 30, 40, 30]);
    near(at(image, 5, 15), [254, 0, 0], 6);
    near(at(image, 35, 15), [0, 0, 254], 6);
  }
});

/** A pipeline whose pixels, shown by the given orientation, are the picture. */
async function undo(image: Image, orientation: number): Promise<Sharp> {
  const steps: Readonly<Record<number, (s: Sharp) => Sharp>> = {
    1: (s) => s, 2: (s) => s.flop(), 3: (s) => s.rotate(180), 4: (s) => s.flip(),
    5: (s) => s.rotate(270).flop(), 6: (s) => s.rotate(270), 7: (s) => s.rotate(90).flop(), 8: (s) => s.rotate(90),
  };
  return sharp(await steps[orientation](raw(image)).png().toBuffer());
}

test('grey, alpha, palette, 16-bit, CMYK and animated pictures become 8-bit RGB', async () => {
  const grey = await decodeImage(await sharp(await encodePng(flag())).greyscale().png().toBuffer());
  assert.equal(grey.image.data.length, 40 * 30 * 3);
  const [r, g, b] = at(grey.image, 5, 15);
  assert.ok(r === g && g === b && r > 30);
  const plane = await decodeImage(await encodePng({ width: 4, height: 2, data: Uint8Array.from([0, 9, 20, 255, 1, 2, 3, 4]) }));
  assert.deepEqual(at(plane.image, 3, 0), [255, 255, 255]);
  const alpha = await decodeImage(await raw(flag()).ensureAlpha(0.5).png().toBuffer());
  near(at(alpha.image, 5, 15), [128, 0, 0], 2);
  const palette = await decodeImage(await raw(flag()).png({ palette: true }).toBuffer());
  near(at(palette.image, 35, 15), [0, 0, 255], 2);
  const deep = await decodeImage(await raw(flag()).toColourspace('rgb16').png().toBuffer());
  assert.deepEqual(at(deep.image, 5, 15), [255, 0, 0]);
  const cmyk = await decodeImage(await raw(flag()).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer());
  const [cr, cg, cb] = at(cmyk.image, 5, 15);
  assert.ok(cr > 180 && cg < 90 && cb < 90, `red through CMYK came back as ${[cr, cg, cb]}`);
  const frames = await sharp(Buffer.concat([flag().data, mirrored(flag()).data]), { raw: { width: 40, height: 60, channels: 3, pageHeight: 30 } }).gif().toBuffer();
  const animated = await decodeImage(frames);
  assert.deepEqual([animated.pages, animated.image.height], [2, 30]);
  near(at(animated.image, 5, 15), [255, 0, 0], 3);
});

test('a large picture is reduced to the working size, with its scale', async () => {
  const { image, width, scale } = await decodeImage(await raw(flag(400, 300)).jpeg().toBuffer(), { workPixels: 30000 });
  assert.deepEqual([image.width, image.height, width, scale], [200, 150, 400, 0.5]);
});

test('what is no photograph is refused by a stable word', async () => {
  const png = await encodePng(flag());
  assert.equal(await faultOf(Buffer.from('not a picture')), 'undecodable');
  assert.equal(await faultOf(Buffer.alloc(0)), 'undecodable');
  assert.equal(await faultOf(png.subarray(0, png.length - 40)), 'undecodable');
  assert.equal(await faultOf(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')), 'unsupported-format');
  assert.equal(await faultOf(png, { maxPixels: 100 }), 'too-many-pixels');
  const jpeg = await raw(flag(200, 200)).jpeg().toBuffer();
  assert.equal(await faultOf(jpeg.subarray(0, Math.floor(jpeg.length / 2))), 'undecodable');
});

test('300 byte-mutated pictures: each decodes or is refused, none crashes', async () => {
  const seeds = [await encodePng(flag()), await raw(flag()).jpeg().toBuffer(), await raw(flag()).webp().toBuffer(), await raw(flag()).tiff().toBuffer(), await raw(flag()).gif().toBuffer()];
  let refused = 0;
  await fc.assert(fc.asyncProperty(fc.nat(4), fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { minLength: 1, maxLength: 12 }), async (which, edits) => {
    const bytes = Buffer.from(seeds[which]);
    for (const [place, value] of edits) bytes[place % bytes.length] = value;
    await decodeImage(bytes).catch((error: unknown) => {
      assert.ok(error instanceof DecodeError, String(error));
      refused += 1;
    });
  }), { numRuns: 300 });
  assert.ok(refused > 0);
});

test('text chunks are read back: Latin-1 as tEXt, anything else as iTXt, and sharp still reads the picture', async () => {
  const text = { Comment: 'grün', Author: '作者', 'XML:com.adobe.xmp': '<x/>', Empty: '' };
  const png = await encodePng(flag(), { text });
  assert.deepEqual(readPngText(png), text);
  assert.ok(png.includes('tEXtComment') && png.includes('iTXtAuthor') && png.includes('iTXtXML:com.adobe.xmp'));
  assert.deepEqual((await decodeImage(png)).image.data, flag().data);
  assert.equal((await sharp(png).metadata()).xmpAsString, '<x/>');
});

test('any text survives a PNG', () => {
  return encodePng(flag(2, 2)).then((png) => fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => {
    const clean = Buffer.from(value.replaceAll('\0', ''), 'utf8').toString('utf8');
    assert.equal(readPngText(withPngText(png, { Key: clean }))['Key'], clean);
  })));
});

test('bad keywords, zero bytes and damaged PNGs are errors', async () => {
  await assert.rejects(encodePng(flag(), { text: { '': 'x' } }), RangeError);
  await assert.rejects(encodePng(flag(), { text: { Key: 'a\0b' } }), /zero byte/);
  await assert.rejects(encodePng({ width: 2, height: 2, data: new Uint8Array(8) }), /channels/);
  const png = await encodePng(flag(), { text: { Key: 'value' } });
  const damaged = Buffer.from(png);
  damaged[damaged.indexOf('value')] ^= 1;
  assert.throws(() => readPngText(damaged), /checksum/);
  assert.throws(() => readPngText(Buffer.from('GIF89a')), /expected a PNG/);
});

test('a synthetic picture says so in plain words, in IPTC, and names its run', async () => {
  const png = await encodePng(flag(), { text: syntheticText({ run: 'normalization/full/<3>', tool: 'swapgraph 0.1.0', kind: 'composite' }) });
  assert.equal(syntheticRun(png), 'normalization/full/<3>');
  const text = readPngText(png);
  assert.match(text['Description'], /^Synthetic picture/);
  assert.match(text['XML:com.adobe.xmp'], /DigitalSourceType>[^<]*compositeWithTrainedAlgorithmicMedia</);
  assert.ok(!text['XML:com.adobe.xmp'].includes('<3>'));
  assert.equal(syntheticRun(await encodePng(flag())), undefined);
});

test('floats and bytes convert both ways, clipped', () => {
  const image = flag(3, 2);
  assert.deepEqual(fromUnit(toUnit(image), 3, 2).data, image.data);
  assert.deepEqual([...fromUnit([-1, 0.5, 2], 1, 1).data], [0, 128, 255]);
  assert.throws(() => fromUnit([0], 1, 1), RangeError);
});
