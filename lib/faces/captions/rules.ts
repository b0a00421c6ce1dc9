import { clipContext } from './clip-bpe.ts';
import type { ClipTokenizer } from './clip-bpe.ts';

/** What the paper asked its captioner (FaceChanger, Section IV). */
export const paperPrompt = 'Describe about pose, expression, facial attribute, and background about the given face image. The length of the description is 70 words.';

/** Words that a caption stays under. */
export const wordLimit = 70;

export type CaptionVerdict = { readonly ok: true; readonly caption: string } | { readonly ok: false; readonly reason: string };

/** Whether a text can be a caption: one paragraph of fewer than 70 words and at most 77 of CLIP's tokens; else why not. White space is put in order. */
export function checkCaption(text: string, tokenizer: ClipTokenizer): CaptionVerdict {
  const caption = text.replace(/\s+/gu, ' ').trim();
  if (caption === '') return { ok: false, reason: 'there is no text, or it is empty' };
  const words = caption.split(' ').length;
  if (words >= wordLimit) return { ok: false, reason: `expected fewer than ${wordLimit} words, received ${words}` };
  const tokens = tokenizer.encode(caption).length;
  if (tokens > clipContext) return { ok: false, reason: `expected at most ${clipContext} CLIP tokens, received ${tokens} (${words} words)` };
  return { ok: true, caption };
}
