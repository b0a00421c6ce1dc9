/** What a box stands for; it decides its shape and colour. */
export type Tone = 'data' | 'plain' | 'trainable' | 'frozen' | 'loss' | 'output';

/** How a box of one drawing differs from the other drawing's. */
export type Mark = 'changed' | 'removed' | 'added';

export interface Box {
  readonly id: string;
  readonly title: string;
  /** What happens inside, in order; `note` is set small. */
  readonly lines: readonly { readonly text: string; readonly note?: string }[];
  readonly tone: Tone;
  /** Drawn once, meant so often, each feeding the next. */
  readonly repeat?: number;
  /** Boxes inside; a box with children has no lines. */
  readonly children: readonly Box[];
  readonly mark?: Mark;
}

export interface Link {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}

/** A diagram before anything has a place. */
export interface Drawing {
  readonly title: string;
  readonly subtitle: string;
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
  /** The tones that occur, with what they mean here. */
  readonly legend: readonly { readonly tone: Tone; readonly text: string }[];
}

/** Every box, inner ones included. */
export function allBoxes(boxes: readonly Box[]): Box[] {
  return boxes.flatMap((b) => [b, ...allBoxes(b.children)]);
}
