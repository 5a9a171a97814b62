import { existsSync, writeFileSync } from 'node:fs';
import { commands, extensions } from 'vscode';

/**
 * Runs inside the extension host: activates the extension, shows what VS Code says of it, and says by a file that it
 * is to be read; ends when the file is gone.
 */
export async function run(): Promise<void> {
  const file = process.env['SEGMENT_LENS_ACTIVATION'];
  const extension = extensions.getExtension('segment-lens.segment-lens');
  if (file === undefined || extension === undefined) throw new Error('not started by the bench');
  if (extension.isActive) throw new Error('the extension was active before it was asked to be');
  await calm();
  await extension.activate();
  await commands.executeCommand('workbench.action.showRuntimeExtensions');
  writeFileSync(file, '');
  while (existsSync(file)) await new Promise((done) => setTimeout(done, 25));
}

/** Waits until this host has had half a second to itself: the workbench starts up meanwhile. */
async function calm(): Promise<void> {
  for (let quiet = 0; quiet < 20;) {
    const start = performance.now();
    await new Promise((done) => setTimeout(done, 25));
    quiet = performance.now() - start < 35 ? quiet + 1 : 0;
  }
}
