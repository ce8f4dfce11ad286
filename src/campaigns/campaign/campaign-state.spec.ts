import { describe, expect, it } from '@jest/globals';
import { canMove, statesBefore } from '../../rules/state-machine.js';
import {
  assertCommand,
  CAMPAIGN_COMMANDS,
  CAMPAIGN_MOVES,
  CAMPAIGN_STATES,
  CAMPAIGN_STATUS_WORDS,
  type CampaignCommand,
  type CampaignState,
  parseCampaignStatus,
  takesRecipients,
  toStatusWord,
} from './campaign-state.js';

describe('the life of a campaign', () => {
  it.each<[string, CampaignState[]]>([
    ['at once', ['draft', 'active', 'completed']],
    ['later', ['draft', 'scheduled', 'active', 'completed']],
    ['unscheduled, then started at once', ['scheduled', 'draft', 'active']],
    ['with a pause', ['active', 'paused', 'active', 'completed']],
    ['its last message settled during the pause', ['active', 'paused', 'completed']],
    ['cancelled before it starts', ['scheduled', 'cancelled']],
    ['cancelled during the pause', ['active', 'paused', 'cancelled']],
    ['template deleted before the scheduled time', ['scheduled', 'failed']],
    ['a recipient retried by hand', ['completed', 'active', 'completed']],
  ])('%s', (_, life) => {
    for (const [n, to] of life.entries()) {
      const from = life[n - 1];
      if (from !== undefined) expect([from, to, canMove(CAMPAIGN_MOVES, from, to)]).toEqual([from, to, true]);
    }
  });

  it.each<CampaignState>(['cancelled', 'failed'])('never resumes after %s', (state) => {
    expect(CAMPAIGN_MOVES[state]).toEqual([]);
  });

  it('never returns to draft once it has started', () => {
    expect(statesBefore(CAMPAIGN_MOVES, 'draft')).toEqual(['scheduled']);
  });

  it('reaches every state', () => {
    const reached = new Set<CampaignState>(['draft']);
    for (const state of reached) for (const next of CAMPAIGN_MOVES[state]) reached.add(next);
    expect([...reached].sort()).toEqual([...CAMPAIGN_STATES].sort());
  });
});

describe('commands', () => {
  it.each<[CampaignCommand, CampaignState[]]>([
    ['edit', ['draft', 'scheduled', 'active', 'paused']],
    ['unschedule', ['scheduled']],
    ['archive', ['draft', 'completed', 'cancelled', 'failed']],
    ['activate', ['draft', 'scheduled']],
    ['pause', ['active']],
    ['resume', ['paused']],
    ['cancel', ['draft', 'scheduled', 'active', 'paused']],
    ['forecast', ['draft', 'scheduled', 'active', 'paused']],
    ['delete', ['draft']],
  ])('%s is allowed only in %j', (command, allowed) => {
    for (const state of CAMPAIGN_STATES) {
      const attempt = (): void => {
        assertCommand(command, state);
      };
      if (allowed.includes(state)) expect(attempt).not.toThrow();
      else
        expect(attempt).toThrow(expect.objectContaining({ kind: 'conflict', code: 'wrong_campaign_state' }));
    }
  });

  it('say which states they need', () => {
    expect(() => {
      assertCommand('activate', 'cancelled');
    }).toThrow('This campaign is cancelled: to activate it, it must be draft or scheduled.');
    expect(() => {
      assertCommand('cancel', 'completed');
    }).toThrow('This campaign is completed: to cancel it, it must be draft, scheduled, active or paused.');
  });

  it.each<[CampaignCommand, CampaignState]>([
    ['activate', 'active'],
    ['pause', 'paused'],
    ['resume', 'active'],
    ['cancel', 'cancelled'],
    ['unschedule', 'draft'],
  ])('%s agrees with the table of moves', (command, target) => {
    for (const from of CAMPAIGN_COMMANDS[command]) expect(canMove(CAMPAIGN_MOVES, from, target)).toBe(true);
  });

  it.each(CAMPAIGN_STATES)('add and remove recipients only while the campaign is not over: %s', (state) => {
    expect(takesRecipients(state)).toBe(!['completed', 'cancelled', 'failed'].includes(state));
  });
});

describe('the status words of the WhatsApp API', () => {
  it('say sending for active, and the same word for every other state', () => {
    expect(CAMPAIGN_STATUS_WORDS).toEqual([
      'draft',
      'scheduled',
      'sending',
      'paused',
      'completed',
      'cancelled',
      'failed',
    ]);
  });

  it('are read back, and so is active', () => {
    expect([parseCampaignStatus('sending'), parseCampaignStatus('active')]).toEqual(['active', 'active']);
    for (const state of CAMPAIGN_STATES) expect(parseCampaignStatus(toStatusWord(state))).toBe(state);
  });

  it.each(['', 'running', 'Active', 'constructor'])('do not include "%s"', (word) => {
    expect(() => parseCampaignStatus(word)).toThrow(
      expect.objectContaining({ kind: 'invalid', code: 'bad_status' }),
    );
  });
});
