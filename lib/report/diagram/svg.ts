import { escapeMarkup } from '../html/markup.ts';
import { COLOURS, MARKS } from './colours.ts';
import type { Drawing } from './drawing.ts';
import type { Layout, PlacedBox, PlacedLink, Point } from './layout.ts';
import { baseline, FONT, HEADER, textWidth } from './metrics.ts';

const MARGIN = 16;
const HEAD = 46;
const FOOT = 30;

/** A laid-out drawing as an SVG document that needs no style sheet, font or script. */
export function renderSvg(drawing: Drawing, layout: Layout): string {
  const panel = svgPanel(drawing, layout);
  return svgDocument(panel.width, panel.height, drawing.title, panel.body);
}

export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly body: string;
}

/** Title, diagram and legend, with the origin at the top left. */
export function svgPanel(drawing: Drawing, layout: Layout): Panel {
  const legend = legendOf(drawing);
  const width = Math.max(layout.width, legend.width, textWidth(drawing.title, FONT.heading, true), textWidth(drawing.subtitle, FONT.subtitle)) + 2 * MARGIN;
  const height = HEAD + layout.height + FOOT + MARGIN;
  const shift = Math.max(MARGIN, (width - layout.width) / 2);
  const body = [
    text(drawing.title, MARGIN, 24, FONT.heading, '#1c2430', 'bold'), text(drawing.subtitle, MARGIN, 40, FONT.subtitle, '#67707c'),
    `<g transform="translate(${num(shift)} ${HEAD})">`, ...layout.boxes.map(boxSvg), ...layout.links.map(linkSvg), ...layout.links.map(labelSvg), ...layout.boxes.map(headerSvg), '</g>',
    `<g transform="translate(${MARGIN} ${num(HEAD + layout.height + 16)})">${legend.body}</g>`,
  ].join('\n');
  return { width: Math.ceil(width), height: Math.ceil(height), body };
}

export function svgDocument(width: number, height: number, title: string, body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, 'Liberation Sans', sans-serif" role="img">
<title>${escapeMarkup(title)}</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0.5 0.8 L7.5 4 L0.5 7.2 L2 4 Z" fill="#5a6472"/></marker></defs>
<rect width="${width}" height="${height}" fill="#ffffff"/>
${body}
</svg>
`;
}

function boxSvg({ box, x, y, width, height }: PlacedBox): string {
  const tone = COLOURS[box.tone];
  const mark = box.mark ? MARKS[box.mark] : undefined;
  const open = box.children.length > 0;
  const rounded = box.tone === 'data' || box.tone === 'output' ? height / 2 : open ? 8 : 5;
  const look = `fill="${open ? tone.frame : tone.fill}" stroke="${mark ?? tone.stroke}" stroke-width="${mark ? 2 : 1}"${box.tone === 'frozen' ? ' stroke-dasharray="4 2.5"' : ''}`;
  const rect = (dx: number): string => `<rect x="${num(x + dx)}" y="${num(y + dx)}" width="${num(width)}" height="${num(height)}" rx="${num(rounded)}" ${look}/>`;
  // Rounds of a loop lie behind the first like cards.
  const cards = box.repeat ? [rect(5), rect(2.5)] : [];
  const times = box.repeat && !open ? [text(`× ${box.repeat}`, x + width - 8, y + 15, FONT.title, tone.ink, 'bold', 'end')] : [];
  const title = open ? '' : text(box.title, x + width / 2 - (box.repeat ? 12 : 0), y + (box.lines.length > 0 ? 16 : height / 2 + 4), FONT.title, tone.ink, 'bold', 'middle');
  const lines = box.lines.map((l, i) => lineSvg(l, x + width / 2, y + baseline(i), tone.ink));
  return [...cards, rect(0), title, ...times, ...lines].join('');
}

/** The heading of a frame, above the arrows that cross it. */
function headerSvg({ box, x, y, width }: PlacedBox): string {
  if (box.children.length === 0) return '';
  const { frame, ink } = COLOURS[box.tone];
  const halo = (words: string, at: number, anchor: string): string => `<text x="${num(at)}" y="${num(y + HEADER - 6)}" font-size="${FONT.title}" font-weight="bold" fill="${ink}" text-anchor="${anchor}" stroke="${frame}" stroke-width="4" paint-order="stroke" stroke-linejoin="round">${escapeMarkup(words)}</text>`;
  return `${halo(box.title, x + 10, 'start')}${box.repeat ? halo(`× ${box.repeat}`, x + width - 9, 'end') : ''}`;
}

function lineSvg(line: { readonly text: string; readonly note?: string }, x: number, y: number, ink: string): string {
  const note = line.note ? `<tspan dx="${line.text === '' ? 0 : 5}" font-size="${FONT.note}" fill="#67707c">${escapeMarkup(line.note)}</tspan>` : '';
  return `<text x="${num(x)}" y="${num(y)}" font-size="${FONT.line}" fill="${ink}" text-anchor="middle">${escapeMarkup(line.text)}${note}</text>`;
}

function linkSvg({ points }: PlacedLink): string {
  return points.length < 2 ? '' : `<path d="${pathOf(points)}" fill="none" stroke="#5a6472" stroke-width="1.1" marker-end="url(#tip)"/>`;
}

function labelSvg({ label }: PlacedLink): string {
  if (!label) return '';
  return `<text x="${num(label.x)}" y="${num(label.y + FONT.arrow)}" font-size="${FONT.arrow}" fill="#67707c" text-anchor="middle" stroke="#ffffff" stroke-width="2.5" paint-order="stroke" stroke-linejoin="round">${escapeMarkup(label.text)}</text>`;
}

/** Straight runs with round corners. */
function pathOf(points: readonly Point[]): string {
  const out = [`M${num(points[0].x)} ${num(points[0].y)}`];
  for (let i = 1; i < points.length - 1; i++) {
    const [before, here, after] = [points[i - 1], points[i], points[i + 1]];
    const [a, b] = [towards(here, before), towards(here, after)];
    out.push(`L${num(a.x)} ${num(a.y)}Q${num(here.x)} ${num(here.y)} ${num(b.x)} ${num(b.y)}`);
  }
  const last = points[points.length - 1];
  return `${out.join('')}L${num(last.x)} ${num(last.y)}`;
}

function towards(from: Point, to: Point): Point {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const r = Math.min(5, length / 2);
  return { x: from.x + (dx / length) * r, y: from.y + (dy / length) * r };
}

function legendOf(drawing: Drawing): { readonly width: number; readonly body: string } {
  let x = 0;
  const parts = drawing.legend.map(({ tone, text: words }) => {
    const { fill, stroke } = COLOURS[tone];
    const part = `<rect x="${num(x)}" y="0" width="14" height="10" rx="2" fill="${fill}" stroke="${stroke}"${tone === 'frozen' ? ' stroke-dasharray="4 2.5"' : ''}/>${text(words, x + 19, 9, FONT.note, '#67707c')}`;
    x += 19 + textWidth(words, FONT.note) + 16;
    return part;
  });
  return { width: x, body: parts.join('') };
}

function text(words: string, x: number, y: number, size: number, fill: string, weight: 'normal' | 'bold' = 'normal', anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text x="${num(x)}" y="${num(y)}" font-size="${size}" fill="${fill}"${weight === 'bold' ? ' font-weight="bold"' : ''}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escapeMarkup(words)}</text>`;
}

const num = (n: number): string => String(Math.round(n * 10) / 10);
