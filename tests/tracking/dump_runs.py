"""Prints every run of a tracking URI as JSON, read through MLflow's own client: `dump_runs.py URI [artifacts]`."""
import hashlib
import json
import sys

from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import ViewType


def files(client, run_id, path=None):
    for entry in client.list_artifacts(run_id, path):
        if entry.is_dir:
            yield from files(client, run_id, entry.path)
        else:
            yield entry.path


def artifacts(client, uri, run_id):
    found = {}
    for path in files(client, run_id):
        local = download_artifacts(run_id=run_id, artifact_path=path, tracking_uri=uri)
        with open(local, "rb") as file:
            found[path] = hashlib.sha256(file.read()).hexdigest()
    return found


def history(client, run_id, key):
    points = client.get_metric_history(run_id, key)
    return sorted([p.step, p.timestamp, repr(float(p.value))] for p in points)


def main(uri, with_artifacts):
    client = MlflowClient(tracking_uri=uri)
    names = {e.experiment_id: e.name for e in client.search_experiments()}
    runs = []
    for run in client.search_runs(list(names), run_view_type=ViewType.ACTIVE_ONLY, max_results=1000):
        info = run.info
        datasets = [[i.dataset.name, i.dataset.digest, i.dataset.source, {t.key: t.value for t in i.tags}] for i in run.inputs.dataset_inputs]
        runs.append({
            "id": info.run_id,
            "experiment": names[info.experiment_id],
            "name": info.run_name,
            "status": info.status,
            "start": info.start_time,
            "end": info.end_time,
            "params": run.data.params,
            "tags": run.data.tags,
            "metrics": {key: history(client, info.run_id, key) for key in run.data.metrics},
            "datasets": sorted(datasets),
            "artifacts": artifacts(client, uri, info.run_id) if with_artifacts else {},
        })
    json.dump(runs, sys.stdout)


main(sys.argv[1], len(sys.argv) > 2)
