import type { FivePoints } from '../../faces/landmarks.ts';
import { drawBackground } from './background.ts';
import { buildBody, buildEars } from './build-body.ts';
import { buildHair } from './build-hair.ts';
import { buildOccluder } from './build-occluder.ts';
import { buildHead, type BuiltHead } from './build-head.ts';
import { frame, projectAll, rotationOf, toPlane, toView, pivot, type Projection } from './camera.ts';
import { skinColour } from './colours.ts';
import { captionOf } from './caption.ts';
import { expressionIndex } from './expression-shapes.ts';
import { headModel } from './head-model.ts';
import { landmarks5, landmarks68 } from './landmarks.ts';
import { castShadows, metering } from './light.ts';
import { material } from './materials.ts';
import { noiseTables } from './noise.ts';
import { computeNormals } from './normals.ts';
import { identityVector, type FaceParameters, type Identity, type Pose } from './parameters.ts';
import { rasterise } from './rasterise.ts';
import type { Layers } from './layers.ts';
import { resolve } from './resolve.ts';
import { applySensor, expose } from './sensor.ts';
import { bareSkinShader, hairShader, plainShader } from './shade-cloth.ts';
import { eyeballOf, eyeShader } from './shade-eye.ts';
import { mouthOf, mouthShader } from './shade-mouth.ts';
import { skinShader, type Shader } from './shade-skin.ts';
import type { ShadingContext } from './shading.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

/** A rendered picture and its truth. Planes are row-major, `size` x `size`; pixel positions span 0..size, x right and y down. */
export interface RenderedFace {
  readonly size: number;
  /** sRGB in [0, 1], [size, size, 3]. */
  readonly image: Float32Array;
  /** 1 on the visible face (skin, brows, eyes, glasses, nose, mouth, lips), 0 elsewhere. */
  readonly mask: Float32Array;
  /** Classes of `part` in `materials.ts`. */
  readonly parts: Uint8Array;
  /** Distance along the optical axis in cm; 0 on the background. */
  readonly depth: Float32Array;
  /** Unit normals in camera space (x right, y up, z to the viewer), [size, size, 3]; 0 on the background. */
  readonly normals: Float32Array;
  /** iBUG order, [68][2]. */
  readonly landmarks68: Float32Array;
  /** ArcFace order, [5][2]. */
  readonly landmarks5: Float32Array;
  /** As seen in the picture: `roll` includes the rotation of the framing. */
  readonly pose: Pose;
  readonly expression: Float32Array;
  /** `identityVector` of the person. */
  readonly identity: Float32Array;
  readonly caption: string;
}

export interface RenderOptions {
  /** Buffers to use again; see `createWorkspace`. */
  readonly workspace?: Workspace;
  /** Frame and expose the picture as if this person were in it, so that a swapped face stays where the other one was. */
  readonly framedAs?: Identity;
}

const samplesPerPixel = 2;

/** Renders one face with all its truth; the same parameters and size give the same numbers. `size` in pixels, 16 to 1024. */
export function renderFace(parameters: FaceParameters, size: number, options: RenderOptions = {}): RenderedFace {
  const w = options.workspace ?? createWorkspace();
  if (options.framedAs) buildHead(w, { ...parameters, identity: options.framedAs });
  const framed = options.framedAs ? place(w, parameters, size) : undefined;
  const head = buildHead(w, parameters);
  const projection = framed ?? place(w, parameters, size);
  projectAll(w, projection, samplesPerPixel);
  buildRest(w, parameters, head, projection);
  projectAll(w, projection, samplesPerPixel, w.headVertices);
  computeNormals(w, w.headVertices, w.headTriangles);
  rasterise(w, size * samplesPerPixel, noiseTables().tips);
  const context = shadingContext(w, parameters, head, projection);
  const layers = layersOf(w, parameters, size);
  resolve(w, size, shadersOf(context), layers);
  expose(layers.colour, parameters.light.exposure * metering(parameters.light, skinColour(options.framedAs ?? parameters.identity)));
  applySensor(layers.colour, size, parameters.sensor);
  const points = landmarks68(w, projection.rotation, samplesPerPixel);
  const turned = (Math.atan2(projection.similarity[1], projection.similarity[0]) * 180) / Math.PI;
  const pose = { ...parameters.pose, roll: parameters.pose.roll + turned };
  return {
    size, image: layers.colour, mask: layers.mask, parts: layers.parts, depth: layers.depth, normals: layers.normals, landmarks68: points, landmarks5: landmarks5(points), pose,
    expression: parameters.expression.slice(), identity: identityVector(parameters.identity), caption: captionOf(parameters, pose),
  };
}

/** Turns the head and frames it; the framing is fitted to the five landmarks of the built head. */
function place(w: Workspace, parameters: FaceParameters, size: number): Projection {
  const { pose, camera } = parameters;
  const rotation = rotationOf(pose);
  const torso = rotationOf({ yaw: 0.4 * pose.yaw, pitch: 0, roll: 0.2 * pose.roll });
  const points = headModel().landmarks;
  const mean = (from: number, to: number): [number, number] => {
    const sum = [0, 0, 0];
    for (const [v, weight] of points.slice(from, to).flat()) for (let k = 0; k < 3; k++) sum[k] += (weight / (to - from)) * w.local[3 * v + k];
    return toPlane(toView(rotation, camera.distance, sum[0], sum[1], sum[2]));
  };
  const five: FivePoints = [mean(36, 42), mean(42, 48), mean(30, 31), mean(48, 49), mean(54, 55)];
  return { rotation, torso, distance: camera.distance, similarity: frame(camera, five, size) };
}

/** Adds ears, neck, clothes and hair; the hair grows along the head's normals. */
function buildRest(w: Workspace, parameters: FaceParameters, head: BuiltHead, projection: Projection): void {
  computeNormals(w);
  const normals = headNormals(w, projection.rotation);
  const { occluder } = parameters;
  const covered = occluder?.kind === 'hat' || occluder?.kind === 'cap';
  const style = buildHair(w, parameters.identity, head, normals, covered);
  if (occluder) buildOccluder(w, occluder, head, normals, style.thickness);
  if (!style.curtain) buildEars(w, parameters.identity, head);
  buildBody(w, parameters.identity, head, parameters.clothes);
}

/** The head's normals in head space. */
function headNormals(w: Workspace, r: readonly number[]): Float32Array {
  const normals = w.headNormals;
  for (let i = 0; i < w.headVertices; i++) {
    const x = w.normal[3 * i], y = w.normal[3 * i + 1], z = w.normal[3 * i + 2];
    for (let k = 0; k < 3; k++) normals[3 * i + k] = r[k] * x + r[3 + k] * y + r[6 + k] * z;
  }
  return normals;
}

function shadingContext(w: Workspace, parameters: FaceParameters, head: BuiltHead, projection: Projection): ShadingContext {
  const r = projection.rotation;
  const lens = [0, 1, 2].map((k) => pivot[k] + r[6 + k] * projection.distance) as unknown as [number, number, number];
  const scale = Math.hypot(projection.similarity[0], projection.similarity[1]);
  return {
    workspace: w, parameters, head, projection, lens, detail: scale / projection.distance,
    shadows: castShadows(w, parameters.light, headModel().mesh.coarse, projection.distance),
  };
}

function shadersOf(context: ShadingContext): (Shader | undefined)[] {
  const { head, parameters } = context;
  const jaw = parameters.expression[expressionIndex('jaw-open')];
  const drop = (k: number): number => jaw * headModel().expression[expressionIndex('jaw-open')][3 * 17 + k];
  const shaders: (Shader | undefined)[] = [];
  shaders[material.skin] = shaders[material.scalp] = skinShader(context);
  shaders[material.rightEye] = eyeShader(context, eyeballOf(head.coarse, head.neutral, -1));
  shaders[material.leftEye] = eyeShader(context, eyeballOf(head.coarse, head.neutral, 1));
  shaders[material.mouth] = mouthShader(context, mouthOf(head.coarse, head.neutral, [drop(0), drop(1), drop(2)], parameters.expression[expressionIndex('tongue-out')]));
  shaders[material.ear] = shaders[material.neck] = shaders[material.hand] = bareSkinShader(context);
  shaders[material.hair] = shaders[material.curtain] = hairShader(context);
  shaders[material.cloth] = shaders[material.hat] = shaders[material.frame] = shaders[material.mask] = plainShader(context);
  return shaders;
}

function layersOf(w: Workspace, parameters: FaceParameters, size: number): Layers {
  const n = size * size;
  return { colour: drawBackground(parameters.background, size, w.samples), parts: new Uint8Array(n), mask: new Float32Array(n), depth: new Float32Array(n), normals: new Float32Array(3 * n) };
}
