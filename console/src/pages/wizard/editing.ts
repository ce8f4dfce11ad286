import { useEffect, useState, useSyncExternalStore } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { serverNow, useSessionState } from '../../api/session.ts';
import { Autosave, type Saving } from '../../lib/autosave.ts';
import type { PreviewPerson } from './preview-people.ts';
import type { Mark, Step } from './steps.ts';
import {
  saveDraft,
  type Changes,
  type Draft,
  type Recipient,
  type TaggedDraft,
  type Template,
} from './wizard.query.ts';

export interface Editing {
  /** As the person sees it: what is not saved yet is in it. */
  draft: Draft;
  /** Names what is saved: everything that follows from it is read again when it changes. */
  state: string;
  saving: Saving<Changes>;
  change: (changes: Changes) => void;
  /** False: something could not be saved. */
  flush: () => Promise<boolean>;
  /** The same, and throws why something could not be saved. */
  settle: () => Promise<void>;
  /** Reads the draft again, as after people have been added. */
  reload: () => Promise<void>;
  /** Takes the version of somebody else. */
  drop: () => Promise<void>;
}

/** What every step is given. */
export interface StepProps {
  editing: Editing;
  /** Null: Meta does not list it. Undefined: it is being looked up. */
  template: Template | null | undefined;
  /** Some of those who are listed one by one. */
  listed: readonly Recipient[];
  people: readonly PreviewPerson[];
  marks: Readonly<Record<Step, Mark>>;
  onGo: (step: Step) => void;
}

export function useEditing(campaign: Draft, etag: string | undefined): Editing {
  const { id } = campaign;
  const client = useQueryClient();
  const key = keys.draft(id);
  const [autosave] = useState(
    () =>
      new Autosave<Changes>(async (changes) => {
        const known = client.getQueryData<TaggedDraft>(key);
        const saved = await saveDraft(id, changes, known?.etag);
        client.setQueryData<TaggedDraft>(key, (last) =>
          last === undefined ? last : { data: { ...last.data, ...saved.data }, etag: saved.etag },
        );
      }, serverNow),
  );
  const saving = useSyncExternalStore(autosave.subscribe, autosave.state);
  const reload = async (): Promise<void> => client.invalidateQueries({ queryKey: key });
  const { kind } = useSessionState();
  const isOpen = kind === 'open';
  useEffect(() => {
    // What a session that ended kept from being saved goes with the next one.
    if (isOpen) void autosave.flush();
  }, [isOpen, autosave]);
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent): void => {
      if (!autosave.isSaved) event.preventDefault();
    };
    window.addEventListener('beforeunload', onLeave);
    return () => {
      window.removeEventListener('beforeunload', onLeave);
      void autosave.flush().then(() => client.invalidateQueries({ queryKey: keys.campaigns }));
    };
  }, [autosave, client]);
  return {
    draft: { ...campaign, ...(saving.unsaved as Partial<Draft>) },
    state: `${etag ?? campaign.updatedAt} ${campaign.totalRecipients}`,
    saving,
    change: autosave.change,
    flush: autosave.flush,
    settle: async () => {
      if (!(await autosave.flush())) throw autosave.state().error;
    },
    reload,
    drop: async () => {
      autosave.drop();
      await reload();
    },
  };
}
