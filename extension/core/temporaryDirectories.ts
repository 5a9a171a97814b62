import { realpathSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';

/**
 * Where peers may keep Qt's key files, most likely first, each once, as canonical paths: the user's setting, our
 * TMPDIR, /tmp. Qt up to 6.8 falls back to the root directory where TMPDIR leads nowhere, so it stands in there.
 */
export function temporaryDirectories(
  setting: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  const { TMPDIR } = environment;
  const found = new Set<string>();
  if (setting !== undefined && isAbsolute(setting)) add(found, setting, null);
  if (TMPDIR !== undefined && TMPDIR !== '') add(found, resolve(TMPDIR), '/');
  add(found, '/tmp', null);
  return [...found];
}

function add(found: Set<string>, directory: string, otherwise: string | null): void {
  try {
    found.add(realpathSync(directory));
  } catch {
    if (otherwise !== null) found.add(otherwise);
  }
}
