import { isRecord } from '../../shared/check';
import { invalidValue } from '../typed';
import { segmentError, type SegmentError } from '../errors';
import { formatKey, type NativeKey } from '../key';
import { checkText } from '../keyRules';
import { interpretations } from '../interpretations';
import { mergedBreaks, type ChangeBreak } from './changeBreak';
import { cleanUpOf, type CleanUp } from './cleanUp';
import { longestBreak, parseCondition } from './changeCondition';

/** What a debug configuration asks for under `segmentLens`. */
export interface LaunchOptions {
  /** To be shown when the session starts, each once. */
  readonly open: readonly NativeKey[];
  /**
   * To be watched while the session runs; the same one has the same id in every run. Of their sessions an empty list means
   * that of the configuration, whose name is not known here.
   */
  readonly breaks: readonly ChangeBreak[];
  /** Whether its stops are remembered as moments. */
  readonly snapshotOnStop: boolean;
  /** null: it says nothing of leftovers. */
  readonly cleanUp: CleanUp | null;
  /** What of it is left out because it is wrong. */
  readonly faults: readonly LaunchFault[];
}

/** Something that is wrong in a debug configuration. */
export interface LaunchFault {
  /** Where it stands, such as "segmentLens.open[0]". */
  readonly place: string;
  /** With its rule; its `example` works where the rule does not say one. */
  readonly error: SegmentError;
}

const example = {
  all: '"segmentLens": { "open": ["posix:/frames"], "cleanUp": "ask" }',
  open: '"open": ["posix:/frames"]',
  breakOnChange:
    '"breakOnChange": [{ "key": "posix:/frames", "offset": 64, "length": 4, "condition": "bit 3" }]',
  sessions: '"breakOnChange": [{ "key": "posix:/frames", "offset": 64, "length": 4, "sessions": "every" }]',
  snapshotOnStop: '"snapshotOnStop": false',
  cleanUp: '"cleanUp": "ask"',
};

/**
 * Reads the property `segmentLens` of a debug configuration, in which anything may be. `keyOf` says which segment a text
 * means, or throws the rule that it breaks. Never throws: what is wrong is a fault, and the rest counts.
 */
export function readLaunch(given: unknown, keyOf: (text: string) => NativeKey): LaunchOptions {
  const faults: LaunchFault[] = [];
  const attempt = <T>(place: string, read: () => T): readonly T[] => {
    try {
      return [read()];
    } catch (error) {
      faults.push({ place, error: segmentError(error) });
      return [];
    }
  };
  const place = (name: string): string => `segmentLens.${name}`;
  const list = (name: 'open' | 'breakOnChange'): readonly unknown[] =>
    attempt(place(name), () => {
      const value = options[name] ?? [];
      if (!Array.isArray(value)) throw otherForm(example[name]);
      return value as readonly unknown[];
    }).flat();
  const [options = {}] = attempt('segmentLens', () => {
    if (given !== undefined && !isRecord(given)) throw otherForm(example.all);
    return given ?? {};
  });
  const known = ['open', 'breakOnChange', 'snapshotOnStop', 'cleanUp'];
  for (const name of Object.keys(options)) attempt(place(name), () => checkName(name, known, example.all));
  const open = list('open').flatMap((text, at) =>
    attempt(place(`open[${String(at)}]`), () => readKey(text, keyOf, example.open)),
  );
  const breaks = list('breakOnChange').flatMap((entry, at) =>
    attempt(place(`breakOnChange[${String(at)}]`), () => readBreak(entry, keyOf)),
  );
  const { snapshotOnStop = true } = options;
  const cleanUp = cleanUpOf(options);
  attempt(place('snapshotOnStop'), () => {
    if (typeof snapshotOnStop !== 'boolean') throw otherForm(example.snapshotOnStop);
  });
  attempt(place('cleanUp'), () => {
    if (cleanUp === null && options['cleanUp'] !== undefined) throw otherForm(example.cleanUp);
  });
  return {
    open: [...new Map(open.map((key) => [formatKey(key), key])).values()],
    breaks: mergedBreaks(breaks),
    snapshotOnStop: snapshotOnStop !== false,
    cleanUp,
    faults,
  };
}

/**
 * The segment that a text means where nobody can be asked: a native key that one; anything else the first of its senses
 * that exists, or the most likely one. Throws the rule that the text breaks.
 */
export function meantKey(
  text: string,
  temporaryDirectories: readonly string[],
  exists: (key: NativeKey) => boolean,
): NativeKey {
  checkText(text);
  const { accepted, refused } = interpretations(text, temporaryDirectories);
  const found = accepted.find(({ key }) => exists(key));
  const wrong = refused.find(({ meaning }) => meaning === 'native-key') ?? refused[0];
  const [likely] = accepted;
  if (found === undefined && wrong !== undefined && (likely === undefined || wrong.meaning === 'native-key'))
    throw wrong.reason;
  const meant = found ?? likely;
  if (meant === undefined) throw otherForm(example.open);
  return meant.key;
}

function readBreak(entry: unknown, keyOf: (text: string) => NativeKey): ChangeBreak {
  if (!isRecord(entry)) throw otherForm(example.breakOnChange);
  const known = ['key', 'offset', 'length', 'condition', 'log', 'sessions'];
  for (const name of Object.keys(entry)) checkName(name, known, example.breakOnChange);
  const { offset, length, condition = 'any change', log: logs = false, sessions = 'own' } = entry;
  const segment = formatKey(readKey(entry['key'], keyOf, example.breakOnChange));
  if (!isWhole(offset) || !isWhole(length) || typeof condition !== 'string' || typeof logs !== 'boolean')
    throw otherForm(example.breakOnChange);
  if (sessions !== 'own' && sessions !== 'every') throw otherForm(example.sessions);
  if (length < 1 || length > longestBreak)
    throw invalidValue('size-range', 'such a length cannot be watched', {
      minimum: '1',
      maximum: String(longestBreak),
    });
  parseCondition(condition, length);
  const id = ['launch', segment, offset, length, condition, logs].join(' ');
  return {
    id,
    segment,
    offset,
    length,
    condition,
    enabled: true,
    logs,
    sessions: sessions === 'own' ? [] : null,
  };
}

function readKey(text: unknown, keyOf: (text: string) => NativeKey, sample: string): NativeKey {
  if (typeof text !== 'string') throw otherForm(sample);
  return keyOf(text);
}

function checkName(name: string, known: readonly string[], sample: string): void {
  if (!known.includes(name))
    throw invalidValue('launch-property', `no property ${name}`, { found: name, example: sample });
}

function otherForm(sample: string): SegmentError {
  return invalidValue('launch-form', `Such a property is written as: ${sample}`, { example: sample });
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
