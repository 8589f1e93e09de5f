// The boxes that ask for words, with what was said before, and for the key; they never send anything.
import { ThemeIcon, window, type Memento } from 'vscode';

const MEMORY = 'instructions';
const REMEMBERED = 50;
const PAUSE = 300; // milliseconds without typing, after which is said what the words would do
const TIERS = [undefined, 'haiku', 'sonnet'];

/** `describe` says what the words would do on a tier; without one the title stays. */
export interface Question { title: string; placeholder: string; optional?: boolean; tier?: string; describe?: (words: string, tier?: string) => Promise<string> }
export interface Words { instruction: string; tier?: string }

/** What the person types or picks from the earlier ones, "" only if `optional`, and the tier they choose; undefined when they leave the box. */
export async function askWords(memory: Memento, { title, placeholder, optional = false, tier, describe }: Question): Promise<Words | undefined> {
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
  let timer: NodeJS.Timeout | undefined;
  let asked = 0; // only the newest answer is shown
  const say = (): void => {
    clearTimeout(timer);
    const number = ++asked;
    timer = setTimeout(() => void describe?.(box.value.trim(), tier).then((words) => { if (number === asked) box.title = words; }, () => { box.title = title; }), PAUSE);
    if (describe) box.buttons = [{ iconPath: new ThemeIcon('server-process'), tooltip: `Tier: ${tier ?? 'Flux chooses'}. Click for another one` }];
  };
  show();
  say();
  const words = await new Promise<string | undefined>((resolve) => {
    box.onDidChangeValue(() => { show(); say(); });
    box.onDidTriggerButton(() => { tier = TIERS[(TIERS.indexOf(tier) + 1) % TIERS.length]; say(); });
    box.onDidAccept(() => {
      const chosen = box.activeItems[0]?.label ?? box.value.trim();
      if (chosen || optional) resolve(chosen);
    });
    box.onDidHide(() => resolve(undefined));
    box.show();
  });
  clearTimeout(timer);
  asked++;
  box.dispose();
  if (words) await memory.update(MEMORY, [words, ...earlier.filter((one) => one !== words)].slice(0, REMEMBERED));
  return words === undefined ? undefined : { instruction: words, ...(tier ? { tier } : {}) };
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
