"""Writes alignment.json: Umeyama fits by scikit-image, and norm_crop by OpenCV, for tests/faces/alignment.test.ts.

    pip install numpy scikit-image opencv-python-headless && python make-fixtures.py
"""
import json
import pathlib

import cv2
import numpy as np
import skimage
from skimage.transform import SimilarityTransform

TEMPLATE = np.array([[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]])


def picture(width, height):
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [127 + 90 * np.sin(x / 9 + c) * np.cos(y / 7 - c) + 20 * np.sin(x * y / 300 + c) for c in range(3)]
    return np.clip(np.round(np.stack(planes, -1)), 0, 255).astype(np.uint8)


def fit(source, target):
    tform = SimilarityTransform.from_estimate(source, target) if hasattr(SimilarityTransform, 'from_estimate') else None
    if tform is None:
        tform = SimilarityTransform()
        tform.estimate(source, target)
    return tform.params


def main():
    rng = np.random.default_rng(7)
    fits = []
    for i in range(24):
        n = int(rng.integers(2, 9))
        source = rng.normal(0, 50, (n, 2)).round(3)
        target = (rng.normal(0, 50, (n, 2)) if i % 2 else source @ np.array([[0.3, 0.8], [-0.8, 0.3]]) + rng.normal(0, 3, (n, 2)) + 100).round(3)
        p = fit(source, target)
        fits.append({'from': source.tolist(), 'to': target.tolist(), 'a': p[0, 0], 'b': p[1, 0], 'tx': p[0, 2], 'ty': p[1, 2]})
    photo = picture(160, 120)
    # Landmarks in OpenCV's coordinates (centre of the first pixel at 0).
    points = np.array([[62.0, 40.5], [88.5, 44.0], [74.0, 60.0], [60.5, 73.0], [82.0, 76.5]])
    matrix = fit(points, TEMPLATE)[:2]
    crop = cv2.warpAffine(photo, matrix, (112, 112), borderValue=0.0, flags=cv2.INTER_LINEAR)
    out = {
        'made-with': {'scikit-image': skimage.__version__, 'opencv': cv2.__version__, 'numpy': np.__version__},
        'fits': fits,
        'norm-crop': {'points': points.tolist(), 'every': 7, 'pixels': crop[::7, ::7].reshape(-1).tolist()},
    }
    (pathlib.Path(__file__).parent / 'fixtures' / 'alignment.json').write_text(json.dumps(out) + '\n')


main()
