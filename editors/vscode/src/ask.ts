// The boxes that ask for words, with what was said before, and for the key; they never send anything.
import { window, type Memento } from 'vscode';

const MEMORY = 'instructions';
const REMEMBERED = 50;

/** What the person types or picks from the earlier ones, "" only if `optional`; undefined when they leave the box. */
export async function askWords(memory: Memento, title: string, placeholder: string, optional: boolean): Promise<string | undefined> {
  const earlier = memory.get<string[]>(MEMORY, []);
  const box = window.createQuickPick();
  Object.assign(box, { title, placeholder, ignoreFocusOut: true });
  const show = (): void => {
    const typed = box.value.trim();
    const rest = earlier.filter((one) => one !== typed).map((label) => ({ label, description: 'earlier' }));
    // What is typed stands first, so that Enter takes it; nothing is preselected while nothing is typed.
    box.items = typed ? [{ label: typed, alwaysShow: true }, ...rest] : rest;
    if (!typed) box.activeItems = [];
  };
  show();
  const words = await new Promise<string | undefined>((resolve) => {
    box.onDidChangeValue(show);
    box.onDidAccept(() => {
      const chosen = box.activeItems[0]?.label ?? box.value.trim();
      if (chosen || optional) resolve(chosen);
    });
    box.onDidHide(() => resolve(undefined));
    box.show();
  });
  box.dispose();
  if (words) await memory.update(MEMORY, [words, ...earlier.filter((one) => one !== words)].slice(0, REMEMBERED));
  return words;
}

/** The key, undefined when the person leaves the box. */
export async function askKey(): Promise<string | undefined> {
  const key = await window.showInputBox({
    title: 'Flux: your Anthropic API key',
    prompt: 'It is kept in the editor’s secret storage and given to the server only as an environment variable.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (/\s/.test(text.trim()) ? 'A key has no spaces in it' : undefined),
  });
  return key?.trim() || undefined;
}
