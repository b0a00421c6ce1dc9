import pc from 'picocolors';
import type { DoctorReport } from './doctor-report.ts';

const MARKS = { ok: 'ok', warning: 'warn', missing: 'MISSING' } as const;

/** A doctor's report as lines for a terminal; without colour where `colour` is false (NO_COLOR, a pipe). */
export function renderDoctor(report: DoctorReport, colour = false): string {
  const paint = pc.createColors(colour);
  const tint = { ok: paint.green, warning: paint.yellow, missing: paint.red };
  const width = Math.max(...report.checks.map((check) => check.name.length));
  const lines = report.checks.flatMap((check) => {
    const mark = tint[check.status](MARKS[check.status].padEnd(8));
    const line = `${mark}${check.name.padEnd(width)}  ${check.detail}`;
    return check.next ? [line, `${' '.repeat(8 + width)}  -> ${check.next}`] : [line];
  });
  const verdict = report.engine ? `--engine auto takes ${report.engine}.` : 'No engine works.';
  return `${paint.bold(`swapgraph ${report.version}`)}\n${lines.join('\n')}\n${verdict}\n`;
}
