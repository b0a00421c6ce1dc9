import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { nearest } from '../diagnostics/nearest.ts';
import { parseSource } from '../source/parse.ts';
import type { Tree } from '../source/tree.ts';

/** Reads and parses files once; every file is an absolute path. */
export interface Files {
  read(file: string, from?: Span): Tree;
}

/** Files of the disk. `overlay` gives texts that stand for files (an editor's buffer, a test). */
export function diskFiles(overlay: ReadonlyMap<string, string> = new Map()): Files {
  const parsed = new Map<string, Tree>();
  return {
    read(file, from) {
      const known = parsed.get(file);
      if (known) return known;
      const tree = parseSource(overlay.get(file) ?? readText(file, from), file);
      parsed.set(file, tree);
      return tree;
    },
  };
}

/** The absolute path of a reference written in the file of `span`; a bare path is relative to that file too. */
export function resolvePath(reference: string, span: Span): string {
  return path.resolve(path.dirname(span.file), reference);
}

function readText(file: string, from: Span | undefined): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : `it cannot be read (${code ?? String(error)})`;
    const hint = code === 'ENOENT' && from ? missingHint(file, from) : undefined;
    throw failure('file/unreadable', `${shownPath(file)}: ${why}`, from, hint);
  }
}

/** The nearest file of the folder, or that paths are relative to the file that writes them. */
function missingHint(file: string, from: Span): string {
  const rule = 'paths are relative to the file that writes them';
  const folder = path.dirname(file);
  const base = path.dirname(path.resolve(from.file));
  if (!existsSync(folder)) return `there is no folder ${path.relative(base, folder) || folder}; ${rule}`;
  const near = nearest(path.basename(file), readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)));
  return near === undefined ? rule : `did you mean "${written(path.relative(base, path.join(folder, near)))}"?`;
}

const written = (relative: string): string => (relative.startsWith('.') ? relative : `./${relative}`);

/** A path as people read it: relative to the working folder where that is shorter. */
export function shownPath(file: string, cwd: string = process.cwd()): string {
  const relative = path.relative(cwd, file);
  return relative !== '' && relative.length < file.length && !relative.startsWith('../../..') ? relative : file;
}
