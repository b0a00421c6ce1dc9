import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tf } from '../../lib/engine/tf.ts';
import { defineOp, type Op } from '../../lib/registry/op.ts';
import { standardRegistry } from '../../lib/standard-registry.ts';
import { attrs, graph, hash, mistake, node, over, shapes } from './support.ts';

const PARAMS = 'params: { width: { type: integer, default: 8 }, depth: { type: integer, default: 3 }, depth-1: { type: integer, default: 99 }, mode: { type: string, default: one }, list: { type: array, default: [5, 7] }, level: { type: object, default: { channels: 6 } } }\n';

const channelsOf = (expression: string): unknown => attrs(graph(over(`a: { op: conv2d, in: x, channels: ${expression}, kernel: 1 }`, 'out: a', PARAMS).replace('W, 4]', 'W, C]'), { dims: { C: 4 } }), 'a').channels;

test('$name and $( … ): arithmetic, comparison, if, min, max, floor, ceil, fields, lists', () => {
  const expected: Readonly<Record<string, number>> = {
    '$width': 8, '$(width * 2 + 1)': 17, '$(width / 2)': 4, '$(width % 3)': 2, '$(depth - 1)': 2, '$(depth-1)': 99, '$depth-1': 99,
    '"$(if(mode == \'one\', 1, width))"': 1, '"$(if(depth >= 4 or not (width != 8), 2, 3))"': 2, '"$(if(depth < 4 and width > 8, 2, 3))"': 3,
    '"$(min(width, depth))"': 3, '"$(max(width, depth))"': 8, '$(floor(width / 3))': 2, '$(ceil(width / 3))': 3, '$level.channels': 6, '$(level.channels + 1)': 7,
    '"$(item(list, -1))"': 7, '$(length(list))': 2, '$(2 * C)': 8, '"$(if(C == 4, 1, 2))"': 1, '$(-depth + 4)': 1,
  };
  for (const [text, value] of Object.entries(expected)) assert.equal(channelsOf(text), value, text);
});

test('mistakes in expressions say what was meant and where', () => {
  const hints: readonly (readonly [string, RegExp])[] = [
    ['$widht', /"widht".*"width"/], ['$(width-1)', /one name; a difference has spaces: width - 1/], ['$(width = 8)', /equality is written ==/],
    ['$(width', /unclosed|expected/], ['$(width / 0)', /division by zero/], ['$(flor(width))', /unknown function "flor".*"floor"/], ['$(mode * 2)', /expected a number, received "one"/],
  ];
  for (const [text, wanted] of hints) {
    const found = mistake(() => channelsOf(text));
    assert.match(`${found.message} ${found.hint}`, wanted, text);
    assert.match(found.place, /^main.yaml:6:/, text);
  }
  assert.equal(mistake(() => channelsOf('$(width / 3)')).code, 'schema/value', 'an attribute is validated again with its value');
});

test('names inside a longer text are written into it; $$ is a dollar', () => {
  const key = (text: string): string => graph(over(`a: { chain: [1], key: ${text}, in: x, do: { op: relu } }`, 'out: a', PARAMS)).nodes[0].path;
  assert.equal(key('layer$index'), 'a.layer0');
  assert.equal(key('"l-$(index + 1)-$mode"'), 'a.l-1-one');
  assert.equal(mistake(() => key('l$H')).code, 'expression/symbolic');
});

test('params and dimensions are one namespace; a clash is an error', () => {
  const found = mistake(() => graph(over('a: { op: relu, in: x }', 'out: a', 'params: { C: { type: integer, default: 3 } }\n').replace('W, 4]', 'W, C]').replace('{ C:', '{ N:')));
  assert.match(`${found.code}`, /normalize\/clash|schema\/name/);
  const kebab = mistake(() => graph('kind: graph\nname: t\nparams: { c: { type: integer, default: 3 } }\ninputs: { x: [n, h, w, c] }\nnodes: { a: { op: relu, in: x } }\noutputs: { out: a }\n'));
  assert.equal(kebab.code, 'normalize/clash');
});

test('params: required, typed, unknown; a default may read params above it', () => {
  const inner = 'kind: graph\nname: inner\nparams: { width: { type: integer, minimum: 2 }, wide: { type: integer, default: $(2 * width) } }\ninputs: { y: [N, H, W, C] }\nnodes: { a: { op: conv2d, in: y, channels: $wide, kernel: 1 } }\noutputs: { out: a }\n';
  const call = (given: string): unknown => attrs(graph(over(`a: { graph: ./inner.yaml, in: x${given} }`, 'out: a'), { files: { 'inner.yaml': inner } }), 'a.a').channels;
  assert.equal(call(', with: { width: 3 }'), 6);
  assert.equal(mistake(() => call('')).code, 'normalize/missing-param');
  assert.match(mistake(() => call(', with: { width: 1 }')).message, /expected an integer >= 2, received 1/);
  assert.match(String(mistake(() => call(', with: { widht: 3 }')).hint), /"width"/);
  const beside = mistake(() => call(', width: 3'));
  assert.match(String(beside.hint), /with/);
});

test('an input\'s letters bind sizes, arithmetic in them is checked, and the sizes can be read', () => {
  const inner = 'kind: graph\nname: inner\ninputs: { low: [N, H, W, C], high: [N, 2*H, 2*W, D] }\nnodes: { a: { op: resize, in: low, scale: 2 }, b: { op: conv2d, in: a, channels: $D, kernel: 1 }, s: { op: add, in: [b, high] } }\noutputs: { out: s }\n';
  const call = (low: string): string[] => shapes(graph(over(`p: { op: avg-pool, in: x, size: 2 }\n  a: { graph: ./inner.yaml, in: [${low}, x] }`, 'out: a'), { files: { 'inner.yaml': inner } })).out;
  assert.deepEqual(call('p'), ['N 2*H/2 2*W/2 4']);
  assert.match(mistake(() => call('x')).message, /input "high" of graph "inner": expected \[N, 2\*H, 2\*W, D\], received \[N, H, W, 4\]/);
});

test('sizes of the batch may stand in attributes', () => {
  const g = graph(over('c: { op: learned, shape: [1, 6] }\n  t: { op: tile, in: c, axis: 0, times: $N }\n  r: { op: reshape, in: x, to: [$N, $(H * W), 4] }\n  s: { op: add, in: [t, id] }', 'out: s, rows: r'));
  assert.deepEqual(shapes(g), { out: ['N 6'], rows: ['N H*W 4'] });
});

function scaled(version: number, by: number): Op {
  return defineOp({ name: 'scaled', version, doc: 'A trial.', attrs: {}, inputs: ['x'], shape: (_a, [x]) => [x], build: () => ([x]) => [tf.mul(x, by)], examples: [{ in: [['N', 2]], out: [['N', 2]] }] });
}

test('ops have versions: a pinned one keeps its meaning when a newer one comes', () => {
  const [old, both] = [standardRegistry({ ops: [scaled(1, 2)] }), standardRegistry({ ops: [scaled(1, 2), scaled(2, 3)] })];
  const text = (op: string): string => over(`a: { op: ${op}, in: x }`, 'out: a');
  const pinned = graph(text('scaled@1'), { registry: both });
  assert.equal(node(pinned, 'a').op, 'scaled@1');
  assert.equal(hash(pinned), hash(graph(text('scaled@1'), { registry: old })));
  assert.equal(node(graph(text('scaled'), { registry: both }), 'a').op, 'scaled@2');
  assert.match(String(mistake(() => graph(text('scaled@3'), { registry: both })).hint), /no version 3/);
  const inSeq = graph(over('a: { in: x, seq: [{ op: scaled@1 }] }', 'out: a'), { registry: both });
  assert.deepEqual(inSeq.nodes.map((n) => n.path), ['a.scaled']);
});
