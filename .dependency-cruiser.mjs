// The floors of the house: a folder may import from the floors below it, never sideways, never up.
export const FLOORS = [
  ['rules'],
  ['platform'],
  ['access', 'events', 'whatsapp', 'inference'],
  ['customers', 'senders', 'templates', 'media', 'links'],
  ['messages', 'catalog', 'rates'],
  ['segments', 'orders', 'product-messages'],
  ['recipients'],
  ['conversions'],
  ['campaigns'],
  ['sending'],
  ['scheduling', 'series', 'forecast', 'experiments', 'clicks'],
  ['analytics', 'automation', 'privacy', 'imports', 'overview', 'activity'],
  ['marketing', 'webhooks', 'notifications', 'console', 'practice'],
];
/** The same inside console/src. */
const CONSOLE_FLOORS = ['lib', 'ui', 'api', 'features', 'pages'];
const inside = (names) => `^src/(${names.join('|')})/`;
const rule = (name, from, to) => ({ name, severity: 'error', from, to });

export default {
  forbidden: [
    ...FLOORS.map((names, floor) =>
      rule(
        `${names.join('+')}-imports-only-downwards`,
        { path: inside(names) },
        { path: inside(FLOORS.slice(floor).flat()), pathNot: '^src/$1/' },
      ),
    ),
    // The floors cover folders. These two also forbid the files beside them (src/*.ts), scripts and tests.
    rule(
      'rules-import-only-rules',
      { path: '^src/rules/' },
      { path: '^(src|simulator|migrations|scripts|test)/', pathNot: '^src/rules/' },
    ),
    rule(
      'platform-imports-only-rules',
      { path: '^src/platform/', pathNot: '\\.spec\\.ts$' },
      { path: '^(src|simulator|migrations|scripts|test)/', pathNot: '^src/(platform|rules)/' },
    ),
    rule(
      'rules-use-three-packages',
      { path: '^src/rules/', pathNot: '\\.spec\\.ts$' },
      {
        dependencyTypesNot: ['core', 'local', 'type-only'],
        pathNot: ['^src/', 'node_modules/(temporal-polyfill|libphonenumber-js|cron-parser)/'],
      },
    ),
    rule(
      'migrations-take-only-types-from-src',
      { path: '^migrations/' },
      { path: '^(src|simulator|scripts|test)/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'launcher-runs-without-bench-chaos-and-checks',
      { path: '^scripts/launcher/' },
      { path: '^scripts/(bench|chaos|checks)/' },
    ),
    // A barrel hides which file is meant, and makes every importer depend on all of them.
    rule('no-barrels', { path: '(^|/)index\\.m?[jt]s$', pathNot: 'node_modules' }, {}),
    rule(
      'no-imports-of-barrels',
      {},
      { path: '^(src|simulator|migrations|scripts|test)/.*index\\.m?[jt]s$' },
    ),
    rule(
      'simulator-knows-only-platform-and-rules',
      { path: '^simulator/' },
      { path: '^(src|test|scripts|migrations)/', pathNot: '^src/(platform|rules)/' },
    ),
    rule('nothing-imports-the-simulator', { path: '^(src|migrations|scripts)/' }, { path: '^simulator/' }),
    rule('queries-are-private', { path: '^src/([^/]+)/' }, { path: '\\.queries\\.ts$', pathNot: '^src/$1/' }),
    rule(
      'no-suffix-means-pure',
      { path: '^src/[^/]+/', pathNot: ['^src/platform/', '\\.[a-z-]+\\.ts$'] },
      { path: ['node_modules/(@nestjs|typeorm|bullmq|pg)', '\\.(entity|queries|service)\\.ts$'] },
    ),
    rule('tests-stay-outside', { path: '^src/', pathNot: '\\.spec\\.ts$' }, { path: '^(test|scripts)/' }),
    // The console is a client like any other: it knows the API by its document alone. Inside, too, only downwards.
    rule(
      'console-imports-nothing-of-ours',
      { path: '^console/' },
      { path: '^(src|simulator|migrations|scripts|test)/' },
    ),
    rule(
      'nothing-imports-the-console',
      { path: '^(src|simulator|migrations|scripts)/' },
      { path: '^console/' },
    ),
    ...CONSOLE_FLOORS.slice(0, -1).map((name, floor) =>
      rule(
        `console-${name}-imports-only-downwards`,
        { path: `^console/src/${name}/` },
        { path: `^console/src/(${CONSOLE_FLOORS.slice(floor + 1).join('|')})/` },
      ),
    ),
    rule(
      'console-pages-know-no-other-page',
      { path: '^console/src/pages/([^/]+)/' },
      { path: '^console/src/pages/', pathNot: '^console/src/pages/$1/' },
    ),
    rule('no-cycles', {}, { circular: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
