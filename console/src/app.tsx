import { lazy, Suspense } from 'react';
import { Router, useLocation } from 'wouter';
import { loadSession, useSessionState } from './api/session.ts';
import { safePath } from './lib/safe-url.ts';
import { LanguageProvider } from './ui/language/language.tsx';
import { Failure } from './ui/block/failure.tsx';
import { useText } from './ui/language/language.tsx';

const Shell = lazy(() => import('./shell.tsx'));
const SignInPage = lazy(() => import('./pages/sign-in/sign-in.page.tsx'));
const WelcomePage = lazy(() => import('./pages/sign-in/welcome.page.tsx'));

export function App() {
  return (
    <LanguageProvider>
      <Router base="/console">
        <Suspense fallback={null}>
          <Entrance />
        </Suspense>
      </Router>
    </LanguageProvider>
  );
}

/** People with a session see the console, everybody else the door. */
function Entrance() {
  const t = useText();
  const state = useSessionState();
  const [path, navigate] = useLocation();
  if (path === '/welcome') return <WelcomePage onDone={() => navigate('/', { replace: true })} />;
  if (state.kind === 'unknown') return null;
  if (state.kind === 'failed') {
    return (
      <main>
        <Failure title={t.signIn.failed} error={state.error} onAgain={() => void loadSession()} />
      </main>
    );
  }
  if (state.kind !== 'stranger' && path !== '/sign-in') return <Shell />;
  const back =
    path === '/sign-in' ? new URLSearchParams(location.search).get('next') : path + location.search;
  return <SignInPage onDone={() => navigate(safePath(back), { replace: true })} />;
}
