import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NativeBackend, NativeBinding } from '../../engine/native-binding.ts';
import { tf } from '../../engine/tf.ts';
import { SessionError } from './session-error.ts';
import { feedName, type Bytes, type GraphNode, type Value } from './graph.ts';
import { writeSavedModel } from './saved-model.ts';

/** Numbers for one placeholder. */
export interface Feed {
  readonly value: Value;
  readonly data: Bytes;
  /** Default: the placeholder's. */
  readonly shape?: readonly number[];
}

/**
 * A graph loaded into TensorFlow. The engine's binding holds it: at most one run at a time, which blocks until it is done. After a
 * failed run the session must not be used again.
 */
export class Session {
  readonly #binding: NativeBinding;
  #id: number | undefined;

  /** From nodes, or from the folder of a SavedModel. */
  constructor(source: readonly GraphNode[] | { readonly folder: string }) {
    this.#binding = (tf.findBackend('tensorflow') as NativeBackend).binding;
    if ('folder' in source) {
      this.#id = this.#binding.loadSavedModel(source.folder, 'serve');
      return;
    }
    const folder = mkdtempSync(path.join(tmpdir(), 'swapgraph-'));
    try {
      writeSavedModel(folder, source);
      this.#id = this.#binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The numbers of the fetched values, in order; freed on TensorFlow's side. @throws SessionError where TensorFlow fails */
  run(feeds: readonly Feed[], fetches: readonly Value[]): Bytes[] {
    const binding = this.#binding;
    if (this.#id === undefined) throw new Error('the session is closed');
    const ids = feeds.map(({ value, data, shape }) => binding.createTensor(shape ?? value.shape, value.dtype, data));
    try {
      const results = ran(() => binding.runSavedModel(this.#id as number, ids, feeds.map((f) => feedName(f.value)).join(','), fetches.map(feedName).join(',')));
      return results.map(({ id }) => {
        const data = binding.tensorDataSync(id);
        binding.deleteTensor(id);
        return data;
      });
    } finally {
      ids.forEach((id) => binding.deleteTensor(id));
    }
  }

  /** The same from tensors to tensors, which the engine counts: nothing is copied to JavaScript. */
  runTensors(feeds: ReadonlyMap<Value, Tensor>, fetches: readonly Value[]): Tensor[] {
    if (this.#id === undefined) throw new Error('the session is closed');
    const backend = tf.findBackend('tensorflow') as NativeBackend;
    const ids = backend.getInputTensorIds([...feeds.values()]);
    const results = this.#binding.runSavedModel(this.#id, ids, [...feeds.keys()].map(feedName).join(','), fetches.map(feedName).join(','));
    return results.map((result) => backend.createOutputTensor(result));
  }

  dispose(): void {
    if (this.#id !== undefined) this.#binding.deleteSavedModel(this.#id);
    this.#id = undefined;
  }
}

function ran<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new SessionError(`TensorFlow failed: ${(error as Error).message.split('\n')[0]}`);
  }
}
