import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { sign, signedHeaders } from './signature.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const CONTENT = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
};

describe('a signature', () => {
  it('is the one of the specification', () => {
    expect(sign(SECRET, CONTENT)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it('is made for each secret while the secret is rotated, and a receiver may know either', () => {
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const content = { ...CONTENT, timestamp: Math.floor(Date.now() / 1_000) };
    const headers = signedHeaders([other, SECRET], content);
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of [other, SECRET]) {
      expect(new Webhook(secret).verify(content.body, headers)).toEqual({ test: 2432232314 });
    }
    const stranger = new Webhook(`whsec_${Buffer.alloc(32, 8).toString('base64')}`);
    expect(() => stranger.verify(content.body, headers)).toThrow();
  });
});
