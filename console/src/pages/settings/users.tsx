import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { may, useSession } from '../../api/session.ts';
import { useTimes } from '../../features/zone/zone.ts';
import { position } from '../../lib/search-codec.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { useWords } from '../../ui/language/language.tsx';
import { Pager } from '../../ui/pager/pager.tsx';
import { useSearch } from '../../ui/search.ts';
import { Invitations } from './invitations.tsx';
import { InviteForm, type Invited } from './invite-form.tsx';
import { MySessions } from './my-sessions.tsx';
import { PasswordForm } from './password-form.tsx';
import { PersonRow } from './person-row.tsx';
import { SecretOnce } from './secret-once.tsx';
import { PEOPLE, PEOPLE_A_PAGE, useUsers } from './users.query.ts';
import styles from './settings.module.css';

/** The people of the shop for those who may change them, and for everybody their own sessions and password. */
export function Users() {
  const session = useSession();
  const isPerson = session.user.role !== null;
  return (
    <>
      {may(session, 'admin') ? <Everybody /> : null}
      {isPerson ? (
        <>
          <MySessions />
          <PasswordForm />
        </>
      ) : null}
    </>
  );
}

const CODEC = { page: position };

function Everybody() {
  const words = useWords(settingsWords).users;
  const { at } = useTimes();
  const client = useQueryClient();
  const [{ page }, change] = useSearch(CODEC);
  const users = useUsers(page);
  const [inviting, setInviting] = useState<'no' | 'form' | Invited>('no');
  return (
    <>
      <div className={styles.head}>
        <p className={styles.lead}>{words.lead}</p>
        {inviting === 'no' ? (
          <Button look="main" onPress={() => setInviting('form')}>
            {words.invite}
          </Button>
        ) : null}
      </div>
      {inviting === 'form' ? (
        <Block title={words.invite}>
          <InviteForm
            onDone={(invited) => {
              setInviting(invited);
              void client.invalidateQueries({ queryKey: PEOPLE });
            }}
            onCancel={() => setInviting('no')}
          />
        </Block>
      ) : null}
      {typeof inviting === 'object' ? (
        <SecretOnce
          title={words.linkTitle(inviting.email)}
          hint={words.linkHint(at(inviting.expiresAt, 'dayTime'))}
          secret={inviting.link}
          onDone={() => setInviting('no')}
        />
      ) : null}
      {inviting === 'form' ? null : (
        <>
          <Block title={words.list} isTitleHidden isBare>
            <Loaded query={users} what={words.list} lines={6}>
              {({ data, total }) => (
                <>
                  <ul className={styles.cards}>
                    {data.map((user) => (
                      <PersonRow key={user.id} user={user} />
                    ))}
                  </ul>
                  {(total ?? 0) > PEOPLE_A_PAGE ? (
                    <Pager
                      from={(page - 1) * PEOPLE_A_PAGE + 1}
                      count={data.length}
                      total={total}
                      onFirst={page === 1 ? undefined : () => change({ page: 1 })}
                      onOlder={
                        page * PEOPLE_A_PAGE < (total ?? 0) ? () => change({ page: page + 1 }) : undefined
                      }
                    />
                  ) : null}
                </>
              )}
            </Loaded>
          </Block>
          <Invitations />
        </>
      )}
    </>
  );
}
