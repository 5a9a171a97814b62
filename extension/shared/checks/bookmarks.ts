import { integer, oneOf, shape, text, type Check } from '../check';
import { bookmarkColours, bookmarkTypes, longestName, type Bookmark } from '../bookmark';
import { Fault } from '../fault';
import { offset } from './places';

const name: Check<string> = (value) => {
  const checked = text(longestName)(value);
  if (checked.trim() !== '') return checked;
  throw new Fault('invalid-size', 'a name without a character');
};

export const bookmark = shape<Bookmark>({
  id: text(100),
  name,
  colour: oneOf(...bookmarkColours),
  offset,
  length: integer(1),
  type: oneOf(...bookmarkTypes),
});
