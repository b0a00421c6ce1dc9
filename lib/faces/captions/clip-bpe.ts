import { gunzipSync } from 'node:zlib';
import { cachedAsset, fileFromWheel } from '../assets/wheel.ts';
import type { Asset } from '../assets/wheel.ts';

/** CLIP's merges: Radford et al. 2021 (MIT), as the Python package open_clip_torch ships them. */
const vocabulary: Asset = {
  name: 'clip/bpe_simple_vocab_16e6.txt.gz',
  sha256: '924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a',
  origin: 'Python package open_clip_torch 3.3.0 (MIT)',
};

/** Tokens that a text may have, start and end included. */
export const clipContext = 77;

export interface ClipTokenizer {
  /** Token numbers of a text, with 49406 (start) and 49407 (end) around them, neither cut nor padded. */
  encode(text: string): number[];
  /** [length] (77) token numbers: cut to fit (the end token stays) and padded with zeros, as CLIP takes them. */
  pad(text: string, length?: number): Int32Array;
  /** The text of token numbers, start and end left out. */
  decode(tokens: readonly number[]): string;
}

/** CLIP's byte-pair tokenizer; its vocabulary (1.4 MB) is fetched once through pip and kept in the cache. */
export async function loadClipTokenizer(onDownload?: (what: string) => void): Promise<ClipTokenizer> {
  const packed = await cachedAsset(vocabulary, () => {
    onDownload?.('open_clip_torch 3.3.0 through pip (1.6 MB), for the vocabulary of CLIP');
    return fileFromWheel('open_clip_torch==3.3.0', 'open_clip/bpe_simple_vocab_16e6.txt.gz');
  });
  return clipTokenizer(gunzipSync(packed).toString('utf8'));
}

const start = 49406;
const end = 49407;
const pieces = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/giu;

/** The tokenizer over the text of CLIP's merges file. */
export function clipTokenizer(merges: string): ClipTokenizer {
  const lines = merges.split('\n').slice(1, 49152 - 256 - 2 + 1);
  const ranks = new Map(lines.map((line, i) => [line, i]));
  const symbols = byteSymbols();
  const names = [...symbols, ...symbols.map((s) => `${s}</w>`), ...lines.map((line) => line.replace(' ', ''))];
  const numbers = new Map(names.map((name, i) => [name, i]));
  const bytesOf = new Map(symbols.map((symbol, i) => [symbol, byteOrder[i]]));
  const known = new Map<string, readonly number[]>();
  const encodePiece = (piece: string): readonly number[] => {
    const before = known.get(piece);
    if (before) return before;
    const word = [...Buffer.from(piece, 'utf8')].map((byte) => symbols[byteOrder.indexOf(byte)]);
    const found = mergePairs(word, ranks).map((name) => numbers.get(name) as number);
    known.set(piece, found);
    return found;
  };
  const encode = (text: string): number[] => [start, ...(cleaned(text).match(pieces) ?? []).flatMap(encodePiece), end];
  return {
    encode,
    pad: (text, length = clipContext) => {
      const tokens = encode(text);
      const out = new Int32Array(length);
      out.set(tokens.slice(0, length));
      if (tokens.length > length) out[length - 1] = end;
      return out;
    },
    decode: (tokens) => {
      const joined = tokens.filter((t) => t < start).map((t) => names[t]).join('');
      const parts = joined.split('</w>').map((part) => Buffer.from([...part].map((c) => bytesOf.get(c) ?? 0x3f)).toString('utf8'));
      return parts.join(' ').trimEnd();
    },
  };
}

/** Joins the pair of lowest rank until none is known; the last symbol ends the word. */
function mergePairs(word: readonly string[], ranks: ReadonlyMap<string, number>): string[] {
  let parts = [...word.slice(0, -1), `${word[word.length - 1]}</w>`];
  for (;;) {
    let best = Infinity;
    for (let i = 0; i + 1 < parts.length; i++) best = Math.min(best, ranks.get(`${parts[i]} ${parts[i + 1]}`) ?? Infinity);
    if (best === Infinity) return parts;
    const joined: string[] = [];
    for (let i = 0; i < parts.length; i++) {
      if (i + 1 < parts.length && ranks.get(`${parts[i]} ${parts[i + 1]}`) === best) joined.push(parts[i] + parts[++i]);
      else joined.push(parts[i]);
    }
    parts = joined;
  }
}

/** What CLIP does to a text first: mended Unicode, character entities (twice), one space for any white space, lower case. */
function cleaned(text: string): string {
  const straight = text.replace(/[\u2018\u2019\u201a\u201b]/g, "'").replace(/[\u201c\u201d\u201e\u201f]/g, '"').replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\ufb00-\ufb06]/g, (c) => c.normalize('NFKC')).normalize('NFC');
  return unescapeEntities(unescapeEntities(straight)).replace(/\s+/gu, ' ').trim().toLowerCase();
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function unescapeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal: string, hex: string, name: string) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
    if (code !== undefined) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return entities[name] ?? whole;
  });
}

const between = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const printable = [...between(0x21, 0x7e), ...between(0xa1, 0xac), ...between(0xae, 0xff)];
/** All bytes, the printable ones first: the order in which the vocabulary numbers them. */
const byteOrder: readonly number[] = [...printable, ...between(0, 255).filter((byte) => !printable.includes(byte))];

/** A printable character for every byte, in `byteOrder`. */
function byteSymbols(): string[] {
  return byteOrder.map((byte, i) => String.fromCodePoint(i < printable.length ? byte : 256 + i - printable.length));
}
