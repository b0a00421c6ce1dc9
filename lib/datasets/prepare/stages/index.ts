import type { AnyStage } from '../stage.ts';
import { fivePointStage } from './align.ts';
import { attributeCaptionStage, folderCaptionStage } from './caption.ts';
import { cropStage } from './crop.ts';
import { facemeshStage } from './depth.ts';
import { ssdMobilenetStage } from './detect.ts';
import { landmarks68Stage } from './landmarks.ts';
import { hullMaskStage } from './mask.ts';
import { faceApiMeasureStage } from './measure.ts';
import { modelDetectStage } from './model-detect.ts';
import { modelDepthStage, modelLandmarkStage, modelMaskStage } from './model.ts';
import { checksStage } from './quality.ts';

/** The stages that ship. */
export const standardStages: readonly AnyStage[] = [
  ssdMobilenetStage,
  landmarks68Stage,
  fivePointStage,
  hullMaskStage,
  facemeshStage,
  cropStage,
  faceApiMeasureStage,
  attributeCaptionStage,
  folderCaptionStage,
  checksStage,
  modelDetectStage,
  modelLandmarkStage,
  modelMaskStage,
  modelDepthStage,
];
