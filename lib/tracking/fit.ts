import { cutValue, MAX_DATASET_NAME_LENGTH, MAX_DATASET_SOURCE_LENGTH, MAX_DIGEST_LENGTH, MAX_PARAM_LENGTH, MAX_TAG_LENGTH } from './limits.ts';
import { decodeName, fitName } from './names.ts';
import type { Problems } from './problems.ts';
import type { Point, TrackRecord } from './records.ts';
import { toWire } from './records.ts';
import type { Seen } from './seen.ts';
import type { DatasetInput, MetricPoint, ParamValue } from './tracker.ts';

/** The records for metric points: names fitted, times and steps made whole numbers, repeats dropped. */
export function fitPoints(points: readonly MetricPoint[], seen: Seen, problems: Problems): TrackRecord[] {
  const notes: TrackRecord[] = [];
  const fitted: Point[] = [];
  for (const { key, value, step, timestamp } of points) {
    if (!Number.isFinite(step) || !Number.isFinite(timestamp) || timestamp < 0) {
      problems.report('bad-point', `metric "${key}" has step ${step} and timestamp ${timestamp}; expected finite numbers, the timestamp in milliseconds since 1970`);
      continue;
    }
    const point: Point = [fitKey(key, notes, problems), toWire(value), Math.round(timestamp), Math.trunc(step)];
    if (seen.accept(point)) fitted.push(point);
  }
  return fitted.length === 0 ? notes : [...notes, { k: 'metrics', points: fitted }];
}

/** The records for params; a param that is already set to another value keeps the first, as in MLflow, and is reported. */
export function fitParams(params: Readonly<Record<string, ParamValue>>, seen: Seen, problems: Problems): TrackRecord[] {
  const records: TrackRecord[] = [];
  for (const [name, raw] of Object.entries(params)) {
    const key = fitKey(name, records, problems);
    const value = fitValue(`param "${name}"`, String(raw), MAX_PARAM_LENGTH, problems);
    const before = seen.params.get(key);
    if (before !== undefined && before !== value) {
      problems.report('param-changed', `param "${name}" was logged as "${before}" and is now "${value}"; MLflow keeps the first`);
    }
    if (before !== undefined) continue;
    seen.params.set(key, value);
    records.push({ k: 'param', key, value });
  }
  return records;
}

export function fitTags(tags: Readonly<Record<string, string>>, problems: Problems): TrackRecord[] {
  const records: TrackRecord[] = [];
  for (const [name, raw] of Object.entries(tags)) {
    const key = fitKey(name, records, problems);
    records.push({ k: 'tag', key, value: fitValue(`tag "${name}"`, String(raw), MAX_TAG_LENGTH, problems) });
  }
  return records;
}

export function fitDataset(dataset: DatasetInput, problems: Problems): TrackRecord[] {
  const fitted: DatasetInput = {
    ...dataset,
    name: fitValue('a data set name', dataset.name, MAX_DATASET_NAME_LENGTH, problems),
    digest: fitValue('a data set digest', dataset.digest, MAX_DIGEST_LENGTH, problems),
    source: fitValue('a data set source', dataset.source, MAX_DATASET_SOURCE_LENGTH, problems),
  };
  return [{ k: 'dataset', dataset: fitted }];
}

/** Notes the full name in a tag where the key had to be shortened. */
function fitKey(name: string, notes: TrackRecord[], problems: Problems): string {
  const { key, cut } = fitName(name);
  if (cut) {
    const value = fitValue(`name "${key}"`, name, MAX_TAG_LENGTH, problems);
    notes.push({ k: 'tag', key: `swapgraph.name.${key}`.replace(/\//g, '.'), value });
    problems.report('name-cut', `a name is too long for MLflow (250 characters, 255 bytes a segment) and became "${decodeName(key)}"; the full name is in a tag of the run`);
  }
  return key;
}

function fitValue(what: string, text: string, limit: number, problems: Problems): string {
  const { value, cut } = cutValue(text, limit);
  if (cut) problems.report('value-cut', `${what} has ${text.length} characters and was cut to MLflow's ${limit}`);
  return value;
}
