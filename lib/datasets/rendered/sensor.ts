import { noiseTables, scatter } from './noise.ts';
import { compressJpeg } from './jpeg.ts';
import type { Sensor } from './parameters.ts';

const steps = 4096;
/** sRGB encoding of linear [0, 1], tabled. */
const encoded: Float32Array = Float32Array.from({ length: steps + 2 }, (_, k) => {
  const x = Math.min(1, k / steps);
  return x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
});

/** Exposes linear RGB onto [0, 1] sRGB in place: bright values roll off softly instead of clipping hard. */
export function expose(image: Float32Array, exposure: number): void {
  for (let i = 0; i < image.length; i++) {
    let x = image[i] * exposure;
    if (x > 0.7) x = 0.7 + 0.3 * (1 - 1 / (1 + (x - 0.7) / 0.3));
    const at = (x > 0 ? x : 0) * steps;
    const k = at | 0;
    image[i] = encoded[k] + (encoded[k + 1] - encoded[k]) * (at - k);
  }
}

/** What the camera adds, in place and in this order: blur, noise, JPEG. `image` is sRGB in [0, 1], [size, size, 3]. */
export function applySensor(image: Float32Array, size: number, sensor: Sensor): void {
  const sigma = (sensor.blur * size) / 256;
  if (sigma > 0.15) blur(image, size, sigma);
  if (sensor.noise > 0) addNoise(image, sensor.noise, sensor.seed);
  if (sensor.jpeg > 0) compressJpeg(image, size, sensor.jpeg);
  for (let i = 0; i < image.length; i++) image[i] = image[i] < 0 ? 0 : image[i] > 1 ? 1 : image[i];
}

function addNoise(image: Float32Array, amount: number, seed: number): void {
  const table = noiseTables().normal;
  for (let i = 0; i < image.length; i++) image[i] += amount * (0.5 + 0.7 * image[i]) * table[scatter(seed, i) & 8191];
}

/** Separable Gaussian blur with clamped edges. */
function blur(image: Float32Array, size: number, sigma: number): void {
  const reach = Math.ceil(2.5 * sigma);
  const kernel = Float32Array.from({ length: reach + 1 }, (_, k) => Math.exp((-k * k) / (2 * sigma * sigma)));
  let total = kernel[0];
  for (let k = 1; k <= reach; k++) total += 2 * kernel[k];
  for (let k = 0; k <= reach; k++) kernel[k] /= total;
  const scratch = new Float32Array(image.length);
  blurLines(image, scratch, size, 3, 3 * size, kernel);
  blurLines(scratch, image, size, 3 * size, 3, kernel);
}

function blurLines(from: Float32Array, to: Float32Array, size: number, step: number, line: number, kernel: Float32Array): void {
  const reach = kernel.length - 1;
  for (let l = 0; l < size; l++) {
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < 3; c++) {
        const base = l * line + c;
        let sum = kernel[0] * from[base + i * step];
        for (let k = 1; k <= reach; k++) sum += kernel[k] * (from[base + Math.max(0, i - k) * step] + from[base + Math.min(size - 1, i + k) * step]);
        to[base + i * step] = sum;
      }
    }
  }
}
