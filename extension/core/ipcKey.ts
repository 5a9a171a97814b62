/**
 * QNativeIpcKey::toString() and fromString() to the letter, for every type and every native key that Qt takes,
 * sensible or not (qtbase src/corelib/ipc/qtipccommon.cpp and the QUrl rules that it relies on).
 */

/** Qt's type numbers: project ids 1..255 are System V (0x51 is the default), then the others. */
export const systemV = 0x51;
export const posixRealtime = 0x100;
export const windows = 0x101;

export interface IpcKey {
  readonly type: number;
  readonly nativeKey: string;
  /** Empty: none. */
  readonly legacyKey: string;
}

/** Empty where the type is none that Qt knows. */
export function formatIpcKey({ type, nativeKey, legacyKey }: IpcKey): string {
  const scheme = formatScheme(type);
  if (scheme === null) return '';
  const path = encode(nativeKey, pathReserved).replace(/^\/\//, '/%2F');
  const query = legacyKey === '' ? '' : `?legacyKey=${encode(legacyKey, queryReserved)}`;
  return `${scheme}:${path}${query}`;
}

/** null: not a native key in Qt's sense. */
export function parseIpcKey(text: string): IpcKey | null {
  const match = /^([a-z][a-z0-9+.-]*):([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is.exec(text);
  if (!match) return null;
  const [, scheme = '', place = '', query] = match;
  const type = parseScheme(scheme.toLowerCase());
  const path = withoutAuthority(place);
  const legacyKey = parseQuery(query ?? '');
  if (type === null || path === null || legacyKey === null) return null;
  return { type, nativeKey: decode(path), legacyKey };
}

function formatScheme(type: number): string | null {
  if (type === systemV) return 'systemv';
  if (type === posixRealtime) return 'posix';
  if (type === windows) return 'windows';
  return Number.isInteger(type) && type >= 1 && type <= 255 ? `systemv-${String(type)}` : null;
}

function parseScheme(scheme: string): number | null {
  if (scheme === 'systemv') return systemV;
  if (scheme === 'posix') return posixRealtime;
  if (scheme === 'windows') return windows;
  const digits = /^systemv-(\d+)$/.exec(scheme)?.[1];
  const id = digits === undefined ? 0 : Number(digits);
  return id >= 1 && id <= 255 ? id : null;
}

/** A URL's `//host` is allowed where the host is empty. */
function withoutAuthority(place: string): string | null {
  if (!place.startsWith('//')) return place;
  return place === '//' || place[2] === '/' ? place.slice(2) : null;
}

/** The last legacyKey; null where there is any other item. A closing & adds no item (QUrlQuery). */
function parseQuery(query: string): string | null {
  if (query === '') return '';
  let legacyKey = '';
  for (const item of query.replace(/&$/, '').split('&')) {
    const [name = '', ...value] = item.split('=');
    if (decode(name) !== 'legacyKey') return null;
    legacyKey = decode(value.join('='));
  }
  return legacyKey;
}

// eslint-disable-next-line no-control-regex -- control bytes are what must be encoded
const pathReserved = /[%?#\u0000-\u001f\u007f]/g;
// eslint-disable-next-line no-control-regex -- control bytes are what must be encoded
const queryReserved = /[%#&=\u0000-\u001f\u007f]/g;

function encode(text: string, reserved: RegExp): string {
  return text.replace(
    reserved,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** Percent sequences as UTF-8; a percent sign that starts none is itself (QUrl::TolerantMode). */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
