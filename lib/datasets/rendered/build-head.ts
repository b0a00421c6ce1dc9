import { hairColour, mix, skinColour } from './colours.ts';
import { smoothstep } from './fields.ts';
import { hairStyleOf } from './hair-style.ts';
import { hairlineDistance } from './hairline.ts';
import { headModel, type HeadModel } from './head-model.ts';
import { blend, coarsePoints, skullOf, type Skull } from './head-shape.ts';
import { coarseVertices } from './head-mesh.ts';
import { meanFace } from './mean-face.ts';
import { appearanceOf, type FaceParameters, type Identity, type Rgb } from './parameters.ts';
import { applyRows, compensate } from './subdivision.ts';
import { attribute, attributeStride, type Workspace } from './workspace.ts';

/** What later pieces (hair, ears, eyes) need to know of the head's shape. */
export interface BuiltHead {
  /** The 468 points and the back of the head, before subdivision. */
  readonly coarse: Float32Array;
  /** The 468 points of the same person without expression. */
  readonly neutral: Float32Array;
  readonly skull: Skull;
  readonly skin: Rgb;
  readonly hair: Rgb;
}

/** Puts the head into an empty workspace: its subdivided vertices, coloured, and its triangles. */
export function buildHead(w: Workspace, parameters: FaceParameters): BuiltHead {
  const model = headModel();
  const { identity } = parameters;
  const neutral = blend(meanFace, model.identity, identity.shape);
  const points = blend(neutral, model.expression, parameters.expression);
  const skull = skullOf(identity.shape);
  const coarse = coarsePoints({ points, skull });
  const count = model.mesh.fine.vertices;
  const control = new Float32Array(coarse.length);
  compensate(model.mesh.fine.rows, coarse, coarseVertices, new Float32Array(coarse.length), control);
  applyRows(model.mesh.fine.rows, control, 3, w.local, count);
  w.vertices = w.headVertices = count;
  w.torso.fill(0, 0, count);
  w.corners.set(model.mesh.fine.triangles);
  w.materials.set(model.mesh.materials);
  w.parts.set(model.mesh.parts);
  w.triangles = w.headTriangles = model.mesh.materials.length;
  const built = { coarse, neutral, skull, skin: skinColour(identity), hair: hairColour(identity) };
  paintHead(w, model, identity, built);
  growBeard(w, appearanceOf(identity, 'beard-length'));
  return built;
}

/** Moves bearded skin outwards, up to a centimetre on cheeks and two below the chin. */
function growBeard(w: Workspace, length: number): void {
  if (length === 0) return;
  for (let i = 0; i < w.headVertices; i++) {
    const density = w.attributes[i * attributeStride + attribute.beard];
    if (density < 0.4 || w.attributes[i * attributeStride + attribute.lip] > 0.3) continue;
    const [x, y, z] = [w.local[3 * i], w.local[3 * i + 1] + 5, w.local[3 * i + 2] + 5];
    const grow = (length * smoothstep(0.4, 0.9, density) * (0.35 + 0.9 * smoothstep(-7, -10.5, w.local[3 * i + 1]))) / Math.hypot(x, y, z);
    w.local[3 * i] += grow * x;
    w.local[3 * i + 1] += grow * y;
    w.local[3 * i + 2] += grow * z;
  }
}

/** How much of each channel a flush takes away. */
const reddening = [0.1, 0.38, 0.3] as const;

function paintHead(w: Workspace, model: HeadModel, identity: Identity, head: BuiltHead): void {
  const a = (name: Parameters<typeof appearanceOf>[1]): number => appearanceOf(identity, name);
  const { masks, brow, texture } = model;
  const blush = 0.1 + 0.35 * a('blush');
  const shadowColour = mix([0.25, 0.12, 0.12], [0.12, 0.12, 0.2], a('pattern'));
  const shadow = 0.55 * a('eye-shadow');
  const bags = 0.12 + 0.3 * a('eye-bags');
  const lash = 0.35 + 0.45 * a('lashes');
  const stubble = 0.45 * a('stubble');
  const [cheeks, moustache, chin] = [Math.max(a('beard-cheeks'), stubble), Math.max(a('moustache'), stubble), Math.max(a('beard-chin'), stubble)];
  const gloss = 0.3 + 0.7 * a('gloss');
  const recession = a('hairline');
  const grows = hairStyleOf(identity).thickness > 0;
  const at = w.attributes;
  for (let i = 0; i < w.headVertices; i++) {
    const o = i * attributeStride;
    const red = blush * masks.blush[i] + 0.25 * masks.noseRed[i];
    const dark = (1 - bags * masks.underEye[i]) * (1 - 0.25 * masks.crease[i]) * (1 - lash * masks.lash[i]) * (1 - 0.75 * masks.nostril[i]);
    const lid = shadow * masks.eyeSocket[i];
    const roots = grows ? 0.75 * smoothstep(-0.7, 0.7, hairlineDistance(model.hairline, i, recession)) : 0;
    for (let c = 0; c < 3; c++) {
      const skin = head.skin[c] * (1 - reddening[c] * red) * dark;
      const made = skin + (skin * shadowColour[c] * 2.4 - skin) * lid;
      at[o + c] = made + (0.8 * head.hair[c] - made) * roots;
    }
    const sky = model.occlusion[i];
    at[o + attribute.occlusion] = (0.15 + 0.85 * sky * sky) * (1 - 0.85 * masks.nostril[i]);
    at[o + attribute.u] = texture[2 * i];
    at[o + attribute.v] = texture[2 * i + 1];
    at[o + attribute.lip] = masks.lip[i];
    at[o + attribute.beard] = Math.max(cheeks * masks.cheeks[i], moustache * masks.moustache[i], chin * masks.chin[i]);
    at[o + attribute.browAcross] = brow[2 * i];
    at[o + attribute.browAlong] = brow[2 * i + 1];
    at[o + attribute.gloss] = gloss;
    at[o + attribute.edge] = model.capAlong[i];
  }
}
