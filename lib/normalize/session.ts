import type { Span } from '../diagnostics/diagnostic.ts';
import type { Registry } from '../registry/registry.ts';
import type { ValueChecker } from '../schema/value.ts';
import type { MapTree, Tree } from '../source/tree.ts';
import type { Builder } from './builder.ts';
import type { PortValue, Ports } from './values.ts';
import type { Scope } from './scope.ts';

/** What one normalisation shares among all its scopes. */
export interface Session {
  readonly registry: Registry;
  readonly builder: Builder;
  /** The composed, schema-checked document of a graph file. */
  readonly graphFile: (file: string, from: Span) => MapTree;
  readonly values: ValueChecker;
  /** Expands one node under a name; an argument so that the constructs need not import one another. */
  readonly expand: Expand;
  /** Calls a model of an experiment; absent in plain graphs. */
  readonly callModel?: (name: string, call: ModelCallRequest) => Ports;
  /** `generator.weights`: the trainable weights of a model, as a list. */
  readonly modelWeights?: (name: string) => PortValue | undefined;
}

/** `piped` is the value a `seq` or a loop hands to its item. */
export type Expand = (tree: Tree, name: string, scope: Scope, piped?: PortValue) => Ports;

export interface ModelCallRequest {
  readonly scope: Scope;
  readonly path: string;
  readonly tree: MapTree;
  readonly span: Span;
  readonly piped: PortValue | undefined;
}
