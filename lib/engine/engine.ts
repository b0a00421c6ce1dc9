import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { suggestion } from '../diagnostics/nearest.ts';
import { type Engine, type EngineChoice, ENGINE_NAMES } from './contract.ts';
import { visibleGpus } from './gpu.ts';
import { loadNative } from './native.ts';
import { isBuilt, type NativeEngineName } from './packages.ts';
import { probeEngine } from './probe.ts';
import { loadWasm } from './wasm.ts';

export interface EngineOptions {
  readonly engine?: EngineChoice;
  /** Threads within an operation, 1 to 1024; by default TF_NUM_INTRAOP_THREADS, else the cores this process may use. */
  readonly threads?: number;
}

/**
 * Loads the engine that this process computes on. `auto` takes native-gpu where it is built and a GPU is visible, else native-cpu, else
 * wasm, and tells of every fall back in `notices`.
 * @throws {DiagnosticError} `engine-unknown`, `engine-unavailable` (a named engine that is not there or does not load),
 * `engine-threads`, `engine-conflict` (the process has loaded another native engine already)
 */
export async function loadEngine({ engine = 'auto', threads }: EngineOptions = {}): Promise<Engine> {
  switch (engine) {
    case 'auto':
      return loadBest(threads);
    case 'wasm':
      return loadWasm(threads);
    case 'native-cpu':
    case 'native-gpu':
      return loadNamed(engine, threads);
    default:
      throw unknownEngine(engine);
  }
}

async function loadNamed(name: NativeEngineName, threads: number | undefined): Promise<Engine> {
  if (!isBuilt(name)) {
    const message = `the engine ${name} is not built on this machine`;
    throw new DiagnosticError([{ code: 'engine-unavailable', severity: 'error', message, hint: `build it: ${setupCommand(name)}` }]);
  }
  return loadNative(name, threads);
}

async function loadBest(threads: number | undefined): Promise<Engine> {
  const notices: string[] = [];
  const name = await chooseNative(notices);
  if (name === undefined) return withNotices(await loadWasm(threads), notices);
  try {
    return withNotices(loadNative(name, threads), notices);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    notices.push(`${error.message}; computing with wasm instead, which cannot train convolutional networks`);
    return withNotices(await loadWasm(threads), notices);
  }
}

/** The native engine to load, chosen before loading: once one was tried, its libraries stand in the way of the other's. */
async function chooseNative(notices: string[]): Promise<NativeEngineName | undefined> {
  const gpus = visibleGpus();
  const built = { gpu: isBuilt('native-gpu'), cpu: isBuilt('native-cpu') };
  if (built.gpu && gpus.length > 0) {
    const probe = await probeEngine('native-gpu');
    if (probe.works && probe.gpu) return 'native-gpu';
    const reason = probe.works ? 'it finds no usable GPU (driver too old, or a CUDA library missing?)' : probe.reason;
    notices.push(`the engine native-gpu does not work: ${reason}; computing on the CPU instead (npx swapgraph doctor tells more)`);
  } else if (gpus.length > 0) {
    notices.push(`a GPU is visible (${gpus.join(', ')}), but the engine native-gpu is not built: ${setupCommand('native-gpu')}`);
  }
  if (built.cpu) return 'native-cpu';
  if (built.gpu && gpus.length === 0) {
    notices.push('the engine native-cpu is not built; taking native-gpu');
    return 'native-gpu';
  }
  notices.push(`no native engine is built; computing with wasm, which cannot train convolutional networks. Build one: ${setupCommand('native-cpu')}`);
  return undefined;
}

function setupCommand(name: NativeEngineName): string {
  return `npx swapgraph setup${name === 'native-gpu' ? ' --gpu' : ''}`;
}

function withNotices(engine: Engine, notices: readonly string[]): Engine {
  return { ...engine, notices: [...notices, ...engine.notices] };
}

function isUnavailable(error: unknown): error is DiagnosticError {
  return error instanceof DiagnosticError && error.diagnostics.some((d) => d.code === 'engine-unavailable');
}

function unknownEngine(received: string): DiagnosticError {
  const message = `unknown engine: expected auto, ${ENGINE_NAMES.join(', ')}, received "${received}"`;
  return new DiagnosticError([{ code: 'engine-unknown', severity: 'error', message, hint: suggestion(received, ['auto', ...ENGINE_NAMES]) }]);
}
