import { useState } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { wizardWords } from '../../../messages/wizard.ts';
import { Block } from '../../ui/block/block.tsx';
import { reasonOf } from '../../ui/block/failure.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { SearchField } from '../../ui/field/search-field.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Select } from '../../ui/select/select.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { TemplateCard } from './template-card.tsx';
import { checkTemplates, useTemplates, type Template } from './wizard.query.ts';
import styles from './gallery.module.css';

interface GalleryProps {
  chosen: { name: string; language: string } | undefined;
  isBusy: boolean;
  onChoose: (template: Template) => void;
}

const CATEGORIES = ['', 'MARKETING', 'UTILITY', 'AUTHENTICATION'];

/** The templates as they look on a phone. Those that cannot be sent stand below, with the reason. */
export function Gallery({ chosen, isBusy, onChoose }: GalleryProps) {
  const words = useWords(wizardWords).message;
  const [filter, setFilter] = useState({ search: '', category: '', language: '' });
  const templates = useTemplates(filter);
  const all = useTemplates({ search: '', category: '', language: '' });
  const languages = [...new Set(all.data?.data.map(({ language }) => language))].toSorted();
  const change = (changes: Partial<typeof filter>): void => setFilter({ ...filter, ...changes });
  const isFiltered = Object.values(filter).some((value) => value !== '');
  return (
    <Block title={words.title} isBare>
      <p className={styles.lead}>{words.lead}</p>
      <div className={styles.filters}>
        <SearchField label={words.search} value={filter.search} onChange={(search) => change({ search })} />
        <Select
          label={words.category}
          value={filter.category}
          options={CATEGORIES.map((value) => [value, words.categories[value] ?? words.any])}
          onChange={(category) => change({ category })}
        />
        {languages.length < 2 ? null : (
          <Select
            label={words.language}
            value={filter.language}
            options={['', ...languages].map((value) => [value, value === '' ? words.any : value])}
            onChange={(language) => change({ language })}
          />
        )}
      </div>
      <Loaded query={templates} what={words.list} lines={8}>
        {({ data }) => {
          const ready = data.filter(({ status }) => status === 'APPROVED');
          const others = data.filter(({ status }) => status !== 'APPROVED');
          return (
            <>
              {ready.length === 0 ? (
                <EmptyState title={isFiltered ? words.none : words.noneAtAll} />
              ) : (
                <ul className={styles.cards}>
                  {ready.map((template) => (
                    <TemplateCard
                      key={template.id}
                      template={template}
                      isChosen={template.name === chosen?.name && template.language === chosen.language}
                      isBusy={isBusy}
                      onChoose={onChoose}
                    />
                  ))}
                </ul>
              )}
              <Others templates={others} />
            </>
          );
        }}
      </Loaded>
    </Block>
  );
}

function Others({ templates }: { templates: readonly Template[] }) {
  const t = useText();
  const words = useWords(wizardWords).message;
  const say = useToast();
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: checkTemplates,
    onSuccess: ({ synced }) => {
      say({ text: words.checked(synced) });
      return client.invalidateQueries({ queryKey: keys.templates });
    },
    onError: (error) => say({ text: `${words.notChecked} ${reasonOf(error, t)}` }),
  });
  return (
    <div className={styles.others}>
      {templates.length === 0 ? null : (
        <>
          <h3>{words.others}</h3>
          <ul>
            {templates.map(({ id, name, language, status, statusReason }) => (
              <li key={id}>
                <strong>
                  <bdi>{name}</bdi>
                </strong>{' '}
                <span className={styles.muted}>{language}</span> {words.states[status] ?? words.state(status)}{' '}
                <bdi>{statusReason ?? ''}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <Button isDisabled={check.isPending} onPress={() => check.mutate()}>
          {words.check}
        </Button>
      </p>
    </div>
  );
}
