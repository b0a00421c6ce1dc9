// node --import tsx tests/bench/prepare.ts [PHOTOGRAPHS] [WORKERS]: how many photographs of 1024 pixels a second `prepare` does, and whether its memory stays flat.
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { samplePhotos } from '../../lib/datasets/photos/samples.ts';
import { prepare } from '../../lib/datasets/prepare/prepare.ts';

const count = Number(process.argv[2] ?? 200);
const workers = Number(process.argv[3] ?? 2);
const work = await mkdtemp(join(tmpdir(), 'swapgraph-bench-'));
const input = join(work, 'photos');
await mkdir(input);
const astronaut = join(await samplePhotos(), 'astronaut.png');
for (let i = 0; i < count; i++) {
  const turned = sharp(astronaut).rotate((i % 21) - 10, { background: '#777' }).resize(1024, 1024, { fit: 'fill' }).modulate({ brightness: 0.7 + (0.6 * i) / count });
  await turned.jpeg({ quality: 90 }).toFile(join(input, `${String(i).padStart(5, '0')}.jpg`));
}

/** Resident memory of the workers together, in MiB; only where there is /proc. */
async function workersMemory(): Promise<number> {
  let total = 0;
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    if (Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) === process.pid) total += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  }
  return Math.round(total);
}

const warm = Math.min(10, Math.floor(count / 4));
let begun = performance.now();
for await (const event of prepare([input], join(work, 'out'), { workers })) {
  if (event.kind !== 'photo') continue;
  if (event.done === warm) begun = performance.now();
  if (event.done % Math.ceil(count / 4) === 0 || event.done === count) {
    const rate = (event.done - warm) / ((performance.now() - begun) / 1000);
    console.log(`${event.done} photographs: ${rate.toFixed(1)} a second, workers hold ${await workersMemory()} MiB`);
  }
}
await rm(work, { recursive: true });
