import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { writeMeta } from '../flat-yaml.ts';
import type { DatasetInput } from '../tracker.ts';
import type { RunFolder } from './layout.ts';
import { md5, META, runDir } from './layout.ts';

/** Records that a run used a data set: once in the experiment, and a link from the run, under the ids MLflow gives them. */
export async function writeDataset(run: RunFolder, dataset: DatasetInput, disk: Disk): Promise<void> {
  const datasetId = md5(dataset.name, dataset.digest);
  const temp = runDir(run);
  await writeIfNew(join(run.root, run.experimentId, 'datasets', datasetId, META), temp, disk, writeMeta({
    digest: dataset.digest,
    name: dataset.name,
    profile: dataset.profile ?? null,
    schema: dataset.schema ?? null,
    source: dataset.source,
    source_type: dataset.sourceType,
  }));
  await writeIfNew(join(runDir(run), 'inputs', md5(datasetId, run.id), META), temp, disk, writeMeta({
    // MLflow writes the source's id here too (`_FileStoreInput.write_yaml`).
    destination_id: datasetId,
    destination_type: 'RUN',
    source_id: datasetId,
    source_type: 'DATASET',
    tags: dataset.context === undefined ? {} : { 'mlflow.data.context': dataset.context },
  }));
}

async function writeIfNew(path: string, temp: string, disk: Disk, text: string): Promise<void> {
  const there = await access(path).then(() => true, () => false);
  if (!there) await disk.replace(path, text, temp);
}
