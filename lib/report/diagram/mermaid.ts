import { COLOURS } from './colours.ts';
import { allBoxes, type Box, type Drawing, type Tone } from './drawing.ts';

/** A drawing as a Mermaid flowchart, for pages that draw those themselves. */
export function renderMermaid(drawing: Drawing, direction: 'DOWN' | 'RIGHT' = 'DOWN'): string {
  const boxes = allBoxes(drawing.boxes);
  const names = new Map(boxes.map((b, i) => [b.id, `n${i}`]));
  const name = (id: string): string => names.get(id) ?? id;
  const tones = [...new Set(boxes.map((b) => b.tone))];
  return [
    '---', `title: ${quoted(drawing.title)}`, '---', `flowchart ${direction === 'DOWN' ? 'TD' : 'LR'}`,
    ...drawing.boxes.flatMap((b) => boxLines(b, name, '  ')),
    ...drawing.links.map((l) => `  ${name(l.from)} -->${l.label ? `|${quoted(l.label)}|` : ''} ${name(l.to)}`),
    ...tones.map(classLine),
    ...tones.map((tone) => `  class ${boxes.filter((b) => b.tone === tone).map((b) => name(b.id)).join(',')} ${tone}`),
  ].join('\n');
}

function boxLines(box: Box, name: (id: string) => string, indent: string): string[] {
  const title = `${box.title}${box.repeat ? ` × ${box.repeat}` : ''}`;
  if (box.children.length > 0) return [`${indent}subgraph ${name(box.id)}[${quoted(title)}]`, ...box.children.flatMap((c) => boxLines(c, name, `${indent}  `)), `${indent}end`];
  const label = quoted([`<b>${escaped(title)}</b>`, ...box.lines.map((l) => escaped(`${l.text}${l.note ? ` ${l.note}` : ''}`))].join('<br/>'), false);
  const [left, right] = box.tone === 'data' || box.tone === 'output' ? ['([', '])'] : ['[', ']'];
  return [`${indent}${name(box.id)}${left}${label}${right}`];
}

function classLine(tone: Tone): string {
  const { fill, stroke, ink } = COLOURS[tone];
  return `  classDef ${tone} fill:${fill},stroke:${stroke},color:${ink}${tone === 'frozen' ? ',stroke-dasharray:4 2' : ''}`;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const quoted = (text: string, escape = true): string => `"${escape ? escaped(text) : text}"`;
