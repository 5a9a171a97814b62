import { env, l10n } from 'vscode';
import { errorCodes, type ErrorCode, type ErrorFacts, type Rule } from '../core/errors';
import { plainName } from '../shared/visibleName';
import { standsAtStop } from './debug/standing';
import { bytesText, modeText, othersText, ownerText, placeText, processText, sizeText } from './text';

/**
 * A failure as a sentence for a person, with the remedy where there is one. The only place that phrases
 * errors; takes whatever was thrown and never throws. Names in it are safe to show.
 */
export function phrase(error: unknown): string {
  return plainName(sentenceOf(error));
}

function sentenceOf(error: unknown): string {
  const { code, facts, message } = parts(error);
  if (facts.rule !== undefined) return rulePhrase(facts.rule, facts);
  const sentence =
    facts.file === undefined ? codePhrase(code, facts, message) : filePhrase(code, facts.file, message);
  return [
    facts.call !== undefined && facts.errno !== undefined && facts.errno !== 0 && code === 'unknown'
      ? l10n.t('{0} ({1}, errno {2})', sentence, facts.call, facts.errno)
      : sentence,
    ...(facts.written === undefined
      ? []
      : [l10n.t('The first {0} had been written by then.', bytesText(facts.written))]),
    ...(facts.rescued === undefined
      ? []
      : [l10n.t('Nor could the old segment be made again: its bytes are saved in {0}.', facts.rescued)]),
  ].join(' ');
}

/** Code and facts of whatever was thrown: a SegmentError, an error of the addon, or anything else. */
export function parts(error: unknown): {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;
  readonly message: string;
} {
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly facts?: ErrorFacts;
    readonly call?: string;
    readonly errno?: number;
    readonly message?: unknown;
  };
  const code = errorCodes.find((known) => known === thrown.code) ?? 'unknown';
  const facts = thrown.facts ?? {
    ...(thrown.call === undefined ? {} : { call: thrown.call }),
    ...(thrown.errno === undefined ? {} : { errno: thrown.errno }),
  };
  return { code, facts, message: typeof thrown.message === 'string' ? thrown.message : String(error) };
}

function codePhrase(code: ErrorCode, facts: ErrorFacts, message: string): string {
  switch (code) {
    case 'not-found':
      return facts.tried === undefined || facts.tried.length === 0
        ? l10n.t('Not found: no segment or lock has this key.')
        : l10n.t('Not found: no segment has this key. Tried: {0}.', facts.tried.join(', '));
    case 'permission-denied':
      return deniedPhrase(facts);
    case 'already-exists':
      return existsPhrase(facts);
    case 'invalid-key':
      return l10n.t('This key is not valid: {0}.', message);
    case 'invalid-size':
      return l10n.t('This size or range is not valid: {0}.', message);
    case 'out-of-resources':
      return resourcesPhrase(facts);
    case 'busy':
      return busyPhrase(facts);
    case 'conflict':
      return l10n.t('The bytes there are no longer those that were shown. Nothing was written.');
    case 'gone':
      return l10n.t('The segment was removed or replaced. Open it again to see what has its key now.');
    case 'unsupported':
      if (facts.addon !== undefined) return missingPhrase(facts);
      if (facts.call === 'CloseHandle')
        return l10n.t('Windows removes it with the last program that has it open: end those that have.');
      if (facts.call === 'sem_open' || facts.call === 'sem_unlink') {
        return l10n.t(
          'This is no semaphore of the C library here. Programs of another word size or C library have others, and only they can lock them.',
        );
      }
      return l10n.t('The system cannot do this here: {0}.', message);
    case 'closed':
      return l10n.t('This view was closed in the meantime.');
    case 'unknown':
      return message;
  }
}

/** Of a file of the disk. */
function filePhrase(code: ErrorCode, file: string, message: string): string {
  switch (code) {
    case 'not-found':
      return l10n.t('{0} or its folder does not exist: choose another file.', file);
    case 'permission-denied':
      return l10n.t(
        'The system does not permit this with {0}: choose another file, or change its mode.',
        file,
      );
    case 'out-of-resources':
      return l10n.t('The disk has no room for {0}: free some space, or choose another folder.', file);
    default:
      return message;
  }
}

/** Why there is no addon, and what was tried. */
function missingPhrase({ addon, found = '', tried = [] }: ErrorFacts): string {
  const here = `${process.platform}-${process.arch}`;
  const files = tried.join(', ');
  switch (addon) {
    case 'absent':
      return l10n.t(
        'Segment Lens cannot work here: this package has no native part. Install the one for {0}, if there is one: the README lists them. Tried: {1}.',
        here,
        files,
      );
    case 'foreign':
      return l10n.t(
        'Segment Lens cannot work here: its native part was made for {0}, and this is {1}. Install the package for {1}. Tried: {2}.',
        found,
        here,
        files,
      );
    case 'damaged':
      return l10n.t(
        'Segment Lens cannot work here: its native part is damaged. Install Segment Lens again. Tried: {0}.',
        files,
      );
    default:
      return l10n.t(
        'Segment Lens cannot work here: the system does not load its native part: {0}. Install the package that was made for this system. Tried: {1}.',
        found,
        files,
      );
  }
}

function existsPhrase({ size, owner, attached, unseen }: ErrorFacts): string {
  if (size === undefined || owner === undefined) {
    return l10n.t(
      'Another segment has this key, or a key file with the same System V number: choose another key.',
    );
  }
  const by = othersText({ attached: attached ?? [], unseen: unseen ?? 0 });
  return by === ''
    ? l10n.t('It exists: {0}, owned by {1}, nobody attached.', bytesText(size), ownerText(owner))
    : l10n.t('It exists: {0}, owned by {1}, attached by {2}.', bytesText(size), ownerText(owner), by);
}

function deniedPhrase({ call, owner, mode, rule }: ErrorFacts): string {
  if (call === 'map_files') return mappingPhrase();
  // Windows tells no owner.
  if (owner === '') {
    return l10n.t(
      'Windows does not let this user in: run VS Code as the user of the program that made it. What all sessions see (Global) can be made only by services and administrators.',
    );
  }
  if (owner === undefined || mode === undefined) {
    return l10n.t('Permission denied. Run VS Code as the owner, or ask the owner for access.');
  }
  if (rule === 'private') {
    return l10n.t(
      'Private to {0}, mode {1}: only as root could it be opened. Choose Reopen in its live view to do so.',
      owner,
      modeText(mode),
    );
  }
  return l10n.t(
    'Permission denied: owned by {0}, mode {1}. Run VS Code as {0}, or ask {0} for mode {2}.',
    owner,
    modeText(mode),
    modeText(mode | 0o660),
  );
}

/** Why memory that has no name and no open descriptor cannot be opened (proc_pid_map_files(5)). */
export function mappingPhrase(): string {
  return l10n.t(
    'Only a mapping of the process leads to this memory, and the system follows one only with CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE: run VS Code as root or with that capability, or keep a descriptor of it open in the program.',
  );
}

function resourcesPhrase({ size, free }: ErrorFacts): string {
  if (size === undefined)
    return l10n.t('The system is out of shared memory: remove segments that nobody uses.');
  if (free === undefined) {
    return l10n.t(
      'The system has no room for {0}. Nothing was created: choose a smaller size, or remove segments that nobody uses.',
      sizeText(size),
    );
  }
  return l10n.t(
    'The system has no room for {0}, with {1} free. Nothing was created: choose a smaller size, or remove segments that nobody uses.',
    sizeText(size),
    sizeText(free),
  );
}

function busyPhrase({ holder, attached, unseen, waitedMs, written }: ErrorFacts): string {
  if (attached !== undefined) {
    return l10n.t('Still attached: {0}. Nothing was changed.', othersText({ attached, unseen: unseen ?? 0 }));
  }
  const who =
    holder === undefined || holder === null
      ? l10n.t('a process that the system does not name')
      : processText(holder);
  const held =
    waitedMs === undefined
      ? l10n.t('The lock is held by {0}.', who)
      : l10n.t(
          'The lock is held by {0}: gave up after {1} ms, as segmentLens.lockTimeout says.',
          who,
          Math.round(waitedMs),
        );
  return [
    held,
    ...(standsAtStop(holder?.pid ?? null)
      ? [l10n.t('It stands at a stop of the debugger: let it go on, and it can give the lock back.')]
      : []),
    ...(written === undefined ? [l10n.t('Nothing was written.')] : []),
  ].join(' ');
}

function pastTheEnd({ size, minimum }: ErrorFacts, low: string, high: string): string {
  if (size === undefined)
    return l10n.t('This would go past the end: there is room for {0}.', sizeText(Number(high)));
  return minimum === undefined
    ? l10n.t('This would go past the end: the segment has {0}.', sizeText(size))
    : l10n.t(
        'This would go past the end: the segment has {0}, it fits at offsets from {1} to {2}.',
        sizeText(size),
        place(low),
        place(high),
      );
}

function rulePhrase(rule: Rule, facts: ErrorFacts): string {
  const low = facts.minimum ?? '?';
  const high = facts.maximum ?? '?';
  switch (rule) {
    case 'empty-key':
      return l10n.t('A key has at least one character.');
    case 'nul-in-key':
      return l10n.t('A key cannot contain a NUL character: leave it out.');
    case 'lone-surrogate':
      return l10n.t(
        'A key cannot contain half of a surrogate pair: Qt versions disagree on what it means. Leave it out.',
      );
    case 'key-too-long':
      return l10n.t('This key is too long: at most {0} bytes.', high);
    case 'too-many-letters':
      return l10n.t(
        'This key is too long: at most {0} letters a-z fit into the name that Qt makes of it. Other characters cost nothing.',
        high,
      );
    case 'slash-in-posix-name':
      return l10n.t('A POSIX name has one slash, at its start, such as /name.');
    case 'dot-dot-in-posix-name':
      return l10n.t('A POSIX name cannot be “.” or “..”: write one such as /name.');
    case 'backslash-in-windows-name':
      return l10n.t('A name on Windows has no backslash, except after Local or Global at its start.');
    case 'not-a-native-key':
      return l10n.t(
        'Not a native key. Write posix:/name, systemv:/path, systemv-84:/path, systemv-key:0x51000001, systemv-id:7 or process:PID@START/DEVICE:INODE.',
      );
    case 'project-id-range':
      return l10n.t('A project id is a number from 1 to 255.');
    case 'key-number-range':
      return l10n.t('A System V key is a number of 32 bits, not 0, such as 0x51000001.');
    case 'shmid-range':
      return l10n.t('A shmid is a whole number from 0 to 2147483647.');
    case 'relative-path':
      return l10n.t('The path of a key file starts with a slash, such as /tmp/key.');
    case 'not-a-size':
      return l10n.t(
        'A size is a whole number from {0} to {1} bytes, such as 1024, 4 KiB or 0x400.',
        grouped(low),
        grouped(high),
      );
    case 'size-range':
      return l10n.t('A size must be from {0} to {1} bytes.', grouped(low), grouped(high));
    case 'not-an-offset':
      return l10n.t('An offset here is a whole number from {0} to {1}, such as 64 or 0x40.', low, high);
    case 'offset-range':
      return l10n.t('An offset here is from {0} to {1}.', place(low), place(high));
    case 'past-the-end':
      return pastTheEnd(facts, low, high);
    case 'not-hex':
      return l10n.t(
        '“{0}” is no hex digit: hex bytes are digits 0-9 and A-F, such as 48 65 6C.',
        facts.found ?? '?',
      );
    case 'odd-hex-digits':
      return l10n.t('Hex bytes have two digits each: add the digit that is missing, such as 0F for F.');
    case 'empty-bytes':
      return l10n.t('There is nothing to write: type at least one byte.');
    case 'not-an-integer':
      return l10n.t('This is no whole number: type one from {0} to {1}, such as 42 or 0x2A.', low, high);
    case 'not-a-number':
      return l10n.t(
        'This is no number: type one from {0} to {1}, such as 1.5 or 6e23, or nan or inf.',
        low,
        high,
      );
    case 'number-range':
      return l10n.t('A number here is from {0} to {1}.', grouped(low), grouped(high));
    case 'not-in-encoding':
      return l10n.t('This encoding lacks {0}: leave it out, or choose another encoding.', facts.found ?? '?');
    case 'not-a-file':
      return l10n.t('{0} is no file with bytes in it: choose a plain file.', facts.file ?? '?');
    case 'observing':
      return l10n.t('Observing only: attach to write.');
    case 'private':
      return deniedPhrase(facts);
    case 'moment-size':
      return l10n.t(
        'The segment holds too much data to remember: at most {0} of a moment. Save it to a file and compare with that.',
        sizeText(Number(high)),
      );
    case 'moments-size':
      return l10n.t(
        'All moments together would hold more than {0}. Forget some of them first (Compare With…).',
        sizeText(Number(high)),
      );
    case 'condition':
      return l10n.t('Not a condition. Write any change, becomes 42, leaves 0..100 or bit 3.');
    case 'condition-width':
      return l10n.t('A number has at most {0} bytes: select fewer, or break on any change.', high);
    case 'condition-bit':
      return l10n.t('The bits of this range are 0 to {0}, such as {1}.', high, facts.found ?? '');
    case 'condition-range':
      return l10n.t('A number of this range is from 0 to {0}, such as {1}.', high, facts.found ?? '');
    case 'break-exists':
      return l10n.t(
        'The list of breaks has one on these bytes with this condition: change or enable that one.',
      );
    case 'breaks-many':
      return l10n.t('A workspace has at most {0} breaks on change: remove one first.', high);
    case 'launch-property':
      return l10n.t(
        'There is no property “{0}”. This works: {1}',
        plainName(facts.found ?? ''),
        facts.example ?? '',
      );
    case 'launch-form':
      return l10n.t('This has another form. This works: {0}', facts.example ?? '');
  }
}

/** An offset as it is shown elsewhere; anything else as it is. */
function place(number: string): string {
  return /^\d+$/.test(number) ? placeText(BigInt(number)) : number;
}

/** A whole number as people of the language write it; anything else as it is. */
function grouped(number: string): string {
  return /^-?\d+$/.test(number) ? BigInt(number).toLocaleString(env.language) : number;
}
