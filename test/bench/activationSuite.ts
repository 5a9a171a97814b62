import { writeFileSync } from 'node:fs';
import { extensions } from 'vscode';

/** Runs inside the extension host: activates the extension and writes how many milliseconds that took. */
export async function run(): Promise<void> {
  const file = process.env['SEGMENT_LENS_ACTIVATION'];
  const extension = extensions.getExtension('segment-lens.segment-lens');
  if (file === undefined || extension === undefined) throw new Error('not started by the bench');
  if (extension.isActive) throw new Error('the extension was active before it was asked to be');
  const start = performance.now();
  await extension.activate();
  writeFileSync(file, String(performance.now() - start));
}
