import { existsSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import type { Numbers, OpCase } from './case.ts';

/** What PyTorch computed for one example; arrays are base64 of little-endian float32, one per output or argument. */
export interface Fixture {
  /** Of the drawn inputs and weights: a stale fixture says so instead of failing on values. */
  readonly digest: string;
  readonly outputs: readonly string[];
  readonly gradients: Readonly<Record<string, string>>;
  readonly statistics: Readonly<Record<string, string>>;
}

export function readFixtures(opName: string): readonly (Fixture | null)[] | undefined {
  const file = new URL(`../parity/ops/fixtures/${opName}.json`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as (Fixture | null)[]) : undefined;
}

export function decode(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

export function encode(numbers: Numbers): string {
  return Buffer.from(numbers.data.buffer, numbers.data.byteOffset, numbers.data.byteLength).toString('base64');
}

/** A short hash of everything that determines the expected values. */
export function digestOf(c: OpCase): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([c.op.name, c.attrs, c.names, c.statistics, c.training]));
  for (const n of [...c.inputs, ...Object.values(c.weights)]) {
    if (n !== null) hash.update(JSON.stringify(n.shape)).update(new Uint8Array(n.data.buffer, n.data.byteOffset, n.data.byteLength));
  }
  return hash.digest('hex').slice(0, 16);
}
