import { LineCounter, parseDocument, isAlias, isMap, isScalar, isSeq, type Document, type Node, type Pair, type Scalar } from 'yaml';
import { DiagnosticError, type Diagnostic, type Span } from '../diagnostics/diagnostic.ts';
import type { Entry, MapTree, Tree } from './tree.ts';

/** Bounds that keep a stranger's file from exhausting memory. */
export const LIMITS = Object.freeze({ bytes: 2_000_000, nodes: 200_000, depth: 64 });

/**
 * Phase 1: YAML 1.2 text -> a tree in which every value knows its place. Runs nothing the file says.
 * @throws DiagnosticError with the first mistake (one typo can give a hundred parser errors).
 */
export function parseSource(text: string, file: string): Tree {
  return new SourceParser(text, file).parse();
}

class SourceParser {
  readonly #text: string;
  readonly #file: string;
  readonly #lines = new LineCounter();
  #nodes = 0;
  /** The outermost alias being expanded. */
  #alias: Node | undefined;
  #document!: Document;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  parse(): Tree {
    if (this.#text.length > LIMITS.bytes) this.#fail('source/too-large', `a file may have ${LIMITS.bytes} characters, this one has ${this.#text.length}`, 0);
    this.#refuseEarly();
    this.#document = this.#read();
    const [error] = this.#document.errors;
    if (error) this.#fail(`source/${error.code.toLowerCase().replace(/_/g, '-')}`, ...wording(error.code, error.message, this.#text.slice(error.pos[0])), error.pos[0]);
    const [warning] = this.#document.warnings;
    if (warning) this.#fail('source/unsupported', firstLine(warning.message), warning.pos[0]);
    if (!this.#document.contents) this.#fail('source/empty', 'the file is empty', 0, 'a file starts with "kind: graph", "kind: experiment", "kind: ablation" or "kind: sweep"');
    return this.#tree(this.#document.contents as Node, 0);
  }

  #read(): Document {
    try {
      const options = { version: '1.2', strict: true, uniqueKeys: true, merge: false, lineCounter: this.#lines, logLevel: 'error', prettyErrors: false } as const;
      return parseDocument(this.#text, { ...options, schema: 'core', customTags: [], resolveKnownTags: false, keepSourceTokens: false });
    } catch (error) {
      // The parser recurses over its input: absurd nesting overflows the stack before our own bound is reached.
      return this.#fail('source/unreadable', `the YAML cannot be read: ${firstLine((error as Error).message)}`, 0, `values may nest ${LIMITS.depth} deep`);
    }
  }

  #refuseEarly(): void {
    const tab = /^[ ]*\t/m.exec(this.#text);
    if (tab) this.#failEarly('source/tab', 'a tab cannot indent YAML', tab.index + tab[0].length - 1, 'use spaces, two for each level');
    // Bounds the parser's own recursion, which no option of it does.
    let depth = 0;
    for (let i = 0; i < this.#text.length; i++) {
      const c = this.#text[i];
      if (c === '[' || c === '{') depth += 1;
      else if ((c === ']' || c === '}') && depth > 0) depth -= 1;
      if (depth > 4 * LIMITS.depth) this.#failEarly('source/too-deep', `values may nest ${LIMITS.depth} deep`, i);
    }
  }

  #tree(node: Node | null, depth: number): Tree {
    if (++this.#nodes > LIMITS.nodes) this.#refuseSize(node);
    if (depth > LIMITS.depth) this.#fail('source/too-deep', `values may nest ${LIMITS.depth} deep`, node?.range?.[0] ?? 0);
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (!target) this.#fail('source/alias', `the alias "*${node.source}" names no anchor`, node.range?.[0] ?? 0);
      return this.#aliased(node, target as Node, depth);
    }
    if (isMap(node)) return this.#map(node.items as Pair<Node, Node | null>[], node, depth);
    if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => this.#item(item as Node, node, depth)), span: this.#spanOf(node) };
    if (isScalar(node)) return this.#scalar(node);
    return this.#fail('source/unreadable', 'this YAML construct is not supported', 0);
  }

  #aliased(alias: Node, target: Node, depth: number): Tree {
    const outer = this.#alias;
    this.#alias ??= alias;
    const tree = this.#tree(target, depth + 1);
    this.#alias = outer;
    return tree;
  }

  #refuseSize(node: Node | null): never {
    const message = `a file may hold ${LIMITS.nodes.toLocaleString('en-US')} values${this.#alias ? ', and aliases count each time they are used' : ''}`;
    return this.#fail('source/too-many', message, (this.#alias ?? node)?.range?.[0] ?? 0, this.#alias ? 'write short lists out; "chain" and "repeat" make long ones' : 'split the file');
  }

  #item(item: Node | Pair, parent: Node, depth: number): Tree {
    if ('key' in item) return this.#fail('source/pair', 'a list item is a pair without braces', parent.range?.[0] ?? 0, 'write { key: value }');
    return this.#tree(item, depth + 1);
  }

  #map(pairs: readonly Pair<Node, Node | null>[], node: Node, depth: number): MapTree {
    const entries = new Map<string, Entry>();
    for (const [i, pair] of pairs.entries()) {
      const key = this.#key(pair.key);
      if (!pair.value || (isScalar(pair.value) && pair.value.value === null)) {
        this.#fail('source/null', `"${clip(key)}" has no value`, pair.key.range?.[0] ?? 0, nullHint(key, pairs[i - 1]));
      }
      if (entries.has(key)) this.#fail('source/duplicate-key', `the key "${clip(key)}" is written twice`, pair.key.range?.[0] ?? 0);
      entries.set(key, { key: this.#spanOf(pair.key), value: this.#tree(pair.value, depth + 1) });
    }
    return { kind: 'map', entries, span: this.#spanOf(node) };
  }

  #key(key: Node): string {
    if (!isScalar(key)) return this.#fail('source/key', 'a key is a plain name', key?.range?.[0] ?? 0);
    const text = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
    if (text === '<<') this.#fail('source/merge', 'the merge key "<<" is not part of YAML 1.2', key.range?.[0] ?? 0, 'write the keys out, or build on a whole file with "extends" and "set"');
    // Every JavaScript object inherits these; as own keys they would change how a value becomes a text.
    if (text === 'prototype' || text in Object.prototype) {
      this.#fail('source/key', `"${text}" cannot be a name`, key.range?.[0] ?? 0);
    }
    return text;
  }

  #scalar(node: Scalar): Tree {
    const { value } = node;
    if (value === null || value === undefined) this.#fail('source/null', 'a value is missing here', node.range?.[0] ?? 0);
    if (typeof value === 'number' && !Number.isFinite(value)) this.#fail('source/number', `${String(node.source)} is not a finite number`, node.range?.[0] ?? 0);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      this.#fail('source/unsupported', `a ${typeof value} value is not supported`, node.range?.[0] ?? 0);
    }
    return { kind: 'scalar', value: value as string | number | boolean, span: this.#spanOf(node) };
  }

  #spanOf(node: Node): Span {
    const [start, end] = node.range ?? [0, 0];
    return this.#span(start, Math.max(start, end));
  }

  #span(start: number, end: number): Span {
    const from = this.#lines.linePos(start);
    const to = this.#lines.linePos(end);
    return { file: this.#file, line: Math.max(1, from.line), column: Math.max(1, from.col), endLine: Math.max(1, to.line), endColumn: Math.max(1, to.col) };
  }

  #fail(code: string, message: string, hintOrAt: number | string | undefined, at?: number | string): never {
    const offset = typeof hintOrAt === 'number' ? hintOrAt : (at as number);
    const hint = typeof hintOrAt === 'number' ? (at as string | undefined) : hintOrAt;
    return this.#throw(code, message, this.#span(offset, offset + 1), hint);
  }

  #failEarly(code: string, message: string, offset: number, hint?: string): never {
    const before = this.#text.slice(0, offset);
    const line = before.split('\n').length;
    const column = offset - before.lastIndexOf('\n');
    return this.#throw(code, message, { file: this.#file, line, column, endLine: line, endColumn: column + 1 }, hint);
  }

  #throw(code: string, message: string, span: Span, hint?: string): never {
    const diagnostic: Diagnostic = { code, severity: 'error', message, span, ...(hint === undefined ? {} : { hint }) };
    throw new DiagnosticError([diagnostic]);
  }
}

const firstLine = (text: string): string => text.split('\n')[0].replace(/ at line \d+, column \d+:?$/, '');
const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

/** The parser's errors in words that say what to type. */
function wording(code: string, message: string, rest: string): [string, string | undefined] {
  switch (code) {
    case 'DUPLICATE_KEY': return [`${/^[\w-]+/.exec(rest) ? `"${clip(/^[\w-]+/.exec(rest)?.[0] ?? '')}"` : 'this key'} is written twice in one mapping`, 'remove or rename one'];
    case 'TAB_AS_INDENT': return ['a tab cannot indent YAML', 'use spaces, two for each level'];
    case 'BAD_ALIAS': return [firstLine(message), undefined];
    case 'MISSING_CHAR':
      if (message.includes('flow map')) return ['this flow mapping { … } cannot be read', 'a text with a comma, a colon or a brace inside { } needs quotes'];
      return [firstLine(message), undefined];
    case 'BAD_INDENT':
      if (/end with a [\]}]/.test(message)) return [`this ${message.includes(']') ? 'list [ … ]' : 'mapping { … }'} is not closed`, `add the missing ${message.includes(']') ? ']' : '}'}, or indent what belongs inside`];
      return [firstLine(message), 'children stand two spaces further right than their parent, all in one column'];
    case 'MULTILINE_IMPLICIT_KEY': return ['a key spans several lines', 'check for a missing quote, colon or bracket above'];
    default: return [firstLine(message), undefined];
  }
}

/** `before`: the entry before, to which a text that was cut at its comma belongs. */
function nullHint(key: string, before: Pair<Node, Node | null> | undefined): string {
  if (key.includes(':')) return `"${clip(key)}" reads as one name; put a space after the colon`;
  const cut = isScalar(before?.value) && typeof before.value.value === 'string' ? before.value.value : undefined;
  const opened = cut !== undefined && (cut.match(/[([{]/g)?.length ?? 0) > (cut.match(/[)\]}]/g)?.length ?? 0);
  if (opened) return `a text with a comma inside { } needs quotes: ${isScalar(before?.key) ? `${String(before.key.value)}: ` : ''}"${clip(`${cut}, ${key}`)}"`;
  if (/[(){}[\]$]/.test(key)) return 'a text with a comma or a brace inside { } needs quotes';
  return 'give it a value, or remove it';
}
