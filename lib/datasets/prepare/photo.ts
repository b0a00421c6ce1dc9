import { createHash } from 'node:crypto';
import { decodeImage, DecodeError } from '../../faces/decode.ts';
import { encodePng } from '../../faces/png.ts';
import type { Point } from '../../faces/similarity.ts';
import { outcomeOf } from './record.ts';
import type { FaceRecord, FileRecord, Outcome, PhotoRecord } from './record.ts';
import type { PhotoSource } from './sources.ts';
import type { FaceWork, PhotoInput, Stage } from './stage.ts';

export interface PhotoLimits {
  /** Photographs of more pixels are not decoded. */
  readonly maxPixels: number;
  /** Photographs of more pixels are reduced to this many before faces are looked for. */
  readonly workPixels: number;
  /** Photographs with a shorter side are not looked at. */
  readonly minSide: number;
}

export const defaultLimits: PhotoLimits = { maxPixels: 268_000_000, workPixels: 25_000_000, minSide: 32 };

export interface PreparedPhoto {
  readonly record: PhotoRecord;
  /** Bytes of the files that the record names, by their path. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Names a photograph by its listed name, its label and its content: 16 hexadecimal digits. */
export function photoId({ name, label }: Pick<PhotoSource, 'name' | 'label'>, sha256: string): string {
  return createHash('sha256').update(JSON.stringify([name, sha256, ...(label ? [label] : [])])).digest('hex').slice(0, 16);
}

/** Everything about one photograph; depends on its bytes, its name, its label and the stages alone. Never throws for what a photograph may be. */
export async function preparePhoto(
  source: Pick<PhotoSource, 'name' | 'label'>, bytes: Uint8Array, stages: readonly Stage[], limits: PhotoLimits = defaultLimits,
): Promise<PreparedPhoto> {
  const sha256 = sha256Of(bytes);
  const base = { ...baseRecord(source, sha256), sha256 };
  try {
    const decoded = await decodeImage(bytes, limits);
    const seen = { ...base, width: decoded.width, height: decoded.height, format: decoded.format, ...(decoded.conversions.length > 0 ? { conversions: decoded.conversions } : {}) };
    if (Math.min(decoded.width, decoded.height) < limits.minSide) return bare(seen, 'too-small', `${decoded.width}x${decoded.height} pixels`);
    const photo: PhotoInput = { name: source.name, image: decoded.image, scale: decoded.scale };
    let faces: readonly FaceWork[] = [];
    for (const stage of stages) faces = await stage.run(photo, faces);
    const files = new Map<string, Buffer>();
    const records: FaceRecord[] = [];
    for (const [i, face] of faces.entries()) records.push(await faceRecord(`${base.id}-${i}`, face, decoded.scale, files));
    return { record: { ...seen, outcome: outcomeOf(records), faces: records }, files };
  } catch (error) {
    if (error instanceof DecodeError) return bare(base, error.fault, error.message);
    throw error;
  }
}

/** What a photograph's record says whatever becomes of it. */
export function baseRecord(source: Pick<PhotoSource, 'name' | 'label'>, sha256: string): Pick<PhotoRecord, 'photo' | 'id' | 'label'> {
  return { photo: source.name, id: photoId(source, sha256), ...(source.label ? { label: source.label } : {}) };
}

/** The record of a photograph that gave nothing. */
export function bare(base: Pick<PhotoRecord, 'photo' | 'id'>, outcome: Outcome, reason: string): PreparedPhoto {
  return { record: { ...base, outcome, reason, faces: [] }, files: new Map() };
}

async function faceRecord(id: string, face: FaceWork, scale: number, files: Map<string, Buffer>): Promise<FaceRecord> {
  const records: Record<string, FileRecord> = {};
  for (const [picture, image] of Object.entries(face.pictures)) {
    const path = `faces/${id.slice(0, 2)}/${id}.${picture}.png`;
    const png = await encodePng(image);
    files.set(path, png);
    records[picture] = { path, sha256: sha256Of(png) };
  }
  const { x, y, width, height, score } = face.box;
  const original = (points: readonly Point[]) => points.map(([px, py]) => [round(px / scale), round(py / scale)] as const);
  return {
    id,
    box: { x: round(x / scale), y: round(y / scale), width: round(width / scale), height: round(height / scale), score: round(score) },
    ...(face.landmarks ? { landmarks: original(face.landmarks) } : {}),
    ...(face.points ? { points: original(face.points) } : {}),
    ...(face.unrest === undefined ? {} : { unrest: face.unrest }),
    fields: face.fields,
    problems: face.problems,
    files: records,
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
