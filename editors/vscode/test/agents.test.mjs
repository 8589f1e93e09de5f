// A team's agents: what they find is seen, mended and dismissed; one edits; a pipeline of them makes one change.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BETTER, FILES, GREET, has, rewrite, session } from './person.mjs';

const under = (words) => `# flux: ${words}\n${GREET}`;
const place = (line, quote) => ({ path: 'look.py', first_line: line, last_line: line, quote, severity: 'warning', text: 'Nobody hears it.' });
const FINDINGS = { tool: 'report_findings', input: {
  findings: [
    { ...place(4, '    return "hello " + name'), title: 'The greeting is too quiet', fix: 'greet politely' },
    { ...place(2, 'def greet(name: str) -> str:'), title: 'The name says little' },
  ], summary: 'It is quiet.',
} };
const hand = { tool: 'hand_over', id: 'hand', input: { summary: 'It is quiet.', decisions: [], open: [] } };
const tests = { tool: 'apply_edits', input: { edits: [], new_files: [{ path: 'tests/test_polite.py', content: 'from mend import greet\n\n\ndef test_it_is_polite():\n    assert greet("Ada") == "Hello, Ada!"\n' }] } };
const STEPS = [{ blocks: [{ tool: 'report_findings', input: { findings: [], summary: 'It is quiet.' } }, hand] }, { blocks: [rewrite(BETTER), hand] }, { blocks: [tests, hand] }];

test('agents and pipelines', { timeout: 180_000 }, (t) => session(t, {
  name: 'agents', files: { ...FILES, 'look.py': under('@code-reviewer look at the greeting'), 'agent.py': under('@python-pro greet politely'), 'mend.py': under('@troubleshoot-fix-test greet politely') },
}, async ({ me, api, page, workspace, step }) => {
  const marked = (count) => page.waitForFunction((wanted) => document.querySelectorAll('.editor-instance .squiggly-warning').length === wanted, count);
  const polite = () => me.shows('Say hello to `name`, politely.');
  const mended = async (words) => {
    for (let tries = 0; !(await me.text()).includes(words); tries++) {
      assert(tries < 20, `mend.py has ${words}:\n${await me.text()}`);
      await me.opens('mend.py');
      await page.waitForTimeout(500);
    }
  };
  await step('the findings of an agent, asked by a comment, are problems', async () => {
    await api.answers(FINDINGS);
    await me.opens('look.py');
    await me.clicksIn('# flux:');
    await me.chooses('Flux: @code-reviewer look at the greeting');
    await marked(2);
    assert.equal((await me.text()).trim(), under('@code-reviewer look at the greeting').trim(), 'nothing is edited');
    await me.command('Problems: Focus on Problems View');
    await me.sees('The greeting is too quiet', '.markers-panel');
    await me.sees('Ln 4, Col 5', '.markers-panel');
    await me.picture('findings');
  });
  await step('they move with what is typed above them', async () => {
    await me.clicksIn('# flux:');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await me.sees('Ln 5, Col 5', '.markers-panel'); // where the server says they are
    await marked(2);
    await me.undo();
    await me.sees('Ln 4, Col 5', '.markers-panel');
    await me.command('View: Hide Panel');
  });
  await step('one is mended by its quick fix and goes', async () => {
    await api.answers({ rule: 'replace', old: '"hello " +', new: '"Hello, " +' });
    await me.clicksIn('return "hello');
    await me.chooses('Flux: fix “greet politely”');
    await me.shows('return "Hello, " + name');
    await marked(1);
    await me.picture('mended');
  });
  await step('another one is dismissed', async () => {
    await me.clicksIn('def greet');
    await me.chooses('Flux: dismiss “The name says little”');
    await marked(0);
    await me.undo();
    await me.shows(GREET.trimEnd());
  });
  await step('an agent that edits is undone in one step', async () => {
    await api.answers(rewrite(BETTER));
    await me.opens('agent.py');
    await me.clicksIn('# flux:');
    await me.chooses('Flux: @python-pro greet politely');
    await polite();
    await me.undo();
    await me.shows(under('@python-pro greet politely').trimEnd());
  });
  await step('an agent is searched for in the list of all', async () => {
    await api.answers(rewrite(BETTER));
    await me.opens('app.py');
    await me.clicksIn('def greet');
    await me.command('Flux: Ask an agent…');
    await page.waitForSelector('.quick-input-widget input[placeholder^="Which agent?"]');
    await me.sees('about $', '.quick-input-list .monaco-list-row');
    await me.picture('list');
    await page.keyboard.insertText('python-pro');
    await page.waitForSelector(`.quick-input-list .monaco-list-row.focused${has('python-pro')}`);
    await page.keyboard.press('Enter');
    await me.says('politely', 'What should it do?');
    await polite();
    await me.undo();
    await me.shows(GREET.trimEnd());
  });
  await step('a pipeline says which step it is at, and shows one change of both files', async () => {
    await api.answers(STEPS[0], { ...STEPS[1], piece: 8, gate: 'mend', gate_after: 3 }, STEPS[2]);
    const before = (await api.requests()).length;
    await me.opens('mend.py');
    await me.clicksIn('# flux:');
    await me.chooses('Flux: @troubleshoot-fix-test greet politely');
    await me.sees('step 2 of 3: python-pro, asking claude', '.notification-toast');
    await me.picture('pipeline');
    await api.release('mend');
    await page.waitForSelector(`.tab.active${has('mend.py (Flux: troubleshoot-fix-test, file 1 of 2')}`);
    await me.hint('change 1 of');
    await me.picture('proposal');
    assert.equal((await api.requests()).length, before + STEPS.length);
    assert(!existsSync(join(workspace, 'tests/test_polite.py')), 'nothing is made before a yes');
  });
  await step('a yes makes it in both, and one undo takes all steps back', async () => {
    await me.command('Flux: Accept all changes');
    await page.waitForSelector('.tab:has-text("(Flux")', { state: 'detached' });
    await page.waitForSelector('.tab:has-text("test_polite.py")'); // it may come to the front after the other
    await mended('Say hello to `name`, politely.');
    await me.picture('accepted');
    await me.command('Flux: Undo the last change');
    await mended(under('@troubleshoot-fix-test greet politely').trimEnd());
  });
}));
