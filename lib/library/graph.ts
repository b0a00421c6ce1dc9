import path from 'node:path';
import { diskFiles } from '../compose/files.ts';
import { compileModel, type CompileOptions, type Model } from '../compile/model.ts';
import { packageRoot } from '../engine/packages.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { IrGraph } from '../ir/ir.ts';
import { createContext, loadExperimentFile, loadGraphFile } from '../plan/load.ts';
import type { Registry } from '../registry/registry.ts';
import { standardRegistry } from '../standard-registry.ts';
import { checkFile, type CheckResult } from '../study/check.ts';
import { expandFile, type ExpandOptions } from '../study/expand.ts';
import type { StudyPlan } from '../study/plan.ts';

export interface ReadOptions {
  /** Default: everything that ships. */
  readonly registry?: Registry;
  /** Texts that stand for files, by absolute path: an editor's buffer, a graph made by a program. */
  readonly files?: ReadonlyMap<string, string>;
}

export interface GraphOptions extends ReadOptions {
  /** Values of the graph's params; others have their defaults. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Sizes of the letters of its inputs: `{ D: 512 }`. Weights need every letter they depend on. */
  readonly dims?: Readonly<Record<string, number>>;
}

/**
 * A graph file, ready to compile. A path that starts with `swapgraph:` names one that ships: `swapgraph:generators/facechanger`.
 * @throws DiagnosticError with the place of every mistake
 */
export function loadGraph(file: string, { registry = standardRegistry(), files, params = {}, dims }: GraphOptions = {}): IrGraph {
  const set = Object.entries(params).map(([name, value]) => `/params/${name}=${JSON.stringify(value)}`);
  return loadGraphFile(shippedPath(file, 'graphs'), createContext(registry, diskFiles(files)), { set, ...(dims ? { dims } : {}) });
}

/** An experiment file at a profile, ready to train. @throws DiagnosticError with the place of every mistake */
export function loadExperiment(file: string, { registry = standardRegistry(), files, ...options }: ReadOptions & Omit<ExpandOptions, 'seeds'> = {}): Experiment {
  return loadExperimentFile(shippedPath(file, 'experiments'), createContext(registry, diskFiles(files)), options);
}

/** What is wrong with a file of any kind: its mistakes as diagnostics, with file, line, column and what to type instead. */
export function check(file: string, { registry = standardRegistry(), files, ...options }: ReadOptions & ExpandOptions = {}): Promise<CheckResult> {
  return checkFile(file, createContext(registry, diskFiles(files)), options);
}

/** The frozen plan of all runs of an experiment, ablation or sweep. @throws DiagnosticError with the place of every mistake */
export function expand(file: string, { registry = standardRegistry(), files, ...options }: ReadOptions & ExpandOptions = {}): StudyPlan {
  return expandFile(shippedPath(file, 'ablations'), createContext(registry, diskFiles(files)), options);
}

/** A graph with its weights, drawn from the seed: a differentiable function of tensors. Call `loadEngine` before. */
export function compile(graph: IrGraph, { registry = standardRegistry(), ...options }: Partial<CompileOptions> = {}): Model {
  return compileModel(graph, { registry, ...options });
}

const SHIPPED = 'swapgraph:';

function shippedPath(file: string, folder: string): string {
  if (!file.startsWith(SHIPPED)) return path.resolve(file);
  const name = file.slice(SHIPPED.length);
  return path.join(packageRoot(), folder, name.endsWith('.yaml') ? name : `${name}.yaml`);
}
