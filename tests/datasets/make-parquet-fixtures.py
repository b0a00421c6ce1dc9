"""Writes tests/datasets/fixtures/*.parquet: six 8 x 8 pictures in Hugging Face's form. Needs pyarrow and pillow."""
import io
import json
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

folder = pathlib.Path(__file__).parent / "fixtures"
folder.mkdir(exist_ok=True)


def png(k):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (40 * k, 255 - 40 * k, 128)).save(out, "PNG")
    return out.getvalue()


pictures = [{"bytes": png(k), "path": f"{k}.png"} for k in range(5)] + [{"bytes": None, "path": "far-away.png"}]
image = pa.array(pictures, pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
for codec in ["snappy", "zstd", "gzip", "none"]:
    table = pa.table({"image": image, "identity": ["ann", "ann", "bob", "bob", "eve", None], "caption": [f"face {k}" for k in range(6)]})
    pq.write_table(table, folder / f"{codec}.parquet", compression=codec, row_group_size=4)
features = {"info": {"features": {"label": {"names": ["cat", "dog"], "_type": "ClassLabel"}}}}
table = pa.table({"image": image, "label": pa.array([0, 1, 0, 1, 0, None], pa.int64())}).replace_schema_metadata({"huggingface": json.dumps(features)})
pq.write_table(table, folder / "labels.parquet", compression="snappy", data_page_version="2.0")
pq.write_table(pa.table({"url": ["a", "b"]}), folder / "no-image.parquet")
