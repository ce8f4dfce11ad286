import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { useAct } from '../../features/act/act.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { position } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { Chip } from '../../ui/chip/chip.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { CheckIcon, StopIcon } from '../../ui/icons.ts';
import { useWords } from '../../ui/language/language.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useQuestion } from '../../ui/question/asking.tsx';
import { useSearch } from '../../ui/search.ts';
import { KeyForm, type MadeKey } from './key-form.tsx';
import { KEYS, KEYS_A_PAGE, revokeKey, useKeys, type Key } from './keys.query.ts';
import { sayingsOf } from './scopes.ts';
import { SecretOnce } from './secret-once.tsx';
import styles from './settings.module.css';

const CODEC = { page: position };

export function Keys() {
  const words = useWords(settingsWords).keys;
  const client = useQueryClient();
  const [{ page }, change] = useSearch(CODEC);
  const list = useKeys(page);
  const [making, setMaking] = useState<'no' | 'form' | MadeKey>('no');
  return (
    <>
      <div className={styles.head}>
        <p className={styles.lead}>{words.lead}</p>
        {making === 'no' ? (
          <Button look="main" onPress={() => setMaking('form')}>
            {words.add}
          </Button>
        ) : null}
      </div>
      {making === 'form' ? (
        <Block title={words.add}>
          <KeyForm
            onDone={(made) => {
              setMaking(made);
              void client.invalidateQueries({ queryKey: KEYS });
            }}
            onCancel={() => setMaking('no')}
          />
        </Block>
      ) : null}
      {typeof making === 'object' ? (
        <SecretOnce
          title={words.onceTitle(making.name)}
          hint={words.onceHint}
          secret={making.key}
          onDone={() => setMaking('no')}
        />
      ) : null}
      {making === 'form' ? null : (
        <Block title={words.list} isTitleHidden isBare>
          <Loaded query={list} what={words.list} lines={5}>
            {({ data, total }) =>
              data.length === 0 ? (
                <EmptyState title={words.empty} />
              ) : (
                <>
                  <ul className={styles.cards}>
                    {data.map((key) => (
                      <Row key={key.id} apiKey={key} />
                    ))}
                  </ul>
                  {(total ?? 0) > KEYS_A_PAGE ? (
                    <Pager
                      from={(page - 1) * KEYS_A_PAGE + 1}
                      count={data.length}
                      total={total}
                      onFirst={page === 1 ? undefined : () => change({ page: 1 })}
                      onOlder={
                        page * KEYS_A_PAGE < (total ?? 0) ? () => change({ page: page + 1 }) : undefined
                      }
                    />
                  ) : null}
                </>
              )
            }
          </Loaded>
        </Block>
      )}
    </>
  );
}

function Row({ apiKey: { id, name, prefix, scopes, createdAt, lastUsedAt, revokedAt } }: { apiKey: Key }) {
  const words = useWords(settingsWords).keys;
  const { at } = useTimes();
  const { ask, question } = useQuestion();
  const revoke = useAct(() => revokeKey(id), {
    done: () => words.revokedNow(name),
    failed: words.notRevoked,
    changes: KEYS,
  });
  const facts = [
    words.starts(prefix),
    words.made(at(createdAt, 'day')),
    lastUsedAt === null ? words.neverUsed : words.used(at(lastUsedAt, 'dayTime')),
  ];
  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <div className={styles.titled}>
          <h3 className={styles.name}>
            <bdi>{name}</bdi>
            {revokedAt === null ? (
              <Chip tone="ok" icon={<CheckIcon aria-hidden size={14} />}>
                {words.working}
              </Chip>
            ) : (
              <Chip icon={<StopIcon aria-hidden size={14} />}>{words.revoked(at(revokedAt, 'day'))}</Chip>
            )}
          </h3>
          <p className={styles.muted}>{facts.join(' · ')}</p>
        </div>
        {revokedAt === null ? (
          <Button
            aria-label={words.revokeThis(name)}
            isDisabled={revoke.isPending}
            onPress={() =>
              ask({
                ...{ title: words.revokeAsk(name), text: words.revokeText },
                ...{ act: words.revoke, keep: words.keep, isDangerous: true },
                onYes: () => revoke.mutate(),
              })
            }
          >
            {words.revoke}
          </Button>
        ) : null}
      </div>
      <ScopeList scopes={scopes} />
      {question}
    </li>
  );
}

function ScopeList({ scopes }: { scopes: readonly string[] }) {
  const words = useWords(settingsWords).keys;
  const sayings = sayingsOf(scopes);
  const texts =
    sayings === 'everything'
      ? [words.says['*']]
      : [...sayings.known.map(({ area, kind }) => words.says[kind](words.areas[area])), ...sayings.unknown];
  return (
    <ul className={styles.titled}>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
