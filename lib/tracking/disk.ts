import { constants } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The writes a tracker makes, each whole or not at all even if the process is killed or the disk is full. */
export interface Disk {
  mkdir(path: string): Promise<void>;
  /** Appends and, with `sync`, waits until the device has it; a failed append leaves the file as it was. */
  append(path: string, text: string, sync: boolean): Promise<void>;
  /** Replaces a file by way of a temporary one in `tempDir`, which must be on the same file system. */
  replace(path: string, text: string, tempDir: string): Promise<void>;
  /** Copies a file in the same way, sharing blocks where the file system can. */
  copy(from: string, to: string, tempDir: string): Promise<void>;
}

/** The name that begins every temporary file, so that those of a killed process can be swept away. */
export const TEMP_PREFIX = '.tmp-';

/** This machine's file system. */
export function nodeDisk(): Disk {
  let count = 0;
  const viaTemp = async (to: string, tempDir: string, write: (temp: string) => Promise<void>): Promise<void> => {
    const temp = join(tempDir, `${TEMP_PREFIX}${process.pid}-${count++}`);
    try {
      await write(temp);
      await mkdir(dirname(to), { recursive: true });
      await rename(temp, to);
    } catch (error) {
      await rm(temp, { force: true });
      throw error;
    }
  };
  return {
    mkdir: async (path) => void (await mkdir(path, { recursive: true })),
    append,
    replace: (path, text, tempDir) => viaTemp(path, tempDir, (temp) => writeFile(temp, text)),
    copy: (from, to, tempDir) => viaTemp(to, tempDir, (temp) => copyFile(from, temp, constants.COPYFILE_FICLONE)),
  };
}

async function append(path: string, text: string, sync: boolean): Promise<void> {
  const file = await open(path, 'a');
  try {
    const { size } = await file.stat();
    try {
      await file.appendFile(text);
    } catch (error) {
      // What made the write fail is what the caller needs to hear, even if the file cannot be cut back.
      await file.truncate(size).catch(() => undefined);
      throw error;
    }
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
}
