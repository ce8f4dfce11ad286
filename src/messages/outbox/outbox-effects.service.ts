import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../platform/clock/clock.js';
import { SenderHealth } from '../../senders/health/sender-health.service.js';
import { SenderPacing } from '../../senders/pace/sender-pace.service.js';
import { effectOf, type SenderEffect } from './outbox-effect.js';
import type { OutboxVerdict } from './outbox-verdict.js';

interface JudgedSend {
  message: { senderId: string };
  verdict: OutboxVerdict;
}

/** What refusals of the outbox do to senders: the same as those of campaigns. */
@Injectable()
export class OutboxEffects {
  constructor(
    private readonly health: SenderHealth,
    private readonly pace: SenderPacing,
    private readonly clock: Clock,
  ) {}

  async apply(tx: EntityManager, sends: readonly JudgedSend[]): Promise<void> {
    for (const [senderId, effect] of strongest(sends)) {
      const { reach, reason } = effect;
      if (effect.kind === 'slow-down') {
        const slowed = reach === 'sender' ? [senderId] : await this.health.sendersIn(tx, senderId, reach);
        await this.pace.slowDown(tx, slowed, effect.ms);
      } else {
        const until = effect.ms === null ? null : new Date(this.clock.now().getTime() + effect.ms);
        await this.health.pause(tx, senderId, { scope: reach, reason, until });
      }
    }
  }
}

/**
 * A hundred refusals at once are one reason: the longest of each kind counts. By sender id, the order in which all code
 * locks senders.
 */
function strongest(sends: readonly JudgedSend[]): [string, SenderEffect][] {
  const effects = new Map<string, [string, SenderEffect]>();
  for (const { message, verdict } of sends) {
    const effect = verdict.kind === 'accepted' ? null : effectOf(verdict.error);
    if (effect === null) continue;
    const key = `${message.senderId} ${effect.kind} ${effect.reach}`;
    const known = effects.get(key)?.[1];
    if (known === undefined || (effect.ms ?? Infinity) > (known.ms ?? Infinity))
      effects.set(key, [message.senderId, effect]);
  }
  return [...effects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, effect]) => effect);
}
