import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runFolder, type StopRule, type StudyPlan } from '../study/plan.ts';
import { halving, type Halving } from '../study/sweep/halving.ts';
import { parseNumbers, printNumbers, readRecord, writeRecord, writeWhole } from './run-files.ts';

/** What a run measured at a rung. */
export interface RungRecord {
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

const rungsFile = (runDir: string): string => path.join(runDir, 'rungs.json');

/** What a run measured at the rungs it has reached, in their order. */
export function readRungs(runDir: string): RungRecord[] {
  return existsSync(rungsFile(runDir)) ? (parseNumbers(readFileSync(rungsFile(runDir), 'utf8')) as RungRecord[]) : [];
}

/** Adds a rung to what a run measured; measuring one again replaces it. */
export function writeRung(runDir: string, rung: RungRecord): void {
  const others = readRungs(runDir).filter((r) => r.step !== rung.step);
  writeWhole(rungsFile(runDir), printNumbers([...others, rung].sort((a, b) => a.step - b.step)));
}

/** Where the halving of a study stands by what its runs left in `dir`: nothing else decides, so a killed study goes on as it was. */
export function halvingOf(dir: string, plan: StudyPlan, rule: StopRule): Halving {
  return halving(plan.variants.map((v) => v.name), rule, (variant, rung) => scoreAt(dir, plan, rule, variant, rung));
}

/** The mean over the seeds; undefined while one of them has not been measured. */
function scoreAt(dir: string, plan: StudyPlan, rule: StopRule, variant: string, rung: number): number | undefined {
  const values = plan.seeds.map((seed) => seedScore(path.join(dir, runFolder({ variant, seed })), rule, rung));
  return values.reduce<number | undefined>((sum, v) => (sum === undefined || v === undefined ? undefined : sum + v / values.length), 0);
}

/** A run that diverged would diverge again: its score is NaN. Any other failure is no score, and is tried again. */
function seedScore(runDir: string, rule: StopRule, rung: number): number | undefined {
  const measured = readRungs(runDir).find((r) => r.step === rung);
  if (measured) return measured.metrics[rule.metric] ?? NaN;
  return readRecord(runDir)?.diverged ? NaN : undefined;
}

/** Whether a run of a point that goes on has nothing left to do before `until` (the end of training where undefined). */
export function isSettled(runDir: string, until: number | undefined): boolean {
  const record = readRecord(runDir);
  if (record?.diverged || record?.status === 'finished') return true;
  return until !== undefined && readRungs(runDir).some((r) => r.step === until);
}

/** Says in the records of stopped points that they will not go on. */
export function markStopped(dir: string, plan: StudyPlan, { stopped }: Halving): void {
  for (const { variant } of stopped) {
    for (const seed of plan.seeds) {
      const runDir = path.join(dir, runFolder({ variant, seed }));
      const record = readRecord(runDir);
      if (record?.status === 'paused') writeRecord(runDir, { ...record, status: 'stopped' });
    }
  }
}
