import type { ExtensionContext } from 'vscode';
import type { House } from './house';
import {
  openBreaks,
  openCommands,
  openDebugging,
  openLeftovers,
  openSources,
  openTree,
  openViews,
} from './ui/entrances';

/** What activate() hands to tests; no promise is made to anyone else. */
export interface Api {
  /** What stands behind the entrances; loaded now if it was not. */
  readonly house: () => Promise<House>;
}

let opened: Promise<House> | undefined;

/**
 * Tells VS Code where the extension can be entered, nothing else: whoever comes first through an entrance has the
 * rest loaded, so that no window waits for it when it opens.
 */
export function activate(extension: ExtensionContext): Api {
  const house = (): Promise<House> =>
    (opened ??= import('./house').then(
      ({ House }) => new House(extension, tree, leftovers, breaks, sources),
    ));
  const tree = openTree(house);
  const leftovers = openLeftovers(house);
  const breaks = openBreaks(house);
  const sources = openSources(house);
  extension.subscriptions.push(
    tree.view,
    tree.changed,
    leftovers.view,
    leftovers.changed,
    breaks.view,
    breaks.changed,
    sources.changed,
    ...sources.disposables,
    ...openViews(house),
    ...openDebugging(house),
    ...openCommands(extension.extension.packageJSON as Parameters<typeof openCommands>[0], house),
  );
  return { house };
}

/** Releases locks, detaches, closes. */
export async function deactivate(): Promise<void> {
  const house = await opened;
  opened = undefined;
  await house?.door.dispose();
}
