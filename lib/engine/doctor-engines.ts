import type { EngineName } from './contract.ts';
import type { DoctorCheck } from './doctor-report.ts';
import { PINNED_TENSORFLOW } from './packages.ts';
import type { Probe } from './probe.ts';

/** What came of trying the engines that are installed. */
export type Probes = Partial<Record<EngineName, Probe>>;

type Finding = Omit<DoctorCheck, 'name'>;

const BUILD = { 'native-gpu': 'npx swapgraph setup --gpu', 'native-cpu': 'npx swapgraph setup' } as const;

/** One engine's line in the report, from what came of trying it (undefined where it is not installed or built). */
export function checkEngine(name: EngineName, probe: Probe | undefined, gpus: readonly string[]): DoctorCheck {
  const finding = name === 'wasm' ? judgeWasm(probe) : name === 'native-cpu' ? judgeCpu(probe) : judgeGpu(probe, gpus);
  return { name: `engine ${name}`, ...finding };
}

/** The engine that `auto` takes. */
export function bestOf(probes: Probes): EngineName | null {
  const gpu = probes['native-gpu'];
  if (gpu?.works && gpu.gpu) return 'native-gpu';
  return (['native-cpu', 'native-gpu', 'wasm'] as const).find((name) => probes[name]?.works) ?? null;
}

function judgeWasm(probe: Probe | undefined): Finding {
  if (probe?.works) return { status: 'ok', detail: 'loads; predicts, cannot train convolutional networks' };
  return { status: 'missing', detail: failure(probe), next: 'npm install --ignore-scripts @tensorflow/tfjs-backend-wasm' };
}

function judgeCpu(probe: Probe | undefined): Finding {
  if (!probe?.works) return { status: 'missing', detail: failure(probe), next: BUILD['native-cpu'] };
  return judgeVersion(probe.tensorflowVersion, BUILD['native-cpu']) ?? { status: 'ok', detail: loads(probe.tensorflowVersion) };
}

function judgeGpu(probe: Probe | undefined, gpus: readonly string[]): Finding {
  const shown = gpus.length > 0;
  // Without a GPU in sight the GPU engine is no loss.
  if (probe === undefined && !shown) return { status: 'ok', detail: 'not built, and no GPU is visible' };
  if (!probe?.works) return { status: 'warning', detail: `${failure(probe)}${shown ? `, though a GPU is visible: ${gpus.join(', ')}` : ''}`, next: BUILD['native-gpu'] };
  const stale = judgeVersion(probe.tensorflowVersion, BUILD['native-gpu']);
  if (stale) return stale;
  const detail = loads(probe.tensorflowVersion);
  if (probe.gpu) return { status: 'ok', detail: `${detail} on ${gpus.join(', ') || 'a GPU'}` };
  if (!shown) return { status: 'ok', detail: `${detail}; no GPU is visible, it computes on the CPU` };
  const next = 'update the NVIDIA driver (525 or newer), or build again without --no-cuda-libraries';
  return { status: 'warning', detail: `${detail}; CUDA finds no GPU, it computes on the CPU`, next };
}

function judgeVersion(version: string | null, next: string): Finding | undefined {
  if (version === PINNED_TENSORFLOW) return undefined;
  return { status: 'warning', detail: `${loads(version)}; this library is tested with ${PINNED_TENSORFLOW}`, next };
}

const loads = (version: string | null): string => `loads; TensorFlow ${version}`;

const failure = (probe: Probe | undefined): string => (probe && !probe.works ? `does not load: ${probe.reason}` : 'not built');
