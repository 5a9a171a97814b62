// Loaded first in a Node that another program runs: what it starts as itself is to be started by that program too.
const launcher = process.env['SEGMENT_LENS_LAUNCHER'];
if (launcher !== undefined) process.execPath = launcher;
// For this process alone: of its children, those that are of this machine could not load it.
delete process.env['LD_PRELOAD'];
