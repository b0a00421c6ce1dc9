import v8 from 'node:v8';
import vm from 'node:vm';

/**
 * Frees what JavaScript does not reach any more, now. Node lets large arrays that it could free lie for long: their bytes are outside its heap.
 * Takes tens of milliseconds, so for moments when much was let go, such as weights after they went to TensorFlow.
 */
export function collectGarbage(): void {
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
}
