/**
 * What is loaded when a view opens, a command runs or a debug session begins: one part, because what is packed together
 * takes a tenth less than many parts do.
 */
export { act, runCommand } from './commands';
export { removeNow } from './commands/leftovers';
export { Debugging } from './debug/debugging';
export { explain } from '../core/doctor/explain';
export { Viewing } from './viewing';
export { Sources } from './source/sources';
