import { Fault } from './fault';

/** What a query must keep to; `find.rule.<rule>` in strings.ts says it and the remedy, with the values in place. */
export type QueryRule =
  | 'empty'
  | 'hex-digit'
  | 'hex-odd'
  | 'hex-wild'
  | 'too-long'
  | 'text-lacking'
  | 'text-case'
  | 'number-form'
  | 'number-whole'
  | 'number-range'
  | 'number-order'
  | 'regex'
  | 'past-end';

const messages: Readonly<Record<QueryRule, string>> = {
  empty: 'there is nothing to find',
  'hex-digit': '{0} is no hexadecimal digit and no ?',
  'hex-odd': 'a byte has two digits',
  'hex-wild': 'at least one digit must be no ?',
  'too-long': 'more than {0} bytes',
  'text-lacking': '{0} cannot be written in {1}',
  'text-case': 'without case there are more than {0} ways to write it',
  'number-form': '{0} is no number and no range',
  'number-whole': '{0} is no whole number',
  'number-range': '{0} is not from {1} to {2}',
  'number-order': '{0} is more than {1}',
  regex: 'no regular expression: {0}',
  'past-end': 'the segment has {0} bytes',
};

/** A query that cannot be run. `message` is for the log; a person is told by the rule. */
export class QueryFault extends Fault {
  constructor(
    readonly rule: QueryRule,
    readonly values: readonly string[] = [],
  ) {
    super(
      'invalid-size',
      messages[rule].replace(/\{(\d)\}/g, (_, at: string) => values[Number(at)] ?? ''),
    );
  }
}
