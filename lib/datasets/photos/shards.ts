import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tarEnd, tarHeader, tarPadding } from '../prepare/tar.ts';
import { openPrepared } from './prepared.ts';
import type { PreparedFace, PreparedOptions } from './prepared.ts';

export interface ShardRecord {
  readonly name: string;
  readonly faces: number;
  readonly sha256: string;
}

/**
 * The usable faces of a prepared folder as tar shards in WebDataset's form: `faces-00000.tar` with `ID.image-256.png`, `ID.mask-256.png` … and `ID.json` for each face, and
 * `shards.json` with their checksums. The same folder always gives the same bytes.
 */
export async function exportShards(prepared: string, out: string, options: PreparedOptions & { readonly perShard?: number } = {}): Promise<ShardRecord[]> {
  const { faces } = await openPrepared(prepared, options);
  const perShard = options.perShard ?? 1000;
  await mkdir(out, { recursive: true });
  const shards: ShardRecord[] = [];
  for (let at = 0; at < faces.length; at += perShard) {
    const name = `faces-${String(shards.length).padStart(5, '0')}.tar`;
    shards.push(await writeShard(prepared, out, name, faces.slice(at, at + perShard)));
  }
  await writeFile(join(out, 'shards.json'), `${JSON.stringify(shards, null, 2)}\n`);
  return shards;
}

async function writeShard(prepared: string, out: string, name: string, faces: readonly PreparedFace[]): Promise<ShardRecord> {
  const hash = createHash('sha256');
  const temporary = join(out, `${name}.tmp`);
  const file = await open(temporary, 'w');
  const write = async (bytes: Buffer): Promise<void> => {
    hash.update(bytes);
    await file.write(bytes);
  };
  const member = async (path: string, bytes: Buffer): Promise<void> => {
    await write(tarHeader(path, bytes.length));
    await write(bytes);
    await write(tarPadding(bytes.length));
  };
  try {
    for (const { files, ...face } of faces) {
      for (const [kind, record] of Object.entries(files)) await member(`${face.id}.${kind}.png`, await verified(join(prepared, record.path), record.sha256));
      await member(`${face.id}.json`, Buffer.from(`${JSON.stringify(face)}\n`));
    }
    await write(tarEnd);
  } finally {
    await file.close();
  }
  await rename(temporary, join(out, name));
  return { name, faces: faces.length, sha256: hash.digest('hex') };
}

async function verified(path: string, sha256: string): Promise<Buffer> {
  const bytes = await readFile(path);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${path} was changed: expected SHA-256 ${sha256}, received ${found}`);
  return bytes;
}
