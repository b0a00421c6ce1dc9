/** Reads raw little-endian elements into float32; `bytes` holds whole elements and starts at a multiple of 8 in its buffer. */
export interface Decoder {
  /** Bytes of one element. */
  readonly size: number;
  readonly decode: (bytes: Uint8Array) => Float32Array;
}

/** The element types of safetensors that can be read. Integers past 2^24 and doubles are rounded to float32. */
export const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['F32', { size: 4, decode: (b) => new Float32Array(b.buffer, b.byteOffset, b.length / 4) }],
  ['F64', { size: 8, decode: (b) => Float32Array.from(new Float64Array(b.buffer, b.byteOffset, b.length / 8)) }],
  ['F16', { size: 2, decode: (b) => halves(new Uint16Array(b.buffer, b.byteOffset, b.length / 2)) }],
  ['BF16', { size: 2, decode: (b) => brains(new Uint16Array(b.buffer, b.byteOffset, b.length / 2)) }],
  ['I64', { size: 8, decode: (b) => longs(new BigInt64Array(b.buffer, b.byteOffset, b.length / 8)) }],
  ['I32', { size: 4, decode: (b) => Float32Array.from(new Int32Array(b.buffer, b.byteOffset, b.length / 4)) }],
  ['I8', { size: 1, decode: (b) => Float32Array.from(new Int8Array(b.buffer, b.byteOffset, b.length)) }],
  ['U8', { size: 1, decode: (b) => Float32Array.from(b) }],
  ['BOOL', { size: 1, decode: (b) => Float32Array.from(b, (v) => (v === 0 ? 0 : 1)) }],
]);

/** bfloat16 is the upper half of a float32. */
function brains(values: Uint16Array): Float32Array {
  const bits = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = values[i] << 16;
  return new Float32Array(bits.buffer);
}

function longs(values: BigInt64Array): Float32Array {
  const out = new Float32Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(values[i]);
  return out;
}

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
function halves(values: Uint16Array): Float32Array {
  const bits = new Uint32Array(values.length);
  const out = new Float32Array(bits.buffer);
  for (let i = 0; i < values.length; i++) {
    const sign = (values[i] & 0x8000) << 16;
    const exponent = (values[i] >> 10) & 0x1f;
    const fraction = values[i] & 0x3ff;
    if (exponent === 0) out[i] = (sign ? -1 : 1) * fraction * 2 ** -24;
    else bits[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return out;
}
