import { open as openFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes handed to the file system at once. */
const pieceBytes = 16 << 20;

export interface ReplaceOptions {
  /** Whether the file must survive a power cut once this returns. Default true; false for what can be made again. */
  readonly durable?: boolean;
  /** Where the new file grows; default `<path>.partial`. Give each writer its own where several may write one file. */
  readonly partial?: string;
}

/**
 * Replaces a file so that at every moment, power cuts included, the old or the whole new one is there: writes a partial file in pieces,
 * synchronises it, renames it and synchronises the folder. On an error the old file stays and the partial one is removed.
 */
export async function replaceFile(
  path: string, fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>, options: ReplaceOptions = {},
): Promise<void> {
  const { durable = true, partial = `${path}.partial` } = options;
  const file = await openFile(partial, 'w');
  try {
    await fill(async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, Math.min(pieceBytes, bytes.length - at))).bytesWritten;
    });
    if (durable) await file.sync();
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
  if (durable) await syncFolder(dirname(path));
}

/** Makes a rename durable; file systems that cannot open a folder need no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await openFile(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
