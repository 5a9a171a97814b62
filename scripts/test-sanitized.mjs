// Runs the addon's suite (out/test/native, built before) against the addon with sanitizers, and fails on any finding.
// `node scripts/test-sanitized.mjs`
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSanitized } from './build-sanitized.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const addon = await buildSanitized();
const runtime = ['libasan.so', 'libubsan.so'].map((name) =>
  execFileSync('gcc', [`-print-file-name=${name}`], { encoding: 'utf8' }).trim(),
);
const suite = readdirSync(join(root, 'out/test/native'))
  .filter((name) => name.endsWith('.test.js'))
  .map((name) => join(root, 'out/test/native', name));
if (suite.length === 0) throw new Error('No tests in out/test/native: run scripts/build.mjs tests');

// Findings go to files as well, so that one in a child process that a test expects to fail is not lost.
const reports = mkdtempSync(join(tmpdir(), 'segment-lens-sanitized-'));
execFileSync('chmod', ['777', reports]);
const log = `log_path=${join(reports, 'report')}`;
const { status } = spawnSync(process.execPath, ['--test', ...suite], {
  cwd: root,
  stdio: 'inherit',
  env: {
    ...process.env,
    SEGMENT_LENS_ADDON: addon,
    LD_PRELOAD: runtime.join(' '),
    // Leaks: Node frees little at its end; use_sigaltstack: worker threads bring stacks of their own.
    ASAN_OPTIONS: `detect_leaks=0:use_sigaltstack=0:${log}`,
    UBSAN_OPTIONS: `print_stacktrace=1:${log}`,
  },
});
const findings = readdirSync(reports).map((name) => readFileSync(join(reports, name), 'utf8'));
rmSync(reports, { recursive: true });
for (const finding of findings) console.error(finding);
process.exitCode = status === 0 && findings.length === 0 ? 0 : 1;
