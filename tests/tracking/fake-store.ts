type Json = Record<string, unknown>;
type Answer = [status: number, body: unknown];

export interface FakeRun {
  id: string;
  experimentId: string;
  name: string;
  status: string;
  startTime: number;
  endTime?: number;
  deleted: boolean;
  params: Map<string, string>;
  tags: Map<string, string>;
  /** Points as `timestamp step value`, each once, as MLflow's databases keep them. */
  metrics: Map<string, Set<string>>;
  /** Points received, repeats counted. */
  received: number;
  inputs: Json[];
}

class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.answer = [status, { error_code: code, message }];
  }
}

/** The rules of MLflow 3.17's REST interface that a tracker can break, over state in memory. */
export class FakeStore {
  readonly experiments = new Map<string, string>();
  readonly runs = new Map<string, FakeRun>();
  readonly artifacts = new Map<string, Buffer>();

  handle(method: string, url: URL, body: Buffer): Answer {
    try {
      const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.*)$/.exec(url.pathname);
      if (artifact !== null && method === 'PUT') return this.#put(decodeURIComponent(artifact[1]), body);
      const endpoint = url.pathname.replace('/api/2.0/mlflow/', '');
      const args = (method === 'GET' ? Object.fromEntries(url.searchParams) : JSON.parse(body.toString('utf8'))) as Json;
      return [200, this.#call(endpoint, args, body.length)];
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  /** The run that a tracker's run became. */
  byKey(key: string): FakeRun[] {
    return [...this.runs.values()].filter((run) => run.tags.get('swapgraph.runKey') === key);
  }

  #put(path: string, body: Buffer): Answer {
    if (path.includes('#')) throw new Refusal(400, 'INVALID_PARAMETER_VALUE', 'Invalid path');
    this.artifacts.set(path, body);
    return [200, {}];
  }

  #call(endpoint: string, a: Json, bytes: number): unknown {
    switch (endpoint) {
      case 'experiments/get-by-name': return { experiment: this.#experiment(String(a['experiment_name'])) };
      case 'experiments/create': return this.#createExperiment(String(a['name']));
      case 'runs/create': return { run: this.#createRun(a) };
      case 'runs/get': return { run: shown(this.#run(a)) };
      case 'runs/search': return this.#search(a);
      case 'runs/update': return this.#update(a);
      case 'runs/set-tag': return this.#active(a).tags.set(String(a['key']), String(a['value'])) && {};
      case 'runs/log-batch': return this.#logBatch(a, bytes);
      case 'runs/log-inputs': return this.#logInputs(a);
      case 'metrics/get-history': return this.#history(a);
      default: throw new Refusal(404, 'ENDPOINT_NOT_FOUND', endpoint);
    }
  }

  #experiment(name: string): Json {
    const id = this.experiments.get(name);
    if (id === undefined) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `no experiment ${name}`);
    return { experiment_id: id, name, lifecycle_stage: 'active' };
  }

  #createExperiment(name: string): Json {
    if (this.experiments.has(name)) throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', name);
    const id = String(this.experiments.size + 1);
    this.experiments.set(name, id);
    return { experiment_id: id };
  }

  #createRun(a: Json): unknown {
    const id = `server${this.runs.size}`;
    const tags = new Map((a['tags'] as { key: string; value: string }[]).map((t) => [t.key, t.value]));
    const run: FakeRun = {
      id, tags, experimentId: String(a['experiment_id']), name: String(a['run_name']), status: 'RUNNING', startTime: Number(a['start_time']),
      deleted: false, params: new Map(), metrics: new Map(), received: 0, inputs: [],
    };
    this.runs.set(id, run);
    return shown(run);
  }

  #search(a: Json): Json {
    const [, key, value] = /^tags\.`([^`]+)` = '([^']*)'$/.exec(String(a['filter']))!;
    const found = [...this.runs.values()].filter((r) => (a['experiment_ids'] as string[]).includes(r.experimentId) && r.tags.get(key) === value);
    return { runs: found.map(shown) };
  }

  #update(a: Json): Json {
    const run = this.#active(a);
    if (a['status'] !== undefined) run.status = String(a['status']);
    if (a['end_time'] !== undefined) run.endTime = Number(a['end_time']);
    return {};
  }

  #logBatch(a: Json, bytes: number): Json {
    const { metrics = [], params = [], tags = [] } = a as Record<string, Json[]>;
    const invalid = (message: string): never => { throw new Refusal(400, 'INVALID_PARAMETER_VALUE', message); };
    if (bytes > 1e6 || metrics.length > 1000 || params.length > 100 || tags.length > 100) invalid('too large');
    if (metrics.length + params.length + tags.length > 1000) invalid('too many');
    const run = this.#active(a);
    for (const { key } of [...metrics, ...params, ...tags]) if (!/^[/\p{L}\p{N}_.\- :]{1,250}$/u.test(String(key)) || String(key).includes('poison')) invalid(`name ${String(key)}`);
    for (const p of params) if ((run.params.get(String(p['key'])) ?? p['value']) !== p['value']) invalid('changing param');
    for (const p of params) run.params.set(String(p['key']), String(p['value']));
    for (const t of tags) run.tags.set(String(t['key']), String(t['value']));
    for (const { key, value, timestamp, step } of metrics) {
      const points = run.metrics.get(String(key)) ?? new Set();
      run.metrics.set(String(key), points.add(`${String(timestamp)} ${String(step)} ${String(value)}`));
    }
    run.received += metrics.length;
    return {};
  }

  #logInputs(a: Json): Json {
    const run = this.#active(a);
    for (const set of a['datasets'] as Json[]) if (!run.inputs.some((i) => JSON.stringify(i) === JSON.stringify(set))) run.inputs.push(set);
    return {};
  }

  /** Pages of 7, so that paging is tried. */
  #history(a: Json): Json {
    const all = [...(this.#run(a).metrics.get(String(a['metric_key'])) ?? [])];
    const from = Number(a['page_token'] ?? 0);
    const metrics = all.slice(from, from + 7).map((line) => {
      const [timestamp, step, value] = line.split(' ');
      return { timestamp: Number(timestamp), step: Number(step), value: Number.isFinite(Number(value)) ? Number(value) : value };
    });
    return { metrics, ...(from + 7 < all.length ? { next_page_token: String(from + 7) } : {}) };
  }

  #run(a: Json): FakeRun {
    const run = this.runs.get(String(a['run_id']));
    if (run === undefined) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', `no run ${String(a['run_id'])}`);
    return run;
  }

  #active(a: Json): FakeRun {
    const run = this.#run(a);
    if (run.deleted) throw new Refusal(400, 'INVALID_PARAMETER_VALUE', 'The run must be in the active state');
    return run;
  }
}

function shown(run: FakeRun): unknown {
  const pairs = (map: ReadonlyMap<string, string>): Json[] => [...map].map(([key, value]) => ({ key, value }));
  return {
    info: {
      run_id: run.id, experiment_id: run.experimentId, run_name: run.name, status: run.status, start_time: run.startTime, end_time: run.endTime,
      artifact_uri: `mlflow-artifacts:/${run.experimentId}/${run.id}/artifacts`, lifecycle_stage: run.deleted ? 'deleted' : 'active',
    },
    data: { params: pairs(run.params), tags: pairs(run.tags), metrics: [...run.metrics.keys()].map((key) => ({ key, value: 0 })) },
  };
}
