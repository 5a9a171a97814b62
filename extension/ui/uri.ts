import { Uri } from 'vscode';
import { SegmentError } from '../core/errors';
import { formatKey, keyLabel, parseKey, type NativeKey } from '../core/key';
import { shortName } from '../shared/visibleName';

/** Scheme of the addresses that name a live view. */
export const scheme = 'shm';

/**
 * The address of a segment's live view: `shm:/<label>?<native key>`. The label is for the tab's title alone;
 * the query is the identity, so two addresses with one query show one segment.
 */
export function segmentUri(key: NativeKey): Uri {
  return Uri.from({ scheme, path: `/${titleOf(keyLabel(key))}`, query: formatKey(key) });
}

/** The key that an address names. Throws `invalid-key` for an address written by hand that names none. */
export function keyOfUri(uri: Uri): NativeKey {
  if (uri.query === '') {
    throw new SegmentError('invalid-key', `${uri.toString(true)} has no native key`, {
      rule: 'not-a-native-key',
    });
  }
  return parseKey(uri.query);
}

/** One path segment that no tool takes for a folder: slashes become look-alikes, dots alone get a mark. */
function titleOf(label: string): string {
  const flat = shortName(label).replaceAll('/', '\u2215').replaceAll('\\', '\u2216');
  return /^\.*$/.test(flat) ? `\u2215${flat}` : flat;
}
