// One line per test: "ok NAME" or "FAIL NAME" with the reason below it.
export default async function* lines(events) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if (type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details.type === 'suite' || data.file === data.name) continue;
    const [word, state] = data.skip ? ['skip', 'skipped'] : type === 'test:pass' ? ['ok', 'passed'] : ['FAIL', 'failed'];
    counts[state]++;
    yield `${word} ${'  '.repeat(data.nesting)}${data.name}\n`;
    const { error } = data.details;
    if (error && error.failureType !== 'subtestsFailed') yield `     ${String(error.cause?.stack ?? error.cause ?? error).replaceAll('\n', '\n     ')}\n`;
  }
  yield `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`;
}
