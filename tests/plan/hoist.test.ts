import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Experiment } from '../../lib/ir/experiment.ts';
import { planHoisting, type Hoisting, type HoistOptions } from '../../lib/plan/hoist/plan.ts';
import { hoistedExperiment } from '../../lib/plan/hoist/rewrite.ts';
import { hoistingText } from '../../lib/plan/hoist/text.ts';
import { experiment, FREE, registry, YAML } from '../hoist/support.ts';

const plan = (of: Experiment, options: Partial<HoistOptions> = {}): Hoisting => planHoisting(of, registry, { samples: 8, readCost: FREE, ...options });
const values = (h: Hoisting): string[] => (h.plan?.values ?? []).map((v) => v.value.replace(':out', '')).sort();
const changed = (...changes: readonly (readonly [string, string])[]): Experiment => experiment([], changes.reduce((text, [from, to]) => {
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
}, YAML));

const TAPS = ['target-taps.relu1-2.act', 'target-taps.relu2-2.act'];

test('both directions of a stack are kept once per sample, and what only they needed leaves the step', () => {
  const of = experiment();
  const h = plan(of);
  assert.deepEqual(values(h), ['meaning.code', 'swap.code', ...TAPS]);
  const taps = h.plan?.values.find((v) => v.value.startsWith('target-taps.relu1-2'));
  assert.deepEqual(taps?.shape, [4, 32, 32, 64]);
  assert.deepEqual(taps?.segments.map((s) => s.side), ['target', 'source']);
  assert.equal(new Set(taps?.segments.map((s) => s.output)).size, 1, 'one entry for a sample on either side');
  const { step } = hoistedExperiment(of, h.plan as NonNullable<Hoisting['plan']>);
  for (const gone of ['map', 'target-taps', 'meaning']) assert.ok(step.nodes.every((n) => n.call?.path !== gone), gone);
  assert.ok(!step.weights.some((w) => w.id.startsWith('identity/')), 'the identity network was needed for codes of data alone');
  assert.ok(step.weights.some((w) => w.id.startsWith('vgg/')), 'the swap still goes through VGG');
  assert.deepEqual(Object.keys(step.outputs), Object.keys(of.step.outputs));
});

test('a stream without an end hoists nothing, nor do samples that hardly come twice, nor rounded steps', () => {
  assert.match(plan(experiment(), { samples: undefined }).none ?? '', /never end/);
  assert.match(plan(experiment(['/train/steps=3'])).none ?? '', /use each of 8 samples 1\.5 times/);
  assert.match(plan({ ...experiment(), precision: 'mixed-bfloat16' }).none ?? '', /rounded/);
});

test('the limit drops what saves least for its bytes; embeddings stay', () => {
  const small = plan(experiment(), { limit: 8 * 300 * 1024 });
  assert.deepEqual(values(small).filter((v) => v.startsWith('target-taps')).length, 1);
  assert.match(hoistingText(small).join('\n'), /not target-taps\.relu\d-\d\.act: \d+ KiB per sample are more than the limit leaves room for/);
  assert.deepEqual(values(plan(experiment(), { limit: 8 * 1024 })), ['meaning.code', 'swap.code']);
});

test('what costs as much to read as to compute is computed', () => {
  const h = plan(experiment(), { readCost: { entry: 0, byte: 1e6 } });
  assert.ok(!values(h).some((v) => v.startsWith('target-taps')));
  assert.ok(h.not.some((n) => /costs as much as computing/.test(n.why)));
});

test('an op that may mix rows stops it, and is told', () => {
  const mixing = plan(changed(['map: { model: identity, in: sources }', 'moved: { op: cumsum, in: sources, axis: batch }\n    map: { model: identity, in: moved }']));
  assert.deepEqual(values(mixing), ['meaning.code', ...TAPS]);
  assert.deepEqual(mixing.not.map((n) => [n.what, n.why]), [['moved', 'cumsum may mix the samples of a batch']]);
});

test('both samples of a pair, a flag of the pair, or chance under a value keep it in the step', () => {
  const pairwise = plan(changed(['map: { model: identity, in: sources }', 'both: { op: add, in: [sources, targets] }\n    map: { model: identity, in: both }']));
  assert.deepEqual(values(pairwise), ['meaning.code', ...TAPS]);
  assert.deepEqual(pairwise.not.map((n) => [n.what, n.why]), [['both', 'depends on both samples of a pair']]);
  const noisy = plan(changed(['map: { model: identity, in: sources }', 'noisy: { op: noise, in: sources, std: 1 }\n    map: { model: identity, in: noisy }']));
  assert.deepEqual(values(noisy), ['meaning.code', ...TAPS]);
  assert.match(noisy.not.map((n) => `${n.what}: ${n.why}`).join(), /noisy: noise draws random numbers/);
});

test('a frozen network on a stack of samples and swaps is not hoisted, and the plan says what to do', () => {
  const h = plan(changed(['meaning: { model: clip, in: targets }', 'stack: { op: concat, axis: batch, in: [swap, targets] }\n    meaning: { model: clip, in: stack }'],
    ['in: { a: swap-meaning, b: meaning }', 'in: { a: meaning, b: meaning }']));
  assert.ok(!values(h).includes('meaning.code'));
  assert.match(hoistingText(h).join('\n'), /not meaning: "stack" stacks .*targets.* with what the step computes; call the model on each/);
});

test('values that a gradient passes through stay', () => {
  const h = plan(changed(['real: { model: critic, in: targets }', 'seen: { model: identity, in: targets }\n    real: { model: critic, in: targets }'],
    ['in: { score: real, image: targets }, weight: 0.1', 'in: { score: seen, image: targets }, weight: 0.1']));
  assert.ok(!values(h).some((v) => v.startsWith('seen')));
});

test('a model that is trained, or frozen in part, is hoisted as far as its frozen part', () => {
  assert.ok(!values(plan(changed(['width: 6 }, frozen: true', 'width: 6 }'], ['update: [generator]', 'update: [generator, identity]']))).includes('swap.code'));
});
