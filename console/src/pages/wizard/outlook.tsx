import { useSession } from '../../api/session.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { cityOf, onDay } from '../../lib/when.ts';
import { Bars } from '../../ui/bars/bars.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import type { Draft, Forecast } from './wizard.query.ts';
import styles from './outlook.module.css';

const SHOWN_DAYS = 92;

/** How many people it reaches, who is left out, on which days it goes, and how much of the number's limit it uses. */
export function Outlook({ draft, forecast }: { draft: Draft; forecast: Forecast }) {
  const words = useWords(wizardWords).review;
  const { recipients, conflicts, quota, billable } = forecast;
  const { willSend, matched, leftOut, skipped, done } = recipients;
  const out = [...leftOut, ...skipped.filter(({ reason }) => !leftOut.some((one) => one.reason === reason))];
  const people = words.audience[draft.totalRecipients > 0 ? 'manual' : draft.targetType] ?? '';
  return (
    <div className={styles.outlook}>
      <p className={styles.figure}>{words.will(willSend)}</p>
      {out.length === 0 && done === 0 ? null : (
        <ul className={styles.sum}>
          <li>{words.matched(matched, people)}</li>
          {out.map(({ reason, count }) => (
            <li key={reason}>{words.minus(count, words.reasons[reason] ?? reason)}</li>
          ))}
          {done === 0 ? null : <li>{words.doneBefore(done)}</li>}
        </ul>
      )}
      <Days draft={draft} forecast={forecast} />
      <ul className={styles.notes}>
        {typeof quota?.limit === 'number' ? (
          <li>
            {words.quota(quota.limit)} {quota.usedLast24h > 0 ? words.quotaUsed(quota.usedLast24h) : ''}
          </li>
        ) : null}
        {conflicts.map(({ kind, campaignId, name, days }) => (
          <li key={campaignId + kind} dir="auto">
            {kind === 'delays' ? words.delays(name, days) : words.delayedBy(name, days)}
          </li>
        ))}
        {billable.messages === 0 ? null : (
          <li>{words.bill(billable.messages, words.kinds[billable.category ?? ''] ?? '')}</li>
        )}
      </ul>
    </div>
  );
}

function Days({ draft, forecast }: { draft: Draft; forecast: Forecast }) {
  const t = useText();
  const words = useWords(wizardWords).review;
  const { sendWindow } = useSession().installation;
  const { days, startsOn, endsOn } = forecast;
  if (startsOn === null || endsOn === null) return null;
  const window =
    draft.sendWindowStart !== null && draft.sendWindowEnd !== null
      ? { start: draft.sendWindowStart, end: draft.sendWindowEnd }
      : draft.sendWindowOff
        ? null
        : sendWindow;
  const hours = window === null ? words.anyHour : words.hours(window.start, window.end);
  const day = (text: string): string => onDay(text, 'weekday', t.locale);
  const facts = [
    draft.dailySendLimit === null ? words.asMany : words.perDay(draft.dailySendLimit),
    `${hours}, ${t.app.zoneName(cityOf(draft.timeZone))}`,
    words.span(day(startsOn), day(endsOn), days.length),
  ];
  const shown = days.slice(0, SHOWN_DAYS);
  const finding =
    shown.length < days.length
      ? words.stripPart(shown.length, days.length)
      : words.strip(days.length, day(endsOn));
  return (
    <>
      <p className={styles.facts}>{facts.join(' · ')}</p>
      {days.length < 2 ? null : (
        <Bars
          finding={finding}
          head={t.campaign.day}
          labels={shown.map(({ date }) => day(date))}
          series={[{ name: t.campaign.planned, tone: 'planned', values: shown.map(({ count }) => count) }]}
        />
      )}
    </>
  );
}
