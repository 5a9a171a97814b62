import { flag, integer, list, nullable, oneOf, shape, text, type Check } from '../check';
import { Fault } from '../fault';
import { longestText, mostMappings } from '../limits';
import type { AttachedProcess, Description, SegmentMapping } from '../protocol';
import { anyText, offset } from './places';

const address: Check<string> = (value) => {
  const checked = text(16)(value);
  if (/^[0-9a-f]+$/.test(checked)) return checked;
  throw new Fault('unsupported', 'expected an address in hex digits');
};

const mapping = shape<SegmentMapping>({ address, offset, length: integer(1) });

const attached = shape<AttachedProcess>({
  pid: integer(0),
  name: anyText,
  commandLine: text(1024 * 1024),
  owner: anyText,
  part: oneOf('attached', 'creator', 'last'),
  alive: flag,
  writable: flag,
  mappings: list(mapping, mostMappings),
  us: flag,
});

export const description = shape<Description>({
  label: anyText,
  nativeKey: text(4 * longestText),
  kindText: anyText,
  owner: anyText,
  mode: anyText,
  access: oneOf('observe', 'attach'),
  writable: flag,
  readOnlyReason: nullable(anyText),
  attachCount: nullable(integer(0)),
  attached: list(attached, 65536),
  standing: list(integer(0), 65536),
  presence: oneOf('live', 'waiting', 'removed', 'recreated', 'denied', 'failed'),
  notice: nullable(anyText),
  routeText: anyText,
  canUndo: flag,
  canRedo: flag,
});
