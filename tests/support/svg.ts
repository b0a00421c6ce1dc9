import sharp from 'sharp';

export interface SvgElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What stands between its tag and the next. */
  readonly text: string;
}

/** The elements of an SVG document in order, with their texts as a reader sees them. Rejects what libxml2, which reads SVG for sharp, finds not well-formed. */
export async function readSvg(svg: string): Promise<SvgElement[]> {
  await sharp(Buffer.from(svg)).metadata();
  return [...svg.matchAll(/<([a-z]\w*)([^>]*)>([^<]*)/gi)].map(([, tag, inside, text]) => ({
    tag, text: decoded(text), attributes: Object.fromEntries([...inside.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, decoded(value)])),
  }));
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decoded = (text: string): string => text.replace(/&(?:#(\d+)|(\w+));/g, (_, code?: string, name?: string) => (code === undefined ? NAMED[name as string] : String.fromCodePoint(Number(code))));
