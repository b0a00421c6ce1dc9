/** A class or function that a pickle names; never run, only recognised. */
export interface PickleGlobal {
  readonly global: string;
}

/** Lists and tuples are arrays, dictionaries are maps; `call` decides what an object is. */
export type PickleValue = null | boolean | number | string | PickleValue[] | Map<string | number, PickleValue> | PickleGlobal | PickleObject;

/** What `PickleRules` made of a call or a persistent id. */
export interface PickleObject {
  readonly object: string;
}

export interface PickleRules {
  /** The result of calling a named function; throws PickleError for one that is not allowed. */
  readonly call: (name: string, args: readonly PickleValue[]) => PickleValue;
  readonly persistent: (id: PickleValue) => PickleValue;
  /** Whether a name may be mentioned at all. */
  readonly allowed: (name: string) => boolean;
}

/** The pickle is damaged or asks for something that is not allowed. */
export class PickleError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PickleError';
  }
}

/** Values that may be made in all, so that a small pickle cannot fill the memory. */
const valueLimit = 4_000_000;

/**
 * The value of a pickle (protocols 2 to 5) by an own machine that runs no code: names outside the rules are errors, and so are operations
 * that data does not need. Memory is bounded by the bytes. @throws PickleError
 */
export function unpickle(bytes: Uint8Array, rules: PickleRules): PickleValue {
  const machine = new Machine(bytes, rules);
  while (!machine.step());
  return machine.result();
}

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #rules: PickleRules;
  readonly #memo = new Map<number, PickleValue>();
  #stack: PickleValue[] = [];
  readonly #marks: PickleValue[][] = [];
  #at = 0;
  #made = 0;

  constructor(bytes: Uint8Array, rules: PickleRules) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#rules = rules;
  }

  result(): PickleValue {
    return this.#pop();
  }

  /** One operation; true at the end. */
  step(): boolean {
    const code = this.#byte();
    const operation = operations.get(code);
    if (operation === undefined) throw new PickleError(`the operation 0x${code.toString(16)} is not data`);
    return operation(this) === true;
  }

  #byte(): number {
    return this.take(1)[0];
  }

  take(length: number): Uint8Array {
    if (length < 0 || this.#at + length > this.#bytes.length) throw new PickleError('it ends in the middle of an operation');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  unsigned(size: 1 | 2 | 4 | 8): number {
    const at = this.#at;
    this.take(size);
    if (size === 8) return Number(this.#view.getBigUint64(at, true));
    return size === 1 ? this.#view.getUint8(at) : size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  int32(): number {
    this.take(4);
    return this.#view.getInt32(this.#at - 4, true);
  }

  float64(): number {
    this.take(8);
    return this.#view.getFloat64(this.#at - 8, false);
  }

  /** A little-endian two's complement number of up to 8 bytes. */
  long(length: number): number {
    if (length > 8) throw new PickleError(`a whole number of ${length} bytes is too large`);
    let value = 0n;
    this.take(length).forEach((b, i) => {
      value |= BigInt(b) << BigInt(8 * i);
    });
    return Number(BigInt.asIntN(8 * length, value));
  }

  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new PickleError('a name has no end');
    const out = this.text(end - this.#at);
    this.take(1);
    return out;
  }

  push(value: PickleValue): void {
    this.#made += 1;
    if (this.#made > valueLimit) throw new PickleError(`it holds more than ${valueLimit} values`);
    this.#stack.push(value);
  }

  #pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw new PickleError('it takes from an empty stack');
    return value;
  }

  pops(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  peek(): PickleValue {
    const value = this.#stack[this.#stack.length - 1];
    if (value === undefined) throw new PickleError('it looks at an empty stack');
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack);
    this.#stack = [];
  }

  /** What lies above the last mark. */
  popMark(): PickleValue[] {
    const items = this.#stack;
    const below = this.#marks.pop();
    if (below === undefined) throw new PickleError('it has no mark');
    this.#stack = below;
    return items;
  }

  put(index: number = this.#memo.size): void {
    this.#memo.set(index, this.peek());
  }

  get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleError(`it remembers nothing at ${index}`);
    this.push(value);
  }

  global(module: string, name: string): void {
    const global = `${module}.${name}`;
    if (!this.#rules.allowed(global)) throw new PickleError(`it asks for ${global}, which is no plain data`);
    this.push({ global });
  }

  persistent(): void {
    this.push(this.#rules.persistent(this.#pop()));
  }

  reduce(): void {
    const [callee, args] = this.pops(2);
    if (!isGlobal(callee) || !Array.isArray(args)) throw new PickleError('it calls what is no function');
    this.push(this.#rules.call(callee.global, args));
  }

  append(items: readonly PickleValue[]): void {
    const list = this.peek();
    if (!Array.isArray(list)) throw new PickleError('it appends to what is no list');
    for (const item of items) list.push(item);
  }

  setItems(items: readonly PickleValue[]): void {
    const map = this.peek();
    if (!(map instanceof Map) || items.length % 2 !== 0) throw new PickleError('it sets items of what is no dictionary');
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key !== 'string' && typeof key !== 'number') throw new PickleError('a key is neither a text nor a number');
      map.set(key, items[i + 1]);
    }
  }
}

export function isGlobal(value: PickleValue): value is PickleGlobal {
  return typeof value === 'object' && value !== null && 'global' in value;
}

const names = (m: Machine): void => {
  const [module, name] = m.pops(2);
  if (typeof module !== 'string' || typeof name !== 'string') throw new PickleError('a name is no text');
  m.global(module, name);
};

/** By code: the data operations of Python's pickletools. Returning true ends. */
const operations: ReadonlyMap<number, (m: Machine) => boolean | void> = new Map<number, (m: Machine) => boolean | void>([
  [0x80, (m) => void m.take(1)], [0x95, (m) => void m.take(8)], [0x2e, () => true],
  [0x28, (m) => m.mark()], [0x30, (m) => void m.pops(1)], [0x31, (m) => void m.popMark()],
  [0x4e, (m) => m.push(null)], [0x88, (m) => m.push(true)], [0x89, (m) => m.push(false)],
  [0x4b, (m) => m.push(m.unsigned(1))], [0x4d, (m) => m.push(m.unsigned(2))], [0x4a, (m) => m.push(m.int32())],
  [0x8a, (m) => m.push(m.long(m.unsigned(1)))], [0x47, (m) => m.push(m.float64())],
  [0x58, (m) => m.push(m.text(m.unsigned(4)))], [0x8c, (m) => m.push(m.text(m.unsigned(1)))], [0x8d, (m) => m.push(m.text(m.unsigned(8)))],
  [0x7d, (m) => m.push(new Map())], [0x5d, (m) => m.push([])], [0x29, (m) => m.push([])],
  [0x85, (m) => m.push(m.pops(1))], [0x86, (m) => m.push(m.pops(2))], [0x87, (m) => m.push(m.pops(3))], [0x74, (m) => m.push(m.popMark())],
  [0x61, (m) => m.append(m.pops(1))], [0x65, (m) => m.append(m.popMark())], [0x73, (m) => m.setItems(m.pops(2))], [0x75, (m) => m.setItems(m.popMark())],
  [0x71, (m) => m.put(m.unsigned(1))], [0x72, (m) => m.put(m.unsigned(4))], [0x94, (m) => m.put()], [0x68, (m) => m.get(m.unsigned(1))], [0x6a, (m) => m.get(m.unsigned(4))],
  [0x63, (m) => m.global(m.line(), m.line())], [0x93, names], [0x51, (m) => m.persistent()], [0x52, (m) => m.reduce()],
  // BUILD gives an object attributes (an OrderedDict's _metadata): no data of ours.
  [0x62, (m) => void m.pops(1)],
]);
