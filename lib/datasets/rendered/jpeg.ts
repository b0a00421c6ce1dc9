/** Quantisation tables of ITU-T T.81, annex K, row by row. */
const luminance = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const chrominance = [
  17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
  ...new Array<number>(32).fill(99),
];

/** cos((2 x + 1) u pi / 16) scaled to an orthonormal transform, [u][x], to float32 precision. */
const basis: Float64Array = Float64Array.from(Float32Array.from({ length: 64 }, (_, k) => Math.cos(((2 * (k & 7) + 1) * (k >> 3) * Math.PI) / 16) * (k < 8 ? Math.sqrt(1 / 8) : 0.5)));

/** Leaves in `image` (sRGB in [0, 1], [size, size, 3]) the marks of JPEG at a quality of 1..100, 4:2:0, without writing any bytes. */
export function compressJpeg(image: Float32Array, size: number, quality: number): void {
  const side = Math.ceil(size / 16) * 16;
  const half = side / 2;
  const luma = new Float32Array(side * side);
  const blue = new Float32Array(half * half);
  const red = new Float32Array(half * half);
  separate(image, size, side, luma, blue, red);
  quantise(luma, side, luminance, quality);
  quantise(blue, half, chrominance, quality);
  quantise(red, half, chrominance, quality);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const at = (y * size + x) * 3, small = (y >> 1) * half + (x >> 1);
      const l = luma[y * side + x] + 128;
      image[at] = (l + 1.402 * red[small]) / 255;
      image[at + 1] = (l - 0.344136 * blue[small] - 0.714136 * red[small]) / 255;
      image[at + 2] = (l + 1.772 * blue[small]) / 255;
    }
  }
}

/** The picture, its last row and column repeated to fill `side`, as luma and halved chroma. */
function separate(image: Float32Array, size: number, side: number, luma: Float32Array, blue: Float32Array, red: Float32Array): void {
  const half = side / 2;
  for (let y = 0; y < side; y++) {
    const row = (y < size ? y : size - 1) * size;
    for (let x = 0; x < side; x++) {
      const at = (row + (x < size ? x : size - 1)) * 3;
      const r = image[at] * 255, g = image[at + 1] * 255, b = image[at + 2] * 255;
      luma[y * side + x] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
      const small = (y >> 1) * half + (x >> 1);
      blue[small] += 0.25 * (-0.168736 * r - 0.331264 * g + 0.5 * b);
      red[small] += 0.25 * (0.5 * r - 0.418688 * g - 0.081312 * b);
    }
  }
}

function quantise(plane: Float32Array, side: number, table: readonly number[], quality: number): void {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const steps = new Float32Array(64);
  for (let k = 0; k < 64; k++) steps[k] = Math.min(255, Math.max(1, Math.floor((table[k] * scale + 50) / 100)));
  const block = new Float32Array(64);
  const scratch = new Float32Array(64);
  for (let by = 0; by < side; by += 8) {
    for (let bx = 0; bx < side; bx += 8) {
      const corner = by * side + bx;
      for (let r = 0; r < 8; r++) for (let c = 0; c < 8; c++) block[8 * r + c] = plane[corner + r * side + c];
      transform(block, scratch);
      transform(scratch, block);
      for (let k = 0; k < 64; k++) block[k] = roundHalfUp(block[k] / steps[k]) * steps[k];
      inverse(block, scratch);
      inverse(scratch, block);
      for (let r = 0; r < 8; r++) for (let c = 0; c < 8; c++) plane[corner + r * side + c] = block[8 * r + c];
    }
  }
}

/** `Math.round`, which keeps the sign of zero and for that takes longer; for numbers far below 2^52. */
const roundHalfUp = (x: number): number => {
  const low = Math.floor(x);
  return x - low >= 0.5 ? low + 1 : low;
};

/** One-dimensional transform of the rows, written as columns; twice makes the two-dimensional one. Even outputs need sums of opposite inputs alone, odd ones differences. */
function transform(from: Float32Array, to: Float32Array): void {
  for (let r = 0; r < 8; r++) {
    const o = r * 8;
    const i0 = from[o], i1 = from[o + 1], i2 = from[o + 2], i3 = from[o + 3], i4 = from[o + 4], i5 = from[o + 5], i6 = from[o + 6], i7 = from[o + 7];
    const s0 = i0 + i7, s1 = i1 + i6, s2 = i2 + i5, s3 = i3 + i4;
    const d0 = i0 - i7, d1 = i1 - i6, d2 = i2 - i5, d3 = i3 - i4;
    for (let u = 0; u < 8; u += 2) {
      const b = u * 8;
      to[u * 8 + r] = basis[b] * s0 + basis[b + 1] * s1 + basis[b + 2] * s2 + basis[b + 3] * s3;
      to[u * 8 + 8 + r] = basis[b + 8] * d0 + basis[b + 9] * d1 + basis[b + 10] * d2 + basis[b + 11] * d3;
    }
  }
}

function inverse(from: Float32Array, to: Float32Array): void {
  for (let r = 0; r < 8; r++) {
    const o = r * 8;
    const i0 = from[o], i1 = from[o + 1], i2 = from[o + 2], i3 = from[o + 3], i4 = from[o + 4], i5 = from[o + 5], i6 = from[o + 6], i7 = from[o + 7];
    // of most rows quantising leaves nothing, or the mean alone
    if (i1 === 0 && i2 === 0 && i3 === 0 && i4 === 0 && i5 === 0 && i6 === 0 && i7 === 0) {
      const all = basis[0] * i0;
      for (let x = 0; x < 8; x++) to[x * 8 + r] = all;
      continue;
    }
    for (let x = 0; x < 4; x++) {
      const even = basis[x] * i0 + basis[16 + x] * i2 + basis[32 + x] * i4 + basis[48 + x] * i6;
      const odd = basis[8 + x] * i1 + basis[24 + x] * i3 + basis[40 + x] * i5 + basis[56 + x] * i7;
      to[x * 8 + r] = even + odd;
      to[(7 - x) * 8 + r] = even - odd;
    }
  }
}
