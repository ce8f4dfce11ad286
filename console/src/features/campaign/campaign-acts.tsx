import type { ReactNode } from 'react';
import { may, useSession } from '../../api/session.ts';
import { reasonOf } from '../../ui/block/failure.tsx';
import { useText } from '../../ui/language/language.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { orderOf, useCommand, type Campaign, type Command } from './campaign.query.ts';

type Subject = Pick<Campaign, 'id' | 'name' | 'status' | 'pendingCount' | 'totalRecipients'>;

export interface Acts {
  /** What this person may do with the campaign in its present state. */
  possible: readonly Command[];
  run: (command: Command) => void;
  isBusy: boolean;
  /** Where the question stands, when one is asked. */
  question: ReactNode;
}

const POSSIBLE: Readonly<Record<string, readonly Command[]>> = {
  draft: ['delete'],
  scheduled: ['unschedule', 'cancel'],
  sending: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
};

/** Pausing and unscheduling happen at once; what sends or ends something is asked about first. */
export function useCampaignActs(campaign: Subject): Acts {
  const t = useText();
  const session = useSession();
  const say = useToast();
  const command = useCommand();
  const { ask, question } = useQuestion();
  const { id, name, status, pendingCount: left } = campaign;

  const order = (what: Command, done: string, undo?: () => void): void => {
    command.mutate(orderOf(what, id), {
      onSuccess: () => say({ text: done, ...(undo === undefined ? {} : { undo }) }),
      onError: (error) => say({ text: `${t.campaigns.failedAct(name)} ${reasonOf(error, t)}` }),
    });
  };
  const words = t.campaigns;
  const run = (what: Command): void => {
    if (what === 'pause') {
      order('pause', words.paused(name), () => order('resume', words.resumed(name)));
    } else if (what === 'unschedule') {
      order('unschedule', words.unscheduled(name));
    } else if (what === 'resume') {
      const onYes = (): void => order('resume', words.resumed(name));
      ask({ title: words.ask.resume(name), text: words.ask.resumeText(left), act: words.resume, onYes });
    } else if (what === 'delete') {
      ask({
        ...{ title: words.ask.delete(name), text: words.ask.deleteText, act: words.deleteIt },
        keep: words.ask.keepIt,
        isDangerous: true,
        onYes: () => order('delete', words.deleted(name)),
      });
    } else {
      ask({
        ...{ title: words.ask.cancel(name), text: words.ask.cancelText(left), act: words.cancelIt },
        keep: status === 'sending' ? words.ask.keep : words.ask.keepIt,
        isDangerous: true,
        typed: status === 'scheduled' ? undefined : String(left),
        onYes: () => order('cancel', words.cancelled(name)),
      });
    }
  };
  const possible = may(session, 'campaigns:write') ? (POSSIBLE[status] ?? []) : [];
  return { possible, run, isBusy: command.isPending, question };
}
