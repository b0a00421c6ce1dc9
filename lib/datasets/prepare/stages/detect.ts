import { defaultBorder, detectFaces } from '../../../faces/detect.ts';
import { packageVersion } from '../versions.ts';
import { defineStage } from '../stage.ts';

/** face-api's SSD detector. */
export const ssdMobilenetStage = defineStage({
  name: 'ssd-mobilenet',
  role: 'detect',
  doc: 'SSD MobileNet v1 of @vladmandic/face-api on the photograph fitted into 512 x 512, and once more with a border where nothing was found (a face may fill the picture); best face first.',
  attrs: {
    'min-score': { type: 'number', minimum: 0.01, maximum: 0.99, default: 0.5, description: 'Faces scored below are not reported.' },
    'max-overlap': { type: 'number', minimum: 0, maximum: 1, default: 0.5, description: 'Of two boxes that overlap more (intersection over union), the lower scored is dropped.' },
    'border': { type: 'number', minimum: 0, maximum: 2, default: defaultBorder, description: 'Width of the grey border of the second look, in longer sides of the photograph; 0: no second look.' },
    'max-faces': { type: 'integer', minimum: 1, default: 64, description: 'At most this many faces of a photograph, best first.' },
  },
  versions: () => ({ '@vladmandic/face-api': packageVersion('@vladmandic/face-api') }),
  open: (attrs, { networks }) => ({
    run: async (photo) => {
      const boxes = await detectFaces(photo.image, networks, { minScore: attrs['min-score'], maxOverlap: attrs['max-overlap'], border: attrs.border });
      const sized = boxes.filter((box) => box.width >= 1 && box.height >= 1).slice(0, attrs['max-faces']);
      return sized.map((box) => ({ box, pictures: {}, fields: {}, problems: [] }));
    },
  }),
});
