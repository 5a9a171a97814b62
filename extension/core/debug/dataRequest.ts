/** How an adapter is asked for a breakpoint on bytes at an address of its program. */
export interface DataQuestion {
  /** Arguments of `dataBreakpointInfo`. */
  readonly info: Readonly<Record<string, unknown>>;
  /** It wants a `frameId` with them. */
  readonly needsFrame: boolean;
}

/** A watchpoint of the processor covers at most as many bytes, aligned to their number. */
export const longestWatchpoint = 8;

/** How adapters differ from the protocol, by the type of the session. */
const quirks: readonly (Pick<DataQuestion, 'needsFrame'> & {
  readonly type: RegExp;
  /** What it calls a stop at a watchpoint, where that is not what the protocol says. */
  readonly reason?: string;
  readonly info: (address: string, length: number) => DataQuestion['info'];
})[] = [
  // cdt-gdb-adapter makes "ADDRESS+LENGTH" of an address with a length, which gdb reads as another address.
  {
    type: /gdb/i,
    reason: 'generic',
    needsFrame: false,
    info: (address, length) => ({ name: `*(${integer[length] ?? 'char'}*)${address}` }),
  },
  // lldb-dap before LLVM 20 knows no addresses, but takes a pointer in a frame and watches what it points to.
  {
    type: /lldb/i,
    needsFrame: true,
    info: (address, length) => ({ name: `(${integer[length] ?? 'char'}*)${address}` }),
  },
];

const integer: Readonly<Record<number, string>> = {
  1: 'char',
  2: 'short',
  4: 'int',
  8: 'long',
};

/** Whether the processor can watch these bytes with one watchpoint. */
export function isWatchable(address: bigint, length: number): boolean {
  return [1, 2, 4, longestWatchpoint].includes(length) && address % BigInt(length) === 0n;
}

/**
 * Asks for a breakpoint on `length` bytes at `address`.
 *
 * Source: Debug Adapter Protocol, DataBreakpointInfoRequest: `asAddress`, `bytes`.
 */
export function dataQuestion(type: string, address: bigint, length: number): DataQuestion {
  const name = `0x${address.toString(16)}`;
  const quirk = quirks.find((one) => one.type.test(type));
  return quirk
    ? { info: quirk.info(name, length), needsFrame: quirk.needsFrame }
    : { info: { name, asAddress: true, bytes: length }, needsFrame: false };
}

/** Whether a stop for this reason is one at a breakpoint on data: "data breakpoint" in the protocol. */
export function isDataStop(type: string, reason: string): boolean {
  return /data|watch/i.test(reason) || quirks.some((one) => one.reason === reason && one.type.test(type));
}

/** The first address that `mappings` of a process have for these bytes of a segment; null: they are not mapped whole. */
export function addressOf(
  mappings: readonly { readonly address: string; readonly offset: number; readonly length: number }[],
  offset: number,
  length: number,
): bigint | null {
  const found = mappings.find((one) => offset >= one.offset && offset + length <= one.offset + one.length);
  return found === undefined ? null : BigInt(`0x${found.address}`) + BigInt(offset - found.offset);
}
