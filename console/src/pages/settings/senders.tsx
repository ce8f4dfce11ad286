import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { settingsWords } from '../../../messages/settings.ts';
import { may, useSession } from '../../api/session.ts';
import { Block } from '../../ui/block/block.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button } from '../../ui/button/button.tsx';
import { EmptyState } from '../../ui/empty-state/empty-state.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { ConnectForm } from './connect-form.tsx';
import { SenderCard } from './sender-card.tsx';
import { SENDERS, useSenders } from './senders.query.ts';
import styles from './settings.module.css';

/** The WhatsApp numbers of the shop. */
export function Senders() {
  const t = useText();
  const words = useWords(settingsWords).senders;
  const session = useSession();
  const say = useToast();
  const client = useQueryClient();
  const senders = useSenders();
  const [isConnecting, setConnecting] = useState(false);
  const mayConnect = may(session, 'admin');
  return (
    <>
      <div className={styles.head}>
        <p className={styles.lead}>{words.lead}</p>
        {mayConnect && !isConnecting ? (
          <Button look="main" onPress={() => setConnecting(true)}>
            {words.connect}
          </Button>
        ) : null}
      </div>
      {mayConnect ? null : <p className={styles.muted}>{t.states.readOnly}</p>}
      {isConnecting ? (
        <Block title={words.connect}>
          <ConnectForm
            onDone={({ name, displayPhoneNumber, phoneNumberId }) => {
              setConnecting(false);
              say({ text: words.connected(name, displayPhoneNumber ?? phoneNumberId) });
              void client.invalidateQueries({ queryKey: SENDERS });
            }}
            onCancel={() => setConnecting(false)}
          />
        </Block>
      ) : null}
      {isConnecting ? null : (
        <Block title={words.list} isTitleHidden isBare>
          <Loaded query={senders} what={words.list} lines={6}>
            {(list) =>
              list.length === 0 ? (
                <EmptyState title={words.empty} />
              ) : (
                <ul className={styles.cards}>
                  {list.map((sender) => (
                    <SenderCard key={sender.id} sender={sender} />
                  ))}
                </ul>
              )
            }
          </Loaded>
        </Block>
      )}
    </>
  );
}
