import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attrs, graph, hash, mistake, node, over, paths, shapes, weights } from './support.ts';

test('seq: each item takes the one before; children are named by name, op or graph', () => {
  const g = graph(over(`
  a: { in: x, seq: [{ op: conv2d, channels: 8, kernel: 3 }, { op: relu }, { op: conv2d, name: last, channels: 2, kernel: 1 }, { graph: half }] }
`, 'out: a', 'graphs: { half: { inputs: { y: [N, H, W, C] }, nodes: { pool: { op: avg-pool, in: y, size: 2 } }, outputs: { out: pool } } }\n'));
  assert.deepEqual(paths(g), ['a.conv2d', 'a.relu', 'a.last', 'a.half.pool']);
  assert.deepEqual(node(g, 'a.last').inputs, ['a.relu:out']);
  assert.deepEqual(weights(g), ['a.conv2d.bias', 'a.conv2d.kernel', 'a.last.bias', 'a.last.kernel']);
});

test('seq: two items of one name are an error', () => {
  const found = mistake(() => graph(over('a: { in: x, seq: [{ op: relu }, { op: relu }] }', 'out: a')));
  assert.equal(found.code, 'normalize/duplicate');
  assert.match(found.message, /two items of "a" are named "relu"/);
});

test('seq: an item with several inputs names those it does not take from the item before', () => {
  const g = graph(over(`
  code: { op: linear, in: id, units: 4 }
  a: { in: x, seq: [{ op: relu }, { op: scale-channels, in: { by: code } }] }
`, 'out: a'));
  assert.deepEqual(node(g, 'a.scale-channels').inputs, ['a.relu:out', 'code:out']);
});

test('a node that is first needed inside a seq stands where it is written: key order never matters', () => {
  const first = '  code: { op: linear, in: id, units: 4 }\n';
  const second = '  a: { in: x, remat: true, seq: [{ op: relu }, { op: scale-channels, in: { by: code } }] }\n';
  const [before, after] = [graph(over(first + second, 'out: a')), graph(over(second + first, 'out: a'))];
  assert.deepEqual(weights(after), weights(before));
  assert.equal(hash(after), hash(before));
  assert.equal(node(after, 'code').remat, undefined);
});

test('when: false is the identity, true is the node', () => {
  const text = over('a: { op: conv2d, in: x, channels: $channels, kernel: 3, when: $(C != channels) }\n  b: { op: relu, in: a }', 'out: b', 'params: { channels: { type: integer, default: 4 } }\n').replace('W, 4]', 'W, C]');
  const at = (channels: number): string[] => paths(graph(text, { set: [`/params/channels=${channels}`], dims: { C: 4 } }));
  assert.deepEqual(at(4), ['b']);
  assert.deepEqual(at(5), ['a', 'b']);
});

test('when: whether a symbol equals a number is an error, and so is a node with two inputs', () => {
  assert.equal(mistake(() => graph(over('a: { op: add, in: [x, x], when: false }', 'out: a'))).code, 'normalize/when');
  assert.equal(mistake(() => graph(over('a: { op: relu, in: x, when: 3 }', 'out: a'))).code, 'normalize/when');
});

test('local graphs see those around them, files do not; inner ones hide outer ones', () => {
  const g = graph(over('a: { graph: outer, in: x }', 'out: a', `graphs:
  act: { inputs: { y: [N, H, W, C] }, nodes: { out: { op: relu, in: y } }, outputs: { out: out } }
  outer:
    graphs: { act: { inputs: { y: [N, H, W, C] }, nodes: { out: { op: tanh, in: y } }, outputs: { out: out } } }
    inputs: { y: [N, H, W, C] }
    nodes: { b: { graph: act, in: y } }
    outputs: { out: b }
`));
  assert.equal(node(g, 'a.b.out').op, 'tanh@1');
  const file = 'kind: graph\nname: other\ninputs: { y: [N, H, W, C] }\nnodes: { b: { graph: act, in: y } }\noutputs: { out: b }\n';
  const found = mistake(() => graph(over('a: { graph: ./other.yaml, in: x }', 'out: a', 'graphs: { act: { inputs: { y: [N, H, W, C] }, nodes: { out: { op: relu, in: y } }, outputs: { out: out } } }\n'), { files: { 'other.yaml': file } }));
  assert.equal(found.code, 'normalize/unknown-graph');
  assert.equal(found.place, 'other.yaml:4:22');
});

const CHOICE = `params: { act: { type: graph, default: soft } }
graphs:
  soft: { inputs: { y: [N, H, W, C] }, nodes: { out: { op: softplus, in: y } }, outputs: { out: out } }
  hard: { inputs: { y: [N, H, W, C] }, nodes: { out: { op: relu, in: y } }, outputs: { out: out } }
`;

test('graph-valued params: a local graph by name, a graph of the caller, a file', () => {
  const inner = `kind: graph\nname: inner\n${CHOICE}inputs: { y: [N, H, W, C] }\nnodes: { a: { graph: $act, in: y } }\noutputs: { out: a }\n`;
  const call = (value: string): string => over(`a: { graph: ./inner.yaml, in: x${value} }`, 'out: a', 'graphs: { mine: { inputs: { y: [N, H, W, C] }, nodes: { out: { op: tanh, in: y } }, outputs: { out: out } } }\n');
  const mine = 'kind: graph\nname: file\ninputs: { y: [N, H, W, C] }\nnodes: { out: { op: sigmoid, in: y } }\noutputs: { out: out }\n';
  const opOf = (value: string): string => node(graph(call(value), { files: { 'inner.yaml': inner, 'mine.yaml': mine } }), 'a.a.out').op;
  assert.equal(opOf(''), 'softplus@1');
  assert.equal(opOf(', with: { act: mine }'), 'tanh@1');
  assert.equal(opOf(', with: { act: ./mine.yaml }'), 'sigmoid@1');
  assert.equal(node(graph(inner.replace('kind', 'kind'), { set: ['/params/act=hard'] }), 'a.out').op, 'relu@1');
});

test('a graph may not contain itself', () => {
  const found = mistake(() => graph(over('a: { graph: again, in: x }', 'out: a', 'graphs: { again: { inputs: { y: [N, H, W, C] }, nodes: { b: { graph: again, in: y } }, outputs: { out: b } } }\n')));
  assert.equal(found.code, 'normalize/recursion');
});

test('named ports: outputs of a call by name, out is the default, unknown ones are errors', () => {
  const two = 'graphs: { two: { inputs: { y: [N, H, W, C] }, nodes: { a: { op: relu, in: y }, b: { op: tanh, in: y } }, outputs: { out: a, other: b } } }\n';
  const g = graph(over('t: { graph: two, in: x }\n  sum: { op: add, in: [t, t.other] }', 'out: sum', two));
  assert.deepEqual(node(g, 'sum').inputs, ['t.a:out', 't.b:out']);
  const found = mistake(() => graph(over('t: { graph: two, in: x }\n  sum: { op: add, in: [t, t.othr] }', 'out: sum', two)));
  assert.match(`${found.message} ${found.hint}`, /no output "othr".*"other"/);
  const parts = graph(over('p: { op: split, in: id, axis: -1, into: [gamma, beta] }', 'g: p.gamma, b: p.beta'));
  assert.deepEqual(shapes(parts), { g: ['N 3'], b: ['N 3'] });
});

test('take: inner nodes as ports beside the outputs, lists of them as lists', () => {
  const inner = 'graphs: { deep: { inputs: { y: [N, H, W, C] }, nodes: { one: { op: relu, in: y }, two: { in: one, seq: [{ op: tanh }, { op: abs }] } }, outputs: { score: two } } }\n';
  const g = graph(over('d: { graph: deep, in: x, take: { first: one, taps: [one, two.tanh] } }', 'score: d.score, first: d.first, taps: d.taps', inner));
  assert.deepEqual(g.outputs, { score: ['d.two.abs:out'], first: ['d.one:out'], taps: ['d.one:out', 'd.two.tanh:out'] });
  const found = mistake(() => graph(over('d: { graph: deep, in: x, take: { first: on } }', 'out: d.first', inner)));
  assert.match(`${found.message} ${found.hint}`, /no inner node "on".*"one"/);
});

test('share: another node\'s weights, wherever it is written; what has none to share is an error', () => {
  const text = (share: string): string => over(`b: { op: conv2d, in: x, channels: 4, kernel: 3, share: ${share} }\n  a: { op: conv2d, in: x, channels: 4, kernel: 3 }\n  c: { op: relu, in: a }\n  sum: { op: add, in: [b, c] }`, 'out: sum');
  assert.deepEqual(weights(graph(text('a'))), ['a.bias', 'a.kernel']);
  assert.match(mistake(() => graph(text('d'))).message, /there is no node "d" whose weights could be shared/);
  assert.match(mistake(() => graph(text('c'))).message, /"c" has no weight for "c.kernel"/);
  assert.match(mistake(() => graph(text('a').replace('b: { op: conv2d, in: x, channels: 4', 'b: { op: conv2d, in: x, channels: 5'))).message, /another shape/);
});

test('share: calls share all weights of a graph; siblings of a seq share by their names', () => {
  const layer = 'graphs: { layer: { inputs: { y: [N, H, W, C] }, nodes: { conv: { op: conv2d, in: y, channels: $C, kernel: 3 } }, outputs: { out: conv } } }\n';
  assert.deepEqual(weights(graph(over('a: { graph: layer, in: x }\n  b: { graph: layer, in: a, share: a }', 'out: b', layer))), ['a.conv.bias', 'a.conv.kernel']);
  const g = graph(over('a: { in: x, seq: [{ op: conv2d, name: one, channels: 4, kernel: 1 }, { op: relu }, { op: conv2d, name: two, channels: 4, kernel: 1, share: one }] }', 'out: a'));
  assert.deepEqual(weights(g), ['a.one.bias', 'a.one.kernel']);
});

test('learned weights, init of every kind, and optional inputs with given()', () => {
  const inner = `graphs:
  blend:
    inputs: { y: [N, H, W, C], rgb: { shape: [N, H, W, C], optional: true } }
    nodes:
      gain: { op: learned, shape: [1, 1, 1, 1], init: { constant: 0.5 } }
      scaled: { op: multiply, in: [y, gain] }
      out: { graph: "$(if(given(rgb), 'both', 'one'))", in: { y: scaled, rgb: rgb } }
    outputs: { out: out }
  both: { inputs: { y: [N, H, W, C], rgb: { shape: [N, H, W, C], optional: true } }, nodes: { sum: { op: add, in: [y, rgb] } }, outputs: { out: sum } }
  one: { inputs: { y: [N, H, W, C], rgb: { shape: [N, H, W, C], optional: true } }, nodes: { same: { op: identity, in: y } }, outputs: { out: same } }
`;
  const ops = (rgb: string): string[] => graph(over(`a: { graph: blend, in: { y: x${rgb} } }`, 'out: a', inner)).nodes.map((n) => n.op);
  assert.deepEqual(ops(', rgb: x'), ['learned@1', 'multiply@1', 'add@1']);
  assert.deepEqual(ops(''), ['learned@1', 'multiply@1', 'identity@1']);
  const found = mistake(() => graph(over('a: { graph: both, in: { y: x } }', 'out: a', inner)));
  assert.equal(found.code, 'normalize/not-given');
  assert.match(String(found.hint), /given\(rgb\)/);
});

test('dtypes are declared and checked', () => {
  const text = 'kind: graph\nname: words\ninputs: { ids: { shape: [N, 77], dtype: int32 } }\nnodes: { a: { op: embedding, in: ids, vocabulary: 9, units: 4 }, b: { op: relu, in: ids } }\noutputs: { out: a }\n';
  const found = mistake(() => graph(text));
  assert.match(found.message, /"x" of relu: expected float32, received int32/);
  assert.deepEqual(shapes(graph(text.replace(', b: { op: relu, in: ids }', ''))), { out: ['N 77 4'] });
  assert.equal(mistake(() => graph(text.replace('dtype: int32', 'dtype: int64'))).code, 'schema/input');
});

test('no implicit rank expansion: equal shapes or explicit 1s', () => {
  for (const op of ['op: add, in: [x, id]', 'op: multiply, in: [x, id]', 'op: formula, in: { a: x, b: id }, expr: a * b']) {
    assert.equal(mistake(() => graph(over(`a: { ${op} }`, 'out: a'))).code, 'infer/shape', op);
  }
  const ones = graph(over('m: { op: mean, in: x, axes: [channels], keep-dims: true }\n  a: { op: formula, in: { x: x, m: m }, expr: x - m }', 'out: a'));
  assert.deepEqual(shapes(ones), { out: ['N H W 4'] });
});

test('axis is an integer, or batch, height, width, channels on images', () => {
  const at = (axis: string, x = 'x'): string[] => shapes(graph(over(`a: { op: concat, axis: ${axis}, in: [${x}, ${x}] }`, 'out: a'))).out;
  assert.deepEqual([at('batch'), at('height'), at('width'), at('channels'), at('-1'), at('1', 'id')], [['2*N H W 4'], ['N 2*H W 4'], ['N H 2*W 4'], ['N H W 8'], ['N H W 8'], ['N 12']]);
  assert.equal(mistake(() => at('channels', 'id')).code, 'infer/shape');
  assert.equal(mistake(() => at('depth')).code, 'schema/value');
});

test('formula: ports by name, numbers written into the text', () => {
  const g = graph(over('a: { op: formula, in: { m: x, b: x }, expr: "max(0, m - $margin * b)" }', 'out: a', 'params: { margin: { type: number, default: 0.25 } }\n'));
  assert.equal(attrs(g, 'a').expr, 'max(0, m - 0.25 * b)');
});
