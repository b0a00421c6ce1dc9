/** Named vertex lists of the 468-point face mesh (MediaPipe's canonical numbering); "right" is the subject's right, the picture's left. */
export const upperLipInner = [191, 80, 81, 82, 13, 312, 311, 310, 415] as const;
export const lowerLipInner = [95, 88, 178, 87, 14, 317, 402, 318, 324] as const;
export const mouthCornersInner = [78, 308] as const;
export const upperLip = [185, 40, 39, 37, 0, 267, 269, 270, 409, 184, 74, 73, 72, 11, 302, 303, 304, 408, 183, 42, 41, 38, 12, 268, 271, 272, 407, ...upperLipInner] as const;
export const lowerLip = [146, 91, 181, 84, 17, 314, 405, 321, 375, 77, 90, 180, 85, 16, 315, 404, 320, 307, 96, 89, 179, 86, 15, 316, 403, 319, 325, ...lowerLipInner] as const;
export const mouthCorners = [61, 291, 76, 306, 62, 292, 78, 308] as const;

/** Edge of the lids (the opening), from the outer to the inner corner, corners left out. */
export const rightUpperLid = [246, 161, 160, 159, 158, 157, 173] as const;
export const rightLowerLid = [7, 163, 144, 145, 153, 154, 155] as const;
export const rightUpperCrease = [247, 30, 29, 27, 28, 56, 190] as const;
export const rightUpperFold = [113, 225, 224, 223, 222, 221, 189] as const;
export const rightLowerCrease = [25, 110, 24, 23, 22, 26, 112] as const;
export const rightEyeCorners = [33, 133] as const;
export const leftEyeCorners = [263, 362] as const;

/** Eyebrow rows from the inner end to the outer. */
export const rightBrowUpper = [107, 66, 105, 63, 70] as const;
export const rightBrowLower = [55, 65, 52, 53, 46] as const;

/** The boundary of the face mesh, in the order in which its triangles run along it; the middle of the forehead is 10, the chin 152. */
export const faceBoundary = [
  136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454, 356, 389, 251, 284, 332, 297, 338, 10, 109, 67, 103,
  54, 21, 162, 127, 234, 93, 132, 58, 172,
] as const;

export const noseVertices = [
  168, 6, 197, 195, 5, 4, 1, 19, 94, 2, 122, 196, 3, 51, 45, 44, 125, 141, 193, 188, 174, 236, 134, 220, 237, 241, 242, 97, 99, 98, 64, 48, 115, 131,
  198, 49, 102, 129, 217, 126, 209, 218, 219, 235, 59, 75, 60, 166, 20, 79, 238, 239, 240, 241, 114, 245,
] as const;
