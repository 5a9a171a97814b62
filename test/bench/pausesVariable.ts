/** The variable that names the file in which the suite leaves its delays, in ms. */
export const pausesVariable = 'SEGMENT_LENS_PAUSES';
