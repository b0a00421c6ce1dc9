const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A file name made of a study's name: letters, digits, `.`, `_`, `+` and `-` only, never hidden, reserved or longer than 100 characters. */
export function safeFileName(name: string): string {
  const plain = name.normalize('NFKD').replace(/[^A-Za-z0-9._+-]+/g, '-').replace(/^[.\-]+|[.\-]+$/g, '').slice(0, 100).replace(/[.\-]+$/, '');
  if (plain === '') return 'study';
  return RESERVED.test(plain.split('.')[0]) ? `study-${plain}` : plain;
}

/**
 * The URL of a file beside or below the report, each name percent-encoded. A RangeError for an absolute path, a parent folder, a
 * backslash or a scheme: a report must not reach outside its folder.
 */
export function relativeUrl(path: string): string {
  const names = path.replace(/^(\.\/)+/, '').split('/');
  const bad = path === '' || /^[a-z][a-z0-9+.-]*:/i.test(path) || path.includes('\\') || names.some((n) => n === '' || n === '.' || n === '..' || /[\u0000-\u001f]/.test(n));
  if (bad) throw new RangeError(`expected a path below the report's folder, received ${JSON.stringify(path)}`);
  return names.map(encodeURIComponent).join('/');
}
