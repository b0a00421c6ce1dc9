import { open as openFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes handed to the file system at once. */
const pieceBytes = 16 << 20;

/**
 * Replaces a file so that at every moment, power cuts included, the old or the whole new one is there: writes `<path>.partial` in pieces,
 * synchronises it, renames it and synchronises the folder. On an error the old file stays and the partial one is removed.
 */
export async function replaceFile(path: string, fill: (write: (bytes: Uint8Array) => Promise<void>) => Promise<void>): Promise<void> {
  const partial = `${path}.partial`;
  const file = await openFile(partial, 'w');
  try {
    await fill(async (bytes) => {
      for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, Math.min(pieceBytes, bytes.length - at))).bytesWritten;
    });
    await file.sync();
    await file.close();
    await rename(partial, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
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
