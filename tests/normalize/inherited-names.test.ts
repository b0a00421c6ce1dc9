import assert from 'node:assert/strict';
import { test } from 'node:test';
import { experiment, graph, mistake } from './support.ts';

test('names that every JavaScript object inherits are no attributes', () => {
  for (const name of ['toString', 'valueOf', 'hasOwnProperty']) {
    const found = mistake(() => graph(`kind: graph\nname: m\ninputs: { a: [N, ...] }\nnodes: { d: { op: relu, in: a, ${name}: 3 } }\noutputs: { out: d }\n`));
    assert.match(found.message, /relu has no attribute/, name);
  }
});

test('nor are they keys of an optimizer', () => {
  const text = 'kind: experiment\nname: e\nmodels: { m: { graph: ./m.yaml } }\ndata: { dataset: tiny, size: 8, batch: 2 }\nstep: { inputs: { t: target.image }, nodes: { y: { model: m, in: t } } }\n'
    + 'phases: { p: { update: [m], optimizer: { type: sgd, lr: 0.1, toString: 3 }, terms: { a: { graph: ./l.yaml, in: y } } } }\ntrain: { steps: 1, toString: 3 }\n';
  const files = {
    'm.yaml': 'kind: graph\nname: m\ninputs: { x: [N, H, W, C] }\nnodes: { y: { op: conv2d, in: x, channels: 2, kernel: 1 } }\noutputs: { y: y }\n',
    'l.yaml': 'kind: graph\nname: l\ninputs: { x: [N, ...] }\nnodes: { y: { op: mean, in: x } }\noutputs: { y: y }\n',
  };
  assert.match(mistake(() => experiment(text, { files })).message, /has no "toString"/);
});
