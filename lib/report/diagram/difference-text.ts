import { amount, byteText } from '../../plan/amount.ts';
import type { Count } from './describe.ts';
import type { Difference, NodeChange } from './difference.ts';

/** A difference as lines: `-` what only the left has, `+` what only the right has. */
export function renderDifference(d: Difference): string {
  if (d.equal) return `${d.left} and ${d.right} mean the same`;
  const settings = d.settings.flatMap((s) => [`  ${s.pointer}`, ...lines(text(s.left), text(s.right))]);
  const sections: [string, readonly string[]][] = [
    ['settings', settings], ['inputs', d.inputs.flatMap(changeLines)], ['nodes', d.nodes.flatMap(changeLines)], ['weights', d.weights.flatMap(changeLines)],
  ];
  return [
    `- ${d.left}`, `+ ${d.right}`,
    ...sections.filter(([, body]) => body.length > 0).flatMap(([name, body]) => ['', `${name}:`, ...body]),
    '', ...d.totals.map((t) => `${t.what}: ${shown(t.left, t.what)} -> ${shown(t.right, t.what)}${delta(t.left, t.right)}`),
  ].join('\n');
}

const changeLines = (c: NodeChange): string[] => [`  ${c.path}`, ...lines(c.left, c.right)];

function lines(left: string | undefined, right: string | undefined): string[] {
  return [...(left === undefined ? [] : [`    - ${left}`]), ...(right === undefined ? [] : [`    + ${right}`])];
}

const text = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

function shown(n: Count, what: string): string {
  if (typeof n === 'string') return n;
  return what.startsWith('bytes') ? byteText(n) : amount(n);
}

function delta(left: Count, right: Count): string {
  if (typeof left === 'string' || typeof right === 'string' || left === right) return left === right ? ' (equal)' : '';
  return ` (${right > left ? '+' : ''}${(right - left).toLocaleString('en-US')})`;
}
