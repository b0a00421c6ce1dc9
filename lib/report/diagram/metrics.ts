import type { Box } from './drawing.ts';

/** Sizes of type, in pixels. */
export const FONT = Object.freeze({ heading: 15, subtitle: 11, title: 12, line: 11, note: 9.5, arrow: 9.5 });
/** Height of a frame's heading. */
export const HEADER = 22;
const LINE = 15;
const PAD = 9;

const NARROW = /[iljtfrI.,:;'|()[\]]/g;
const WIDE = /[mwMW×]/g;

/** Width of a text in a sans-serif face: an estimate that is rather too wide than too narrow. */
export function textWidth(text: string, size: number, bold = false): number {
  const narrow = text.match(NARROW)?.length ?? 0;
  const wide = text.match(WIDE)?.length ?? 0;
  return size * (bold ? 1.06 : 1) * (0.57 * (text.length - narrow - wide) + 0.34 * narrow + 0.86 * wide);
}

/** Size of a box without children. */
export function boxSize(box: Box): { readonly width: number; readonly height: number } {
  const lines = box.lines.map((l) => textWidth(l.text, FONT.line) + (l.note ? 8 + textWidth(l.note, FONT.note) : 0));
  const title = textWidth(box.title, FONT.title, true) + (box.repeat ? 34 : 0);
  return { width: Math.ceil(Math.max(44, title, ...lines) + 2 * PAD), height: Math.ceil((box.lines.length === 0 ? 18 : 20 + LINE * box.lines.length) + PAD) };
}

/** Baseline of the n-th line of a box below its top. */
export const baseline = (n: number): number => 17 + LINE * (n + 1);
