import type { Tensor } from '@tensorflow/tfjs-core';
import { failure } from '../diagnostics/failure.ts';
import { tf } from '../engine/tf.ts';
import { alignFace, type AlignedFace, type AlignOptions } from '../faces/align.ts';
import { findFaces } from '../faces/find.ts';
import { fromUnit, toUnit, type Image } from '../faces/image.ts';
import { blendMask, landmarkMask } from '../faces/mask.ts';
import type { FaceNetworks } from '../faces/networks/load.ts';
import { paste } from '../faces/paste.ts';
import type { Template } from '../faces/templates.ts';
import type { Experiment } from '../ir/experiment.ts';
import type { Model } from '../compile/model.ts';

/** A face ready for `predict`: `size` x `size` x 3 in [0, 1]. */
export type FaceCrop = Float32Array;

export interface SwapContext {
  readonly model: Model;
  readonly experiment: Experiment;
  readonly networks: FaceNetworks;
  /** How the photographs that the run was trained on were cut. Default `arcface`. */
  readonly template?: Template;
}

/** The largest face of a photograph, aligned as in `prepare` and in training. @throws DiagnosticError where there is none */
export async function largestFace(photo: Image, name: string, networks: FaceNetworks, options: AlignOptions): Promise<AlignedFace> {
  const faces = await findFaces(photo, networks);
  const [largest] = faces.toSorted((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  if (!largest) throw failure('swap/no-face', `no face was found in ${name}`, undefined, 'a sharp, upright face of at least 64 pixels works best');
  return alignFace(photo, largest.landmarks, options);
}

/** The target photograph with the source's identity on its largest face; the result must be marked as synthetic by whoever writes it. */
export async function swapPhoto(source: FaceCrop, target: Image, targetName: string, context: SwapContext): Promise<Image> {
  const { size } = context.experiment.data;
  const face = await largestFace(target, targetName, context.networks, { size, template: context.template });
  const mask = landmarkMask(face.landmarks, size);
  const swapped = predictCrop(source, toUnit(face.image), mask.data, context);
  return paste(target, fromUnit(swapped, size, size), blendMask(face.landmarks, size), face.toCrop);
}

function predictCrop(source: FaceCrop, target: FaceCrop, mask: Uint8Array, { model, experiment }: SwapContext): Float32Array {
  const { size } = experiment.data;
  const image = (data: Float32Array): Tensor => tf.tensor4d(data, [1, size, size, 3]);
  const inputs: Record<string, Tensor> = {};
  for (const [name, field] of Object.entries(experiment.predict?.inputs ?? {})) {
    if (field === 'source.image') inputs[name] = image(source);
    else if (field === 'target.image') inputs[name] = image(target);
    else if (field === 'target.mask') inputs[name] = tf.tensor4d(Float32Array.from(mask, (v) => v / 255), [1, size, size, 1]);
    else throw failure('swap/field', `this run's "predict" reads ${field}, which a photograph does not give`);
  }
  const outputs = model.predict(inputs);
  const swap = (outputs.swap ?? Object.values(outputs)[0]).dataSync() as Float32Array;
  tf.dispose([inputs, outputs]);
  return swap;
}
