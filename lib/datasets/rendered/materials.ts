/** What a triangle is made of: which shader colours it. `hidden` ones lie under thick hair or a hat and are not drawn. */
export const material = {
  skin: 0, scalp: 1, rightEye: 2, leftEye: 3, mouth: 4, ear: 5, neck: 6, cloth: 7, hair: 8, hat: 9, frame: 10, hand: 11, mask: 12, hidden: 13, curtain: 14,
} as const;

/**
 * Classes of `parts`, numbered as the 19 of CelebAMask-HQ in the order of the BiSeNet face parser (zllrunning/face-parsing.PyTorch),
 * plus 19 for occluders that it has no class for (hands, surgical masks). Left and right are the subject's own.
 */
export const part = {
  background: 0, skin: 1, leftBrow: 2, rightBrow: 3, leftEye: 4, rightEye: 5, glasses: 6, leftEar: 7, rightEar: 8, earring: 9, nose: 10, mouth: 11,
  upperLip: 12, lowerLip: 13, neck: 14, necklace: 15, cloth: 16, hair: 17, hat: 18, occluder: 19,
} as const;

export const partNames: readonly string[] = Object.keys(part);

/** Whether a class belongs to the face mask: skin, brows, eyes, glasses, nose, mouth and lips. */
export const inFaceMask: Uint8Array = Uint8Array.from(partNames, (_, k) => (k >= 1 && k <= 6) || (k >= 10 && k <= 13) ? 1 : 0);
