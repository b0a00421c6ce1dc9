import { warp } from '../../faces/warp.ts';
import type { Image } from '../../faces/image.ts';
import { expressions } from '../../faces/networks/expressions.ts';
import { applySimilarity } from '../../faces/similarity.ts';
import type { Point, Similarity } from '../../faces/similarity.ts';
import type { FieldValue, Sample } from '../../registry/dataset.ts';
import type { Json } from '../prepare/stage.ts';
import type { PreparedFace, PreparedFolder } from './prepared.ts';

/** One face as a sample at `size` pixels; pictures are read, verified, and averaged down from the prepared size. */
export async function photoSample(prepared: PreparedFolder, face: PreparedFace, size: number): Promise<Sample> {
  const image = await sized(prepared, face, 'image', size);
  const mask = await sized(prepared, face, 'mask', size);
  const { yaw, pitch, roll } = numbers(face, 'pose', ['yaw', 'pitch', 'roll']);
  const expression = numbers(face, 'expression', expressions);
  const fields: Record<string, FieldValue> = {
    image: image.data,
    mask: mask.data.filter((_, i) => i % 3 === 0),
    landmarks: cropLandmarks(face, size),
    pose: Float32Array.of(yaw, pitch, roll),
    expression: Float32Array.from(expressions, (name) => expression[name]),
    caption: typeof face.fields['caption'] === 'string' ? face.fields['caption'] : '',
  };
  return { id: face.id, identity: face.identity, fields };
}

/** `image-SIZE` as it is, else the next larger one averaged down, else the largest enlarged. */
async function sized(prepared: PreparedFolder, face: PreparedFace, kind: string, size: number): Promise<Image> {
  const sizes = Object.keys(face.files).filter((name) => name.startsWith(`${kind}-`)).map((name) => Number(name.slice(kind.length + 1))).sort((p, q) => p - q);
  const best = sizes.find((s) => s >= size) ?? sizes.at(-1);
  const picture = await prepared.picture(face, `${kind}-${best ?? size}`);
  if (picture.width === size) return picture;
  return warp(picture, { a: size / picture.width, b: 0, tx: 0, ty: 0 }, size).image;
}

function cropLandmarks(face: PreparedFace, size: number): Float32Array {
  const transforms = face.fields['transforms'] as unknown as Readonly<Record<string, Similarity>> | undefined;
  const entry = Object.entries(transforms ?? {})[0];
  if (entry === undefined || face.landmarks === undefined) throw new Error(`the face ${face.id} was prepared without crops or landmarks`);
  const factor = size / Number(entry[0]);
  const out = new Float32Array(136);
  face.landmarks.forEach((point: Point, i) => {
    const [x, y] = applySimilarity(entry[1], point);
    out.set([x * factor, y * factor], i * 2);
  });
  return out;
}

function numbers<K extends string>(face: PreparedFace, field: string, names: readonly K[]): Record<K, number> {
  const value: Json | undefined = face.fields[field];
  const record = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : {};
  return Object.fromEntries(names.map((name) => [name, typeof record[name] === 'number' ? record[name] : Number.NaN])) as Record<K, number>;
}
