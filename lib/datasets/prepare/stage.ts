import type { FaceNetworks } from '../../faces/networks/load.ts';
import type { FaceBox } from '../../faces/detect.ts';
import type { Image, Plane } from '../../faces/image.ts';
import type { FivePoints } from '../../faces/landmarks.ts';
import type { Point } from '../../faces/similarity.ts';
import type { Template } from '../../faces/templates.ts';
import type { AttributeSchemas, Infer } from '../../registry/attributes.ts';

/** The steps of preparing a photograph, in the order in which they run; each is done by one stage, or left out. */
export const roles = ['detect', 'landmarks', 'align', 'mask', 'depth', 'crop', 'measure', 'caption', 'quality'] as const;
export type Role = (typeof roles)[number];

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The photograph that the stages look at; faces are in the pixels of `image`. */
export interface PhotoInput {
  /** Path of the photograph as listed, with forward slashes. */
  readonly name: string;
  readonly image: Image;
  /** Pixels of `image` per pixel of the photograph: 1 unless it was reduced to the working size. */
  readonly scale: number;
}

/** What is known of one face so far; stages return copies with more in them. */
export interface FaceWork {
  readonly box: FaceBox;
  readonly landmarks?: readonly Point[];
  /** How much the landmark network's looks disagree (`Face.unrest`). */
  readonly unrest?: number;
  readonly points?: FivePoints;
  readonly template?: Template;
  /** Pictures that are written, by name (`image-256`, `mask-256`, `depth-256`). */
  readonly pictures: Readonly<Record<string, Image | Plane>>;
  /** Values that go into the manifest. */
  readonly fields: Readonly<Record<string, Json>>;
  /** Why the face should not be used; stable words that are counted. Empty: it is used. */
  readonly problems: readonly string[];
}

/** What stages may use; opened once per worker. */
export interface StageContext {
  readonly networks: FaceNetworks;
}

export interface Stage {
  /** The faces of a photograph after this stage; the first stage receives none. Must not depend on other photographs. */
  run(photo: PhotoInput, faces: readonly FaceWork[]): Promise<readonly FaceWork[]>;
  close?(): void;
}

export interface StageDefinition<A extends AttributeSchemas = AttributeSchemas> {
  readonly name: string;
  readonly role: Role;
  readonly doc: string;
  readonly attrs: A;
  /** Attributes that hold paths, relative to the file that writes them; they arrive absolute. */
  readonly paths?: readonly string[];
  /**
   * What stands for attributes in `paths` in the pipeline's hash and in `prepare.json`, which hold no path: they are the same for everybody who has the same files.
   * Default, for each: the SHA-256 of the file, or of all files in the folder.
   */
  readonly contents?: (attrs: Infer<A>) => Readonly<Record<string, string>>;
  /** What the stage's results depend on beside its attributes, such as a package's version; part of the pipeline's hash. */
  readonly versions?: (attrs: Infer<A>) => Readonly<Record<string, string>>;
  readonly open: (attrs: Infer<A>, context: StageContext) => Promise<Stage> | Stage;
}

export type AnyStage = StageDefinition<any>; // eslint-disable-line @typescript-eslint/no-explicit-any

export function defineStage<const A extends AttributeSchemas>(definition: StageDefinition<A>): StageDefinition<A> {
  return Object.freeze(definition);
}

/** A stage that treats faces one by one. */
export function eachFace(treat: (photo: PhotoInput, face: FaceWork) => FaceWork | Promise<FaceWork>): Stage {
  return {
    run: async (photo, faces) => {
      const out: FaceWork[] = [];
      for (const face of faces) out.push(await treat(photo, face));
      return out;
    },
  };
}

/** The landmarks that a stage needs; throws where the pipeline has no stage that finds them. */
export function landmarksOf(face: FaceWork, role: Role): readonly Point[] {
  if (face.landmarks === undefined) throw new Error(`the stage "${role}" needs landmarks, and no stage before it finds any`);
  return face.landmarks;
}
