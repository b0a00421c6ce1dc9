import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Span } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
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
    const hint = code === 'ENOENT' && from ? 'paths are relative to the file that writes them' : undefined;
    throw failure('file/unreadable', `${shownPath(file)}: ${why}`, from, hint);
  }
}

/** A path as people read it: relative to the working folder where that is shorter. */
export function shownPath(file: string, cwd: string = process.cwd()): string {
  const relative = path.relative(cwd, file);
  return relative !== '' && relative.length < file.length && !relative.startsWith('../../..') ? relative : file;
}
