import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attrs, graph, mistake, node, over, paths, shapes, weights } from './support.ts';

test('repeat feeds each result into the next; children are named by index', () => {
  const g = graph(over('a: { repeat: 3, in: x, do: { op: conv2d, channels: 4, kernel: 3 } }', 'out: a'));
  assert.deepEqual(paths(g), ['a.0', 'a.1', 'a.2']);
  assert.deepEqual(node(g, 'a.2').inputs, ['a.1:out']);
  assert.deepEqual(paths(graph(over('a: { repeat: 0, in: x, do: { op: relu } }\n  b: { op: tanh, in: a }', 'out: b'))), ['b'], 'nothing repeated is the identity');
});

test('chain goes over a list; children are named by value, an empty list is the identity', () => {
  const g = graph(over('a: { chain: [2, 8], in: x, do: { seq: [{ op: conv2d, channels: $item, kernel: 1 }, { op: relu }] } }', 'out: a'));
  assert.deepEqual(paths(g), ['a.2.conv2d', 'a.2.relu', 'a.8.conv2d', 'a.8.relu']);
  const norms = 'params: { norms: { type: array, default: [batch, instance] } }\n';
  const text = over('a: { chain: $norms, in: x, do: { op: norm, type: $item } }\n  b: { op: relu, in: a }', 'out: b', norms);
  assert.deepEqual(paths(graph(text)), ['a.batch', 'a.instance', 'b']);
  assert.deepEqual(paths(graph(text, { set: ['/params/norms=[]'] })), ['b']);
});

test('chain: several lists go in step, of values and of tensors, with index and key', () => {
  const g = graph(over(`
  maps: { op: list, in: [x, x] }
  a:
    chain: { channels: [3, 5], skip: maps }
    key: level$(index + 1)
    carry: { h: x }
    do: { seq: [{ op: concat, axis: channels, in: [h, skip] }, { op: conv2d, channels: $channels, kernel: 1 }] }
`, 'out: a'));
  assert.deepEqual(paths(g), ['a.level1.concat', 'a.level1.conv2d', 'a.level2.concat', 'a.level2.conv2d']);
  assert.deepEqual(node(g, 'a.level2.concat').inputs, ['a.level1.conv2d:out', 'input:x']);
  assert.deepEqual(shapes(g), { out: ['N H W 5'] });
  const unequal = mistake(() => graph(over('a: { chain: { c: [3, 5], d: [1] }, key: $index, in: x, do: { op: relu } }', 'out: a')));
  assert.match(unequal.message, /c has 2, d has 1/);
});

test('rounds without a name of their own need a key, and equal names are refused: they would share weights', () => {
  assert.equal(mistake(() => graph(over('a: { chain: [3, 3], in: x, do: { op: relu } }', 'out: a'))).code, 'normalize/duplicate');
  assert.equal(mistake(() => graph(over('a: { chain: [{ c: 3 }], in: x, do: { op: conv2d, channels: $item.c, kernel: 1 } }', 'out: a'))).code, 'normalize/key');
  assert.equal(mistake(() => graph(over('a: { chain: [3, 5], key: same, in: x, do: { op: relu } }', 'out: a'))).code, 'normalize/duplicate');
  const records = graph(over('a: { chain: [{ key: stem, c: 3 }, { key: deep, c: 5 }], key: $item.key, in: x, do: { op: conv2d, channels: $item.c, kernel: 1 } }', 'out: a'));
  assert.deepEqual(paths(records), ['a.stem', 'a.deep']);
});

test('carry, nodes, next and collect: several values from round to round, lists of inner nodes', () => {
  const g = graph(over(`
  a:
    repeat: 2
    carry: { h: x, c: id }
    nodes:
      code: { op: linear, in: c, units: 6 }
      scale: { op: linear, in: code, units: 4 }
      deep: { op: scale-channels, in: { x: h, by: scale } }
    next: { h: deep, c: code }
    collect: { codes: code, deeps: deep }
  all: { op: list, in: [a.codes] }
`, 'h: a.h, codes: a.codes, deeps: a.deeps, all: all'));
  assert.deepEqual(g.outputs, { h: ['a.1.deep:out'], codes: ['a.0.code:out', 'a.1.code:out'], deeps: ['a.0.deep:out', 'a.1.deep:out'], all: ['a.0.code:out', 'a.1.code:out'] });
  assert.deepEqual(node(g, 'a.1.code').inputs, ['a.0.code:out']);
});

test('next says what becomes of each carried value, and of no other', () => {
  const body = (next: string): string => over(`a: { repeat: 2, carry: { h: x }, nodes: { b: { op: relu, in: h } }${next} }`, 'out: a');
  assert.deepEqual(paths(graph(body(', next: { h: b }'))), ['a.0.b', 'a.1.b']);
  for (const next of ['', ', next: { g: b }', ', next: { h: b, g: b }']) assert.equal(mistake(() => graph(body(next))).code, 'normalize/next', next);
});

test('a body sees the nodes around it, and its own names first', () => {
  const g = graph(over('code: { op: linear, in: id, units: 4 }\n  a: { repeat: 2, carry: { h: x }, do: { op: scale-channels, in: { x: h, by: code } } }', 'out: a'));
  assert.deepEqual(node(g, 'a.1').inputs, ['a.0:out', 'code:out']);
  const hidden = graph(over('h: { op: relu, in: x }\n  a: { repeat: 1, carry: { h: x }, do: { op: tanh, in: h } }\n  b: { op: add, in: [a, h] }', 'out: b'));
  assert.deepEqual(node(hidden, 'a.0').inputs, ['input:x']);
});

test('with several carried values a body of one call hands them on by its outputs\' names', () => {
  const swap = 'graphs: { swap: { inputs: { p: [N, H, W, C], q: [N, H, W, C] }, nodes: { a: { op: relu, in: q }, b: { op: tanh, in: p } }, outputs: { p: a, q: b } } }\n';
  const g = graph(over('a: { repeat: 2, carry: { p: x, q: x }, do: { graph: swap, in: [p, q] } }', 'p: a.p, q: a.q', swap));
  assert.deepEqual(node(g, 'a.1.a').inputs, ['a.0.b:out']);
  assert.equal(mistake(() => graph(over('a: { repeat: 2, carry: { p: x, q: x }, do: { op: relu, in: p } }', 'p: a.p', swap))).code, 'normalize/next');
});

test('map gives the list of results and carries nothing', () => {
  const g = graph(over('l: { op: list, in: [x, x] }\n  m: { map: l, key: $index, do: { seq: [{ op: mean, in: item }, { op: affine, scale: 2 }] } }\n  s: { op: sum-list, in: m }', 'out: m, sum: s'));
  assert.deepEqual(paths(g), ['m.0.mean', 'm.0.affine', 'm.1.mean', 'm.1.affine', 's']);
  assert.equal(g.outputs.out.length, 2);
  const inner = graph(over('m: { map: { c: [1, 2] }, key: $index, nodes: { a: { op: conv2d, in: x, channels: $c, kernel: 1 }, b: { op: relu, in: a } }, out: b, collect: { convs: a } }', 'out: m, convs: m.convs'));
  assert.deepEqual(shapes(inner), { out: ['N H W 1', 'N H W 2'], convs: ['N H W 1', 'N H W 2'] });
  assert.equal(mistake(() => graph(over('m: { map: [1, 2], nodes: { a: { op: relu, in: x } } }', 'out: m'))).code, 'normalize/out');
});

test('lists: list splices, reverse, drop, item', () => {
  const g = graph(over(`
  a: { op: relu, in: x }
  l: { op: list, in: [x, a] }
  more: { op: list, in: [l, id] }
  back: { op: list-reverse, in: more }
  less: { op: list-drop, in: back, first: 1 }
  last: { op: list-item, in: more, index: -1 }
`, 'more: more, back: back, less: less, last: last'));
  assert.deepEqual(g.outputs, { more: ['input:x', 'a:out', 'input:id'], back: ['input:id', 'a:out', 'input:x'], less: ['a:out', 'input:x'], last: ['input:id'] });
  assert.equal(mistake(() => graph(over('l: { op: list, in: [x] }\n  a: { op: list-item, in: l, index: 1 }', 'out: a'))).code, 'normalize/list');
  assert.equal(mistake(() => graph(over('l: { op: list, in: [x, x] }\n  a: { op: relu, in: l }', 'out: a'))).code, 'normalize/list');
});

test('list inputs: any length, a given length, or the shape of each item', () => {
  const inner = (declaration: string): string => `kind: graph\nname: inner\ninputs: { maps: ${declaration} }\nnodes: { m: { map: maps, key: $index, do: { op: mean, in: item } }, s: { op: sum-list, in: m } }\noutputs: { out: s }\n`;
  const call = (declaration: string, list: string): string[] => paths(graph(over(`a: { graph: ./inner.yaml, in: { maps: ${list} } }`, 'out: a'), { files: { 'inner.yaml': inner(declaration) } }));
  assert.equal(call('{ list: [N, ...] }', '[x, id, x]').length, 4);
  assert.equal(call('{ list: [N, ...] }', 'x').length, 2, 'one tensor is a list of one');
  assert.match(mistake(() => call('{ list: [N, ...], length: 2 }', '[x, id, x]')).message, /expected 2 tensors, received 3/);
  assert.equal(call('{ list: [N, ...], shapes: [[N, H, W, C], [N, D]] }', '[x, id]').length, 3);
  assert.match(mistake(() => call('{ list: [N, ...], shapes: [[N, H, W, C], [N, 7]] }', '[x, id]')).message, /expected \[N, 7\], received \[N, 6\]/);
  assert.equal(graph(inner('{ list: [N, ...], shapes: [[N, 4], [N, 5], [N, 6]] }')).inputs.length, 3);
  for (const wrong of ['{ list: [N, ...], length: 0 }', '{ shape: [N, 4], length: 2 }', '{ list: [N, ...], shapes: [] }', '{ list: [N, ...], length: 1, shapes: [[N]] }']) {
    assert.equal(mistake(() => graph(inner(wrong))).code, 'schema/input', wrong);
  }
});

test('an hourglass without recursion: a repeat down that collects, a chain up over the reversed list', () => {
  const g = graph(over(`
  down: { repeat: 2, carry: { h: x }, nodes: { skip: { op: relu, in: h }, low: { op: avg-pool, in: h, size: 2 } }, next: { h: low }, collect: { skips: skip } }
  skips: { op: list-reverse, in: down.skips }
  up: { chain: { skip: skips }, key: $index, carry: { h: down.h }, nodes: { large: { op: resize, in: h, scale: 2 }, sum: { op: add, in: [skip, large] } }, next: { h: sum } }
`, 'out: up'));
  assert.deepEqual(node(g, 'up.0.sum').inputs, ['down.1.skip:out', 'up.0.large:out']);
  assert.equal(weights(g).length, 0);
  assert.equal(attrs(g, 'up.1.large').scale, 2);
});
