import { join } from 'node:path';
import { distinct, filesUnder, listingOf, shortfalls } from './layout.ts';
import type { Layout, LayoutCount } from './layout.ts';

/** Angle of each camera in degrees, from -90 to 90 as the literature counts them; 08_1 and 19_1 look down from above at -45 and 45. */
export const multiPieYaw: Readonly<Record<string, number>> = {
  '11_0': -90, '12_0': -75, '09_0': -60, '08_0': -45, '13_0': -30, '14_0': -15, '05_1': 0, '05_0': 15, '04_1': 30, '19_0': 45, '20_0': 60, '01_0': 75, '24_0': 90, '08_1': -45, '19_1': 45,
};

/** File names `SUBJECT_SESSION_RECORDING_CAMERA_ILLUMINATION.png` (`001_01_01_051_00.png`), in whatever folders. */
export const multiPie: Layout = {
  name: 'mpie',
  doc: 'CMU Multi-PIE: subject, session, recording, camera and illumination in the file name, 001_01_01_051_00.png; every folder structure will do.',
  source: 'Gross et al. 2010, "Multi-PIE": 337 subjects, 4 sessions, 15 views, 19 illuminations, 755,370 images',
  list: async (root) => {
    const { sources, unknown } = listingOf(await filesUnder(root), (name) => {
      const found = /(?:^|\/)(\d{3})_(\d{2})_(\d{2})_(\d{2})(\d)_(\d{2})(?:_crop_\d+)?\.(?:png|jpg)$/.exec(name);
      if (!found) return undefined;
      const [, subject, session, recording, head, eye, illumination] = found;
      const camera = `${head}_${eye}`;
      const yaw = multiPieYaw[camera];
      return {
        name, path: join(root, name),
        label: { identity: subject, tags: { session: Number(session), recording: Number(recording), camera, illumination: Number(illumination), ...(yaw === undefined ? {} : { yaw }) } },
      };
    });
    const tag = (key: string) => distinct(sources.map((s) => String(s.label?.tags?.[key])));
    const counts: LayoutCount[] = [
      { what: 'images', found: sources.length, published: 755_370 },
      { what: 'subjects', found: distinct(sources.map((s) => s.label?.identity)), published: 337 },
      { what: 'sessions', found: tag('session'), published: 4 },
      { what: 'cameras', found: tag('camera'), published: 15 },
      // Image 19 of a recording repeats image 00 (no flash), so 20 numbers show 19 illuminations.
      { what: 'illuminations', found: distinct(sources.map((s) => String(Number(s.label?.tags?.['illumination']) % 19))), published: 19 },
    ];
    return { sources, unknown, counts, missing: shortfalls(counts) };
  },
};
