// A message whose buttons do what they say.
import { window } from 'vscode';

type Level = 'Information' | 'Warning' | 'Error';

/** Show `message`; the button that is pressed runs its entry of `buttons`. */
export async function notify(level: Level, message: string, buttons: Record<string, () => unknown> = {}): Promise<void> {
  const chosen = await window[`show${level}Message`](message, ...Object.keys(buttons));
  if (chosen) await buttons[chosen]?.();
}
