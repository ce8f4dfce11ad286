import { describe, expect, it } from '@jest/globals';
import { deviceOf } from './device.ts';

describe('a device', () => {
  it('is told by its browser and its system', () => {
    const chrome = 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36';
    expect(deviceOf(chrome)).toEqual({ browser: 'Chrome', system: 'Android' });
    expect(deviceOf(`${chrome} Edg/126.0`)).toEqual({ browser: 'Edge', system: 'Android' });
  });

  it('stays unnamed when it is a program or says nothing', () => {
    expect(deviceOf('curl/8.1')).toBeUndefined();
    expect(deviceOf(null)).toBeUndefined();
  });
});
