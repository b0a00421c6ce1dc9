import type { IrNode } from '../../ir/ir.ts';
import { withDefaults } from '../../registry/attributes.ts';
import type { Registry } from '../../registry/registry.ts';
import { dimText, isConcrete, type Dim } from '../../shape/dim.ts';
import type { Shape } from '../../shape/shape.ts';

const MAX_NOTE = 46;

/** A node in one line: its op, and the attributes that are not what they are by default. */
export function nodeLine(node: IrNode, registry: Registry): { readonly text: string; readonly note?: string } {
  const op = registry.ops.get(node.op);
  const defaults = withDefaults(op?.attrs ?? {}, {});
  const shown = node.outputs[0]?.shape.at(-1);
  const parts = Object.entries(node.attrs)
    // The number of channels stands on the arrow that leaves the box.
    .filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key]) && !(shown !== undefined && sameDim(value, shown)))
    .map(([key, value]) => attributeText(key, value)).filter((t) => t !== '');
  const note = parts.join(', ');
  return { text: node.op.replace(/@.*/, ''), ...(note === '' ? {} : { note: note.length > MAX_NOTE ? `${note.slice(0, MAX_NOTE - 1)}…` : note }) };
}

function sameDim(value: unknown, d: Dim): boolean {
  return typeof value === 'number' && isConcrete(d) ? value === d : isSymbolic(value) && !isConcrete(d) && value.key === d.key;
}

const isSymbolic = (v: unknown): v is Exclude<Dim, number> => typeof v === 'object' && v !== null && 'terms' in v && 'key' in v;

function attributeText(key: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? key : `no ${key}`;
  if (typeof value === 'string') return value === 'none' ? `no ${key}` : value;
  if (isSymbolic(value)) return `${key} ${dimText(value)}`;
  if (Array.isArray(value)) return `${key} ${value.map((v) => (isSymbolic(v) ? dimText(v) : String(v))).join(value.every((v) => typeof v === 'string') ? ' ' : '×')}`;
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([k, v]) => attributeText(k, v)).join(', ');
  return `${key} ${String(value)}`;
}

/** A shape without its batch axis: `H/4 × W/4 × 256`; a single number for a code, nothing for a scalar. */
export function arrowText(shape: Shape): string {
  const axes = shape.length > 1 ? shape.slice(1) : shape;
  // 4*H/4 is H but for its rounding, which no figure shows.
  const text = axes.map((d) => dimText(d).replace(/\b(\d+)\*([A-Za-z]\w*)\/(\d+)\b/g, reduced).replaceAll('*', '·')).join(' × ');
  return text.length > 34 ? `${axes.length} axes` : text;
}

function reduced(whole: string, times: string, letter: string, by: string): string {
  const [n, m] = [Number(times), Number(by)];
  if (n === m) return letter;
  return m % n === 0 ? `${letter}/${m / n}` : whole;
}
