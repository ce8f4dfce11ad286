// The floors of the house: a folder may import from the floors below it, never sideways, never up.
const FLOORS = [
  ['rules'],
  ['platform'],
  ['access', 'whatsapp'],
  ['customers', 'templates', 'senders', 'catalog'],
  ['messages'],
  ['segments', 'orders'],
  ['recipients'],
  ['campaigns'],
  ['sending'],
  ['scheduling'],
  ['marketing', 'webhooks', 'analytics', 'automation', 'privacy', 'notifications'],
];
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
    rule(
      'simulator-knows-only-platform-and-rules',
      { path: '^simulator/' },
      { path: '^src/', pathNot: '^src/(platform|rules)/' },
    ),
    rule('nothing-imports-the-simulator', { path: '^src/' }, { path: '^simulator/' }),
    rule('queries-are-private', { path: '^src/([^/]+)/' }, { path: '\\.queries\\.ts$', pathNot: '^src/$1/' }),
    rule(
      'no-suffix-means-pure',
      { path: '^src/[^/]+/', pathNot: ['^src/platform/', '\\.[a-z-]+\\.ts$'] },
      { path: ['node_modules/(@nestjs|typeorm|bullmq|pg)', '\\.(entity|queries|service)\\.ts$'] },
    ),
    rule('tests-stay-outside', { path: '^src/', pathNot: '\\.spec\\.ts$' }, { path: '^(test|scripts)/' }),
    rule('no-cycles', {}, { circular: true }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
