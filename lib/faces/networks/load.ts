import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tf.ts';
import { compiledNetwork } from './compiled.ts';
import type { CompiledNetwork } from './compiled.ts';
import { expressionNetwork, landmarkNetwork } from './dense-extractor.ts';
import { disposeWeights, weightTensors } from './layers.ts';
import type { Weights } from './layers.ts';
import { recognitionNetwork } from './recognition.ts';
import { foldDetectorWeights, ssdMobilenet } from './ssd-mobilenet.ts';
import type { DetectorOutput } from './ssd-mobilenet.ts';
import { packageFolder, readFaceApiWeights } from './weights.ts';
import type { FaceApiModel } from './weights.ts';

/** The four networks of `@vladmandic/face-api` on this library's engine; pixels are float tensors in 0..255. Callers dispose of the results. */
export interface FaceNetworks {
  /** [N, 512, 512, 3] -> every anchor's box and score. */
  detect(pixels: Tensor4D): DetectorOutput;
  /** [N, 112, 112, 3] -> [N, 136]: 68 points, x and y in turn, as shares of the side. */
  landmarks(pixels: Tensor4D): Tensor2D;
  /** [N, 150, 150, 3] -> [N, 128]. */
  describe(pixels: Tensor4D): Tensor2D;
  /** [N, 112, 112, 3] -> [N, 7] probabilities, in the order of `expressions`. */
  express(pixels: Tensor4D): Tensor2D;
  /** Releases all weights; the object must not be used afterwards. */
  dispose(): void;
}

export interface NetworkOptions {
  /** The package's folder. */
  readonly packageDir?: string;
  /**
   * Whether each network becomes a graph of TensorFlow's for every shape that it is given: about twice as fast from then on, half a second at first, and equal to within
   * rounding. Takes effect on the native engine alone. Default false.
   */
  readonly compiled?: boolean;
}

/** A network's function: pixels and weights to its outputs. */
type Body = (pixels: Tensor4D, weights: Weights) => readonly Tensor[];

/** Opens the networks; each reads its weights when it is first used. The engine must have been loaded before. */
export function loadFaceNetworks({ packageDir = packageFolder('@vladmandic/face-api'), compiled = false }: NetworkOptions = {}): FaceNetworks {
  const opened: CompiledNetwork[] = [];
  const open = compiled && tf.getBackend() === 'tensorflow' ? compiledNetwork : eagerNetwork;
  const network = (model: FaceApiModel, body: Body): ((pixels: Tensor4D) => Tensor[]) => {
    let found: CompiledNetwork | undefined;
    return (pixels) => {
      if (found === undefined) opened.push(found = open(() => arraysOf(packageDir, model), body));
      return found.run(pixels);
    };
  };
  const detect = network('ssd_mobilenetv1', (pixels, weights) => {
    const { boxes, scores } = ssdMobilenet(pixels, weights);
    return [boxes, scores];
  });
  const [landmarks, describe, express] = [
    network('face_landmark_68', (pixels, weights) => [landmarkNetwork(pixels, weights)]),
    network('face_recognition', (pixels, weights) => [recognitionNetwork(pixels, weights)]),
    network('face_expression', (pixels, weights) => [expressionNetwork(pixels, weights)]),
  ];
  return {
    detect: (pixels) => {
      const [boxes, scores] = detect(pixels);
      return { boxes: boxes as Tensor3D, scores: scores as Tensor2D };
    },
    landmarks: (pixels) => landmarks(pixels)[0] as Tensor2D,
    describe: (pixels) => describe(pixels)[0] as Tensor2D,
    express: (pixels) => express(pixels)[0] as Tensor2D,
    dispose: () => opened.splice(0).forEach((one) => one.dispose()),
  };
}

type Arrays = ReturnType<typeof readFaceApiWeights>;

function arraysOf(packageDir: string, model: FaceApiModel): Arrays {
  const arrays = readFaceApiWeights(packageDir, model);
  return model === 'ssd_mobilenetv1' ? foldDetectorWeights(arrays) : arrays;
}

/** The network operation by operation, with its weights as tensors. */
function eagerNetwork(arrays: () => Arrays, body: Body): CompiledNetwork {
  const weights = weightTensors(arrays());
  return { run: (pixels) => [...body(pixels, weights)], dispose: () => disposeWeights(weights) };
}
