import type { Tensor } from '@tensorflow/tfjs-core';
import { compileModel, type Model } from '../compile/model.ts';
import { tf } from '../engine/tf.ts';
import type { IrGraph } from '../ir/ir.ts';
import type { Registry } from '../registry/registry.ts';
import type { Weights } from '../weights/weights.ts';
import type { HoistCounts } from './hoistable-step.ts';
import { presence, putRow, wantedOf, type Arrays, type LookUp, type Wanted } from './look-up.ts';
import { entryPath, readEntryNow, writeEntry } from './store.ts';

export interface CompleterOptions {
  /** Computes what is kept of one sample. */
  readonly graph: IrGraph;
  readonly request: LookUp;
  readonly registry: Registry;
  readonly weights: Weights;
}

/**
 * Computes what is missing and keeps it. Every sample is computed by itself, op by op, so that its value depends on nothing but the sample and the
 * engine: whatever was kept before, and wherever a run resumes, the numbers are the same bits.
 */
export class HoistCompleter {
  readonly #options: CompleterOptions;
  #model: Model | undefined;
  /** Why nothing more is kept. */
  #problem: string | undefined;
  #counts: HoistCounts = { read: 0, computed: 0 };

  constructor(options: CompleterOptions) {
    this.#options = options;
  }

  get counts(): HoistCounts {
    return this.#counts;
  }

  /** Fills the rows that are not present in the arrays that `lookUp` gave. Gives what the user should know, once. */
  complete(batch: Arrays): string | undefined {
    const { request } = this.#options;
    const known = this.#problem;
    const missing = wantedOf(batch, request, ({ input, row }) => batch[presence(input)].data[row] === 0);
    const rows = Object.values(request.values).reduce((sum, v) => sum + v.shape[0], 0);
    // Another process, or an earlier step, may have kept it since it was looked for.
    const left = missing.filter((m) => !this.#readNow(batch, m));
    const samples = new Map<string, Wanted[]>();
    for (const m of left) samples.set(`${m.side} ${m.row}`, [...(samples.get(`${m.side} ${m.row}`) ?? []), m]);
    for (const wanted of samples.values()) this.#compute(batch, wanted);
    const { read, computed } = this.#counts;
    this.#counts = { read: read + rows - left.reduce((sum, m) => sum + m.places.length, 0), computed: computed + samples.size };
    return known === undefined ? this.#problem : undefined;
  }

  dispose(): void {
    this.#model?.dispose();
    this.#model = undefined;
  }

  #readNow(batch: Arrays, wanted: Wanted): boolean {
    const value = new Float32Array(this.#options.request.outputs[wanted.output].floats);
    if (!readEntryNow(this.#file(wanted), value)) return false;
    wanted.places.forEach((place) => putRow(batch, place, value));
    return true;
  }

  /** All that is missing of one sample. */
  #compute(batch: Arrays, wanted: readonly Wanted[]): void {
    const { graph, registry, weights } = this.#options;
    this.#model ??= compileModel(graph, { registry, weights, trainable: false });
    const { call } = this.#model;
    const inputs = Object.fromEntries(graph.inputs.map(({ name }) => [name, rowTensor(batch[`${wanted[0].side}.${name}`], wanted[0].row)]));
    const outputs = tf.tidy(() => call(inputs));
    for (const w of wanted) {
      const value = outputs[w.output].dataSync() as Float32Array;
      w.places.forEach((place) => putRow(batch, place, value));
      this.#keep(w, value);
    }
    tf.dispose([inputs, outputs]);
  }

  #keep(wanted: Wanted, value: Float32Array): void {
    if (this.#problem !== undefined) return;
    try {
      writeEntry(this.#file(wanted), value);
    } catch (error) {
      this.#problem = `hoisting: ${(error as Error).message}; what is not kept yet is computed again whenever it is needed, with the same results`;
    }
  }

  #file({ output, sample }: Wanted): string {
    const { folder, outputs } = this.#options.request;
    return entryPath(folder, outputs[output].key, sample);
  }
}

function rowTensor({ shape, data, dtype }: Arrays[string], row: number): Tensor {
  const size = shape.slice(1).reduce((a, b) => a * b, 1);
  return tf.tensor(data.slice(row * size, (row + 1) * size), [1, ...shape.slice(1)], dtype);
}
