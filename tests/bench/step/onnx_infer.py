"""onnxruntime's side of the bench: the model that torch_step.py exported.

    python onnx_infer.py FOLDER     FOLDER holds manifest.json, data.bin and model.onnx

Answers each line of standard input with one line of JSON: milliseconds, numbers of the output, peak memory.
"""
import json
import os
import pathlib
import resource
import sys
import time

import numpy as np
import onnxruntime

folder = pathlib.Path(sys.argv[1])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = int(os.environ["TF_NUM_INTRAOP_THREADS"])
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
manifest = json.loads((folder / "manifest.json").read_text())
data = np.fromfile(folder / "data.bin", dtype="<f4")
feeds = {
    entry["id"]: data[entry["at"] : entry["at"] + entry["size"]].reshape(entry["shape"]).transpose(0, 3, 1, 2).copy()
    for entry in manifest["inputs"]
}
del data

print(json.dumps({"ready": onnxruntime.__version__}), flush=True)
for _ in sys.stdin:
    begun, cpu = time.perf_counter(), time.process_time()
    image = session.run(None, feeds)[0]
    ms, cpu_ms = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - cpu)
    terms = {"mean": float(image.mean()), "square": float(np.square(image).mean()), "left": float(image[..., : image.shape[-1] // 2].mean())}
    print(json.dumps({"ms": ms, "cpu_ms": cpu_ms, "terms": terms, "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
