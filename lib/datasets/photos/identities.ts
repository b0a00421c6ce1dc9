import type { FaceRecord } from '../prepare/record.ts';
import type { PhotoLabel } from '../prepare/sources.ts';
import type { Json } from '../prepare/stage.ts';

/**
 * Who is who: `folder`: what the data set's layout says, else the photograph's parent folder is the person (a face without one, or of a set whose folders do not tell, is a person of its own); `face`: every face is a person of its own;
 * `cluster`: faces whose descriptors lie near each other are one person.
 */
export const identityRules = ['folder', 'face', 'cluster'] as const;
export type IdentityRule = (typeof identityRules)[number];

/** Mean distance of descriptors below which two groups of faces are one person: between dlib's 0.6 for single pairs and what one person's pictures show (0.3 to 0.5). */
const clusterDistance = 0.5;

/** An identity for each face, in order. */
export function labelIdentities(faces: readonly LabelledFace[], rule: IdentityRule): string[] {
  if (rule === 'face') return faces.map((face) => face.id);
  if (rule === 'folder') return faces.map((face) => face.label?.identity ?? (face.label?.alone ? face.id : folderOf(face)));
  const groups = clusterDescriptors(faces.map((face) => descriptorOf(face)));
  return groups.map((group) => `person-${faces[group].id}`);
}

type LabelledFace = FaceRecord & { readonly photo: string; readonly label?: PhotoLabel };

function folderOf({ photo, id }: LabelledFace): string {
  return photo.includes('/') ? photo.slice(0, photo.lastIndexOf('/')) : id;
}

/**
 * Groups descriptors by average linkage: the two nearest groups are joined until none are nearer than `limit`. Gives for each the index of the first of its group.
 * Every pair is compared: meant for some thousands of faces.
 */
export function clusterDescriptors(descriptors: readonly (readonly number[])[], limit: number = clusterDistance): number[] {
  const groups = new Map(descriptors.map((_, i) => [i, { size: 1 }]));
  const distance = descriptors.map((p) => Float32Array.from(descriptors, (q) => euclidean(p, q)));
  const group = descriptors.map((_, i) => i);
  const nearest = (i: number): [number, number] => {
    let best: [number, number] = [-1, Infinity];
    for (const j of groups.keys()) if (j !== i && distance[i][j] < best[1]) best = [j, distance[i][j]];
    return best;
  };
  const nearby = new Map([...groups.keys()].map((i) => [i, nearest(i)]));
  for (;;) {
    let pair: [number, number, number] = [-1, -1, limit];
    for (const [i, [j, d]] of nearby) if (d < pair[2]) pair = [i, j, d];
    if (pair[0] < 0) return group;
    const [keep, drop] = [Math.min(pair[0], pair[1]), Math.max(pair[0], pair[1])];
    merge(distance, groups, keep, drop);
    for (let k = 0; k < group.length; k++) if (group[k] === drop) group[k] = keep;
    nearby.delete(drop);
    for (const [i, [j]] of nearby) if (i === keep || j === keep || j === drop) nearby.set(i, nearest(i));
  }
}

/** Average linkage (Lance-Williams). */
function merge(distance: readonly Float32Array[], groups: Map<number, { size: number }>, keep: number, drop: number): void {
  const [p, q] = [groups.get(keep)?.size ?? 1, groups.get(drop)?.size ?? 1];
  groups.delete(drop);
  groups.set(keep, { size: p + q });
  for (const k of groups.keys()) {
    if (k === keep) continue;
    const mean = (distance[keep][k] * p + distance[drop][k] * q) / (p + q);
    distance[keep][k] = mean;
    distance[k][keep] = mean;
  }
}

function descriptorOf(face: FaceRecord): readonly number[] {
  const descriptor: Json | undefined = face.fields['descriptor'];
  if (!Array.isArray(descriptor)) throw new Error(`the face ${face.id} has no descriptor: grouping by person needs the stage "measure" with descriptor: true`);
  return descriptor as readonly number[];
}

function euclidean(p: readonly number[], q: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += (p[i] - q[i]) ** 2;
  return Math.sqrt(sum);
}
