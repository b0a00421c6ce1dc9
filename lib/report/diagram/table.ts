import { amount, byteText } from '../../plan/amount.ts';
import type { Registry } from '../../registry/registry.ts';
import { describe, type Count } from './describe.ts';
import type { Subject } from './subject.ts';

/** Nodes, shapes, parameters and MACs as aligned lines; `h` marks what a step can compute beforehand. */
export function renderTable(subject: Subject, registry: Registry): string {
  const d = describe(subject, registry);
  const inputs = d.inputs.map((i) => ['', i.name, i.field ?? 'input', i.shape, '', '']);
  const nodes = d.nodes.map((n) => [n.hoistable ? 'h' : '', n.path, n.op.replace(/@1$/, ''), n.shapes.join(' '), zeroAsBlank(n.parameters), zeroAsBlank(n.macs)]);
  const rows = [['', 'node', 'op', 'shape', 'parameters', 'MACs'], ...inputs, ...nodes];
  const { parameters, buffers, macs, kept, peak } = d.total;
  const models = (d.models ?? []).map((m) => `model ${m.name}: ${m.graph}, ${shown(m.parameters)} parameters${m.frozen === true ? ', frozen' : Array.isArray(m.frozen) ? `, frozen: ${m.frozen.join(', ')}` : ''}`);
  const notes = subject.experiment ? ['h: depends on data and frozen weights alone'] : [];
  return [
    `${d.name}${d.doc ? `: ${d.doc.trim().replace(/\s+/g, ' ')}` : ''}`, '', ...aligned(rows), '',
    ...Object.entries(d.outputs).map(([name, ids]) => `${subject.experiment ? 'term' : 'output'} ${name}: ${ids.join(', ')}`), ...models,
    `${d.nodes.length} nodes, ${shown(parameters)} trainable parameters${buffers === 0 ? '' : `, ${shown(buffers)} others`}, ${shown(macs)} MACs, ${typeof kept === 'number' ? byteText(kept) : `${kept} bytes`} of activations${peak === undefined ? '' : `, at most ${byteText(peak)} at once forward`}`,
    ...notes,
  ].join('\n');
}

const shown = (n: Count): string => (typeof n === 'number' ? amount(n) : n);
const zeroAsBlank = (n: Count): string => (n === 0 ? '' : shown(n));

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((r) => r[c].length)));
  return rows.map((r) => r.map((cell, c) => (c >= 4 ? cell.padStart(widths[c]) : cell.padEnd(widths[c]))).join('  ').trimEnd());
}
