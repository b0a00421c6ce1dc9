import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { compileModel } from '../../compile/model.ts';
import { failure } from '../../diagnostics/failure.ts';
import { loadEngine } from '../../engine/engine.ts';
import { shownPath } from '../../compose/files.ts';
import { preparedTemplate } from '../../datasets/photos/prepared.ts';
import type { AlignOptions } from '../../faces/align.ts';
import { decodeImage } from '../../faces/decode.ts';
import { toUnit } from '../../faces/image.ts';
import { loadFaceNetworks, type FaceNetworks } from '../../faces/networks/load.ts';
import { encodePng } from '../../faces/png.ts';
import type { Template } from '../../faces/templates.ts';
import type { DataPlan } from '../../ir/experiment.ts';
import { syntheticText } from '../../faces/synthetic.ts';
import { largestFace, swapPhoto, type FaceCrop } from '../../evaluate/swap-photo.ts';
import { renderedFacesDataset } from '../../datasets/rendered-faces.ts';
import { withDefaults } from '../../registry/attributes.ts';
import { standardRegistry } from '../../standard-registry.ts';
import { runWeights } from '../../train/run-weights.ts';
import { findRun } from '../run-folder.ts';
import { toolName } from '../version.ts';

/** `swap RUN SOURCE TARGET -o OUT`: one swapped photograph, marked as synthetic. */
export function addSwap(program: Command): void {
  program.command('swap').argument('<run>', 'a trained run, or a study for its baseline')
    .argument('<source>', 'photograph whose identity is used, or rendered:N for the N-th rendered person').argument('<target>', 'photograph that keeps everything else')
    .description('put the source\'s identity on the target\'s face; the PNG says that it is synthetic and by which run')
    .requiredOption('-o, --out <file>', 'the PNG to write').action(swap);
}

async function swap(given: string, source: string, target: string, flags: { readonly out: string }): Promise<void> {
  const run = findRun(given);
  if (!run.experiment.predict) throw failure('swap/predict', `the experiment of ${given} has no "predict"`);
  const registry = standardRegistry();
  await loadEngine();
  const networks = loadFaceNetworks();
  const model = compileModel(run.experiment.predict.graph, { registry, weights: runWeights(run.dir, run.experiment), trainable: false });
  const { size } = run.experiment.data;
  const template = await trainedTemplate(run.experiment.data);
  const { image: photo } = await decodeImage(readPhoto(target));
  const image = await swapPhoto(await sourceCrop(source, networks, { size, template }), photo, target, { model, experiment: run.experiment, networks, template });
  writeFileSync(flags.out, await encodePng(image, { text: syntheticText({ run: run.name, tool: toolName(), kind: 'composite' }) }));
  console.log(`${flags.out}: synthetic, by ${run.name}`);
}

/** How the run's own photographs were cut, so that these are cut in the same way; rendered faces are cut as ArcFace does. */
async function trainedTemplate({ dataset, attrs }: DataPlan): Promise<Template> {
  if (dataset !== 'photos') return 'arcface';
  const template = await preparedTemplate(String(attrs['path']));
  if (template === undefined) console.error(`${shownPath(String(attrs['path']))}, on which the run was trained, is not there: the photographs are cut in the usual way (arcface)`);
  return template ?? 'arcface';
}

async function sourceCrop(source: string, networks: FaceNetworks, options: AlignOptions): Promise<FaceCrop> {
  const rendered = /^rendered:(\d+)$/.exec(source);
  if (rendered) return renderedCrop(Number(rendered[1]), options.size);
  return toUnit((await largestFace((await decodeImage(readPhoto(source))).image, source, networks, options)).image);
}

async function renderedCrop(index: number, size: number): Promise<FaceCrop> {
  const attrs = withDefaults(renderedFacesDataset.attrs, { yaw: 10, pitch: 5, roll: 0, occluded: 0, defects: 0 });
  const dataset = await renderedFacesDataset.open(attrs as Parameters<typeof renderedFacesDataset.open>[0], { size, seed: 0 });
  const { source } = await dataset.pair(index, 'test', { sameIdentity: 0, by: 'identity' });
  const { image } = source.fields;
  return image instanceof Uint8Array ? Float32Array.from(image, (v) => v / 255) : (image as Float32Array);
}

function readPhoto(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw failure('file/unreadable', `${file}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message}`);
  }
}
