import { cutValue, MAX_RUN_NAME_LENGTH } from './limits.ts';
import { PARENT_TAG, RUN_KEY_TAG, RUN_NAME_TAG } from './records.ts';
import type { RunStart } from './tracker.ts';

/** A run's tags with those MLflow names it, nests it and we find it by. */
export function startTags(id: string, start: Pick<RunStart, 'name' | 'parent' | 'tags'>): Record<string, string> {
  return {
    ...start.tags,
    [RUN_NAME_TAG]: cutValue(start.name, MAX_RUN_NAME_LENGTH).value,
    [RUN_KEY_TAG]: id,
    ...(start.parent === undefined ? {} : { [PARENT_TAG]: start.parent }),
  };
}
