/** One way to write a schedule: its keys, its meaning, its JSON Schema and the function it stands for. */
export interface ScheduleForm {
  /** The key that tells this form from the others. */
  readonly key: string;
  /** All keys, each required. */
  readonly keys: readonly string[];
  readonly doc: string;
  /** The value at step t, as a formula for the reference page. */
  readonly formula: string;
  readonly example: string;
  /** JSON Schema of each key. */
  readonly properties: Readonly<Record<string, object>>;
  /** @throws RangeError with what was expected and received. */
  readonly compile: (value: Readonly<Record<string, unknown>>, compile: (value: unknown) => (step: number) => number) => (step: number) => number;
}

const number = { type: 'number' } as const;
const count = { type: 'integer', minimum: 1 } as const;
const pair = (items: object): object => ({ type: 'array', items, minItems: 2, maxItems: 2 });

const stepDecay: ScheduleForm = {
  key: 'start',
  keys: ['start', 'decay', 'every'],
  doc: 'Exponential decay in stairs: times `decay` after every `every` steps.',
  formula: 'start * decay ^ floor(t / every)',
  example: '{ start: 1e-4, decay: 0.97, every: 20000 }',
  properties: { start: number, decay: { type: 'number', exclusiveMinimum: 0 }, every: count },
  compile: (value) => {
    const [start, decay, every] = [finite(value, 'start'), above(value, 'decay', 0), whole(value, 'every', 1)];
    return (t) => start * decay ** Math.floor(t / every);
  },
};

const cosine: ScheduleForm = {
  key: 'cosine',
  keys: ['cosine'],
  doc: 'Half a cosine from `from` to `to` over `over` steps, then `to` (Loshchilov and Hutter 2017, without restarts).',
  formula: 'to + (from - to) * (1 + cos(pi * min(t / over, 1))) / 2',
  example: '{ cosine: { from: 1e-4, to: 1e-6, over: 20000 } }',
  properties: {
    cosine: {
      type: 'object', properties: { from: number, to: number, over: count }, required: ['from', 'to', 'over'], additionalProperties: false,
    },
  },
  compile: (value) => {
    const inner = record(value, 'cosine', ['from', 'to', 'over']);
    const [from, to, over] = [finite(inner, 'from'), finite(inner, 'to'), whole(inner, 'over', 1)];
    return (t) => to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(t / over, 1)))) / 2;
  },
};

const warmUp: ScheduleForm = {
  key: 'warm-up',
  keys: ['warm-up', 'then'],
  doc: 'Rises linearly over the first `warm-up` steps to the value that `then` starts with; `then` counts its steps from there.',
  formula: 't < n ? then(0) * (t + 1) / n : then(t - n)',
  example: '{ warm-up: 500, then: 1e-4 }',
  // `then` holds any schedule but another warm-up, so that the schema is not recursive.
  properties: { 'warm-up': count, 'then': {} },
  compile: (value, compile) => {
    const n = whole(value, 'warm-up', 1);
    const then = compile(value.then);
    const peak = then(0);
    return (t) => (t < n ? (peak * (t + 1)) / n : then(t - n));
  },
};

const steps: ScheduleForm = {
  key: 'steps',
  keys: ['steps'],
  doc: 'Constant between the steps named: each value holds from its step on; step 0 must be there.',
  formula: 'the value of the largest step <= t',
  example: '{ steps: { 0: 1e-4, 10000: 5e-5 } }',
  properties: {
    steps: { type: 'object', patternProperties: { '^(0|[1-9][0-9]*)$': number }, required: ['0'], additionalProperties: false },
  },
  compile: (value) => {
    const inner = record(value, 'steps');
    const bad = Object.keys(inner).find((key) => !/^(0|[1-9][0-9]*)$/.test(key));
    if (bad !== undefined) throw new RangeError(`expected whole step numbers as keys of "steps", received "${bad}"`);
    if (!('0' in inner)) throw new RangeError('expected a value from step 0 on in "steps"');
    const points = Object.keys(inner).map((key) => [Number(key), finite(inner, key)] as const).sort((a, b) => b[0] - a[0]);
    return (t) => (points.find(([from]) => from <= t) ?? points[points.length - 1])[1];
  },
};

const ramp: ScheduleForm = {
  key: 'ramp',
  keys: ['ramp', 'over'],
  doc: 'Linear from the first value to the second between two steps, constant before and after.',
  formula: 'a + (b - a) * min(max((t - s0) / (s1 - s0), 0), 1)',
  example: '{ ramp: [0, 1], over: [1000, 5000] }',
  properties: { ramp: pair(number), over: pair({ type: 'integer', minimum: 0 }) },
  compile: (value) => {
    const [a, b] = two(value, 'ramp');
    const [first, last] = two(value, 'over');
    if (!(first >= 0 && last > first)) throw new RangeError(`expected two rising steps in "over", received [${first}, ${last}]`);
    return (t) => a + (b - a) * Math.min(Math.max((t - first) / (last - first), 0), 1);
  },
};

/** Every form of schedule but the plain number, for the compiler, the schema and the reference page. */
export const scheduleForms: readonly ScheduleForm[] = [stepDecay, cosine, warmUp, steps, ramp];

function finite(value: Readonly<Record<string, unknown>>, key: string): number {
  const found = value[key];
  if (typeof found !== 'number' || !Number.isFinite(found)) throw new RangeError(`expected a number for "${key}", received ${JSON.stringify(found)}`);
  return found;
}

function above(value: Readonly<Record<string, unknown>>, key: string, low: number): number {
  const found = finite(value, key);
  if (!(found > low)) throw new RangeError(`expected a number above ${low} for "${key}", received ${found}`);
  return found;
}

function whole(value: Readonly<Record<string, unknown>>, key: string, least: number): number {
  const found = finite(value, key);
  if (!Number.isInteger(found) || found < least) throw new RangeError(`expected a whole number from ${least} on for "${key}", received ${found}`);
  return found;
}

function two(value: Readonly<Record<string, unknown>>, key: string): readonly [number, number] {
  const found = value[key];
  if (!Array.isArray(found) || found.length !== 2) throw new RangeError(`expected a list of two numbers for "${key}", received ${JSON.stringify(found)}`);
  return [finite({ [key]: found[0] }, key), finite({ [key]: found[1] }, key)];
}

/** The object under `key`, with exactly `keys` where those are given. */
function record(value: Readonly<Record<string, unknown>>, key: string, keys?: readonly string[]): Readonly<Record<string, unknown>> {
  const found = value[key];
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    throw new RangeError(`expected a map for "${key}", received ${JSON.stringify(found)}`);
  }
  const extra = keys && Object.keys(found).find((name) => !keys.includes(name));
  if (extra !== undefined) throw new RangeError(`expected ${keys?.join(', ')} in "${key}", received "${extra}"`);
  return found as Readonly<Record<string, unknown>>;
}
