import type { Registry } from '../../registry/registry.ts';
import { escapeMarkup } from '../html/markup.ts';
import { draw } from './draw.ts';
import type { Box, Drawing, Mark } from './drawing.ts';
import type { Difference, NodeChange } from './difference.ts';
import { layOut } from './layout.ts';
import type { Subject } from './subject.ts';
import { svgDocument, svgPanel } from './svg.ts';
import { MARKS } from './colours.ts';
import { FONT } from './metrics.ts';

/** Both diagrams side by side; what differs is outlined. */
export async function renderDifferenceSvg(left: Subject, right: Subject, difference: Difference, registry: Registry): Promise<string> {
  const drawings = [marked(draw(left, { registry }), changedOn(difference, 'left'), 'removed'), marked(draw(right, { registry }), changedOn(difference, 'right'), 'added')];
  const panels = await Promise.all(drawings.map(async (d) => svgPanel(d, await layOut(d))));
  const gap = 28;
  const width = panels[0].width + gap + panels[1].width;
  const settings = settingLines(difference);
  const height = Math.max(...panels.map((p) => p.height)) + 24 + 15 * settings.length;
  const keys = (Object.entries(MARKS) as [Mark, string][]).map(([mark, colour], i) => `<rect x="${16 + 130 * i}" y="0" width="14" height="10" rx="2" fill="none" stroke="${colour}" stroke-width="2"/><text x="${36 + 130 * i}" y="9" font-size="${FONT.note}" fill="#67707c">${WORDS[mark]}</text>`);
  const lines = settings.map((text, i) => `<text x="16" y="${24 + 15 * (i + 1)}" font-size="${FONT.line}" fill="#2b3440">${escapeMarkup(text)}</text>`);
  const body = [
    `<g>${panels[0].body}</g>`, `<line x1="${panels[0].width + gap / 2}" y1="12" x2="${panels[0].width + gap / 2}" y2="${height - 30 - 15 * settings.length}" stroke="#d5dae1"/>`,
    `<g transform="translate(${panels[0].width + gap} 0)">${panels[1].body}</g>`, `<g transform="translate(0 ${height - 24 - 15 * settings.length})">${keys.join('')}${lines.join('')}</g>`,
  ];
  return svgDocument(width, height + 12, `${difference.left} and ${difference.right}`, body.join('\n'));
}

const WORDS: Readonly<Record<Mark, string>> = { changed: 'differs', removed: 'only on the left', added: 'only on the right' };

/** Settings that differ, which no box shows. */
function settingLines(difference: Difference): string[] {
  const shown = difference.settings.slice(0, 12).map((s) => `${s.pointer}: ${valueText(s.left)} → ${valueText(s.right)}`);
  return difference.settings.length > 12 ? [...shown, `… ${difference.settings.length - 12} more`] : shown;
}

function valueText(value: unknown): string {
  const text = value === undefined ? 'none' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function changedOn(difference: Difference, side: 'left' | 'right'): readonly NodeChange[] {
  return [...difference.nodes, ...difference.inputs].filter((c) => c[side] !== undefined);
}

/** A box is marked by what differs in the nodes it shows: all of them one-sided, or some. */
function marked(drawing: Drawing, changes: readonly NodeChange[], alone: Mark): Drawing {
  const paths = changes.map((c) => ({ path: c.path, oneSided: c.left === undefined || c.right === undefined }));
  const mark = (box: Box): Box => {
    const inside = box.children.map(mark);
    const id = box.id.replace(/^term:/, '@').replaceAll(box.id.startsWith('term:') ? '/' : '\0', '.').replace(/^input:/, '');
    const own = box.children.length > 0 ? [] : paths.filter((p) => p.path === id || p.path.startsWith(`${id}.`));
    return { ...box, children: inside, ...(own.length > 0 ? { mark: own.every((p) => p.oneSided) ? alone : ('changed' as const) } : {}) };
  };
  return { ...drawing, boxes: drawing.boxes.map(mark) };
}
