// The thread that runs an expression over text which may take for ever: whoever waits ends the thread.
import { parentPort, workerData } from 'node:worker_threads';
import type { RegexAnswer, RegexQuestion } from './regexQuestion';

const { source, flags } = workerData as { readonly source: string; readonly flags: string };
const expression = new RegExp(source, flags);
const here = new RegExp(source, flags.replace('g', 'y'));

parentPort?.on('message', (question: RegexQuestion) => {
  const given = answer(question);
  parentPort?.postMessage(given, 'buffer' in given ? [given.buffer.buffer] : []);
});

function answer(question: RegexQuestion): RegexAnswer {
  if (question.ask === 'zeros') {
    const none = { bytes: new Uint8Array(question.length), offset: 0, from: 0, to: question.length };
    return { zeros: find({ ...none, most: 1, alignment: 1, isLast: false }).starts.length > 0 };
  }
  if (question.ask === 'still') {
    return {
      still: question.places.map(({ bytes, at, length }) => {
        here.lastIndex = at;
        return here.exec(textOf(bytes))?.[0].length === length;
      }),
    };
  }
  return find(question);
}

type Stretch = Omit<Extract<RegexQuestion, { ask: 'find' }>, 'ask'>;

/** Matches one after the other, as in any text; an empty one is none. */
function find({
  bytes,
  offset,
  from,
  to,
  most,
  alignment,
  isLast,
}: Stretch): Extract<RegexAnswer, { starts: unknown }> {
  const text = textOf(bytes);
  const [starts, lengths]: [number[], number[]] = [[], []];
  let next = to;
  expression.lastIndex = from;
  while (starts.length < most) {
    const match = expression.exec(text);
    if (!match || match.index >= to) break;
    const [{ length }] = match;
    // At the cut, $ and \b would see an end that there is none of; such a match begins in the next stretch.
    const isCut = !isLast && match.index + length === text.length && length < text.length - to;
    if (length === 0 || isCut || (offset + match.index) % alignment !== 0) {
      expression.lastIndex = match.index + 1;
      continue;
    }
    starts.push(match.index);
    lengths.push(length);
    next = Math.max(to, match.index + length);
  }
  return { starts, lengths, next, buffer: new Uint8Array(bytes.buffer as ArrayBuffer) };
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}
