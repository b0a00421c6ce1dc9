import sharp from 'sharp';
import { loadEngine } from '../../engine/engine.ts';
import { loadFaceNetworks } from '../../faces/networks/load.ts';
import { stagesOf } from './own-stages.ts';
import type { Stage } from './stage.ts';
import { bare, baseRecord, preparePhoto, sha256Of } from './photo.ts';
import type { PhotoLimits } from './photo.ts';
import { stageNamed } from './pipeline.ts';
import type { Pipeline } from './pipeline.ts';
import type { PhotoRecord } from './record.ts';
import type { PhotoSource } from './sources.ts';
import { readSource, storedRecord, storePhoto } from './store.ts';

/** What one worker is started with; plain data. */
export interface WorkOrder {
  readonly out: string;
  readonly pipeline: Pipeline;
  readonly limits: PhotoLimits;
  /** URLs of modules whose exports (or lists named `stages`) are searched beside the stages that ship. */
  readonly modules: readonly string[];
}

export interface WorkDone {
  readonly record: PhotoRecord;
  /** Whether the photograph had been prepared before. */
  readonly resumed: boolean;
}

export interface Work {
  prepare(source: PhotoSource): Promise<WorkDone>;
  close(): void;
}

/** Opens the engine (one thread: the same bits whatever the number of workers), the networks and the stages of one worker. */
export async function openWork(order: WorkOrder): Promise<Work> {
  await loadEngine({ engine: 'auto' });
  sharp.cache(false);
  const networks = loadFaceNetworks({ compiled: true });
  const known = await stagesOf(order.modules);
  const stages: Stage[] = [];
  for (const reference of order.pipeline.stages) stages.push(await stageNamed(reference, known).open(reference.attrs as never, { networks }));
  return {
    prepare: (source) => prepareSource(source, order, stages),
    close: () => {
      for (const stage of stages) stage.close?.();
      networks.dispose();
    },
  };
}

async function prepareSource(source: PhotoSource, { out, limits }: WorkOrder, stages: readonly Stage[]): Promise<WorkDone> {
  let bytes: Buffer;
  try {
    bytes = await readSource(source);
  } catch (error) {
    const prepared = bare(baseRecord(source, ''), 'unreadable', String((error as NodeJS.ErrnoException).code ?? error));
    await storePhoto(out, prepared);
    return { record: prepared.record, resumed: false };
  }
  const before = await storedRecord(out, source, bytes);
  if (before) return { record: before, resumed: true };
  const prepared = await preparePhoto(source, bytes, stages, limits);
  await storePhoto(out, prepared);
  return { record: prepared.record, resumed: false };
}

/** Records that preparing a photograph ended its worker, twice. */
export async function storeCrash(out: string, source: PhotoSource): Promise<WorkDone> {
  const bytes = await readSource(source);
  const prepared = bare(baseRecord(source, sha256Of(bytes)), 'crashed', 'decoding or measuring it ended the worker, twice');
  await storePhoto(out, prepared);
  return { record: prepared.record, resumed: false };
}
