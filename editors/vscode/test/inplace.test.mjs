// What an edit did, and what waits for a yes, seen and decided on in the code itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APP, BETTER, GREET, has, rewrite, session } from './person.mjs';

const lens = (words) => `.codelens-decoration a${has(words)}`;
const both = (greeting = 'hi') => ({
  tool: 'apply_edits', input: {
    edits: [{ path: 'app.py', old_string: 'return "hello " + name', new_string: `return "${greeting} " + name` }, { path: 'app.py', old_string: 'return "goodbye " + name', new_string: 'return "bye " + name' }],
  },
});

test('a change in place', { timeout: 180_000 }, (t) => session(t, { name: 'inplace' }, async ({ me, api, page, step }) => {
  const edit = async (...answers) => {
    await api.answers(...answers);
    await me.opens('app.py');
    await me.clicksIn('def greet');
    await me.command('Flux: Edit');
    await me.says('politely');
  };
  await step('the changed lines are marked, with what can be done about them', async () => {
    await edit(rewrite(BETTER));
    await me.shows('Say hello to `name`, politely.');
    for (const words of ['Keep', 'Undo', 'Try again…', 'Show diff']) await page.waitForSelector(lens(words));
    await me.picture('made');
    await page.hover('.editor-instance .view-line span span:has-text("politely")');
    await me.sees('Say hello.', '.monaco-hover');
    await me.picture('old');
    await page.mouse.move(5, 400); // the hover goes
  });
  await step('the difference is a click away', async () => {
    await page.click(lens('Show diff'));
    await me.sees('app.py (Flux: edit', '.tab.active');
    await page.waitForSelector('.monaco-diff-editor .original .view-line:has-text("Say hello.")');
    await page.click('.tab.active .tab-actions a');
    await page.waitForSelector('.monaco-diff-editor', { state: 'detached' });
    await page.waitForTimeout(500); // a lens that is just being replaced takes no click
  });
  await step('another try takes the first one back and says what was wrong with it', async () => {
    await api.answers(rewrite(BETTER.replace('politely', 'shortly')));
    await page.click(lens('Try again…'));
    await me.says('shorter', 'What should be different');
    await me.shows('Say hello to `name`, shortly.');
    const { json } = (await api.requests()).at(-1);
    assert(JSON.stringify(json.messages).includes('shorter'));
    assert(!JSON.stringify(json.messages).includes('Hello, {name.strip()}'), 'the first answer is gone');
  });
  await step('it is undone where it stands, and the marks go', async () => {
    await page.waitForSelector(lens('Undo'));
    await page.waitForTimeout(500);
    await page.click(lens('Undo'));
    await me.shows(GREET.trimEnd());
    await page.waitForSelector(lens('Undo'), { state: 'detached' });
  });
  await step('marks move with typing above, and go when they are kept or typed over', async () => {
    await edit(rewrite(BETTER));
    await page.waitForSelector(lens('Keep'));
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# above');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(300);
    await page.waitForSelector(lens('Keep'));
    await page.waitForTimeout(500);
    await me.picture('moved');
    await page.click(lens('Keep'));
    await page.waitForSelector(lens('Keep'), { state: 'detached' });
    for (let times = 0; times < 20 && (await me.text()).trim() !== APP.trim(); times++) await me.undo();
  });
  await step('what comes next starts from what is there', async () => {
    await edit(rewrite(BETTER));
    await page.waitForSelector(lens('And now…'));
    await page.waitForTimeout(500);
    await api.answers(rewrite(BETTER.replace('politely', 'quickly')));
    await page.click(lens('And now…'));
    await me.says('and quickly', 'What comes next');
    await me.shows('Say hello to `name`, quickly.');
    assert(JSON.stringify((await api.requests()).at(-1).json.messages).includes('Asked: politely'));
  });
  await step('an explanation is asked further below itself', async () => {
    const box = () => page.frameLocator('iframe.webview').frameLocator('#active-frame').locator('form input');
    await api.answers({ text: '# greet\n\nSays hello.' });
    await me.clicksIn('def greet');
    await me.command('Flux: Explain');
    await me.view('h1:text("greet")');
    await api.answers({ text: 'Because of **manners**.' });
    await box().fill('Why?');
    await box().press('Enter');
    await me.view('blockquote:has-text("Why?")');
    await me.view('strong:text("manners")');
    await me.view('h1:text("greet")');
    await me.picture('further');
  });
}));

test('a change that waits in place', { timeout: 180_000 }, (t) => session(t, { name: 'waits', settings: { 'flux.review': 'inline' } }, async ({ me, api, page, step }) => {
  const propose = async () => {
    await api.answers(both());
    await me.opens('app.py');
    await page.click('.editor-instance .view-line >> nth=0');
    await page.keyboard.press('Control+a');
    await me.command('Flux: Edit');
    await me.says('shorter');
    await me.sees('change 1 of 2', '.review-widget');
  };
  await step('both pieces stand below the lines that they replace, and nothing is changed', async () => {
    await propose();
    await me.sees('return "hi " + name', '.review-widget');
    await page.waitForSelector(lens('Accept all 2'));
    await me.picture('in-place');
    assert((await me.text()).includes('return "hello " + name'));
  });
  await step('one is accepted by its lens, the other rejected by a key', async () => {
    await page.click(lens('Accept'));
    await me.shows('return "hi " + name');
    await me.sees('change 2 of 2', '.review-widget');
    await me.picture('one');
    await page.keyboard.press('Alt+Backspace');
    await page.waitForSelector('.review-widget', { state: 'detached' });
    assert((await me.text()).includes('return "goodbye " + name'));
    await me.undo();
    await me.shows('return "hello " + name');
  });
  await step('a remark in the box below brings another one', async () => {
    await propose();
    await api.answers(both('hey'));
    await page.click('.review-widget .review-thread-reply-button >> nth=0');
    await page.keyboard.type('without capitals');
    await me.picture('remark');
    await page.click('.review-widget .monaco-button:has-text("Try again with this remark")');
    for (let tries = 0; !JSON.stringify((await api.requests()).at(-1).json.messages).includes('without capitals'); tries++) { assert(tries < 100); await page.waitForTimeout(50); }
    await me.sees('return "hey " + name', '.review-widget');
    await page.waitForTimeout(500); // a lens that is just being replaced takes no click
    await page.click(lens('Accept all 2'));
    await me.shows('return "bye " + name');
    await me.shows('return "hey " + name');
  });
}));
