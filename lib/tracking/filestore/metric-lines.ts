import type { Point, WireValue } from '../records.ts';

/** A point as MLflow's file store writes it: `timestamp value step`, the value as Python's `float` reads it. */
export function metricLine([, value, timestamp, step]: Point): string {
  return `${timestamp} ${pythonFloat(value)} ${step}\n`;
}

function pythonFloat(value: WireValue): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : String(value);
  return value === 'NaN' ? 'nan' : value === 'Infinity' ? 'inf' : '-inf';
}

/** The points of a metric file, exact repeats and what follows the last line end (a torn write) left out. */
export function parseMetricLines(key: string, text: string): Point[] {
  const lines = new Set(text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== ''));
  return [...lines].map((line) => {
    const [timestamp, value, step = '0'] = line.trim().split(' ');
    return [key, parseFloatOfPython(value), Number(timestamp), Number(step)];
  });
}

function parseFloatOfPython(text: string): WireValue {
  const word = text.toLowerCase();
  if (word === 'nan') return 'NaN';
  if (/^\+?inf(inity)?$/.test(word)) return 'Infinity';
  return /^-inf(inity)?$/.test(word) ? '-Infinity' : Number(text);
}
