import type { KindRule } from './rule';

/** Chromium, Electron, VS Code itself: `.org.chromium.Chromium.XXXXXX`, `.com.google.Chrome.XXXXXX`. */
export const chromium: KindRule = {
  kind: 'chromium',
  recognises: ({ key }) =>
    key.type === 'posix' && /^\/\.(?:org\.chromium|com\.google\.Chrome)\./.test(key.name),
};
