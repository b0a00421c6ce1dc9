import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graph, mistake } from './support.ts';

test('names that every JavaScript object inherits are no keys, whatever they stand in', () => {
  for (const name of ['toString', 'valueOf', 'hasOwnProperty', 'constructor', '__proto__']) {
    const found = mistake(() => graph(`kind: graph\nname: m\ninputs: { a: [N, ...] }\nnodes: { d: { op: relu, in: a, ${name}: 3 } }\noutputs: { out: d }\n`));
    assert.match(found.message, /cannot be a name/, name);
  }
});

test('nor in a heading, which is read as a text', () => {
  assert.match(mistake(() => graph('kind: graph\nname: { toString: x }\nnodes: {}\noutputs: {}\n')).message, /cannot be a name/);
});
