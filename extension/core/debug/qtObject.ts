import { isPointer, leadsOf, type CodeValue } from './codeValue';

/** Asks the debugger of a program that stands what an expression is. Rejects where it cannot say. */
export type Ask = (expression: string) => Promise<CodeValue>;

/** Bytes of a word of the program: Qt's objects are read where a pointer has 64 bits. */
const word = 8;
/** In words, where QSharedMemoryPrivate may have its `memory`: the first member behind QObjectPrivate, and within it all. */
const members: { readonly first: number; readonly last: number } = { first: 8, last: 17 };

/** Whether a type, as a debugger writes it, is QSharedMemory, a pointer or a reference to one, or a smart pointer to one. */
export function isQtMemory(type: string): boolean {
  return /\bQSharedMemory\b/.test(type);
}

/**
 * Where the program has what a QSharedMemory has attached; null: it is attached to nothing, or nothing of it can be read.
 * `isStart`: a segment begins at that address of the program.
 *
 * Reads words of the program and calls nothing of it: a function that runs there changes what is debugged, and debuggers
 * know no function of a Qt without debug symbols, nor its classes. The word behind the object's own is the pointer to its
 * private part, by Qt's binary compatibility; where that has its `memory` is Qt's own affair and differs between
 * versions, so that the word is known by what it says: no other is the start of shared memory.
 *
 * Source: qtbase, qobject.h (`d_ptr`), qsharedmemory_p.h; seen with programs of 5.15.8 and 6.4.2.
 */
export async function attachedByQt(
  expression: string,
  { value, type, memoryReference }: CodeValue,
  ask: Ask,
  isStart: (address: bigint) => boolean,
): Promise<bigint | null> {
  const addressOf = async (asked: string): Promise<bigint | null> =>
    ask(asked).then(
      (answer) => leadsOf(answer).address,
      () => null,
    );
  const wordAt = (address: bigint): Promise<bigint | null> => addressOf(`*(void**)0x${address.toString(16)}`);
  const shown = leadsOf({ value, type, memoryReference });
  const itself = isPointer(type) ? shown.address : ((await addressOf(`&(${expression})`)) ?? shown.home);
  const isSmart = !isPointer(type) && /<.*\bQSharedMemory\b/.test(type);
  const object = isSmart && itself !== null ? await wordAt(itself) : itself;
  const inner = object === null ? null : await wordAt(object + BigInt(word));
  if (inner === null) return null;
  for (let at = members.first; at <= members.last; at++) {
    const found = await wordAt(inner + BigInt(at * word));
    if (found !== null && isStart(found)) return found;
  }
  return null;
}
