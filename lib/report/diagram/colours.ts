import type { Mark, Tone } from './drawing.ts';

interface Colour {
  readonly fill: string;
  /** Of a box that holds others. */
  readonly frame: string;
  readonly stroke: string;
  readonly ink: string;
}

/** Pale fills that survive a grey print; readable without telling colours apart, since frozen boxes are dashed and data is round. */
export const COLOURS: Readonly<Record<Tone, Colour>> = {
  data: { fill: '#eef1f5', frame: '#f7f8fa', stroke: '#8a94a3', ink: '#2b3440' },
  plain: { fill: '#ffffff', frame: '#fbfbfc', stroke: '#a9b1bc', ink: '#2b3440' },
  trainable: { fill: '#fdebd3', frame: '#fef8f0', stroke: '#d08a2e', ink: '#5b3a0c' },
  frozen: { fill: '#dceaf8', frame: '#f2f7fc', stroke: '#3f7fbf', ink: '#143d66' },
  loss: { fill: '#f8dfe2', frame: '#fdf5f6', stroke: '#c04a5a', ink: '#6b1622' },
  output: { fill: '#e1f2e3', frame: '#f4faf5', stroke: '#4f9a5b', ink: '#1d4a25' },
};

export const MARKS: Readonly<Record<Mark, string>> = { changed: '#e0a100', removed: '#c8102e', added: '#14823c' };
