/** A fenced block of a guide: its language, what its info line says beside it, its text. */
export interface Block {
  readonly language: string;
  readonly info: readonly string[];
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a Markdown text, in order. */
export function blocksOf(markdown: string): Block[] {
  const out: Block[] = [];
  const lines = markdown.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const open = /^```(\w+)?(.*)$/.exec(lines[i]);
    if (!open) continue;
    const end = lines.indexOf('```', i + 1);
    out.push({ language: open[1] ?? '', info: open[2].trim().split(/\s+/).filter((word) => word !== ''), text: `${lines.slice(i + 1, end).join('\n')}\n`, line: i + 1 });
    i = end;
  }
  return out;
}
