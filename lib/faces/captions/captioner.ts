import type { Image } from '../image.ts';
import type { Pose } from '../pose.ts';

/** What a captioner may look at. */
export interface CaptionInput {
  /** Names the face for ever. */
  readonly id: string;
  /** The photograph's listed name. */
  readonly photo: string;
  /** The aligned crop. */
  readonly crop: Image;
  readonly pose?: Pose;
  /** Probabilities by the names of `expressions`. */
  readonly expression?: Readonly<Record<string, number>>;
}

/** Makes one text for a face; the rules of `checkCaption` are applied to what it says. Throws where it cannot say anything now. */
export interface Captioner {
  /** Kept beside each caption. */
  readonly name: string;
  /** Whether its texts cost nothing and stay what they are: then all faces are looked up in every run, each once. */
  readonly free?: boolean;
  caption(input: CaptionInput, signal?: AbortSignal): Promise<string>;
}
