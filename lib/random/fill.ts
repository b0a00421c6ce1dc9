import { keyOf } from './stream.ts';

/** Words made per pass: enough to amortise the calls, small enough to stay in the cache. */
const passWords = 4096;

/**
 * Fills with uniform numbers in [low, high): element i is `low + (high - low) * u`, u the i-th `uniform()` of `stream(seed, ...names)`,
 * rounded to float32. About ten times as fast as the stream.
 */
export function fillUniform(out: Float32Array, seed: number, names: readonly (string | number)[], low = 0, high = 1): void {
  const span = high - low;
  eachPass(out.length, seed, names, (words, at, count) => {
    for (let i = 0; i < count; i++) out[at + i] = low + span * ((words[i] >>> 8) / 0x1000000);
  });
}

/** Fills with normal numbers: element i is `mean + deviation * z`, z the i-th `normal()` of `stream(seed, ...names)`, rounded to float32. */
export function fillNormal(out: Float32Array, seed: number, names: readonly (string | number)[], mean = 0, deviation = 1): void {
  eachPass(out.length, seed, names, (words, at, count) => {
    for (let i = 0; i < count; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - (words[i] >>> 8) / 0x1000000));
      const angle = 2 * Math.PI * ((words[i + 1] >>> 8) / 0x1000000);
      out[at + i] = mean + deviation * (radius * Math.cos(angle));
      // Past an odd end this writes nothing: typed arrays ignore it.
      out[at + i + 1] = mean + deviation * (radius * Math.sin(angle));
    }
  });
}

function eachPass(
  length: number, seed: number, names: readonly (string | number)[], use: (words: Uint32Array, at: number, count: number) => void,
): void {
  const key = keyOf(seed, names);
  const words = new Uint32Array(passWords);
  for (let at = 0; at < length; at += passWords) {
    const count = Math.min(passWords, length - at);
    philoxBlocks(words, Math.ceil(count / 4), at / 4, key[0], key[1]);
    use(words, at, count);
  }
}

/** `philox` for consecutive counters from `first` on, in 32-bit integer arithmetic throughout (see philox.ts for the algorithm). */
function philoxBlocks(out: Uint32Array, blocks: number, first: number, key0: number, key1: number): void {
  for (let block = 0; block < blocks; block++) {
    let c0 = (first + block) | 0;
    let c1 = Math.floor((first + block) / 0x100000000) | 0;
    let c2 = 0;
    let c3 = 0;
    let k0 = key0 | 0;
    let k1 = key1 | 0;
    for (let round = 0; round < 10; round++) {
      const high0 = highWord(0xd251, 0x1f53, c0);
      const low0 = Math.imul(0xd2511f53, c0);
      const high1 = highWord(0xcd9e, 0x8d57, c2);
      const low1 = Math.imul(0xcd9e8d57, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + 0x9e3779b9) | 0;
      k1 = (k1 + 0xbb67ae85) | 0;
    }
    const at = block * 4;
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
  }
}

/** High 32 bits of (aHigh * 2^16 + aLow) * b, unsigned; no partial sum passes 32 bits. */
function highWord(aHigh: number, aLow: number, b: number): number {
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const mid1 = (Math.imul(aHigh, b0) + (Math.imul(aLow, b0) >>> 16)) | 0;
  const mid2 = (Math.imul(aLow, b1) + (mid1 & 0xffff)) | 0;
  return (Math.imul(aHigh, b1) + (mid1 >>> 16) + (mid2 >>> 16)) | 0;
}
