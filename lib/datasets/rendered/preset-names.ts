/**
 * Imitations of the paper's sets by their composition:
 * - `like-ffpp`: people talking to the camera (FaceForensics++): yaw within 35 degrees, talking faces, video compression;
 * - `like-mpie`: the 15 camera positions and 19 illuminations of CMU Multi-PIE for each person, expressions from its six, in this order;
 * - `like-lpff`: large poses only (LPFF), yaw 30 to 90 degrees or pitch beyond 20.
 */
export type Preset = 'like-ffpp' | 'like-mpie' | 'like-lpff';
export const presets: readonly Preset[] = ['like-ffpp', 'like-mpie', 'like-lpff'];
