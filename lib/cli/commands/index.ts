import type { Command } from 'commander';

/** A command as help lists it; its code is loaded when it is called. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<(program: Command) => void>;
}

/** The commands; adding one is a file here and an entry in this list. */
export const commands: readonly CommandEntry[] = [
  { name: 'check', summary: 'find every mistake in graphs, experiments and ablations', load: async () => (await import('./check.ts')).addCheck },
  { name: 'show', summary: 'nodes, shapes, parameters, MACs; a diagram', load: async () => (await import('./show.ts')).addShow },
  { name: 'diff', summary: 'what two graphs or experiments differ in', load: async () => (await import('./diff.ts')).addDiff },
  { name: 'run', summary: 'train, evaluate and report; starting it again goes on where it stopped', load: async () => (await import('./run.ts')).addRun },
  { name: 'report', summary: 'tables, curves, image grids and claims of a study', load: async () => (await import('./report.ts')).addReport },
  { name: 'swap', summary: 'one swapped photograph, marked as synthetic', load: async () => (await import('./swap.ts')).addSwap },
  { name: 'prepare', summary: 'photographs -> aligned crops, masks, landmarks, depth', load: async () => (await import('./prepare.ts')).addPrepare },
  { name: 'push', summary: 'local runs to an MLflow server', load: async () => (await import('./push.ts')).addPush },
  { name: 'schema', summary: 'the JSON Schemas that editors use', load: async () => (await import('./schema.ts')).addSchema },
  { name: 'setup', summary: 'build the native engine', load: async () => (await import('./setup.ts')).addSetup },
  { name: 'doctor', summary: 'what works on this machine', load: async () => (await import('./doctor.ts')).addDoctor },
];
