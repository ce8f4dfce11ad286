import { expect, it } from '@jest/globals';
import { createLogger } from './logger.js';

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('info', { write: (line) => void lines.push(line) }));
  return lines.join('');
}

it('writes one masked JSON object a line', () => {
  const line = logged((logger) => {
    logger.info({ requestId: 'r-1', to: '+919978783238' }, 'sent to +919978783238');
  });
  expect(JSON.parse(line)).toMatchObject({ level: 'info', requestId: 'r-1', msg: 'sent to +919*******38' });
  expect(line).not.toContain('9978783238');
  expect(line).not.toContain('hostname');
});

it('masks errors too, with their causes', () => {
  const line = logged((logger) => {
    const cause = new Error('no answer for +14694652751');
    logger.error({ err: new Error('sending to +919978783238 failed', { cause }) }, 'failed');
  });
  expect(line).toContain('"type":"Error"');
  expect(line).not.toMatch(/9978783238|4694652751/);
  expect(line).toContain('"cause"');
});
