import type { Expression } from './parse.ts';

/** The free names of an expression, each once, in order of appearance. */
export function namesIn(e: Expression): string[] {
  return [...new Set(collect(e))];
}

function collect(e: Expression): string[] {
  switch (e.kind) {
    case 'literal': return [];
    case 'name': return [e.name];
    case 'field': return collect(e.of);
    case 'unary': return collect(e.of);
    case 'binary': return [...collect(e.left), ...collect(e.right)];
    case 'call': return e.args.flatMap(collect);
  }
}
