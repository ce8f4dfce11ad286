import { useState, type SyntheticEvent } from 'react';
import { Link, useLocation } from 'wouter';
import { customersWords } from '../../../messages/customers.ts';
import type { Tagged } from '../../api/client.ts';
import { may, useSession } from '../../api/session.ts';
import { SuggestField } from '../../features/suggest/suggest-field.tsx';
import { newKey } from '../../lib/new-key.ts';
import { messagesOf, Problem } from '../../lib/problem.ts';
import { Block } from '../../ui/block/block.tsx';
import { Failure } from '../../ui/block/failure.tsx';
import { Loaded } from '../../ui/block/loaded.tsx';
import { Button, LinkButton } from '../../ui/button/button.tsx';
import { CheckField } from '../../ui/field/check-field.tsx';
import { TextField } from '../../ui/field/text-field.tsx';
import { useText, useWords } from '../../ui/language/language.tsx';
import { Page } from '../../ui/page/page.tsx';
import { useToast } from '../../ui/toast/toast.tsx';
import { changeOf, fieldsOf, otherCustomer, type TextName } from './customer-fields.ts';
import { useCustomer, useSaveCustomer, type CustomerDetails } from './customers.query.ts';
import styles from './customer-form.module.css';

export default function CustomerFormPage({ id }: { id: string | undefined }) {
  const t = useText();
  const words = useWords(customersWords);
  const session = useSession();
  const customer = useCustomer(id);
  const name = customer.data?.data.name ?? customer.data?.data.phoneNumber ?? words.one.name;
  return (
    <Page title={id === undefined ? words.form.newTitle : words.form.editTitle(name)}>
      {!may(session, 'customers:write') ? (
        <p>{t.states.readOnly}</p>
      ) : id === undefined ? (
        <CustomerForm customer={undefined} onReload={() => undefined} />
      ) : (
        <Loaded query={customer} what={words.one.name} lines={6}>
          {(found) => (
            <CustomerForm key={found.etag} customer={found} onReload={() => void customer.refetch()} />
          )}
        </Loaded>
      )}
    </Page>
  );
}

interface CustomerFormProps {
  customer: Tagged<CustomerDetails> | undefined;
  onReload: () => void;
}

function CustomerForm({ customer, onReload }: CustomerFormProps) {
  const t = useText();
  const words = useWords(customersWords).form;
  const say = useToast();
  const [, navigate] = useLocation();
  // The customer as it was when the form was opened: the tag that is sent belongs to it.
  const [opened] = useState(customer);
  const [before] = useState(() => fieldsOf(opened?.data));
  const [fields, setFields] = useState(before);
  const [key, setKey] = useState(newKey);
  const [isMissing, setMissing] = useState(false);
  const save = useSaveCustomer();
  const { error } = save;
  const messages = error instanceof Problem ? messagesOf(error.errors) : {};
  const change = (changes: Partial<typeof fields>): void => {
    setFields({ ...fields, ...changes });
    setMissing(false);
    setKey(newKey());
  };
  const input = (name: TextName) => ({
    label: words[LABELS[name]],
    value: fields[name],
    error: messages[name] ?? (name === 'phoneNumber' && isMissing ? words.missing : undefined),
    onChange: (value: string) => change({ [name]: value }),
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (fields.phoneNumber.trim() === '' && (opened?.data.whatsappUserId ?? null) === null) {
      setMissing(true);
      return;
    }
    const { id } = opened?.data ?? {};
    save.mutate(
      { id, etag: opened?.etag, change: changeOf(before, fields), key },
      {
        onSuccess: (saved) => {
          const name = saved.name ?? saved.phoneNumber ?? '';
          say({ text: id === undefined ? words.added(name) : words.saved(name) });
          navigate(`/customers/${saved.id}`);
        },
      },
    );
  };
  const back = opened === undefined ? '/customers' : `/customers/${opened.data.id}`;
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Block title={words.who}>
        <div className={styles.fields}>
          <TextField {...input('name')} autoComplete="off" dir="auto" />
          <TextField {...input('phoneNumber')} type="tel" autoComplete="off" hint={words.phoneHint} />
          <TextField {...input('email')} type="email" autoComplete="off" />
        </div>
      </Block>
      <Block title={words.where}>
        <div className={styles.fields}>
          <TextField {...input('address')} autoComplete="off" dir="auto" />
          <SuggestField {...input('city')} field="city" />
          <SuggestField {...input('state')} field="state" />
          <TextField {...input('zipcode')} autoComplete="off" />
          <TextField {...input('country')} autoComplete="off" maxLength={2} hint={words.countryHint} />
        </div>
      </Block>
      <Block title={words.how}>
        <div className={styles.fields}>
          <SuggestField {...input('customerTier')} field="customerTier" />
          <TextField
            label={words.tags}
            hint={words.tagsHint}
            error={messages['tags']}
            value={fields.tags}
            onChange={(tags) => change({ tags })}
          />
        </div>
        <CheckField
          label={words.active}
          hint={words.activeHint}
          isChecked={fields.isActive}
          onChange={(isActive) => change({ isActive })}
        />
        {opened === undefined ? (
          <CheckField
            label={words.consent}
            hint={words.consentHint}
            isChecked={fields.hasAgreed}
            onChange={(hasAgreed) => change({ hasAgreed })}
          />
        ) : null}
      </Block>
      {error === null ? null : <NotSaved error={error} onReload={onReload} />}
      <div className={styles.buttons}>
        <Button type="submit" look="main" isDisabled={save.isPending}>
          {opened === undefined ? words.add : words.save}
        </Button>
        <LinkButton to={back} look="quiet">
          {t.states.cancel}
        </LinkButton>
      </div>
    </form>
  );
}

const LABELS = {
  name: 'name',
  phoneNumber: 'phone',
  email: 'email',
  address: 'address',
  city: 'city',
  state: 'state',
  zipcode: 'zipcode',
  country: 'country',
  customerTier: 'tier',
} as const;

function NotSaved({ error, onReload }: { error: Error; onReload: () => void }) {
  const words = useWords(customersWords).form;
  if (error instanceof Problem && error.code === 'customer_exists') {
    const other = otherCustomer(error.detail);
    return (
      <div role="alert" className={styles.notSaved}>
        <p>{words.exists}</p>
        {other === undefined ? null : <Link href={`/customers/${other}`}>{words.openThem}</Link>}
      </div>
    );
  }
  if (error instanceof Problem && error.status === 412) {
    return (
      <div role="alert" className={styles.notSaved}>
        <p>{words.changed}</p>
        <Button onPress={onReload}>{words.loadAgain}</Button>
      </div>
    );
  }
  return <Failure title={words.failed} error={error} />;
}
