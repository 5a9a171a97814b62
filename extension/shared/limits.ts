/** Most bytes that a view may ask for at once. */
export const longestWindow = 1024 * 1024;
/** Most bytes of one edit. */
export const longestEdit = 65536;
/** Most parts of a map. */
export const mostBuckets = 4096;
/** Most hits that are looked at again at once. */
export const mostRechecked = 1000;
/** Most characters of one copy to the clipboard: a mebibyte of bytes as source text. */
export const longestCopy = 8 * 1024 * 1024;
/** Most ranges of one look besides the window. */
export const mostRanges = 256;
/** Most characters of a text that the view shows on a line or logs. */
export const longestText = 4096;
/** Most mappings of a segment in one process that are told. */
export const mostMappings = 256;
