import { existsSync } from 'node:fs';
import { failure } from '../../diagnostics/failure.ts';
import type { Span } from '../../diagnostics/diagnostic.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { readSafetensors } from '../safetensors.ts';
import { readTorchCheckpoint } from '../torch-checkpoint.ts';
import type { Weights } from '../weights.ts';
import { faceRecognitionWeights } from './face-recognition.ts';

/** Checkpoints that ship inside packages, by the name a model's `weights:` gives. */
const SOURCES: Readonly<Record<string, () => Weights>> = { 'face-api/recognition': faceRecognitionWeights };

/** The weights a model's `weights:` names: a shipped checkpoint, or a safetensors or PyTorch file, under the file's own names. @throws DiagnosticError */
export function readNamedWeights(source: string, span?: Span): Weights {
  const shipped = SOURCES[source];
  if (shipped) return shipped();
  const torch = /\.(?:pth?|ckpt)$/.test(source);
  if (!torch && !source.endsWith('.safetensors')) throw failure('run/weights', `there is no checkpoint "${source}"`, span, `${suggestion(source, Object.keys(SOURCES)) ?? ''}; or a file, ./checkpoint.safetensors or ./checkpoint.pth`);
  if (!existsSync(source)) throw failure('run/weights', `there is no file "${source}"`, span);
  return torch ? readTorchCheckpoint(source) : readSafetensors(source).weights;
}
