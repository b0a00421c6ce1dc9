import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DiagnosticError } from '../../lib/diagnostics/diagnostic.ts';
import type { IrNode } from '../../lib/ir/ir.ts';
import { unitsOf } from '../../lib/ir/units.ts';

/** `a<b,c@block`: the node a of a block, which reads b and c. */
function nodes(...texts: string[]): IrNode[] {
  return texts.map((text): IrNode => {
    const [rest, remat] = text.split('@');
    const [path, inputs = ''] = rest.split('<');
    return {
      path, op: 'add@1', attrs: {}, inputs: inputs.split(',').filter(Boolean).map((n) => `${n}:out`), names: [], weights: {}, spans: [],
      outputs: [{ id: `${path}:out`, port: 'out', shape: [], dtype: 'float32' }], ...(remat ? { remat } : {}),
    };
  });
}

const names = (...texts: string[]): string[] => unitsOf({ nodes: nodes(...texts) }).map((u) => u.nodes.map((n) => n.path).join('+'));

test('without blocks every node is a unit, in the order of the graph', () => {
  assert.deepEqual(names('a', 'b<a', 'c'), ['a', 'b', 'c']);
});

test('a block is one unit, behind everything it reads', () => {
  assert.deepEqual(names('a', 'b<a@x', 'c<a', 'd<b,c@x', 'e<d'), ['a', 'c', 'b+d', 'e']);
});

test('a block that reads its own results from outside is refused by name', () => {
  assert.throws(() => names('a@x', 'b<a', 'c<b@x'), (e) => e instanceof DiagnosticError && e.message.includes('block "x"'));
});
