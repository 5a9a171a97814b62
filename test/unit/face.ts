/** The addon's face, for the fake and the tests. */
export type * from '../../native/index';
export type { Native } from '../../extension/core/native';
