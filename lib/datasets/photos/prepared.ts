import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../diagnostics/failure.ts';
import { decodeImage } from '../../faces/decode.ts';
import type { Image } from '../../faces/image.ts';
import { readManifest } from '../prepare/finish.ts';
import { templateNamed } from '../../faces/templates.ts';
import type { Template } from '../../faces/templates.ts';
import type { FaceRecord } from '../prepare/record.ts';
import type { PhotoLabel } from '../prepare/sources.ts';
import { readCaptions } from './captions-file.ts';
import { labelIdentities } from './identities.ts';
import type { IdentityRule } from './identities.ts';

/** A usable face of a prepared folder. */
export interface PreparedFace extends FaceRecord {
  /** The photograph's listed name. */
  readonly photo: string;
  readonly identity: string;
  /** What the data set's layout says of the photograph. */
  readonly label?: PhotoLabel;
}

export interface PreparedFolder {
  readonly folder: string;
  /** SHA-256 of the manifest, the captions and the identity rule. */
  readonly hash: string;
  /** In the manifest's order. */
  readonly faces: readonly PreparedFace[];
  /** Faces that the manifest marks with a problem. */
  readonly setAside: number;
  /** One picture of a face by its name (`image-256`), its checksum verified. @throws Error where the file was changed or is missing. */
  picture(face: PreparedFace, name: string): Promise<Image>;
}

export interface PreparedOptions {
  /** Default `folder`. */
  readonly identity?: IdentityRule;
  /** Whether faces with problems are used too. Default false. */
  readonly includeProblems?: boolean;
}

/** Opens what `prepare` made. @throws DiagnosticError where the folder is none, or is not finished. */
export async function openPrepared(folder: string, options: PreparedOptions = {}): Promise<PreparedFolder> {
  await requireFinished(folder);
  const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as { manifest: string };
  const rule = options.identity ?? 'folder';
  const all: Omit<PreparedFace, 'identity'>[] = [];
  for await (const record of readManifest(folder)) all.push(...record.faces.map((face) => ({ ...face, photo: record.photo, ...(record.label ? { label: record.label } : {}) })));
  const chosen = options.includeProblems ? all : all.filter((face) => face.problems.length === 0);
  const identities = labelIdentities(chosen, rule);
  const captions = await readCaptions(folder);
  const faces = chosen.map((face, i): PreparedFace => {
    const caption = captions.get(face.id)?.caption;
    return { ...face, identity: identities[i], fields: caption === undefined ? face.fields : { ...face.fields, caption } };
  });
  const hash = createHash('sha256').update(JSON.stringify([summary.manifest, rule, options.includeProblems === true, [...captions]])).digest('hex');
  return { folder, hash, faces, setAside: all.length - chosen.length, picture: (face, name) => readPicture(folder, face, name) };
}

/** The template by which the crops of a prepared folder were laid; undefined where there is no such folder. */
export async function preparedTemplate(folder: string): Promise<Template | undefined> {
  const text = await readFile(join(folder, 'prepare.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { pipeline } = JSON.parse(text) as { pipeline: { stages: readonly { role: string; attrs: Readonly<Record<string, unknown>> }[] } };
  return templateNamed(String(pipeline.stages.find(({ role }) => role === 'align')?.attrs['template'] ?? 'arcface'));
}

async function requireFinished(folder: string): Promise<void> {
  const there = async (name: string) => access(join(folder, name)).then(() => true, () => false);
  if (await there('summary.json')) return;
  if (await there('prepare.json')) throw failure('photos/unfinished', `${folder} was not prepared to the end`, undefined, 'run the same prepare command again: it goes on where it stopped');
  throw failure('photos/not-prepared', `${folder} is no prepared folder (it has no prepare.json)`, undefined, `npx swapgraph prepare PHOTOS -o ${folder}`);
}

async function readPicture(folder: string, face: PreparedFace, name: string): Promise<Image> {
  const file = face.files[name];
  if (file === undefined) {
    throw failure('photos/picture', `the faces in ${folder} have no "${name}"`, undefined, `they have: ${Object.keys(face.files).join(', ')}`);
  }
  const bytes = await readFile(join(folder, file.path));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== file.sha256) throw new Error(`${join(folder, file.path)} was changed: expected SHA-256 ${file.sha256}, received ${found}`);
  return (await decodeImage(bytes)).image;
}
