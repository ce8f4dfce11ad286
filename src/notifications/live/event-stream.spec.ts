import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { EventStream } from './event-stream.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it('tells with a heartbeat how far it has come, so that a quiet client resumes near the present', () => {
  const stream = new EventStream(() => undefined);
  stream.send({ id: '1-0-a', name: 'ready', data: {} });
  stream.moved('2-0-b');
  expect(String(stream.read())).toBe('id: 1-0-a\nevent: ready\ndata: {}\n\n');
  jest.advanceTimersByTime(15_000);
  expect(String(stream.read())).toBe(': keep-alive\nid: 2-0-b\n\n');
  jest.advanceTimersByTime(15_000);
  expect(String(stream.read())).toBe(': keep-alive\n\n');
  stream.destroy();
});

it('never tells a place before the events that lead to it have been read', () => {
  const stream = new EventStream(() => undefined);
  stream.send({ id: '1-1-a', data: { n: 1 } });
  stream.moved('2-0-b');
  jest.advanceTimersByTime(30_000);
  expect(String(stream.read())).toBe('id: 1-1-a\ndata: {"n":1}\n\n');
  stream.destroy();
});

it('is cut a few seconds after its end when its client reads nothing', () => {
  const stream = new EventStream(() => undefined);
  stream.send({ data: { text: 'x'.repeat(300_000) } });
  stream.close();
  jest.advanceTimersByTime(4_000);
  expect(stream.destroyed).toBe(false);
  jest.advanceTimersByTime(2_000);
  expect(stream.destroyed).toBe(true);
});
