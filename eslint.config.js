import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

// The direction of the data: a folder may import from those before it, never from those after it.
const FOLDERS = [
  'text',
  'host',
  'toml',
  'config',
  'facts',
  'driver',
  'rules',
  'check',
  'fix',
  'recommend',
  'report',
  'bus',
  'cli',
];

// The one file that may import each of these.
const ONLY = {
  execa: 'src/host/linux/change.ts',
  'node:child_process': 'src/host/linux/run.ts',
  'node:process': 'src/host/clock.ts',
  '@iarna/toml': 'src/toml/toml.ts',
  'dbus-next': 'src/bus/connection.ts',
  winston: 'src/log.ts',
  'fast-check': 'test/property.ts',
};

const restricted = (folder, file) => [
  'error',
  {
    paths: Object.entries(ONLY)
      .filter(([name, allowed]) => allowed !== file && !(folder === 'test' && name.startsWith('node:')))
      .map(([name, allowed]) => ({ name, message: `Only ${allowed} imports it.` })),
    patterns: !FOLDERS.includes(folder)
      ? []
      : FOLDERS.slice(FOLDERS.indexOf(folder) + 1).map((later) => ({
          regex: `^(\\.\\./)+${later}/`,
          message: `${folder}/ comes before ${later}/ (ARCHITECTURE.md).`,
        })),
  },
];

export default tseslint.config(
  {
    ignores: [
      'build/',
      'dist/',
      'node_modules/',
      '*.config.js',
      'packaging/tools/*.js',
      'test/bench/*.{js,cjs}',
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    plugins: { regexp },
    rules: {
      // Whoever writes a file that we read must not choose how long a pattern takes.
      'regexp/no-super-linear-backtracking': 'error',
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'no-restricted-globals': ['error', { name: 'process', message: 'Only main.ts touches process.' }],
      'no-restricted-imports': restricted(),
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name=/^(push|unshift)$/] > SpreadElement',
          message: 'A long list as arguments throws a RangeError: use a loop.',
        },
        {
          selector: 'CallExpression[callee.property.name=/^(toISOString|toLocale)/]',
          message: 'It reads the time zone below /usr/share, whose storage may hang: use isoTime.',
        },
      ],
    },
  },
  ...FOLDERS.map((folder) => ({
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': restricted(folder) },
  })),
  ...Object.values(ONLY).map((file) => ({
    files: [file],
    rules: {
      'no-restricted-imports': restricted(
        FOLDERS.find((folder) => file.startsWith(`src/${folder}/`)),
        file,
      ),
    },
  })),
  { files: ['src/main.ts', 'src/bus-main.ts', 'test/**/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['test/**/*.ts'],
    ignores: Object.values(ONLY),
    rules: { 'no-restricted-imports': restricted('test') },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
