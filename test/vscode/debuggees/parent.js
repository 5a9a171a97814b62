// A program to be debugged that has no shared memory itself: `parent.js PROGRAM NAME` runs PROGRAM NAME and waits for it.
const { spawn } = require('node:child_process');
const [, , program, name] = process.argv;
const child = spawn(program, [name]);
process.on('exit', () => child.kill());
