import { plane } from '../metrics/picture.ts';
import type { Pair } from '../registry/dataset.ts';
import type { MetricDefinition, MetricOutcome, SwapResult } from '../registry/metric.ts';
import type { ControlName } from './control-docs.ts';
import type { EvaluationSet } from './evaluation-set.ts';
import { measureAll, resultOf } from './protocol.ts';

/** The metrics of each control that the data set allows, on the same pairs as the runs. */
export async function measureControls(set: EvaluationSet, metrics: readonly MetricDefinition[]): Promise<Partial<Record<ControlName, Record<string, MetricOutcome>>>> {
  const out: Partial<Record<ControlName, Record<string, MetricOutcome>>> = {};
  for (const [name, make] of Object.entries(makers) as [ControlName, Maker][]) {
    const pictures = await Promise.all(set.pairs.map((pair) => make(pair, set)));
    const known = pictures.filter((p) => p !== undefined);
    if (known.length === set.pairs.length) out[name] = await measureAll(known.map((p, i): SwapResult => resultOf(set, i, p)), metrics);
  }
  return out;
}

type Maker = (pair: Pair, set: EvaluationSet) => Promise<Float32Array | undefined> | Float32Array | undefined;

const makers: Readonly<Record<ControlName, Maker>> = {
  // A copy: the metrics remember pictures by their array, and the target's own stays the target's.
  'copy-target': ({ target }) => plane(target, 'image')?.slice(),
  'paste-source': pasted,
  'oracle': async (pair, set) => {
    const answer = await set.oracle?.(pair);
    return answer && plane(answer, 'image')?.slice();
  },
};

function pasted({ source, target }: Pair): Float32Array | undefined {
  const [from, onto, mask] = [plane(source, 'image'), plane(target, 'image'), plane(target, 'mask')];
  if (!from || !onto || !mask || from.length !== onto.length || mask.length * 3 !== onto.length) return undefined;
  return onto.map((value, i) => {
    const share = mask[Math.floor(i / 3)];
    return share * from[i] + (1 - share) * value;
  });
}
