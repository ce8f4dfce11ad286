import './tokens.css';
import './base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { loadSession } from './api/session.ts';
import { App } from './app.tsx';
import { remembered, showTheme } from './ui/memory.ts';

showTheme(remembered('theme'));
// After an update the files of the open page are gone: one reload brings the new ones.
window.addEventListener('vite:preloadError', () => {
  location.reload();
});
void loadSession();
// While a laptop sleeps its clock stands still, and its session may end.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void loadSession();
});

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
