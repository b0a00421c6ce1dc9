/** An 8-bit sRGB picture, row by row from the top left: `data[(y * width + x) * 3 + channel]`. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A single 8-bit plane (a mask, a depth map): `data[y * width + x]`. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A black picture of the given size in pixels. */
export function blankImage(width: number, height: number): Image {
  return { width, height, data: new Uint8Array(width * height * 3) };
}

/** An all-zero plane of the given size in pixels. */
export function blankPlane(width: number, height: number): Plane {
  return { width, height, data: new Uint8Array(width * height) };
}

/** The picture mirrored left to right. */
export function mirrored(image: Image): Image {
  const { width, height } = image;
  const data = new Uint8Array(image.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      const to = (y * width + width - 1 - x) * 3;
      data[to] = image.data[from];
      data[to + 1] = image.data[from + 1];
      data[to + 2] = image.data[from + 2];
    }
  }
  return { width, height, data };
}

/** The picture as floats in [0, 1], in the same order; the inverse of `fromUnit`. */
export function toUnit(image: Image): Float32Array {
  return Float32Array.from(image.data, (value) => value / 255);
}

/** A picture from floats in [0, 1] (values outside are clipped), rounded to the nearest of 256 levels. */
export function fromUnit(data: ArrayLike<number>, width: number, height: number): Image {
  if (data.length !== width * height * 3) {
    throw new RangeError(`expected ${width * height * 3} values for a ${width}x${height} RGB picture, received ${data.length}`);
  }
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round(Math.min(1, Math.max(0, data[i])) * 255);
  return { width, height, data: bytes };
}
