import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSchedule } from '../../lib/optimizers/schedule.ts';
import { experiment, mistake } from './support.ts';

const NET = `kind: graph
name: net
params: { width: { type: integer, default: 4 }, norm: { type: boolean, default: true } }
inputs: { image: [N, H, W, 3] }
nodes:
  first: { op: conv2d, in: image, channels: $width, kernel: 3 }
  norm: { op: batch-norm, in: first, when: $norm }
  last: { op: conv2d, in: norm, channels: 3, kernel: 1 }
outputs: { image: last }
`;
const L1 = 'kind: graph\nname: l1\ninputs: { a: [N, ...], b: [N, ...] }\nnodes: { d: { op: absolute-difference, in: [a, b], reduce: mean } }\noutputs: { loss: d }\n';
const SCORE = 'kind: graph\nname: score\ninputs: { a: [N, ...] }\nnodes: { d: { op: mean, in: a } }\noutputs: { loss: d }\n';
const SUM = 'kind: graph\nname: sum\ninputs: { w: { list: [...] } }\nnodes: { m: { map: w, key: $index, do: { op: sum, in: item } }, s: { op: sum-list, in: m } }\noutputs: { loss: s }\n';
const SLOPE = 'kind: graph\nname: slope\ninputs: { of: [N, ...], to: [N, ...] }\nnodes: { g: { op: gradient, in: [of, to] }, m: { op: mean, in: g } }\noutputs: { loss: m }\n';
const FILES = { 'net.yaml': NET, 'l1.yaml': L1, 'score.yaml': SCORE, 'sum.yaml': SUM, 'slope.yaml': SLOPE };

const BASE = `kind: experiment
name: base
params: { weight: { type: number, default: 0.5 }, start: { type: integer, default: 10 } }
models:
  gen: { graph: ./net.yaml, with: { width: 6 } }
  critic: { graph: ./net.yaml }
  helper: { graph: ./net.yaml, frozen: true }
data: { dataset: tiny, size: 8, batch: 2, pairs: { same-identity: 0.5, by: image } }
step:
  inputs: { s: source.image, t: target.image, same: pair.same-image }
  nodes:
    swap: { model: gen, in: t }
    seen: { model: helper, in: swap, take: { taps: [first, norm] } }
    real: { model: critic, in: t }
    fake: { model: critic, in: swap }
order: [critic, gen]
phases:
  critic:
    update: [critic]
    optimizer: { type: adam, lr: 1e-3 }
    terms: { gan: { graph: ./l1.yaml, in: [real, fake] } }
  gen:
    update: [gen]
    optimizer: { type: adam, lr: 1e-3, clip-norm: 1, accumulate: 2, groups: [{ weights: gen/last, lr-factor: 0.1 }] }
    terms:
      rec: { graph: ./l1.yaml, in: [swap, t], weight: $weight }
      seen:
        weight: 2
        from: 5
        terms:
          image: { graph: ./l1.yaml, in: [seen.image, t], weight: { ramp: [0, 1], over: [10, 20] } }
          tap: { graph: ./score.yaml, in: seen.first, every: 3 }
      gan: { graph: ./score.yaml, in: fake, from: $start, until: 50 }
components: { gan: [/phases/critic, /phases/gen/terms/gan], seen: [/phases/gen/terms/seen] }
predict: { inputs: { t: target.image }, nodes: { image: { model: gen, in: t } }, outputs: { swap: image } }
train: { steps: 10, ema: { gen: 0.99 } }
profiles: { quick: { set: { /train/steps: 2, /models/gen/with/width: 2 } } }
`.replace('in: seen.first, every', 'in: seen.one, every').replace('{ taps: [first, norm] }', '{ one: first, taps: [first, norm] }');

const load = (change: (text: string) => string = (t) => t, options: Parameters<typeof experiment>[1] = {}): ReturnType<typeof experiment> => experiment(change(BASE), { ...options, files: { ...FILES, ...options.files } });
const patched = (patch: string, profile?: string): ReturnType<typeof experiment> => experiment(`kind: experiment\nname: patched\nextends: ./base.yaml\n${patch}`, { files: { ...FILES, 'base.yaml': BASE }, ...(profile ? { profile } : {}) });
const terms = (e: ReturnType<typeof experiment>): string[] => e.order.flatMap((p) => e.phases[p].terms.map((t) => `${p}/${t.path}`));

test('an experiment as it stands: order, phases, weights of groups multiplied, windows, groups of the optimiser', () => {
  const e = load();
  assert.deepEqual(e.order, ['critic', 'gen']);
  assert.deepEqual(terms(e), ['critic/gan', 'gen/rec', 'gen/seen/image', 'gen/seen/tap', 'gen/gan']);
  const [, image, tap, gan] = e.phases.gen.terms;
  assert.deepEqual(image.weights, [2, { ramp: [0, 1], over: [10, 20] }]);
  assert.deepEqual(tap.windows, [{ from: 5, until: Number.MAX_SAFE_INTEGER, every: 1 }, { from: 0, until: Number.MAX_SAFE_INTEGER, every: 3 }]);
  assert.deepEqual(gan.windows, [{ from: 10, until: 50, every: 1 }]);
  assert.deepEqual(e.phases.gen.optimizer.groups, [{ weights: 'gen/last', lrFactor: 0.1, attrs: {} }]);
  assert.deepEqual([e.phases.gen.optimizer.accumulate, e.phases.gen.optimizer.clipNorm], [2, 1]);
  assert.deepEqual(e.data.pairs, { sameIdentity: 0.5, by: 'image' });
  assert.deepEqual(e.data.inputs, { t: 'target.image' }, 'what no term needs is not loaded');
  assert.deepEqual(e.predict?.inputs, { t: 'target.image' });
});

test('a ramp rises between its steps', () => {
  const ramp = compileSchedule({ ramp: [0, 1], over: [10, 20] }, 'weight');
  assert.deepEqual([0, 10, 15, 20, 99].map(ramp), [0, 0, 0.5, 1, 1]);
});

test('weights are keyed by model: two models of one graph share nothing, two calls of one model share all', () => {
  const ids = load().step.weights.map((w) => w.id);
  assert.ok(ids.includes('gen/first.kernel') && ids.includes('critic/first.kernel'));
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.filter((id) => id.startsWith('critic/')).length, 8);
});

test('removing a term removes all that only it used; a literal weight of 0 does the same', () => {
  const without = patched('remove: [/phases/gen/terms/seen]');
  assert.deepEqual(terms(without), ['critic/gan', 'gen/rec', 'gen/gan']);
  assert.ok(without.step.nodes.every((n) => n.call?.model !== 'helper'));
  assert.deepEqual(Object.keys(without.models).sort(), ['critic', 'gen']);
  assert.deepEqual(Object.keys(without.components), ['gan']);
  assert.equal(patched('set: { /phases/gen/terms/seen/weight: 0 }').step.nodes.length, without.step.nodes.length);
  assert.equal(patched('set: { /phases/gen/terms/seen/weight: 0 }').hash, without.hash);
  assert.deepEqual(terms(patched('set: { /params/weight: 0 }')), ['critic/gan', 'gen/seen/image', 'gen/seen/tap', 'gen/gan'], 'a param of 0 is a literal 0');
  assert.equal(terms(patched('set: { /phases/gen/terms/seen/weight: { ramp: [0, 1], over: [0, 5] } }')).length, 5, 'a schedule that starts at 0 stays');
});

test('removing a phase takes its place in the order, its models and its components along', () => {
  const e = patched('remove: [/phases/critic, /phases/gen/terms/gan]');
  assert.deepEqual(e.order, ['gen']);
  assert.deepEqual(Object.keys(e.models).sort(), ['gen', 'helper']);
  assert.deepEqual(Object.keys(e.components), ['seen']);
});

test('two phases need an order that names each once', () => {
  assert.match(mistake(() => load((t) => t.replace('order: [critic, gen]\n', ''))).hint ?? '', /order: \[critic, gen\]/);
  for (const order of ['[critic]', '[critic, gen, gen]', '[critic, generator]']) assert.equal(mistake(() => load((t) => t.replace('[critic, gen]\nph', `${order}\nph`))).code, 'schema/order', order);
});

test('reuse keeps the value of an earlier phase; the first has none', () => {
  const reuse = (t: string): string => t.replace('order: [critic, gen]', 'order: [gen, critic]').replace('update: [critic]', 'update: [critic]\n    reuse: [swap]');
  assert.deepEqual(load(reuse).phases.critic.reuse, ['swap.last:out']);
  assert.equal(mistake(() => load((t) => reuse(t).replace('[gen, critic]', '[critic, gen]'))).code, 'schema/reuse');
});

test('frozen and half-frozen models: only what trains may be updated, and a prefix must hold weights', () => {
  assert.match(mistake(() => load((t) => t.replace('update: [gen]', 'update: [helper]'))).message, /"helper", which is frozen/);
  assert.deepEqual(load((t) => t.replace('critic: { graph: ./net.yaml }', 'critic: { graph: ./net.yaml, frozen: [first, norm.scale] }')).models.critic.frozen, ['first', 'norm.scale']);
  const typo = mistake(() => load((t) => t.replace('critic: { graph: ./net.yaml }', 'critic: { graph: ./net.yaml, frozen: [frst] }')));
  assert.match(`${typo.message} ${typo.hint}`, /no weight lies under "frst".*"first"/);
  const group = mistake(() => load((t) => t.replace('weights: gen/last', 'weights: gen/lost')));
  assert.match(`${group.message} ${group.hint}`, /no weight lies under "gen\/lost".*"gen\/last"/);
  assert.equal(load((t) => t.replace('weights: gen/last', 'weights: gen')).phases.gen.optimizer.groups.length, 1);
});

test('a weight in a step or a loss belongs to no model and is an error', () => {
  const inStep = mistake(() => load((t) => t.replace('    real:', '    code: { op: conv2d, in: t, channels: 3, kernel: 1 }\n    real:')));
  assert.equal(inStep.code, 'normalize/stray-weight');
  assert.match(inStep.message, /node "code" has weights that belong to no model/);
  const inLoss = mistake(() => load((t) => t, { files: { 'score.yaml': SCORE.replace('{ d:', '{ c: { op: conv2d, in: a, channels: 1, kernel: 1 }, d:').replace('in: a }', 'in: c }').replace('[N, ...]', '[N, H, W, C]') } }));
  assert.equal(inLoss.code, 'normalize/stray-weight');
});

test('in: gen.weights is a list of the model\'s trainable weights', () => {
  const e = patched('add: { /phases/gen/terms/decay: { graph: ./sum.yaml, in: gen.weights, weight: 1e-4 } }');
  const read = e.step.nodes.flatMap((n) => n.inputs).filter((id) => id?.startsWith('weight:gen/'));
  assert.deepEqual(read.sort(), ['first.bias', 'first.kernel', 'last.bias', 'last.kernel', 'norm.offset', 'norm.scale'].map((w) => `weight:gen/${w}`));
  assert.equal(mistake(() => patched('add: { /phases/gen/terms/decay: { graph: ./sum.yaml, in: gun.weights } }')).code, 'normalize/unknown-reference');
});

test('a gradient needs a value computed from the other in the same pass', () => {
  assert.ok(patched('add: { /phases/critic/terms/r1: { graph: ./slope.yaml, in: [real, t] } }').step.nodes.some((n) => n.op === 'gradient@1'));
  const found = mistake(() => patched('add: { /phases/critic/terms/r1: { graph: ./slope.yaml, in: [real, s] } }'));
  assert.equal(found.code, 'normalize/gradient');
});

test('data fields: sides, flags, those of other data sets, texts, and fields made of others', () => {
  const field = (text: string): string => `${mistake(() => load((t) => t.replace('t: target.image, same', `t: ${text}, same`))).message} ${mistake(() => load((t) => t.replace('t: target.image, same', `t: ${text}, same`))).hint}`;
  assert.match(field('target.mask'), /no field "mask".*tiny-masked/);
  assert.match(field('target.imag'), /no field "imag".*"image"/);
  assert.match(field('target.caption'), /is a text/);
  assert.match(field('middle.image'), /source\.F, target\.F or pair\.F/);
  assert.match(field('pair.same'), /no flag "same"/);
  const made = load((t) => t.replace('t: target.image, same', 't: target.picture, same').replace('batch: 2,', 'batch: 2, fields: { picture: { from: image } },'));
  assert.equal(made.data.inputs.t, 'target.image');
  const ids = mistake(() => load((t) => t.replace('t: target.image, same', 't: target.words, same').replace('batch: 2,', 'batch: 2, fields: { words: { from: caption, tokenize: clip-bpe } },')));
  assert.match(ids.message, /int32|\[2, 77\]/);
  assert.match(mistake(() => load((t) => t.replace('batch: 2,', 'batch: 2, fields: { tokens: { from: image, tokenize: clip-bpe } },'))).message, /"image" is no text/);
  assert.match(mistake(() => load((t) => t.replace('batch: 2,', 'batch: 2, fields: { tokens: { from: caption, tokenize: clip } },'))).message, /expected "clip-bpe"/);
  assert.match(mistake(() => load((t) => t.replace('batch: 2,', 'batch: 2, fields: { image: { from: image } },'))).message, /has a field "image" of its own/);
});

test('a loss is one number, and a term one output', () => {
  const map = SCORE.replace('op: mean', 'op: relu');
  assert.equal(mistake(() => load((t) => t, { files: { 'score.yaml': map } })).code, 'infer/loss');
});

test('profiles, --set and extends: set reaches params through calls, params and optional fields', () => {
  assert.equal(load((t) => t, { profile: 'quick' }).train.steps, 2);
  const kernel = (e: ReturnType<typeof experiment>): unknown => e.step.weights.find((w) => w.id === 'gen/first.kernel')?.shape[3];
  assert.deepEqual([kernel(load()), kernel(load((t) => t, { profile: 'quick' })), kernel(load((t) => t, { set: ['/models/gen/with/width=9'] }))], [6, 2, 9]);
  assert.equal(patched('set: { /models/critic/with/norm: false }').step.weights.filter((w) => w.id.startsWith('critic/')).length, 4, 'declared by the called graph, written nowhere');
  assert.equal(patched('set: { /evaluate/every: 3 }').evaluate.every, 3);
  const typo = mistake(() => patched('set: { /models/gen/with/widht: 3 }'));
  assert.match(`${typo.message} ${typo.hint}`, /has no "widht".*"width"/);
  assert.equal(mistake(() => patched('add: { /models/gen/with/width: 3 }')).code, 'patch/exists');
  assert.equal(mistake(() => patched('remove: [/models/gen/with/depth]')).code, 'patch/unreachable');
  assert.equal(mistake(() => patched('train: { steps: 3 }')).code, 'compose/not-a-patch');
  assert.equal(patched('', 'quick').train.steps, 2, 'profiles come along');
});

test('every value remembers the file and line that wrote it', () => {
  const found = mistake(() => patched('set:\n  /models/gen/with/width: none'));
  assert.equal(found.place, 'main.yaml:5:27');
  const profile = mistake(() => experiment(BASE.replace('/models/gen/with/width: 2', '/models/gen/with/width: wide'), { files: FILES, profile: 'quick' }));
  assert.equal(profile.place, 'main.yaml:37:70');
  const inGraph = mistake(() => load((t) => t, { files: { 'net.yaml': NET.replace('kernel: 1', 'kernel: 0') } }));
  assert.equal(inGraph.place, 'net.yaml:8:54');
  const called = mistake(() => load((t) => t.replace('with: { width: 6 }', 'with: { width: six }')));
  assert.equal(called.place, 'main.yaml:5:44');
});

test('paths are relative to the file that writes them, in patches too', () => {
  const e = experiment('kind: experiment\nname: deep\nextends: ../base.yaml\nset: { /models/critic/graph: ./own.yaml }\n', nested());
  assert.equal(e.models.critic.graph, 'own');
});

function nested(): { files: Record<string, string> } {
  const up = Object.fromEntries(Object.entries({ ...FILES, 'base.yaml': BASE }).map(([name, text]) => [`../${name}`, text]));
  return { files: { ...up, 'own.yaml': NET.replace('name: net', 'name: own') } };
}

test('the meaning counts, not the writing: key order, extends and a renamed file leave the hash', () => {
  const e = load();
  const extended = patched('');
  assert.equal(extended.hash, e.hash);
  const reordered = load((t) => t.replace(/( {4}swap:.*\n)( {4}seen:.*\n)/, '$2$1'));
  assert.equal(reordered.hash, e.hash);
  const renamed = load((t) => t.replaceAll('./net.yaml', './other.yaml'), { files: { 'other.yaml': NET } });
  assert.equal(renamed.hash, e.hash);
  for (const change of ['set: { /params/weight: 0.6 }', 'set: { /train/ema: { gen: 0.9 } }', 'set: { /phases/gen/optimizer/lr: 2e-3 }', 'set: { /order: [gen, critic] }']) assert.notEqual(patched(change).hash, e.hash, change);
  assert.equal(patched('set: { /evaluate/pairs: 3 }').hash, e.hash, 'how it is measured is no part of what is trained');
});

test('predict and frozen models use stored statistics; a phase that updates a model its batch moments', () => {
  const e = load();
  assert.deepEqual(e.step.weights.filter((w) => w.momentum !== undefined).map((w) => w.id).sort(), ['critic', 'gen', 'helper'].flatMap((m) => [`${m}/norm.mean`, `${m}/norm.variance`]));
  assert.ok(e.step.weights.filter((w) => w.momentum !== undefined).every((w) => !w.trainable));
});
