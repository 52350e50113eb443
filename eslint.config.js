import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['build/', 'dist/', 'node_modules/', '*.config.js', 'packaging/', 'test/bench/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    rules: {
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
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'execa', message: 'Only host/linux/run.ts runs programs.' },
            { name: '@iarna/toml', message: 'Only toml/toml.ts parses TOML.' },
            { name: 'dbus-next', message: 'Only bus/connection.ts speaks to the bus.' },
            { name: 'winston', message: 'Only log.ts logs.' },
            { name: 'fast-check', message: 'test/property.ts gives it the seed.' },
          ],
        },
      ],
    },
  },
  { files: ['src/main.ts', 'src/bus-main.ts', 'test/**/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: [
      'src/host/linux/run.ts',
      'src/toml/toml.ts',
      'src/bus/connection.ts',
      'src/log.ts',
      'test/property.ts',
    ],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
