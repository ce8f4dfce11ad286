import { describe, expect, it } from '@jest/globals';
import { assertMove, canMove, type Moves, statesBefore } from './state-machine.js';

type Light = 'green' | 'yellow' | 'red' | 'off';
const LIGHT: Moves<Light> = {
  green: ['yellow', 'off'],
  yellow: ['red', 'off'],
  red: ['green', 'off'],
  off: [],
};

describe('a table of moves', () => {
  it.each<[Light, Light, boolean]>([
    ['green', 'yellow', true],
    ['red', 'green', true],
    ['green', 'red', false],
    ['green', 'green', false],
    ['off', 'green', false],
  ])('%s -> %s: %s', (from, to, allowed) => {
    expect(canMove(LIGHT, from, to)).toBe(allowed);
  });

  it('lets a legal move pass', () => {
    expect(() => {
      assertMove(LIGHT, 'traffic light', 'green', 'yellow');
    }).not.toThrow();
  });

  it('refuses an illegal one as a conflict that names the way out', () => {
    expect(() => {
      assertMove(LIGHT, 'traffic light', 'green', 'red');
    }).toThrow(
      expect.objectContaining({
        kind: 'conflict',
        code: 'illegal_move',
        message: 'This traffic light is green and cannot become red: from here it can become yellow, off.',
      }),
    );
  });

  it('reports when there is no network', () => {
    expect(() => {
      assertMove(LIGHT, 'traffic light', 'off', 'red');
    }).toThrow('This traffic light is off and cannot become red: off is final.');
  });

  it.each<[Light, Light[]]>([
    ['red', ['yellow']],
    ['off', ['green', 'yellow', 'red']],
  ])('%s is reached from %j', (to, from) => {
    expect(statesBefore(LIGHT, to)).toEqual(from);
  });

  it('finds nothing before a state that nothing leads to', () => {
    const oneWay: Moves<'start' | 'end'> = { start: ['end'], end: [] };
    expect(statesBefore(oneWay, 'start')).toEqual([]);
  });
});
