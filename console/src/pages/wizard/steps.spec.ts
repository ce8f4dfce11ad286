import { describe, expect, it } from '@jest/globals';
import { firstOpen, marksOf, stepThatCures, type Known } from './steps.ts';

const blank = {
  ...{ component: 'body' as const, index: 0, card: null, name: '1', kind: 'text' as const },
  ...{ keys: ['1'], required: true },
};
const known = (changes: Partial<Known['draft']> = {}, rest: Partial<Known> = {}): Known => ({
  draft: {
    ...{ targetType: 'manual' as const, segmentQuery: null, sourceCampaignId: null },
    ...{ totalRecipients: 0, templateVariables: null, scheduledFor: null, ...changes },
  },
  template: { status: 'APPROVED', parameters: [blank] },
  listed: undefined,
  now: Date.parse('2025-01-15T10:00:00Z'),
  ...rest,
});

describe('the marks of the steps', () => {
  it('say what is done and what needs somebody', () => {
    expect(marksOf(known())).toEqual({
      ...{ message: 'done', people: 'open', personalise: 'todo', schedule: 'done', review: 'open' },
    });
    expect(marksOf(known({ templateVariables: { '1': 'Bali' } })).personalise).toBe('done');
    expect(marksOf(known({}, { listed: { variables: { '1': 'Goa' } } })).personalise).toBe('done');
    expect(marksOf(known({}, { template: { status: 'PAUSED', parameters: [] } })).message).toBe('todo');
    expect(marksOf(known({}, { template: null })).message).toBe('todo');
    expect(marksOf(known({ scheduledFor: '2025-01-15T09:59:00Z' })).schedule).toBe('todo');
  });

  it('ask for people in every way of naming them', () => {
    const people = (changes: Partial<Known['draft']>) => marksOf(known(changes)).people;
    expect(people({ totalRecipients: 1 })).toBe('done');
    expect(people({ targetType: 'all' })).toBe('done');
    expect(people({ targetType: 'segment' })).toBe('open');
    expect(people({ targetType: 'segment', segmentQuery: { conditions: [] } })).toBe('done');
    expect(people({ targetType: 'responders' })).toBe('open');
  });

  it('lead to the first step that is not done', () => {
    expect(firstOpen(marksOf(known()))).toBe('people');
    expect(firstOpen(marksOf(known({ totalRecipients: 1 })))).toBe('personalise');
    expect(firstOpen(marksOf(known({ totalRecipients: 1, templateVariables: { '1': 'x' } })))).toBe('review');
  });

  it('and refusals lead to the step that cures them', () => {
    expect(stepThatCures('template_not_approved')).toBe('message');
    expect(stepThatCures('no_recipients')).toBe('people');
    expect(stepThatCures('variables_missing')).toBe('personalise');
    expect(stepThatCures('sender_inactive')).toBe('schedule');
    expect(stepThatCures('scheduled_in_the_past')).toBe('schedule');
    expect(stepThatCures('conflict')).toBeUndefined();
  });
});
