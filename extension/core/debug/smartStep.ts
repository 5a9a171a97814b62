/**
 * Whether a debugger goes on after a pause until it is in code of the user's: VS Code's of JavaScript does, unless
 * `smartStep` is false, and a program that only waits for timers is in Node's own code each time.
 */
export function pausesLate(type: string, configuration: Readonly<Record<string, unknown>>): boolean {
  return /^(?:pwa-)?(?:node|extensionHost)$/i.test(type) && configuration['smartStep'] !== false;
}
