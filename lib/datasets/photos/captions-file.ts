import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One line of `captions.jsonl`: a caption, or why the text was refused. */
export interface CaptionLine {
  readonly face: string;
  readonly by: string;
  readonly caption?: string;
  readonly refused?: string;
}

/** The captions of a prepared folder by face; a last line that a kill cut short is left out. */
export async function readCaptions(folder: string): Promise<Map<string, CaptionLine>> {
  const text = await readFile(join(folder, 'captions.jsonl'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  if (complete !== text) await writeFile(join(folder, 'captions.jsonl'), complete);
  const lines = complete.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as CaptionLine);
  return new Map(lines.map((line) => [line.face, line]));
}
