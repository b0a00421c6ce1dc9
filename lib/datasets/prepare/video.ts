import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { failure } from '../../diagnostics/failure.ts';
import { cacheFolder } from '../../engine/cache-folder.ts';

const run = promisify(execFile);

/** Whether ffmpeg and ffprobe can be run. */
export async function hasFfmpeg(): Promise<boolean> {
  return Promise.all([run('ffmpeg', ['-version']), run('ffprobe', ['-version'])]).then(() => true, () => false);
}

/** The frames at the middles of `count` equal parts of a video of `total` frames; every frame where there are fewer. */
export function evenFrames(total: number, count: number): number[] {
  if (total <= count) return Array.from({ length: total }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * total) / count));
}

export interface Frame {
  /** Counted from 0. */
  readonly index: number;
  readonly path: string;
}

/**
 * Evenly spaced frames of a video as PNG files in the cache folder, cut out with ffmpeg once.
 * @throws DiagnosticError where ffmpeg is not installed or cannot read the video
 */
export async function videoFrames(video: string, count: number, cache: string = join(cacheFolder(), 'frames')): Promise<Frame[]> {
  if (!(await hasFfmpeg())) throw failure('prepare/ffmpeg', `${video} is a video, and ffmpeg is not installed`, undefined, 'install ffmpeg, or give photographs');
  const { size, mtimeMs } = await stat(video);
  const folder = join(cache, createHash('sha256').update(JSON.stringify([video, size, mtimeMs, count])).digest('hex').slice(0, 24));
  if (await access(folder).then(() => false, () => true)) await extract(video, count, folder);
  const names = (await readdir(folder)).sort();
  return names.map((name) => ({ index: Number(name.replace('.png', '')), path: join(folder, name) }));
}

async function extract(video: string, count: number, folder: string): Promise<void> {
  const indices = evenFrames(await frameCount(video), count);
  const work = `${folder}.${process.pid}.tmp`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const select = indices.map((index) => `eq(n\\,${index})`).join('+');
  await ffmpeg('ffmpeg', ['-v', 'error', '-i', video, '-vf', `select=${select}`, '-fps_mode', 'passthrough', join(work, '%06d.png')], video);
  const written = (await readdir(work)).sort();
  for (const [i, name] of written.entries()) await rename(join(work, name), join(work, `f${String(indices[i]).padStart(7, '0')}.png`));
  for (const name of await readdir(work)) await rename(join(work, name), join(work, name.slice(1)));
  await rename(work, folder);
}

async function frameCount(video: string): Promise<number> {
  const args = ['-v', 'error', '-select_streams', 'v:0', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', video];
  const total = Number.parseInt((await ffmpeg('ffprobe', args, video)).trim(), 10);
  if (!(total > 0)) throw failure('prepare/video', `${video} has no frames that ffmpeg can count`);
  return total;
}

async function ffmpeg(command: string, args: readonly string[], video: string): Promise<string> {
  try {
    return (await run(command, args, { maxBuffer: 1 << 24 })).stdout;
  } catch (error) {
    throw failure('prepare/video', `${video} cannot be read by ${command}: ${String((error as { stderr?: string }).stderr ?? error).trim().split('\n')[0]}`);
  }
}
