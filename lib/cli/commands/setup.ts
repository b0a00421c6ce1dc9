import type { Command } from 'commander';
import { runSetup } from '../../engine/set-up.ts';
import { ExitError } from '../exit.ts';

interface SetupFlags {
  readonly gpu?: boolean;
  readonly cudaLibraries: boolean;
}

/** `setup`: builds the native engine; safe to repeat or interrupt. */
export function addSetup(program: Command): void {
  program.command('setup').description('build the native engine').option('--gpu', 'the engine for NVIDIA GPUs')
    .option('--no-cuda-libraries', 'with --gpu: leave the CUDA libraries to the system').action(setup);
}

async function setup(flags: SetupFlags): Promise<void> {
  const code = await runSetup([...(flags.gpu ? ['--gpu'] : []), ...(flags.cudaLibraries ? [] : ['--no-cuda-libraries'])]);
  if (code !== 0) throw new ExitError(code);
}
