import type { AddedClicks, OpenClick, SettledClick } from '../links/click.js';
import type { ClickUnit } from './click-unit.js';
import { judgeClick } from './judge-click.js';

/** A click of a known person. */
export interface HumanClick {
  click: OpenClick;
  unit: ClickUnit;
  isFirst: boolean;
}

export interface Settlement {
  settled: SettledClick[];
  added: AddedClicks[];
  people: HumanClick[];
}

/**
 * What a batch of clicks comes to. A click of an unknown person, or one who asked for privacy, adds to the sum of
 * its link and to nothing else.
 */
export function settleAll(clicks: readonly OpenClick[], units: ReadonlyMap<string, ClickUnit>): Settlement {
  const sums = new Map<number, AddedClicks>();
  const seen = new Set<string>();
  const settled: SettledClick[] = [];
  const people: HumanClick[] = [];
  for (const click of clicks) {
    const unitId = click.recipientId ?? click.messageId;
    const unit = unitId === null ? undefined : units.get(unitId);
    const kind = judgeClick(click, unit?.sentAt);
    const isKept = unit !== undefined && !click.isPrivate;
    const { id, linkNumber } = click;
    settled.push({
      id,
      class: kind,
      recipientId: isKept ? click.recipientId : null,
      messageId: isKept ? click.messageId : null,
    });
    const sum = sums.get(linkNumber) ?? { linkNumber, human: 0, uniques: 0, preview: 0, suspect: 0 };
    sums.set(linkNumber, sum);
    sum[kind] += 1;
    if (kind !== 'human' || !isKept) continue;
    const key = `${unit.id} ${linkNumber}`;
    const isFirst = !click.isKnown && !seen.has(key);
    seen.add(key);
    if (isFirst) sum.uniques += 1;
    people.push({ click, unit, isFirst });
  }
  return { settled, added: [...sums.values()], people };
}
