import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, ask } from '../../api/client.ts';
import { may, setNow, useSession } from '../../api/session.ts';
import { Button } from '../../ui/button/button.tsx';
import { InfoIcon } from '../../ui/icons.ts';
import { useText } from '../../ui/language/language.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { useNow } from '../now/now.ts';
import { useTimes } from '../zone/zone.ts';
import styles from './practice-bar.module.css';

/** Says all the time that nothing reaches real people, and moves the clock where it can be moved. */
export function PracticeBar() {
  const t = useText();
  const session = useSession();
  const { simulator, clock } = session.installation;
  if (!simulator && !clock) return null;
  return (
    <aside className={styles.bar} aria-label={t.practice.label}>
      <p className={styles.what}>
        <InfoIcon aria-hidden size={18} />
        <span>{t.practice.nothing}</span>
      </p>
      {clock ? <Clock mayMove={may(session, 'admin')} /> : null}
    </aside>
  );
}

/** The next daily run, or the start of a scheduled campaign before it. */
async function nextSend(): Promise<string> {
  const [{ installation }, scheduled] = await Promise.all([
    ask(api.GET('/api/session')),
    ask(api.GET('/api/whatsapp/campaigns', { params: { query: { status: 'scheduled', limit: 100 } } })),
  ]);
  const starts = scheduled.data.flatMap(({ scheduledFor }) => scheduledFor ?? []);
  return [...starts, installation?.nextRunAt ?? ''].filter(Boolean).sort()[0] ?? '';
}

function Clock({ mayMove }: { mayMove: boolean }) {
  const t = useText();
  const { at } = useTimes();
  const say = useToast();
  const client = useQueryClient();
  const [, redraw] = useState(0);
  const now = useNow(10_000);
  const move = useMutation({
    mutationFn: async (advance: string | undefined) =>
      ask(
        api.POST('/api/dev/clock', { body: advance === undefined ? { now: await nextSend() } : { advance } }),
      ),
    onSuccess: async (answer) => {
      setNow(answer.now);
      redraw((count) => count + 1);
      say({ text: t.practice.moved(at(answer.now, 'full')) });
      await client.invalidateQueries();
    },
    onError: () => say({ text: t.practice.failed }),
  });
  return (
    <>
      <p>{t.practice.now(at(now, 'full'))}</p>
      {mayMove ? (
        <span className={styles.buttons}>
          <Button isDisabled={move.isPending} onPress={() => move.mutate('PT1H')}>
            {t.practice.hour}
          </Button>
          <Button isDisabled={move.isPending} onPress={() => move.mutate('P1D')}>
            {t.practice.day}
          </Button>
          <Button isDisabled={move.isPending} onPress={() => move.mutate(undefined)}>
            {t.practice.send}
          </Button>
        </span>
      ) : null}
    </>
  );
}
