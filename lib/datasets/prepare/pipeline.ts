import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { composeFile } from '../../compose/compose.ts';
import { diskFiles, resolvePath } from '../../compose/files.ts';
import type { Files } from '../../compose/files.ts';
import type { Diagnostic, Span } from '../../diagnostics/diagnostic.ts';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { errorAt, failure } from '../../diagnostics/failure.ts';
import { suggestion } from '../../diagnostics/nearest.ts';
import { isRequired, withDefaults } from '../../registry/attributes.ts';
import { createValueChecker } from '../../schema/value.ts';
import type { ValueChecker } from '../../schema/value.ts';
import { createValidator } from '../../schema/validator.ts';
import { locate } from '../../source/pointer.ts';
import { child, kindText, toData } from '../../source/tree.ts';
import type { MapTree, Tree } from '../../source/tree.ts';
import { contentHash } from './contents.ts';
import { roles } from './stage.ts';
import type { AnyStage, Role } from './stage.ts';
import { standardStages } from './stages/index.ts';

/** One stage of a pipeline as data, so that a worker can open it. */
export interface StageReference {
  readonly role: Role;
  readonly stage: string;
  /** Attributes with their defaults, paths absolute. */
  readonly attrs: Readonly<Record<string, unknown>>;
}

export interface Pipeline {
  readonly name: string;
  /** In the order in which they run. */
  readonly stages: readonly StageReference[];
  /** The same with contents in place of paths: what `prepare.json` keeps, equal for everybody who has the same files. */
  readonly recorded: readonly StageReference[];
  /** Versions of what the results depend on. */
  readonly versions: Readonly<Record<string, string>>;
  /** SHA-256 over stages, attributes, contents of files and versions: crops of different pipelines are never mixed in one folder. */
  readonly hash: string;
}

/** Raised whenever the results of a given pipeline change. */
const recipeVersion = '4';

/** The pipeline that ships, `experiments/prepare/default.yaml`. */
export function defaultPipelineFile(): string {
  return fileURLToPath(new URL('../../../experiments/prepare/default.yaml', import.meta.url));
}

/** Reads a pipeline from a `kind: prepare` file, with what it extends. @throws DiagnosticError with the place of every mistake found. */
export function readPipeline(file: string = defaultPipelineFile(), stages: readonly AnyStage[] = standardStages, files: Files = diskFiles()): Pipeline {
  const tree = composeFile(file, files);
  const kind = child(tree, 'kind');
  if (kind?.kind !== 'scalar' || kind.value !== 'prepare') throw failure('prepare/kind', `expected "kind: prepare", received ${kind ? kindText(kind) : 'no kind'}`, kind?.span ?? tree.span);
  const found: Diagnostic[] = [...unknownKeys(tree, ['kind', 'name', 'doc', 'stages'], 'a pipeline')];
  const list = child(tree, 'stages');
  if (list?.kind !== 'map') throw failure('prepare/stages', 'expected "stages", a mapping from roles to stages', list?.span ?? tree.span);
  found.push(...unknownKeys(list, roles, 'stages'));
  const checker = createValueChecker(createValidator());
  const references = roles.flatMap((role) => readStage(role, child(list, role), stages, checker, found));
  if (found.length > 0) throw new DiagnosticError(found);
  const name = child(tree, 'name');
  return assemblePipeline(name?.kind === 'scalar' ? String(name.value) : 'unnamed', references, stages, (role) => child(list, role)?.span);
}

/** A pipeline of ready references: completes attributes, collects versions, and hashes it all. @throws DiagnosticError, at `placeOf` the stage it comes from */
export function assemblePipeline(name: string, references: readonly StageReference[], stages: readonly AnyStage[] = standardStages, placeOf: (role: Role) => Span | undefined = () => undefined): Pipeline {
  const completed = references.map((reference) => {
    const definition = stageNamed(reference, stages);
    return { ...reference, attrs: withDefaults(definition.attrs, reference.attrs) };
  });
  const parts = completed.map((reference) => placed(placeOf(reference.role), () => stageNamed(reference, stages).versions?.(reference.attrs as never) ?? {}));
  const recorded = completed.map((reference) => placed(placeOf(reference.role), () => withContents(reference, stageNamed(reference, stages))));
  const versions = Object.assign({ recipe: recipeVersion }, ...parts) as Record<string, string>;
  const hash = createHash('sha256').update(JSON.stringify([recorded, Object.entries(versions).sort()])).digest('hex');
  return { name, stages: completed, recorded, versions, hash };
}

/** The reference with what its paths hold in place of the paths. */
function withContents(reference: StageReference, { paths = [], contents }: AnyStage): StageReference {
  const given = paths.filter((name) => typeof reference.attrs[name] === 'string');
  if (given.length === 0) return reference;
  const own = contents?.(reference.attrs as never) ?? {};
  const held = given.map((name) => [name, own[name] ?? contentHash(reference.attrs[name] as string)]);
  return { ...reference, attrs: { ...reference.attrs, ...Object.fromEntries(held) } };
}

/** Gives diagnostics without a place that of the stage: what it reads (a graph, weights) does not know who asked. */
function placed<T>(span: Span | undefined, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof DiagnosticError) || span === undefined) throw error;
    throw new DiagnosticError(error.diagnostics.map((d) => (d.span ? d : { ...d, span })));
  }
}

/** The definition behind a reference. @throws DiagnosticError for an unknown stage. */
export function stageNamed(reference: Pick<StageReference, 'role' | 'stage'>, stages: readonly AnyStage[]): AnyStage {
  const fitting = stages.filter((stage) => stage.role === reference.role);
  const found = fitting.find((stage) => stage.name === reference.stage);
  if (found) return found;
  throw failure('prepare/unknown-stage', `no stage for "${reference.role}" is named "${reference.stage}"`, undefined, suggestion(reference.stage, fitting.map((s) => s.name)));
}

function readStage(role: Role, tree: Tree | undefined, stages: readonly AnyStage[], checker: ValueChecker, found: Diagnostic[]): StageReference[] {
  if (tree === undefined) return [];
  const name = child(tree, 'stage');
  if (tree.kind !== 'map' || name?.kind !== 'scalar') {
    found.push(errorAt('prepare/stage', `expected { stage: NAME, … } for "${role}", received ${kindText(tree)}`, tree.span));
    return [];
  }
  const fitting = stages.filter((stage) => stage.role === role);
  const definition = fitting.find((stage) => stage.name === name.value);
  if (definition === undefined) {
    found.push(errorAt('prepare/unknown-stage', `no stage for "${role}" is named "${name.value}"`, name.span, suggestion(String(name.value), fitting.map((s) => s.name))));
    return [];
  }
  return [{ role, stage: definition.name, attrs: readAttributes(definition, tree, checker, found) }];
}

function readAttributes(definition: AnyStage, tree: MapTree, checker: ValueChecker, found: Diagnostic[]): Record<string, unknown> {
  const schemas = definition.attrs;
  found.push(...unknownKeys(tree, ['stage', ...Object.keys(schemas)], definition.name));
  const given: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const value = child(tree, name);
    if (value === undefined) {
      if (isRequired(schema as object)) found.push(errorAt('prepare/missing', `"${name}" of ${definition.name} is missing`, tree.span));
      continue;
    }
    const data = toData(value);
    const wrong = checker.check(schema as object, data, `"${name}" of ${definition.name}`, (pointer) => (locate(value, pointer) ?? value).span);
    if (wrong) found.push(wrong);
    given[name] = definition.paths?.includes(name) ? resolvePath(String(data), value.span) : data;
  }
  return given;
}

function unknownKeys(tree: MapTree, known: readonly string[], what: string): Diagnostic[] {
  return [...tree.entries].filter(([key]) => !known.includes(key))
    .map(([key, entry]) => errorAt('prepare/unknown-key', `${what} has no "${key}"`, entry.key, suggestion(key, known)));
}
