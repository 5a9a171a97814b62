import { basename } from 'node:path';
import {
  CodeLens,
  EventEmitter,
  l10n,
  languages,
  Range,
  Uri,
  window,
  workspace,
  type CodeLensProvider,
  type Command,
  type TextDocumentContentProvider,
} from 'vscode';
import type { Finding, Question } from '../core/doctor/finding';
import { formatKey, keyLabel } from '../core/key';
import type { Disposable } from '../shared/disposable';
import { ownLock } from '../shared/lockReport';
import { shortName, visibleName } from '../shared/visibleName';
import { findingText } from './findingText';
import { lookOf } from './leftoverTree';
import { phrase } from './phrases';
import type { System } from './system';

const scheme = 'shm-explanation';
/** What package.json knows their language by, which wraps their lines. */
const folder = '.shm-explanation';

/**
 * Explanations as read-only documents of plain text, which a screen reader reads line by line and a person can search and
 * copy. Remedies are above their findings, and named in their text.
 */
export class Explanations implements TextDocumentContentProvider, CodeLensProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly onDidChange = this.#changed.event;
  /** The lines at which a finding with a remedy begins, by address. */
  readonly #remedies = new Map<string, readonly (readonly [line: number, command: Command])[]>();
  readonly #disposables: readonly Disposable[] = [
    this.#changed,
    workspace.registerTextDocumentContentProvider(scheme, this),
    languages.registerCodeLensProvider({ scheme }, this),
    workspace.onDidCloseTextDocument(({ uri }) => this.#remedies.delete(uri.toString())),
  ];

  constructor(private readonly system: () => System) {}

  /** Finds out and shows. The same question again is looked at anew. */
  async show(question: Question): Promise<void> {
    const name = question.key === null ? l10n.t('This Machine') : keyLabel(question.key);
    const title = l10n.t('Explanation of {0}', shortName(name).replaceAll('/', '∕'));
    const path = `/${folder}/${title}`;
    const uri = Uri.from({ scheme, path, query: JSON.stringify(question) });
    this.#changed.fire(uri);
    await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
  }

  async provideTextDocumentContent(uri: Uri): Promise<string> {
    const question = JSON.parse(uri.query) as Question;
    const { explain } = await import('./later');
    const lines = [visibleName(basename(uri.path))];
    if (question.key !== null) lines.push(visibleName(formatKey(question.key)));
    if (question.error !== null) lines.push(visibleName(phrase(question.error)));
    const remedies: [number, Command][] = [];
    const findings = await explain(lookOf(this.system()), question);
    for (const finding of findings) {
      const { title, lines: evidence } = findingText(finding);
      lines.push('');
      const remedy = remedyOf(finding);
      if (remedy !== null) remedies.push([lines.length, remedy]);
      lines.push(title, ...evidence.map((line) => `    ${line}`));
      if (remedy !== null) lines.push(`    ${l10n.t('What helps: {0}', remedy.title)}`);
    }
    if (findings.length === 0) lines.push('', l10n.t('Nothing that would be in the way was found.'));
    this.#remedies.set(uri.toString(), remedies);
    return `${lines.join('\n')}\n`;
  }

  provideCodeLenses({ uri }: { readonly uri: Uri }): CodeLens[] {
    const remedies = this.#remedies.get(uri.toString()) ?? [];
    return remedies.map(([line, command]) => new CodeLens(new Range(line, 0, line, 0), command));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

/** The command that helps, where there is a safe one; each asks before it changes anything. */
function remedyOf(finding: Finding): Command | null {
  switch (finding.code) {
    case 'left-behind':
      return {
        title: l10n.t('Remove Leftover…'),
        command: 'segmentLens.removeLeftover',
        arguments: [{ type: 'leftover', item: finding.leftover }],
      };
    case 'exists':
    case 'other-sense':
    case 'same-number':
      return {
        title: l10n.t('Open Live View'),
        command: 'segmentLens.openLiveView',
        arguments: [finding.id],
      };
    case 'other-folder':
      return {
        title: l10n.t('Open Settings'),
        command: 'workbench.action.openSettings',
        arguments: ['segmentLens.temporaryDirectories'],
      };
    case 'lock':
      if (!finding.troubles.some(({ code }) => code !== 'owner-died')) return null;
      return {
        title: l10n.t('Repair Lock…'),
        command: 'segmentLens.repairLock',
        arguments: [finding.id, ownLock],
      };
    case 'little-space':
      return { title: l10n.t('Remove All Leftovers…'), command: 'segmentLens.removeAllLeftovers' };
    default:
      return null;
  }
}
