/** Little-endian words of bytes that were read out of a segment. */
export interface Words {
  readonly length: number;
  /** Unsigned, 32 bits, at a byte. */
  readonly at: (byte: number) => number;
  readonly byte: (byte: number) => number;
  /** Whether these bytes are all zero. */
  readonly zero: (from: number, length: number) => boolean;
}

/** Looks at `bytes` from `offset` on; nothing is copied. */
export function words(bytes: Uint8Array, offset = 0): Words {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.length - offset);
  return {
    length: view.byteLength,
    at: (byte) => view.getUint32(byte, true),
    byte: (byte) => view.getUint8(byte),
    zero: (from, length) => {
      for (let at = from; at < from + length; at++) if (view.getUint8(at) !== 0) return false;
      return true;
    },
  };
}
