// The house rules that a linter can hold. `npm run lint` and tests/house/lint.test.ts use this file.
import tseslint from 'typescript-eslint';

const forbidden = [
  ['ExportDefaultDeclaration', 'Export by name: no default exports.'],
  ['ExportAllDeclaration', 'List what is exported: no `export *`.'],
  ['TSEnumDeclaration', 'Use a union of string literals: no enums.'],
  ['TSModuleDeclaration[kind!="global"][global!=true]', 'Use modules: no namespaces.'],
  ['TSParameterProperty', 'Declare the field: no parameter properties.'],
  [
    ':matches(ImportDeclaration, ExportNamedDeclaration)[source.value=/^\\.\\.?\\u002F/]:not([source.value=/\\.(ts|mjs|json)$/])',
    'Write the file extension of a relative import.',
  ],
];
const forbiddenInLibrary = [
  ['CallExpression[callee.object.name="Math"][callee.property.name="random"]', 'Take random numbers from lib/random/stream.ts.'],
  ['CallExpression[callee.object.name="Date"][callee.property.name="now"]', 'Take the clock as an argument.'],
];
const restrict = (rules) => ['error', ...rules.map(([selector, message]) => ({ selector, message }))];

const config = tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'runs/**'] },
  {
    files: ['**/*.ts', '**/*.mts', '**/*.mjs'],
    extends: [tseslint.configs.recommended],
    linterOptions: { reportUnusedDisableDirectives: 'off' },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'no-restricted-syntax': restrict(forbidden),
      'no-empty': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: ['error', 'smart'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['lib/**/*.ts', 'lib/**/*.mjs'],
    rules: { 'max-lines-per-function': ['error', { max: 60 }] },
  },
  {
    // A file named clock.ts is where the system's clock becomes an argument.
    files: ['lib/**/*.ts'],
    ignores: ['lib/**/clock.ts'],
    rules: { 'no-restricted-syntax': restrict([...forbidden, ...forbiddenInLibrary]) },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    // The configuration of a tool must be a default export.
    files: ['tests/house/eslint.config.mjs'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);

export default config;
