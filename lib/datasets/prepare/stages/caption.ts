import { alignFace } from '../../../faces/align.ts';
import { attributeCaptioner } from '../../../faces/captions/attributes.ts';
import type { Captioner, CaptionInput } from '../../../faces/captions/captioner.ts';
import { loadClipTokenizer } from '../../../faces/captions/clip-bpe.ts';
import { folderCaptioner } from '../../../faces/captions/folder.ts';
import { checkCaption } from '../../../faces/captions/rules.ts';
import { contentHash } from '../contents.ts';
import { defineStage, eachFace, landmarksOf } from '../stage.ts';
import type { FaceWork, PhotoInput } from '../stage.ts';

/** Captions in fixed words. */
export const attributeCaptionStage = defineStage({
  name: 'attributes',
  role: 'caption',
  doc: 'One or two sentences on pose, expression, hair and light from the estimates of the stages before; needs no network. A language model says more: see `captionPrepared`.',
  attrs: {},
  open: () => {
    const captioner = attributeCaptioner();
    return eachFace(async (photo, face) => ({ ...face, fields: { ...face.fields, caption: await captioner.caption(captionInput(photo, face)) } }));
  },
});

/** Captions that someone wrote. */
export const folderCaptionStage = defineStage({
  name: 'folder',
  role: 'caption',
  doc: "Captions from text files that match the photographs by name; those that break the paper's rules (under 70 words, at most 77 CLIP tokens) are refused with the reason.",
  attrs: { path: { type: 'string', description: 'The folder of text files: a/b.txt for the photograph a/b.jpg.' } },
  paths: ['path'],
  contents: ({ path }) => ({ path: contentHash(path, (name) => name.endsWith('.txt')) }),
  open: async (attrs) => {
    const captioner: Captioner = folderCaptioner(attrs.path);
    const tokenizer = await loadClipTokenizer();
    return eachFace(async (photo, face) => {
      const verdict = checkCaption(await captioner.caption(captionInput(photo, face)), tokenizer);
      return { ...face, fields: { ...face.fields, ...(verdict.ok ? { caption: verdict.caption } : { 'caption-refused': verdict.reason }) } };
    });
  },
});

function captionInput(photo: PhotoInput, face: FaceWork): CaptionInput {
  const { image } = alignFace(photo.image, landmarksOf(face, 'caption'), { size: 112 });
  const { pose, expression } = face.fields as unknown as Pick<CaptionInput, 'pose' | 'expression'>;
  return { id: photo.name, photo: photo.name, crop: image, ...(pose ? { pose } : {}), ...(expression ? { expression } : {}) };
}
