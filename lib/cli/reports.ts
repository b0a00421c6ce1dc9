import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { collectStudy, hashFiles } from '../launch/collect.ts';
import { readRecord, writeWhole } from '../launch/run-files.ts';
import type { Registry } from '../registry/registry.ts';
import { renderReport } from '../report/render.ts';
import { wantsColour } from '../diagnostics/render.ts';
import { runFolder, runsOf, type StudyPlan } from '../study/plan.ts';
import type { StudyResult } from '../study/result.ts';
import { packageRoot, toolName } from './version.ts';

export interface ReportContext {
  readonly registry: Registry;
  readonly command: string;
}

/** The study's result as its folder holds it. */
export function readResult(dir: string, plan: StudyPlan, context: ReportContext): StudyResult {
  const engines = new Set(runsOf(plan).map((k) => readRecord(path.join(dir, runFolder(k)))?.engine).filter((e) => e));
  const environment = { tool: toolName(), engine: [...engines].join('; '), node: process.version, machine: `${os.cpus().length} cores, ${os.arch()}` };
  return collectStudy(dir, plan, { registry: context.registry, commands: [context.command], environment, codeHash: codeHash() });
}

/** Writes the reports of a study beside its runs; gives their files and the table for the terminal. */
export async function writeReports(dir: string, plan: StudyPlan, context: ReportContext): Promise<{ readonly files: readonly string[]; readonly table: string }> {
  const result = readResult(dir, plan, context);
  const files: string[] = [];
  for (const [format, name] of [['html', 'report.html'], ['md', 'report.md']] as const) {
    const file = path.join(dir, name);
    writeWhole(file, await renderReport(result, format));
    files.push(file);
  }
  const color = wantsColour(process.env, process.stdout.isTTY === true);
  return { files, table: await renderReport(result, 'terminal', { width: process.stdout.columns || 100, color }) };
}

/** Of the library's sources (or built files): tables never mix results of different code. */
function codeHash(): string {
  const folder = path.join(packageRoot(), import.meta.url.endsWith('.ts') ? 'lib' : 'dist');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile() && /\.(ts|js)$/.test(f.name));
  return hashFiles(files.map((f) => path.join(f.parentPath, f.name)));
}
