/** What `run` gives where the program takes the system for another: only rules that ask `process.platform` follow. */
export function onPlatform<T>(platform: NodeJS.Platform, run: () => T): T {
  const own = Object.getOwnPropertyDescriptor(process, 'platform');
  Object.defineProperty(process, 'platform', { ...own, value: platform });
  try {
    return run();
  } finally {
    Object.defineProperty(process, 'platform', own ?? {});
  }
}
