import { outputsOf, portsOf, type Op, type OpExample } from '../../registry/op.ts';
import { opNames, type Registry } from '../../registry/registry.ts';
import { attributeTable, page } from './markdown.ts';

/** `docs/reference/ops.md`. */
export function opsPage(registry: Registry): string {
  const ops = opNames(registry).map((name) => registry.ops.get(name) as Op);
  return page('Ops', '`lib/ops`',
    `A node \`{ op: name, in: …, attribute: value }\` of a graph. Images are [N, H, W, C]; letters stand for any size. An attribute may be \`$name\` or \`$( … )\`. Files may pin a version, \`conv2d@1\`; without one a name means the newest.`,
    ops.map((o) => `[${o.name}](#${o.name})`).join(' · '),
    ...ops.map(opSection));
}

function opSection(op: Op): string {
  const attrs = Object.keys(op.attrs as object).length > 0 ? attributeTable(op.attrs) : undefined;
  return [`## ${op.name}`, `${op.doc}${op.source ? ` (${op.source.replace(/\.$/, '')})` : ''}`, facts(op), attrs, examples(op)].filter((p) => p).join('\n\n');
}

function facts(op: Op): string {
  const inputs = op.inputs === 'named' ? 'any names' : portsOf(op).map((p) => `\`${p.name}\`${p.list ? ' (a list)' : ''}${p.optional ? ' (optional)' : ''}${p.dtype && p.dtype !== 'float32' ? ` (${p.dtype})` : ''}${p.doc ? `: ${p.doc.replace(/\.$/, '')}` : ''}`).join(', ') || 'none';
  const outputs = typeof op.outputs === 'function' ? 'named by its attributes' : outputsOf(op, {}).map((o) => `\`${o}\``).join(', ');
  const traits = [
    op.version !== undefined && op.version > 1 ? `Version ${op.version}.` : '', op.traits?.random ? 'Draws random numbers, keyed by seed, node and step.' : '',
    op.traits?.nondifferentiable ? 'No gradient flows through it.' : '', op.traits?.listwise ? 'Works on lists while the graph is built.' : '', op.traits?.higherOrder ? 'Differentiates the nodes between its inputs.' : '',
  ].filter((t) => t !== '');
  return [`Inputs: ${inputs}. Outputs: ${outputs}.`, ...traits].join(' ');
}

function examples(op: Op): string | undefined {
  const shown = op.examples.slice(0, 3).map((e) => `- \`${exampleText(op, e)}\``);
  return shown.length > 0 ? shown.join('\n') : undefined;
}

function exampleText(op: Op, example: OpExample): string {
  const shape = (s: readonly (number | string)[] | null): string => (s === null ? 'left out' : `[${s.join(', ')}]`);
  const attrs = Object.entries(example.attrs ?? {}).map(([k, v]) => `, ${k}: ${typeof v === 'string' ? v : JSON.stringify(v)}`).join('');
  return `{ op: ${op.name}${attrs} }: ${example.in.map((s, i) => `${example.names?.[i] ? `${example.names[i]} ` : ''}${shape(s)}`).join(', ') || 'nothing'} -> ${example.out.map(shape).join(', ')}`;
}
