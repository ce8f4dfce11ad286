import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { keys } from '../../api/keys.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { useNow } from '../../features/now/now.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { newKey } from '../../lib/new-key.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { Progress } from '../../ui/progress/progress.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { saveDraft, unschedule, type Draft } from './wizard.query.ts';
import styles from './scheduled.module.css';

const GRACE_S = 20;
/** A start so near was not planned: it is the time to think again. */
const SOON_S = 60;

/** Between the order to start and the first message: the way back. */
export function Scheduled({ campaign }: { campaign: Draft }) {
  const words = useWords(wizardWords).scheduled;
  const { id, name, scheduledFor, timeZone } = campaign;
  const { at } = useTimes(timeZone);
  const now = useNow(500);
  const say = useToast();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const start = scheduledFor ?? new Date(now).toISOString();
  const left = Math.ceil((Date.parse(start) - now) / 1_000);
  const isSoon = left <= SOON_S;
  const undo = useMutation({
    mutationFn: async (key: string) => {
      await unschedule(id, key);
      if (isSoon) await saveDraft(id, { scheduledFor: null }, undefined);
    },
    onSuccess: () => {
      say({ text: words.undone });
      navigate(`/campaigns/${id}/edit/review`, { replace: true });
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.campaigns }),
  });
  return (
    <Page title={name}>
      <Block title={isSoon ? (left > 0 ? words.soon(left) : words.starting) : words.on(at(start, 'full'))}>
        {isSoon ? <Progress label={words.progress} value={Math.max(0, left)} total={GRACE_S} /> : null}
        <p role="status">{words.nobody}</p>
        <p className={styles.ways}>
          <Button look="main" isDisabled={undo.isPending} onPress={() => undo.mutate(newKey())}>
            {isSoon ? words.undo : words.unschedule}
          </Button>
          <LinkButton to={`/campaigns/${id}`}>{words.open}</LinkButton>
        </p>
        {undo.isError ? <Failure title={words.notUndone} error={undo.error} /> : null}
      </Block>
    </Page>
  );
}
