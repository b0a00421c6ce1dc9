import type { DataType, KernelBackend, Tensor } from '@tensorflow/tfjs-core';

/** One attribute of a TensorFlow operation, as `executeOp` takes it; `type` is one of the binding's `TF_ATTR_*` numbers. */
export interface NativeAttr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor that the binding made: a handle, its shape, and the number of its TensorFlow dtype. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The C++ addon of tfjs-node: TensorFlow's eager calls and SavedModel sessions. */
export interface NativeBinding {
  createTensor(shape: readonly number[], dtype: number, values: unknown): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(op: string, attrs: readonly NativeAttr[], inputIds: readonly number[], outputCount: number): NativeTensor[];
  /** `tags` are joined by commas; returns a handle. */
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names are `node:output`, joined by commas; blocks until the session has run. */
  runSavedModel(id: number, inputIds: readonly number[], inputNames: string, outputNames: string): NativeTensor[];
  getNumOfSavedModels(): number;
  getNumOfTensors(): number;
  isUsingGpuDevice(): boolean;
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_INT64: number;
  readonly TF_BOOL: number;
  readonly TF_COMPLEX64: number;
  readonly TF_STRING: number;
  readonly TF_RESOURCE: number;
  readonly TF_UINT8: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** tfjs-node's back end: the binding, and the bridge between its handles and tfjs tensors. */
export interface NativeBackend extends KernelBackend {
  readonly binding: NativeBinding;
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  getDTypeInteger(dtype: DataType): number;
  /** Handles of tensors, uploading those that only JavaScript holds. */
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(metadata: NativeTensor): Tensor;
}
