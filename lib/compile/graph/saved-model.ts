import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import type { Attribute, Constant, GraphNode } from './graph.ts';

type Writer = protobuf.Writer;

/** Wire types of protocol buffers. */
const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** The version of the graph format that TensorFlow 2.21 writes. */
const PRODUCER = 1882;

/** The one file of a SavedModel of ours. */
export const MODEL_FILE = 'saved_model.pb';

/**
 * Writes a graph as a SavedModel folder that `loadSavedModel(folder, 'serve')` takes.
 * Format: tensorflow/core/protobuf/{saved_model,meta_graph}.proto and core/framework/{graph,node_def,attr_value}.proto.
 */
export function writeSavedModel(folder: string, nodes: readonly GraphNode[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, MODEL_FILE), savedModelBytes(nodes));
}

export function savedModelBytes(nodes: readonly GraphNode[]): Uint8Array {
  const w = protobuf.Writer.create();
  integer(w, 1, 1);
  message(w, 2, () => {
    message(w, 1, () => {
      text(w, 4, 'serve');
      text(w, 5, '2.21.0');
    });
    message(w, 2, () => {
      for (const node of nodes) message(w, 1, () => writeNode(w, node));
      message(w, 4, () => integer(w, 1, PRODUCER));
    });
  });
  return w.finish();
}

function writeNode(w: Writer, { name, op, inputs, attributes }: GraphNode): void {
  text(w, 1, name);
  text(w, 2, op);
  for (const input of inputs) text(w, 3, input);
  for (const [key, attribute] of Object.entries(attributes)) {
    message(w, 5, () => {
      text(w, 1, key);
      message(w, 2, () => writeAttribute(w, attribute));
    });
  }
}

function writeAttribute(w: Writer, a: Attribute): void {
  if ('int' in a) integer(w, 3, a.int);
  else if ('ints' in a) message(w, 1, () => packed(w, 3, a.ints));
  else if ('float' in a) field(w, 4, FIXED32).float(a.float);
  else if ('flag' in a) field(w, 5, VARINT).bool(a.flag);
  else if ('text' in a) text(w, 2, a.text);
  else if ('type' in a) integer(w, 6, a.type);
  else if ('shape' in a) message(w, 7, () => writeShape(w, a.shape));
  else message(w, 8, () => writeTensor(w, a.tensor));
}

function writeShape(w: Writer, shape: readonly number[]): void {
  for (const size of shape) message(w, 2, () => integer(w, 1, size));
}

function writeTensor(w: Writer, { dtype, shape, data }: Constant): void {
  integer(w, 1, dtype);
  message(w, 2, () => writeShape(w, shape));
  field(w, 4, BYTES).bytes(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

const field = (w: Writer, id: number, wireType: number): Writer => w.uint32((id << 3) | wireType);

function message(w: Writer, id: number, write: () => void): void {
  field(w, id, BYTES).fork();
  write();
  w.ldelim();
}

function text(w: Writer, id: number, value: string): void {
  field(w, id, BYTES).string(value);
}

function integer(w: Writer, id: number, value: number): void {
  field(w, id, VARINT).int64(value);
}

function packed(w: Writer, id: number, values: readonly number[]): void {
  message(w, id, () => values.forEach((v) => w.int64(v)));
}
