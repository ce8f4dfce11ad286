import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { eventFrames } from './campaign-events-frames.js';
import { Mailbox } from './campaign-events-mailbox.js';

const ended = jest.fn();
let numbers: Mailbox<number>;
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  ended.mockClear();
  numbers = new Mailbox<number>((a, b) => a === b, ended);
});
afterEach(() => {
  jest.useRealTimers();
});

const framesOf = (values: Mailbox<number>) =>
  eventFrames(values, { name: 'n', data: (n) => ({ n }), heartbeatMs: 15_000 });

it('writes a frame a value, a comment every 15 seconds, and nothing after the end', async () => {
  const frames = framesOf(numbers).setEncoding('utf8');
  const seen: string[] = [];
  frames.on('data', (text: string) => seen.push(text));
  numbers.put(1);
  await turn();
  jest.advanceTimersByTime(31_000);
  await turn();
  numbers.put(2);
  numbers.put(2);
  numbers.end();
  await once(frames, 'close');
  expect(seen.join('')).toBe(
    'event: n\ndata: {"n":1}\n\n: keep-alive\n\n: keep-alive\n\nevent: n\ndata: {"n":2}\n\nevent: end\ndata: {}\n\n',
  );
  expect(jest.getTimerCount()).toBe(0);
});

it('lets nothing pile up behind a client that reads nothing', async () => {
  const frames = framesOf(numbers);
  for (let n = 0; n < 1_000; n++) {
    numbers.put(n);
    await turn();
    jest.advanceTimersByTime(15_000);
  }
  expect(frames.readableLength).toBeLessThan(100);
  frames.destroy();
});

it('ends the values and its timer when the client has gone, while waiting too', async () => {
  const frames = framesOf(numbers);
  frames.resume();
  await turn();
  frames.destroy();
  await once(frames, 'close');
  expect(ended).toHaveBeenCalledTimes(1);
  expect(jest.getTimerCount()).toBe(0);
});

it('breaks off when the values fail', async () => {
  const frames = framesOf(numbers);
  frames.resume();
  numbers.fail(new Error('no more'));
  await expect(once(frames, 'close')).rejects.toThrow('no more');
  expect(jest.getTimerCount()).toBe(0);
});
