import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Autosave } from './autosave.ts';

interface Form {
  name: string;
  limit: number;
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

function make() {
  const calls: { changes: Partial<Form>; done: () => void; fail: (error: Error) => void }[] = [];
  const save = (changes: Partial<Form>): Promise<void> =>
    new Promise((done, fail) => calls.push({ changes, done, fail }));
  return { calls, autosave: new Autosave<Form>(save, () => 7) };
}

describe('saving by itself', () => {
  it('waits for the last key and sends everything at once', async () => {
    const { calls, autosave } = make();
    autosave.change({ name: 'A' });
    await jest.advanceTimersByTimeAsync(700);
    autosave.change({ name: 'AB', limit: 5 });
    await jest.advanceTimersByTimeAsync(700);
    expect(calls).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(200);
    expect(calls.map(({ changes }) => changes)).toEqual([{ name: 'AB', limit: 5 }]);
    calls[0]?.done();
    await jest.advanceTimersByTimeAsync(0);
    expect(autosave.state()).toEqual({ unsaved: {}, kind: 'saved', error: undefined, savedAt: 7 });
  });

  it('never loses what is typed while a save is on its way', async () => {
    const { calls, autosave } = make();
    autosave.change({ name: 'A', limit: 5 });
    const first = autosave.flush();
    await jest.advanceTimersByTimeAsync(0);
    autosave.change({ name: 'AB' });
    const second = autosave.flush();
    calls[0]?.done();
    await first;
    await jest.advanceTimersByTimeAsync(0);
    expect(calls.map(({ changes }) => changes)).toEqual([{ name: 'A', limit: 5 }, { name: 'AB' }]);
    calls[1]?.done();
    expect(await second).toBe(true);
  });

  it('keeps what failed and sends it again', async () => {
    const { calls, autosave } = make();
    autosave.change({ limit: 5 });
    const first = autosave.flush();
    await jest.advanceTimersByTimeAsync(0);
    calls[0]?.fail(new Error('no'));
    expect(await first).toBe(false);
    expect(autosave.state()).toMatchObject({ unsaved: { limit: 5 }, kind: 'failed' });
    const again = autosave.flush();
    await jest.advanceTimersByTimeAsync(0);
    calls[1]?.done();
    expect(await again).toBe(true);
  });
});
