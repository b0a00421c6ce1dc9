import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
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

/** Opens the networks; each reads its weights when it is first used. The engine must have been loaded before. */
export function loadFaceNetworks(packageDir: string = packageFolder('@vladmandic/face-api')): FaceNetworks {
  const loaded = new Map<FaceApiModel, Weights>();
  const read = (model: FaceApiModel) => {
    const arrays = readFaceApiWeights(packageDir, model);
    return model === 'ssd_mobilenetv1' ? foldDetectorWeights(arrays) : arrays;
  };
  const weights = (model: FaceApiModel): Weights => {
    const found = loaded.get(model) ?? weightTensors(read(model));
    loaded.set(model, found);
    return found;
  };
  return {
    detect: (pixels) => ssdMobilenet(pixels, weights('ssd_mobilenetv1')),
    landmarks: (pixels) => landmarkNetwork(pixels, weights('face_landmark_68')),
    describe: (pixels) => recognitionNetwork(pixels, weights('face_recognition')),
    express: (pixels) => expressionNetwork(pixels, weights('face_expression')),
    dispose: () => {
      for (const part of loaded.values()) disposeWeights(part);
      loaded.clear();
    },
  };
}
