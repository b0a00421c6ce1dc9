import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../diagnostics/failure.ts';
import { cacheFolder } from '../../engine/cache-folder.ts';
import { siblingModule, startThread } from '../thread.ts';
import { defaultParquetLimits } from './parquet-limits.ts';
import type { ParquetLimits } from './parquet-limits.ts';
import type { ExtractOrder, ParquetRow } from './parquet-rows.ts';

/** A row's picture as a file, with what the row says of it. */
export interface ParquetPhoto {
  readonly name: string;
  readonly path: string;
  readonly label: { readonly identity?: string; readonly alone?: true; readonly tags?: Readonly<Record<string, string>> };
}

/**
 * The photographs of a parquet file in the form of Hugging Face's data sets (a column `image` of { bytes, path }, and where they are there `identity` or `label`, and
 * `caption` or `text`), as files in the cache folder that are written once. `name` is put before the rows' numbers.
 * @throws DiagnosticError for a file that is no parquet file, is damaged, has no such column or exceeds the limits
 */
export async function parquetSources(path: string, name: string, options: { readonly cache?: string; readonly limits?: Partial<ParquetLimits> } = {}): Promise<ParquetPhoto[]> {
  const { size, mtimeMs } = await stat(path);
  const folder = join(options.cache ?? join(cacheFolder(), 'parquet'), createHash('sha256').update(JSON.stringify([path, size, mtimeMs])).digest('hex').slice(0, 24));
  if (await access(folder).then(() => false, () => true)) await extractOnce(path, folder, { ...defaultParquetLimits, ...options.limits });
  const rows = (await readFile(join(folder, 'rows.jsonl'), 'utf8')).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as ParquetRow);
  return rows.map((row) => ({ name: `${name}/${row.file}`, path: join(folder, row.file), ...labelOf(row) }));
}

function labelOf({ identity, caption }: ParquetRow): Pick<ParquetPhoto, 'label'> {
  return { label: { ...(identity === undefined ? { alone: true as const } : { identity }), ...(caption === undefined ? {} : { tags: { caption } }) } };
}

async function extractOnce(path: string, folder: string, limits: ParquetLimits): Promise<void> {
  const work = `${folder}.${process.pid}.tmp`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    await inThread({ path, folder: work, limits });
    await rename(work, folder);
  } catch (error) {
    throw failure('prepare/parquet', `${path} cannot be read as a parquet file of photographs: ${(error as Error).message}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Reads in a thread of bounded memory: a damaged file may claim any size, and then ends the thread, not the process. */
function inThread(order: ExtractOrder): Promise<void> {
  const worker = startThread(siblingModule(import.meta.url, 'parquet-thread'), order, { resourceLimits: { maxOldGenerationSizeMb: order.limits.heapMegabytes, stackSizeMb: 4 } });
  return new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`reading it took more than ${order.limits.seconds} seconds`));
      void worker.terminate();
    }, order.limits.seconds * 1000);
    worker.on('message', ({ error }: { error?: string }) => (error === undefined ? resolve() : reject(new Error(error))));
    worker.on('error', reject);
    worker.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`reading it ended with code ${code}`));
    });
  });
}
