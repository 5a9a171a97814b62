import { InputBoxValidationSeverity, l10n, window, type QuickPickItem } from 'vscode';
import { phrase } from './phrases';

/** One question with a text as its answer. */
export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
  readonly placeHolder?: string;
  /** Throws what is wrong with the text; called as the user types. */
  readonly check: (text: string) => unknown;
  /** What to know about a text that is right, told below the box as the user types; may throw what is wrong. */
  readonly note?: (text: string) => string;
}

/** Asks; undefined: the user turned away. What comes back has passed the check. */
export async function askText(question: TextQuestion): Promise<string | undefined> {
  const { title, prompt, value, placeHolder, check, note } = question;
  return window.showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    ...(value === undefined ? {} : { value }),
    ...(placeHolder === undefined ? {} : { placeHolder }),
    validateInput: (text) => {
      let message = '';
      const wrong = complaint(() => {
        check(text);
        message = note?.(text) ?? '';
      });
      if (wrong !== undefined || message === '') return wrong;
      return { message, severity: InputBoxValidationSeverity.Info };
    },
  });
}

/** Asks until `work` can do something with the text: what it throws is said below the box, which stays as it is. */
export async function askUntil<T>(
  question: Pick<TextQuestion, 'title' | 'prompt' | 'placeHolder'>,
  work: (text: string) => Promise<T>,
): Promise<T | undefined> {
  const box = window.createInputBox();
  Object.assign(box, question, { ignoreFocusOut: true });
  const attempt = async (text: string): Promise<{ readonly done: T } | null> => {
    box.busy = true;
    try {
      return { done: await work(text) };
    } catch (error) {
      // Of what was typed since, nothing is known.
      if (box.value === text) box.validationMessage = phrase(error);
      return null;
    } finally {
      box.busy = false;
    }
  };
  return new Promise((resolve) => {
    box.onDidChangeValue(() => (box.validationMessage = undefined));
    box.onDidAccept(async () => {
      const result = box.busy ? null : await attempt(box.value);
      if (result === null) return;
      resolve(result.done);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

/** What is wrong, as a sentence, where `check` throws. */
export function complaint(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return phrase(error);
  }
}

/** One of several; undefined: the user turned away. */
export async function askChoice<T>(
  title: string,
  choices: readonly (QuickPickItem & { readonly value: T })[],
): Promise<T | undefined> {
  const chosen = await window.showQuickPick(choices, { title, ignoreFocusOut: true });
  return chosen?.value;
}

/** Asks once, modally, with the plain verb on the button. */
export async function confirm(question: string, detail: string, verb: string): Promise<boolean> {
  return (await window.showWarningMessage(question, { modal: true, detail }, verb)) === verb;
}

/** Says what failed, with a way to the log and, where there is one, to its causes. Does not wait for the user. */
export function tell(error: unknown, showLog: () => void, explain: (() => void) | null): void {
  const log = l10n.t('Show Log');
  const why = l10n.t('Explain…');
  void window.showErrorMessage(phrase(error), ...(explain === null ? [] : [why]), log).then((chosen) => {
    if (chosen === log) showLog();
    if (chosen === why) explain?.();
  });
}
