import { existsSync } from 'node:fs';
import path from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import type { Experiment } from '../ir/experiment.ts';
import { planFile, readPlan } from '../launch/run-files.ts';
import { runFolder, type StudyPlan } from '../study/plan.ts';

export interface FoundRun {
  readonly dir: string;
  /** `normalization/full/seed-0`. */
  readonly name: string;
  readonly experiment: Experiment;
}

/** The run a path names: a run's folder, or a study's for the first seed of its baseline. @throws DiagnosticError */
export function findRun(given: string): FoundRun {
  const dir = path.resolve(given);
  const study = [dir, path.dirname(path.dirname(dir))].find((folder) => existsSync(planFile(folder)));
  if (!study) throw failure('run/not-found', `${given} is no run and no study`, undefined, 'a folder such as runs/normalization-quick/full/seed-0');
  const plan = readPlan(study) as StudyPlan;
  const name = study === dir ? (plan.variants.find((v) => v.baseline) ?? plan.variants[0]).name : path.basename(path.dirname(dir));
  const variant = plan.variants.find((v) => v.name === name);
  if (!variant) throw failure('run/not-found', `${given} is no run of "${plan.name}"`);
  const folder = study === dir ? path.join(dir, runFolder({ variant: name, seed: plan.seeds[0] })) : dir;
  return { dir: folder, name: `${plan.name}/${path.relative(study, folder).split(path.sep).join('/')}`, experiment: variant.experiment };
}
