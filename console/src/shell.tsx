import { lazy, Suspense, useId, useState, type ReactNode } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Link, Route, Switch, useLocation } from 'wouter';
import { Problem } from './lib/problem.ts';
import { may, useSession, useSessionState } from './api/session.ts';
import { PracticeBar } from './features/practice/practice-bar.tsx';
import { useLiveLists } from './api/live.ts';
import { AccountPanel } from './features/account/account-panel.tsx';
import { cx } from './lib/cx.ts';
import { IconButton, LinkButton } from './ui/button/button.tsx';
import {
  CalendarIcon,
  CampaignsIcon,
  CollapseIcon,
  CustomersIcon,
  ExpandIcon,
  MoreIcon,
  OrdersIcon,
  ProductsIcon,
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
const SeriesListPage = lazy(() => import('./pages/series/series-list.page.tsx'));
const SeriesPage = lazy(() => import('./pages/series/series.page.tsx'));
const SeriesFormPage = lazy(() => import('./pages/series/series-form.page.tsx'));
const WizardPage = lazy(() => import('./pages/wizard/wizard.page.tsx'));
const OrdersPage = lazy(() => import('./pages/orders/orders.page.tsx'));
const OrderPage = lazy(() => import('./pages/orders/order.page.tsx'));
const CartsPage = lazy(() => import('./pages/orders/carts.page.tsx'));
const ProductsPage = lazy(() => import('./pages/products/products.page.tsx'));
const ProductPage = lazy(() => import('./pages/products/product.page.tsx'));
const SyncPage = lazy(() => import('./pages/products/sync.page.tsx'));
const CalendarPage = lazy(() => import('./pages/calendar/calendar.page.tsx'));
const TemplatesPage = lazy(() => import('./pages/templates/templates.page.tsx'));
const TemplatePage = lazy(() => import('./pages/templates/template.page.tsx'));
const WriteTemplatePage = lazy(() => import('./pages/templates/write-template.page.tsx'));
const SettingsPage = lazy(() => import('./pages/settings/settings.page.tsx'));
const CustomersPage = lazy(() => import('./pages/customers/customers.page.tsx'));
const CustomerFormPage = lazy(() => import('./pages/customers/customer-form.page.tsx'));
const CustomerPage = lazy(() => import('./pages/customers/customer.page.tsx'));
const ImportsPage = lazy(() => import('./pages/imports/imports.page.tsx'));
const SegmentsPage = lazy(() => import('./pages/segments/segments.page.tsx'));
const SegmentPage = lazy(() => import('./pages/segments/segment.page.tsx'));
const ImportTray = lazy(() => import('./features/import/import-tray.tsx'));
const NoticeBell = lazy(() => import('./features/notices/notice-bell.tsx'));
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
            <Suspense fallback={null}>
              <ImportTray />
            </Suspense>
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
  const session = useSession();
  return (
    <Switch>
      <Route path="/">{may(session, 'campaigns:read') ? <TodayPage /> : <OrdersPage />}</Route>
      <Route path="/campaigns">
        <CampaignsPage />
      </Route>
      <Route path="/campaigns/new">
        <WizardPage id={undefined} step={undefined} />
      </Route>
      <Route<{ id: string; step?: string }> path="/campaigns/:id/edit/:step?">
        {({ id, step }) => <WizardPage key={id} id={id} step={step} />}
      </Route>
      <Route<{ id: string; part?: string; recipientId?: string }> path="/campaigns/:id/:part?/:recipientId?">
        {({ id, part, recipientId }) => (
          <CampaignPage key={id} id={id} part={part} recipientId={recipientId} />
        )}
      </Route>
      <Route path="/series">
        <SeriesListPage />
      </Route>
      <Route path="/series/new">
        <SeriesFormPage id={undefined} />
      </Route>
      <Route<{ id: string }> path="/series/:id/edit">{({ id }) => <SeriesFormPage key={id} id={id} />}</Route>
      <Route<{ id: string }> path="/series/:id">{({ id }) => <SeriesPage key={id} id={id} />}</Route>
      <Route path="/customers">
        <CustomersPage />
      </Route>
      <Route path="/customers/new">
        <CustomerFormPage id={undefined} />
      </Route>
      <Route<{ importId?: string }> path="/customers/import/:importId?">
        {({ importId }) => <ImportsPage key={importId} importId={importId} />}
      </Route>
      <Route<{ id: string }> path="/customers/:id/edit">
        {({ id }) => <CustomerFormPage key={id} id={id} />}
      </Route>
      <Route<{ id: string }> path="/customers/:id">{({ id }) => <CustomerPage key={id} id={id} />}</Route>
      <Route path="/segments">
        <SegmentsPage />
      </Route>
      <Route<{ id: string }> path="/segments/:id">{({ id }) => <SegmentPage key={id} id={id} />}</Route>
      <Route path="/orders">
        <OrdersPage />
      </Route>
      <Route<{ id: string }> path="/orders/:id">{({ id }) => <OrderPage key={id} id={id} />}</Route>
      <Route path="/carts">
        <CartsPage />
      </Route>
      <Route path="/products">
        <ProductsPage />
      </Route>
      <Route<{ catalogId: string }> path="/products/:catalogId/sync">
        {({ catalogId }) => <SyncPage key={catalogId} catalogId={catalogId} />}
      </Route>
      <Route<{ catalogId: string; id: string }> path="/products/:catalogId/:id">
        {({ catalogId, id }) => <ProductPage key={id} catalogId={catalogId} id={id} />}
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
  /** Other pages that belong to it. */
  also?: string;
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
      ...{ also: '/series', scope: 'campaigns:read' },
    },
    {
      ...{ to: '/calendar', name: t.app.calendar, icon: <CalendarIcon aria-hidden size={20} /> },
      scope: 'campaigns:read',
      isSecond: true,
    },
    {
      ...{ to: '/orders', name: t.app.orders, icon: <OrdersIcon aria-hidden size={20} /> },
      ...{ also: '/carts', scope: 'orders:read' },
    },
    {
      ...{ to: '/customers', name: t.app.customers, icon: <CustomersIcon aria-hidden size={20} /> },
      ...{ also: '/segments', scope: 'customers:read' },
    },
    {
      ...{ to: '/products', name: t.app.products, icon: <ProductsIcon aria-hidden size={20} /> },
      ...{ scope: 'catalog:read', isSecond: true },
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
  const isHere = ({ to, also }: Place): boolean =>
    to === '/' ? path === '/' : path.startsWith(to) || (also !== undefined && path.startsWith(also));
  const toggle = (): void => {
    remember('bar', isNarrow ? 'wide' : 'narrow');
    setNarrow(!isNarrow);
  };
  return (
    <nav aria-label={t.app.navigation} className={cx(styles.bar, isNarrow && styles.narrow)}>
      <p className={styles.brand}>{t.app.name}</p>
      <ul>
        {places.map((place) => (
          <li key={place.to} className={cx(place.isSecond === true && styles.second)}>
            <Link
              href={place.to}
              className={cx(styles.place)}
              aria-current={isHere(place) ? 'page' : undefined}
            >
              {place.icon}
              <span className={styles.placeName}>{place.name}</span>
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
          .map((place) => (
            <li key={place.to}>
              <Link
                href={place.to}
                className={cx(styles.place)}
                aria-current={isHere(place) ? 'page' : undefined}
                onClick={({ currentTarget }) => {
                  currentTarget.closest<HTMLElement>('[popover]')?.hidePopover();
                }}
              >
                {place.icon}
                <span>{place.name}</span>
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
        <Suspense fallback={null}>
          <NoticeBell />
        </Suspense>
        <AccountPanel />
      </div>
    </header>
  );
}
