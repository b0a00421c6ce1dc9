import type { Command } from 'commander';
import { wantsColour } from '../../diagnostics/render.ts';
import { diagnose } from '../../engine/doctor.ts';
import { renderDoctor } from '../../engine/doctor-text.ts';
import { EXIT, ExitError } from '../exit.ts';
import { printJson } from '../output.ts';

/** `doctor`: what works on this machine; exit 3 where something is missing. */
export function addDoctor(program: Command): void {
  program.command('doctor').description('what works on this machine').option('--json', 'the report as JSON').action(doctor);
}

async function doctor(flags: { readonly json?: boolean }): Promise<void> {
  const report = await diagnose();
  if (flags.json) printJson(report);
  else process.stdout.write(renderDoctor(report, wantsColour(process.env, process.stdout.isTTY === true)));
  if (!report.healthy) throw new ExitError(EXIT.failed);
}
