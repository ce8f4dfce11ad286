import { useCallback, useEffect, useState } from 'react';
import type { components } from '../../api/schema.d.ts';
import { readLink } from '../../api/session.ts';
import { Problem } from '../../lib/problem.ts';
import { Failure } from '../../ui/block/failure.tsx';
import { LinkButton } from '../../ui/button/button.tsx';
import { useText } from '../../ui/language/language.tsx';
import { Door } from './door.tsx';
import { JoinForm } from './join-form.tsx';

type Link = components['schemas']['InvitationOfLinkDto'];

// Read once and taken out of the address: it would otherwise stand in the history of the browser.
const token = location.hash.slice(1);

/** Where the link of the first owner and those of invitations lead. */
export default function WelcomePage({ onDone }: { onDone: () => void }) {
  const { welcome: t, signIn } = useText();
  const [link, setLink] = useState<Link | 'over'>();
  const [error, setError] = useState<unknown>();
  const read = useCallback((): void => {
    readLink(token).then(setLink, (reason: unknown) => {
      const isOver = reason instanceof Problem && [400, 401].includes(reason.status);
      if (isOver) setLink('over');
      else setError(reason);
    });
  }, []);
  useEffect(() => {
    // Another link in the same tab changes only what stands behind the #.
    const onAnother = (): void => location.reload();
    window.addEventListener('hashchange', onAnother);
    return () => window.removeEventListener('hashchange', onAnother);
  }, []);
  useEffect(() => {
    if (token === '') return;
    history.replaceState(null, '', location.pathname);
    read();
  }, [read]);
  if (token === '' || link === 'over') {
    return (
      <Door title={t.title} lead={token === '' ? t.none : t.overOwner}>
        <p>{t.overHint}</p>
        <LinkButton to="/sign-in">{signIn.title}</LinkButton>
      </Door>
    );
  }
  if (error !== undefined) {
    const onAgain = (): void => {
      setError(undefined);
      read();
    };
    return (
      <Door title={t.title} lead="">
        <Failure title={t.failed} error={error} onAgain={onAgain} />
      </Door>
    );
  }
  if (link === undefined) return null;
  const { organization, email, role } = link;
  return (
    <Door
      title={t.title}
      lead={email === null ? t.owner(organization) : t.invited(organization, t.roles[role])}
    >
      <JoinForm token={token} known={link} onDone={onDone} />
    </Door>
  );
}
