import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fromJson, toJson } from '../ir/serial.ts';
import type { TrainEvent } from '../train/events.ts';
import type { RunStatus } from '../study/result.ts';
import type { StudyPlan } from '../study/plan.ts';

/** What a run leaves behind when it ends, in `result.json` of its folder. */
export interface RunRecord {
  readonly status: Extract<RunStatus, 'finished' | 'failed' | 'interrupted' | 'paused' | 'stopped'>;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Swaps that a metric could not measure, by metric. */
  readonly failures: Readonly<Record<string, number>>;
  /** Metrics of swaps made without a network, on the same pairs. */
  readonly controls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly seconds: number;
  readonly configHash: string;
  readonly dataHash: string;
  readonly engine: string;
  /** Which values were computed once per sample (`none`, or a hash), how many of them were read, and for how many samples they were computed. */
  readonly hoisted?: { readonly values: string; readonly read: number; readonly computed: number };
  readonly failure?: string;
  /** It failed because a value was not a finite number, which would happen again. */
  readonly diverged?: boolean;
}

/** Writes a text so that it appears whole or not at all. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.tmp-${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

export const planFile = (dir: string): string => path.join(dir, 'plan.json');

/** The plan's identity: equal for studies whose runs are the same, and for a sweep that stops early, whose comparisons are the same too. */
export function planHash(plan: StudyPlan): string {
  const variants = plan.variants.map((v) => [v.name, v.experiment.hash]);
  return createHash('sha256').update(JSON.stringify([plan.kind, plan.name, variants, ...(plan.stop ? [plan.stop, plan.seeds] : [])])).digest('hex').slice(0, 16);
}

export function writePlan(dir: string, plan: StudyPlan): void {
  writeWhole(planFile(dir), toJson(plan));
}

export function readPlan(dir: string): StudyPlan | undefined {
  return existsSync(planFile(dir)) ? fromJson<StudyPlan>(readFileSync(planFile(dir), 'utf8')) : undefined;
}

export function readRecord(runDir: string): RunRecord | undefined {
  const file = path.join(runDir, 'result.json');
  return existsSync(file) ? (parseNumbers(readFileSync(file, 'utf8')) as RunRecord) : undefined;
}

export function writeRecord(runDir: string, record: RunRecord): void {
  writeWhole(path.join(runDir, 'result.json'), printNumbers(record));
}

/** JSON in which numbers that JSON lacks are the texts "NaN", "Infinity" and "-Infinity". */
export function printNumbers(data: unknown): string {
  return JSON.stringify(data, (_k, v: unknown) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v), 2);
}

/** Reads what `printNumbers` wrote. */
export const parseNumbers = (text: string): unknown => JSON.parse(text, revive) as unknown;

const revive = (_key: string, v: unknown): unknown => (v === 'NaN' ? NaN : v === 'Infinity' ? Infinity : v === '-Infinity' ? -Infinity : v);

/** One line of `steps.jsonl`. */
export interface StepLine {
  readonly step: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly totals: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const stepsFile = (runDir: string): string => path.join(runDir, 'steps.jsonl');

/** Appends what a run tells; on a resume the lines past the checkpoint are dropped first. */
export function recordEvent(runDir: string, event: TrainEvent): void {
  if (event.type === 'started') truncateSteps(runDir, event.step);
  if (event.type !== 'step') return;
  const { step, outcome: { terms, totals }, seconds } = event;
  appendFileSync(stepsFile(runDir), `${JSON.stringify({ step, terms, totals, seconds } satisfies StepLine)}\n`);
}

function truncateSteps(runDir: string, step: number): void {
  mkdirSync(runDir, { recursive: true });
  const kept = readSteps(runDir).filter((line) => line.step < step);
  writeWhole(stepsFile(runDir), kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** All whole lines; one cut off by a kill is not a line. */
export function readSteps(runDir: string): StepLine[] {
  if (!existsSync(stepsFile(runDir))) return [];
  const lines = readFileSync(stepsFile(runDir), 'utf8').split('\n').slice(0, -1);
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as StepLine);
}
