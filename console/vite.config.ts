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
    modulePreload: {
      polyfill: false,
      // The frame names every page. With the scripts that each page shares with others, that list would be larger than
      // the frame; most of them have been loaded by then. Styles have to be named.
      resolveDependencies: (_file, files, { hostId }) =>
        hostId.includes('/shell-') ? files.filter((file) => file.endsWith('.css')) : files,
    },
    reportCompressedSize: false,
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': API } },
});
