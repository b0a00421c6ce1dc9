import { stream } from '../../lib/random/stream.ts';
import { evaluateClaims } from '../../lib/study/claims/evaluate.ts';
import type { Curve, MetricInfo, RunResult, StudyResult, VariantResult } from '../../lib/study/result.ts';

export const METRICS: readonly MetricInfo[] = [
  { name: 'id-retrieval', unit: '%', better: 'higher', doc: 'share of swaps whose nearest source identity is the right one' },
  { name: 'csim', better: 'higher', doc: 'cosine similarity of the identity codes of swap and source' },
  { name: 'pose-error', unit: '°', better: 'lower', doc: 'Euclidean distance between the head angles of swap and target' },
  { name: 'expression-error', better: 'lower', doc: 'distance between the landmarks of swap and target, aligned' },
];

const PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADklEQVR4nGPQqLFSrncGAAfJAg2Yj2lRAAAAAElFTkSuQmCC';

function runs(name: string, centre: readonly number[], seeds = 5): RunResult[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const noise = stream(seed, name);
    const metrics = Object.fromEntries(METRICS.map((m, i) => [m.name, Number((centre[i] * (1 + 0.03 * noise.normal())).toFixed(4))]));
    return {
      seed, status: 'finished' as const, metrics, runId: `${name}-${seed}-0123456789abcdef`, dir: `runs/${name}/${seed}`,
      configHash: `c0ffee${name.length}${'0'.repeat(40)}`, dataHash: 'da7a5e7000000000', codeHash: 'c0de000011112222',
    };
  });
}

const failed = (run: RunResult, failure: string): RunResult => ({ ...run, status: 'failed', metrics: {}, failure });

function curves(variants: readonly VariantResult[]): Curve[] {
  const terms: [string, number][] = [['id', 0.9], ['tap/masked', 0.35], ['tap/cyclic', 0.3], ['adversarial', 0.7]];
  return variants.flatMap((v, k) => [0, 1, 2].flatMap((seed) => terms.map(([term, start]) => {
    const noise = stream(seed, v.name, term);
    const points = Array.from({ length: 60 }, (_, i) => [i * 5, Number((start * (0.2 + 0.05 * k + 0.8 * Math.exp(-i / (12 + 4 * k))) * (1 + 0.06 * noise.normal())).toFixed(4))] as const);
    return { variant: v.name, seed, term, points };
  })));
}

/** An ablation of four variants and five seeds, with a failed run, a NaN, the paper's numbers, claims, curves and a picture. */
export function ablation(): StudyResult {
  const none = runs('none', [93, 0.31, 3.9, 4.0]);
  const batch = runs('bn-only', [97.8, 0.42, 3.1, 2.5]);
  const variants: VariantResult[] = [
    { name: 'full', baseline: true, runs: runs('full', [98.5, 0.45, 1.3, 2.1]), paper: { 'id-retrieval': 98.63, 'pose-error': 1.31, 'expression-error': 2.11 } },
    {
      name: 'bn-only', baseline: false, runs: batch.map((r) => (r.seed === 3 ? failed(r, 'term adversarial became NaN at step 812') : r)),
      paper: { 'id-retrieval': 97.82, 'pose-error': 3.15, 'expression-error': 2.51 },
      changes: { nodes: 18, parameters: -14_336, macs: -2_310_000, patches: ['set /models/generator/with/norms: [batch]'] },
    },
    {
      name: 'in-only', baseline: false, runs: runs('in-only', [98.1, 0.44, 1.65, 2.6]).map((r) => (r.seed === 1 ? { ...r, metrics: { ...r.metrics, csim: NaN } } : r)),
      paper: { 'id-retrieval': 98.01, 'pose-error': 1.67, 'expression-error': 2.55 },
      changes: { nodes: 18, parameters: -14_336, macs: -2_310_000, patches: ['set /models/generator/with/norms: [instance]'] },
    },
    {
      name: 'none', baseline: false, runs: none, paper: { 'id-retrieval': 93.05, 'pose-error': 3.85, 'expression-error': 3.96 },
      changes: { nodes: 36, parameters: -28_672, macs: -4_620_000, patches: ['set /models/generator/with/norms: []'] },
    },
  ];
  const claims = evaluateClaims([
    { expect: 'none.pose-error > full.pose-error', p: 0.05, correct: 'holm' },
    { expect: 'full.id-retrieval - bn-only.id-retrieval > 3', p: 0.05, correct: 'holm' },
    { expect: 'full.csim > in-only.csim', p: 0.05, correct: 'holm' },
    { expect: 'none.expression-error > full.expression-error' },
  ], { variants }, { metrics: METRICS.map((m) => m.name) });
  return {
    kind: 'ablation', name: 'normalization', question: 'Which normalisation carries FaceChanger’s pose and expression accuracy?', profile: 'full', plumbing: false,
    metrics: METRICS, variants, claims, curves: curves(variants),
    grids: [{ title: 'Source, target and swap, seed 0', alt: 'Three rows of rendered faces: source, target, swap by each variant', path: 'grids/seed-0.png', data: PNG }],
    environment: { engine: 'tfjs-node 4.22.0, 2 threads', node: 'v20.10.0', data: 'rendered-faces, 128 × 128' },
    commands: ['npx swapgraph run ablations/normalization.yaml --profile full', 'npx swapgraph report out/normalization --format html'],
  };
}

/** A factorial study of two by two with one combination left out, two seeds, marked as plumbing. */
export function factorial(): StudyResult {
  const levels: [string, string][] = [['both', 'both'], ['both', 'off'], ['none', 'both']];
  const variants = levels.map(([norms, clip], i): VariantResult => ({
    name: `${norms}.${clip}`, baseline: i === 0, factors: { norms, clip }, runs: runs(`${norms}.${clip}`, [98 - i, 0.45 - 0.05 * i, 1.3 + i, 2.1 + i], 2),
    ...(i === 0 && { paper: { csim: 0.457 } }),
  }));
  const claims = evaluateClaims([{ expect: 'both.both.csim > both.off.csim', p: 0.05 }], { variants }, { metrics: METRICS.map((m) => m.name) });
  return {
    kind: 'ablation', name: 'norms-by-clip', question: 'Does CLIP help whatever the normalisation?', profile: 'quick', plumbing: true, layout: { rows: 'norms', columns: 'clip' },
    metrics: METRICS.slice(1, 3), variants, claims, curves: [], grids: [], environment: {}, commands: [],
  };
}

/** A study whose every text tries to be something else: markup, a formula, an escape sequence, a path out. */
export function hostile(): StudyResult {
  const evil = '<script>alert(1)</script>"\' onload=x & \u001b[31m | `$(x)` \\input{x} % _ # ${y}\r\n=1+1';
  const base = factorial();
  const [first, ...rest] = base.variants;
  const { layout: _, ...plain } = base;
  return {
    ...plain, name: evil, question: evil, profile: evil, metrics: base.metrics.map((m) => ({ ...m, doc: evil, unit: evil })),
    variants: [{ ...first, name: evil, changes: { nodes: 1, parameters: 1, macs: 1, patches: [evil] }, runs: [failed({ ...first.runs[0], runId: evil, configHash: evil, dataHash: evil, codeHash: evil }, evil)] }, ...rest],
    controls: [{ name: evil, doc: evil, metrics: { csim: 1 } }], best: { variant: evil, metric: evil, value: 1, factors: { [evil]: evil } },
    claims: [{ expect: evil, verdict: 'undecided', comparisons: [], notes: [evil] }],
    curves: [{ variant: evil, seed: 0, term: evil, points: [[0, 1], [1, 2]] }],
    grids: [{ title: evil, alt: evil, path: 'a b/<x>".png' }],
    environment: { [evil]: evil }, commands: [evil],
  };
}
