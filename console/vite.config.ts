import { defineConfig } from 'vite';

/** Where `npm run console:dev` finds the API. */
const API = 'http://127.0.0.1:3000';

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  oxc: { jsx: { runtime: 'automatic' } },
  // Replaced in every answer: src/console/console.routes.ts.
  html: { cspNonce: '__NONCE__' },
  build: {
    outDir: '../dist/console',
    manifest: 'manifest.json',
    target: 'es2023',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': API } },
});
