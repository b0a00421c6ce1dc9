/**
 * Imitations of the paper's sets by their composition:
 * - `like-ffpp`: people talking to the camera (FaceForensics++): yaw within 35 degrees, talking faces, video compression;
 * - `like-mpie`: of each person the 15 camera positions of CMU Multi-PIE under its 19 illuminations with its six expressions, 1,710 pictures in a mixed order;
 * - `like-lpff`: large poses only (LPFF), yaw 30 to 90 degrees or pitch beyond 20.
 */
export type Preset = 'like-ffpp' | 'like-mpie' | 'like-lpff';
export const presets: readonly Preset[] = ['like-ffpp', 'like-mpie', 'like-lpff'];
