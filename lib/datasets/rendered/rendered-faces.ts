import { stream, type Stream } from '../../random/stream.ts';
import type { Preset } from './preset-names.ts';
import { mpieViews, presetScene } from './presets.ts';
import { drawExpression, drawIdentity } from './draw-person.ts';
import { drawScene, type SceneOptions } from './draw-scene.ts';
import { appearanceNames, type FaceParameters, type Identity } from './parameters.ts';
import { renderFace, type RenderedFace } from './render-face.ts';
import { shapeNames } from './identity-shapes.ts';
import { createWorkspace } from './workspace.ts';

export interface RenderedFacesOptions {
  readonly seed: number;
  /** Side of the pictures in pixels. */
  readonly size: number;
  /** Number of different people; without it every sample shows somebody new. */
  readonly identities?: number;
  readonly scene?: SceneOptions;
  /** Imitates the composition of one of the paper's sets; it decides pose, light and expression, and the people in order where it must. */
  readonly preset?: Preset;
}

/** What is in one picture, before it is rendered. */
export interface RenderedSample {
  readonly index: number;
  /** Number of the person; equal numbers are equal people. */
  readonly person: number;
  readonly parameters: FaceParameters;
}

export interface RenderedPair {
  readonly source: RenderedSample;
  readonly target: RenderedSample;
  readonly sameIdentity: boolean;
}

/** `face`: the target keeps its hair, ears and skull, as a face swap leaves them; `head`: the whole person is exchanged. */
export type OracleScope = 'face' | 'head';

/** A stream of rendered faces without an end. The i-th sample of a seed is always the same and needs no other. */
export interface RenderedFaces {
  readonly size: number;
  person(index: number): Identity;
  /** What the i-th sample shows. */
  describe(index: number): RenderedSample;
  /** The i-th sample, rendered. */
  sample(index: number): RenderedFace & RenderedSample;
  /** The i-th pair; two pictures of one person in the given share of pairs (0..1), else of two people. */
  pair(index: number, policy?: { readonly sameIdentity?: number }): RenderedPair;
  render(parameters: FaceParameters): RenderedFace;
  /** The perfect swap: the target's picture, rendered with the source's identity and nothing else changed, not even the framing. */
  oracle(source: FaceParameters, target: FaceParameters, scope?: OracleScope): RenderedFace;
}

/** Opens the stream. Nothing is rendered before it is asked for. */
export function renderedFaces(options: RenderedFacesOptions): RenderedFaces {
  const { seed, size, identities } = options;
  const workspace = createWorkspace();
  const person = (index: number): Identity => drawIdentity(stream(seed, 'rendered-faces', 'person', index));
  const parametersOf = (index: number, who: number, at: Stream): FaceParameters => {
    const base = { identity: person(who), expression: drawExpression(at.at('expression')), ...drawScene(at.at('scene'), options.scene) };
    return options.preset ? presetScene(options.preset, index, base, at.at('preset')) : base;
  };
  const describe = (index: number): RenderedSample => {
    const at = stream(seed, 'rendered-faces', 'sample', index);
    const who = options.preset === 'like-mpie' ? Math.floor(index / mpieViews) % (identities ?? Infinity) : identities === undefined ? index : at.at('person').integer(identities);
    return { index, person: who, parameters: parametersOf(index, who, at) };
  };
  const render = (parameters: FaceParameters, framedAs?: Identity): RenderedFace => renderFace(parameters, size, { workspace, ...(framedAs ? { framedAs } : {}) });
  return {
    size, person, describe,
    sample: (index) => {
      const sample = describe(index);
      return { ...render(sample.parameters), ...sample };
    },
    pair: (index, policy = {}) => pairOf(index, policy.sameIdentity ?? 0, stream(seed, 'rendered-faces', 'pair', index), identities, person, describe),
    render: (parameters) => render(parameters),
    oracle: (source, target, scope = 'face') => render({ ...target, identity: swapIdentity(source.identity, target.identity, scope) }, target.identity),
  };
}

function pairOf(
  index: number, share: number, at: Stream, identities: number | undefined, person: (index: number) => Identity, describe: (index: number) => RenderedSample,
): RenderedPair {
  const target = describe(2 * index + 1);
  const first = describe(2 * index);
  const same = at.at('same').uniform() < share;
  const others = identities ?? Infinity;
  const who = same ? target.person : first.person !== target.person || others < 2 ? first.person : (first.person + 1 + at.at('other').integer(Math.min(others, 1e9) - 1)) % others;
  const source = who === first.person ? first : { ...first, person: who, parameters: { ...first.parameters, identity: person(who) } };
  return { source, target, sameIdentity: who === target.person };
}

const keptAppearance: ReadonlySet<string> = new Set(appearanceNames.filter((name) => name.startsWith('hair') || name === 'fringe'));
const keptShape: ReadonlySet<string> = new Set(['skull-height', 'skull-width', 'skull-depth', 'ear-size', 'ear-angle', 'neck-width']);

/** The source's identity as it shows on the target's head. */
export function swapIdentity(source: Identity, target: Identity, scope: OracleScope): Identity {
  if (scope === 'head') return source;
  return {
    shape: source.shape.map((value, k) => (keptShape.has(shapeNames[k]) ? target.shape[k] : value)),
    appearance: source.appearance.map((value, k) => (keptAppearance.has(appearanceNames[k]) ? target.appearance[k] : value)),
  };
}
