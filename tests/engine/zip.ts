import { deflateRawSync } from 'node:zlib';

/** A zip file with these entries; half of them deflated, half of them stored, as wheels do. */
export function makeZip(entries: Readonly<Record<string, Buffer>>): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  Object.entries(entries).forEach(([name, content], i) => {
    const deflated = i % 2 === 0;
    const packed = deflated ? deflateRawSync(content) : content;
    const header = headerOf(name, deflated ? 8 : 0, packed.length, content.length);
    const local = Buffer.concat([u32(0x04034b50), header, Buffer.from(name), packed]);
    const mode = name.endsWith('ptxas') ? 0o100755 : 0o100644;
    directory.push(Buffer.concat([u32(0x02014b50), u16(20), header, u16(0), u16(0), u16(0), u32(mode * 0x10000), u32(offset), Buffer.from(name)]));
    bodies.push(local);
    offset += local.length;
  });
  const central = Buffer.concat(directory);
  const count = Object.keys(entries).length;
  return Buffer.concat([...bodies, central, u32(0x06054b50), u16(0), u16(0), u16(count), u16(count), u32(central.length), u32(offset), u16(0)]);
}

/** The 26 bytes that the local header and the directory share: version to extra length. */
function headerOf(name: string, method: number, packed: number, size: number): Buffer {
  return Buffer.concat([u16(20), u16(0), u16(method), u32(0), u32(0), u32(packed), u32(size), u16(Buffer.byteLength(name)), u16(0)]);
}

function u16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
}

function u32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer;
}
