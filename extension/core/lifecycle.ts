/** The commands that change the system; each throws SegmentError. */
export { attachedTo } from './attached';
export { collisions, type Collision } from './collisions';
export { createSegment } from './create';
export { recreateSegment, type RecreateOptions } from './recreate';
export { removeSegment } from './remove';
export { saveSegment, type Part } from './save';
export { writeFileInto } from './writeFile';
