import type { Description } from '../../shared/protocol';
import type { LiveDocument } from '../documents';

/** What a viewer shows: a segment, or why there is none. */
export type Content = { readonly document: LiveDocument } | { readonly failure: Description };
