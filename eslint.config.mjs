import eslint from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// All business time comes from the injected Clock: a stray Date.now() breaks the movable clock of the
// development mode and every test that moves it.
const businessTime = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Use the injected Clock.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Use the injected Clock.' },
];

// TypeORM reads and writes rows only behind Scoped (src/platform/database/scoped.ts), which adds the organization to
// every statement. Everything else is SQL in *.queries.ts. Inserting an Organization is the one exception: it is the
// scope itself. A selector sees names, not types: these are the names under which an EntityManager goes here.
const MANAGER = '/^(tx|db|em|manager|entityManager|dataSource)$/';
const READS_OR_CHANGES =
  '/^(find.*|exists?|existsBy|count|countBy|sum|average|minimum|maximum|save|update|updateAll|upsert|delete|deleteAll' +
  '|remove|softDelete|softRemove|restore|recover|increment|decrement|clear|preload|merge|createQueryBuilder)$/';
const CREATES = '/^(create|insert)$/';
const throughScoped = 'Use Scoped (src/platform/database/scoped.ts) or SQL in a *.queries.ts file.';
const repositories = [
  {
    selector: 'CallExpression[callee.property.name=/^(getRepository|getTreeRepository|withRepository)$/]',
    message: throughScoped,
  },
  ...['name', 'property.name'].flatMap((path) => [
    {
      selector: `CallExpression[callee.object.${path}=${MANAGER}][callee.property.name=${READS_OR_CHANGES}]`,
      message: throughScoped,
    },
    {
      selector: `CallExpression[callee.object.${path}=${MANAGER}][callee.property.name=${CREATES}]:not([arguments.0.name='Organization'])`,
      message: throughScoped,
    },
  ]),
];
const noRepositoryImports = [
  {
    name: 'typeorm',
    importNames: ['Repository', 'TreeRepository', 'BaseEntity', 'SelectQueryBuilder'],
    message: throughScoped,
  },
  {
    name: '@nestjs/typeorm',
    importNames: ['InjectRepository', 'getRepositoryToken'],
    message: throughScoped,
  },
];
// Two providers that need each other are one provider, or need a third below them.
const noForwardReferences = {
  name: '@nestjs/common',
  importNames: ['forwardRef'],
  message: 'Break the circle: move what both need below them.',
};

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'dist.console/',
      'console/src/api/schema.d.ts',
      'coverage/',
      '.data/',
      'node_modules/',
    ],
  },
  {
    files: ['**/*.ts', 'console/**/*.tsx'],
    extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked],
    plugins: {},
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'simulator/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [noForwardReferences] }] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/platform/database/**'],
    rules: {
      'no-restricted-imports': ['error', { paths: [noForwardReferences, ...noRepositoryImports] }],
      'no-restricted-syntax': ['error', ...repositories],
    },
  },
  {
    files: ['src/**/*.ts', 'simulator/**/*.ts'],
    ignores: ['src/platform/**', 'src/rules/ids/**', '**/*.spec.ts'],
    rules: { 'no-restricted-syntax': ['error', ...businessTime, ...repositories] },
  },
  {
    // Answers of the API are looked into as a caller would; the check against openapi.yaml that every one of them
    // passes in test/support is stricter than a type could be.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // The console shows the installation's time and its texts in the reader's language.
    files: ['console/**/*.ts', 'console/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': [
        'error',
        ...businessTime,
        { selector: 'JSXText[value=/[A-Za-z]/]', message: 'Texts stand in console/messages.' },
        {
          selector:
            'JSXAttribute[name.name=/^(aria-label|title|alt|label|placeholder)$/] > Literal[value=/[A-Za-z]/]',
          message: 'Texts stand in console/messages.',
        },
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Only text, never HTML.' },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
);
