import { describe, expect, it } from '@jest/globals';
import { settingsWords } from '../../../messages/settings.ts';
import { sayAction } from './say-action.ts';

const say = (action: string): string => sayAction(action, settingsWords.activity);

describe('what was done', () => {
  it('is said by the thing and the method', () => {
    expect(say('POST /api/keys')).toBe('Made a key');
    expect(say('PUT /api/whatsapp/campaigns/:id')).toBe('Changed a campaign');
    expect(say('DELETE /api/whatsapp/customers/:id')).toBe('Removed a customer');
    expect(say('GET /api/webhook-events/:id')).toBe('Looked at an event from Meta');
  });

  it('is said by the verb at the end', () => {
    expect(say('POST /api/whatsapp/campaigns/:id/send')).toBe('Started a campaign');
    expect(say('POST /api/whatsapp/campaigns/:id/recipients/retry')).toBe('Tried people of a campaign again');
    expect(say('POST /api/webhook-endpoints/:id/rotate-secret')).toBe('Made a new secret for a webhook');
  });

  it('has words of its own where the rule would say something strange', () => {
    expect(say('POST /api/session')).toBe('Signed in');
    expect(say('DELETE /api/keys/:id')).toBe('Revoked a key');
  });

  it('stays as it is when a later version does something unknown', () => {
    expect(say('POST /api/rockets/:id/launch')).toBe('POST /api/rockets/:id/launch');
    expect(say('nonsense')).toBe('nonsense');
  });
});
