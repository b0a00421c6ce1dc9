import path from 'node:path';
import type { Command } from 'commander';
import { pushRuns, systemClock } from '../../tracking/index.ts';

/** `push DIR --to URI`: local runs to an MLflow server. */
export function addPush(program: Command): void {
  program.command('push').argument('<dir>', 'the folder of a study').description('send local runs to an MLflow server; sending again adds nothing twice')
    .requiredOption('--to <uri>', 'the server, such as http://127.0.0.1:5000')
    .action(push);
}

async function push(dir: string, flags: { readonly to: string }): Promise<void> {
  const result = await pushRuns(path.resolve(dir), flags.to, { clock: systemClock(), env: process.env, onProblem: (d) => console.error(`tracking: ${d.message}`) });
  console.log(JSON.stringify(result, undefined, 2));
}
