import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Fifo } from './fifo.js';

it('returns what went in, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 8 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      const taken: unknown[] = [];
      const expected: unknown[] = [];
      steps.forEach((count, step) => {
        for (let i = 0; i < count; i += 1) {
          if (step % 2 === 0) {
            fifo.push(i);
            model.push(i);
          } else {
            taken.push(fifo.peek(), fifo.shift());
            expected.push(model[0], model.shift());
          }
        }
        taken.push(fifo.length);
        expected.push(model.length);
      });
      expect(taken).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});
