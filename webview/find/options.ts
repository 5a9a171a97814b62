import { alignments } from '../../extension/shared/query';
import { numberTypes } from '../../extension/shared/numberType';
import type { StringKey } from '../../extension/shared/strings';
import { encodingNames, encodings } from '../../extension/shared/encoding';
import { element, setHidden } from '../element';
import { text } from '../texts';
import { endians, findKinds, type FindForm, type FindKind } from './form';

interface Choice {
  readonly label: StringKey;
  /** The kinds that it means something for. */
  readonly kinds: readonly FindKind[];
  readonly values: readonly (readonly [value: string, words: string])[];
  readonly read: (form: FindForm) => string;
  readonly put: (form: FindForm, value: string) => FindForm;
}

const searched: readonly FindKind[] = ['hex', 'text', 'number', 'regex'];

/** One of a few values; the first that is not offered changes nothing. */
function choice<Key extends keyof FindForm>(
  key: Key,
  label: StringKey,
  kinds: readonly FindKind[],
  offered: readonly (readonly [FindForm[Key], string])[],
): Choice {
  return {
    label,
    kinds,
    values: offered.map(([value, words]) => [String(value), words]),
    read: (form) => String(form[key]),
    put: (form, chosen) => {
      const found = offered.find(([value]) => String(value) === chosen);
      return found ? { ...form, [key]: found[0] } : form;
    },
  };
}

const choices = (): readonly Choice[] => [
  choice(
    'encoding',
    'find.encoding',
    ['text'],
    encodings.map((one) => [one, encodingNames[one]]),
  ),
  choice(
    'type',
    'find.type',
    ['number'],
    numberTypes.map((one) => [one, one]),
  ),
  choice(
    'endian',
    'find.endian',
    ['number'],
    endians.map((one) => [one, text(`find.endian.${one}`)]),
  ),
  choice(
    'alignment',
    'find.alignment',
    searched,
    alignments.map((one) => [one, one === 1 ? text('find.anywhere') : text('find.aligned', one)]),
  ),
];

/** A drop-down list of the find widget. */
export interface Picker {
  readonly element: HTMLSelectElement;
  show(form: FindForm): void;
}

/** The drop-down list of what kind of thing is looked for. */
export function kindPicker(change: (apply: (form: FindForm) => FindForm) => void): Picker {
  return picker(
    choice(
      'kind',
      'find.kind',
      findKinds,
      findKinds.map((one) => [one, text(`find.kind.${one}`)]),
    ),
    change,
  );
}

/** The drop-down lists of the options; each is to be seen where it means something. */
export function optionPickers(change: (apply: (form: FindForm) => FindForm) => void): readonly Picker[] {
  return choices().map((one) => picker(one, change));
}

function picker(
  { label, kinds, values, read, put }: Choice,
  change: (apply: (form: FindForm) => FindForm) => void,
): Picker {
  const list = element('select', 'picker', { label: text(label), title: text(label) });
  for (const [value, words] of values) {
    list.append(element('option', '', { text: words, attributes: { value } }));
  }
  list.addEventListener('change', () => {
    change((form) => put(form, list.value));
  });
  return {
    element: list,
    show: (form) => {
      setHidden(list, !kinds.includes(form.kind));
      const value = read(form);
      if (list.value !== value) list.value = value;
    },
  };
}
