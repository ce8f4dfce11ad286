import { lazy, Suspense, useId, useState, type ReactNode } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Problem } from './lib/problem.ts';
import { may, useSession, useSessionState } from './api/session.ts';
import { PracticeBar } from './features/practice/practice-bar.tsx';
import { useLiveLists } from './api/live.ts';
import { NoticeBell } from './features/notices/notice-bell.tsx';
import { AccountPanel } from './features/account/account-panel.tsx';
import { cx } from './lib/cx.ts';
import { IconButton, LinkButton } from './ui/button/button.tsx';
import {
  CalendarIcon,
  CampaignsIcon,
  CollapseIcon,
  ExpandIcon,
  MoreIcon,
  SettingsIcon,
  TemplatesIcon,
  TodayIcon,
} from './ui/icons.ts';
import { useText } from './ui/language/language.tsx';
import { remember, remembered } from './ui/memory.ts';
import { Page } from './ui/page/page.tsx';
import { Skeleton } from './ui/skeleton/skeleton.tsx';
import { Toasts } from './ui/toast/toast.tsx';
import styles from './shell.module.css';

const TodayPage = lazy(() => import('./pages/today/today.page.tsx'));
const CampaignsPage = lazy(() => import('./pages/campaigns/campaigns.page.tsx'));
const CampaignPage = lazy(() => import('./pages/campaigns/campaign.page.tsx'));
const CalendarPage = lazy(() => import('./pages/calendar/calendar.page.tsx'));
const TemplatesPage = lazy(() => import('./pages/templates/templates.page.tsx'));
const TemplatePage = lazy(() => import('./pages/templates/template.page.tsx'));
const WriteTemplatePage = lazy(() => import('./pages/templates/write-template.page.tsx'));
const SettingsPage = lazy(() => import('./pages/settings/settings.page.tsx'));
const SignInAgain = lazy(() => import('./pages/sign-in/sign-in-again.tsx'));

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // Only what may be different a moment later.
      retry: (count, error) =>
        count < 2 && error instanceof Problem && (error.isUnreachable || error.status === 503),
    },
  },
});

/** The frame around every page of a person who is signed in. */
export default function Shell() {
  const t = useText();
  const { kind } = useSessionState();
  return (
    <QueryClientProvider client={client}>
      <Toasts>
        <a className={styles.skip} href="#content">
          {t.app.skip}
        </a>
        <div className={styles.shell}>
          <Navigation />
          <div className={styles.main}>
            <LiveLists />
            <TopBar />
            <PracticeBar />
            <main id="content" tabIndex={-1} className={styles.content}>
              <Suspense fallback={<Skeleton lines={6} />}>
                <Pages />
              </Suspense>
            </main>
          </div>
        </div>
        {kind === 'over' ? (
          <Suspense fallback={null}>
            <SignInAgain />
          </Suspense>
        ) : null}
      </Toasts>
    </QueryClientProvider>
  );
}

function Pages() {
  const t = useText();
  return (
    <Switch>
      <Route path="/">
        <TodayPage />
      </Route>
      <Route path="/campaigns">
        <CampaignsPage />
      </Route>
      <Route<{ id: string; part?: string; recipientId?: string }> path="/campaigns/:id/:part?/:recipientId?">
        {({ id, part, recipientId }) => (
          <CampaignPage key={id} id={id} part={part} recipientId={recipientId} />
        )}
      </Route>
      <Route path="/calendar">
        <CalendarPage />
      </Route>
      <Route path="/templates">
        <TemplatesPage />
      </Route>
      <Route path="/templates/new">
        <WriteTemplatePage />
      </Route>
      <Route<{ name: string; language: string }> path="/templates/:name/:language">
        {({ name, language }) => <TemplatePage key={name} name={name} language={language} />}
      </Route>
      <Route<{ name: string; language: string }> path="/templates/:name/:language/edit">
        {({ name, language }) => <WriteTemplatePage edited={{ name, language }} />}
      </Route>
      <Route<{ part?: string; id?: string }> path="/settings/:part?/:id?">
        {({ part, id }) => <SettingsPage part={part} id={id} />}
      </Route>
      <Route>
        <Page title={t.states.notFound}>
          <p>
            <LinkButton to="/">{t.states.toToday}</LinkButton>
          </p>
        </Page>
      </Route>
    </Switch>
  );
}

interface Place {
  to: string;
  name: string;
  icon: ReactNode;
  /** What seeing it needs; without one everybody does. */
  scope?: string;
  /** On a phone it stands behind More. */
  isSecond?: boolean;
}

function Navigation() {
  const t = useText();
  const session = useSession();
  const [path] = useLocation();
  const [isNarrow, setNarrow] = useState(remembered('bar') === 'narrow');
  const more = useId();
  const all: readonly Place[] = [
    { to: '/', name: t.app.today, icon: <TodayIcon aria-hidden size={20} />, scope: 'campaigns:read' },
    {
      ...{ to: '/campaigns', name: t.app.campaigns, icon: <CampaignsIcon aria-hidden size={20} /> },
      scope: 'campaigns:read',
    },
    {
      ...{ to: '/calendar', name: t.app.calendar, icon: <CalendarIcon aria-hidden size={20} /> },
      scope: 'campaigns:read',
      isSecond: true,
    },
    {
      ...{ to: '/templates', name: t.app.templates, icon: <TemplatesIcon aria-hidden size={20} /> },
      scope: 'campaigns:read',
      isSecond: true,
    },
    {
      ...{ to: '/settings', name: t.app.settings, icon: <SettingsIcon aria-hidden size={20} /> },
      isSecond: true,
    },
  ];
  const places = all.filter(({ scope }) => scope === undefined || may(session, scope));
  const isHere = (to: string): boolean => (to === '/' ? path === '/' : path.startsWith(to));
  const toggle = (): void => {
    remember('bar', isNarrow ? 'wide' : 'narrow');
    setNarrow(!isNarrow);
  };
  return (
    <nav aria-label={t.app.navigation} className={cx(styles.bar, isNarrow && styles.narrow)}>
      <p className={styles.brand}>{t.app.name}</p>
      <ul>
        {places.map(({ to, name, icon, isSecond = false }) => (
          <li key={to} className={cx(isSecond && styles.second)}>
            <Link href={to} className={cx(styles.place)} aria-current={isHere(to) ? 'page' : undefined}>
              {icon}
              <span className={styles.placeName}>{name}</span>
            </Link>
          </li>
        ))}
        <li className={styles.more}>
          <button type="button" className={styles.place} popoverTarget={more}>
            <MoreIcon aria-hidden size={20} />
            <span className={styles.placeName}>{t.app.more}</span>
          </button>
        </li>
      </ul>
      {/* On a phone the bar has room for the first places; the browser opens and closes the others. */}
      <ul id={more} popover="auto" className={styles.moreList}>
        {places
          .filter(({ isSecond }) => isSecond)
          .map(({ to, name, icon }) => (
            <li key={to}>
              <Link
                href={to}
                className={cx(styles.place)}
                aria-current={isHere(to) ? 'page' : undefined}
                onClick={({ currentTarget }) => {
                  currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
                }}
              >
                {icon}
                <span>{name}</span>
              </Link>
            </li>
          ))}
      </ul>
      <div className={styles.toggle}>
        <IconButton
          label={isNarrow ? t.app.expand : t.app.collapse}
          icon={isNarrow ? <ExpandIcon aria-hidden size={20} /> : <CollapseIcon aria-hidden size={20} />}
          onPress={toggle}
        />
      </div>
    </nav>
  );
}

/** Below the provider of what it keeps up to date. */
function LiveLists() {
  useLiveLists();
  return null;
}

function TopBar() {
  const { organization } = useSession();
  return (
    <header className={styles.top}>
      <p className={styles.shop} dir="auto">
        {organization.name}
      </p>
      <div className={styles.tools}>
        <NoticeBell />
        <AccountPanel />
      </div>
    </header>
  );
}
