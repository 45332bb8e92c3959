import eslint from '@eslint/js';
import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import tseslint from 'typescript-eslint';
import { subgraphs } from './tools/build/services.mjs';

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/dist/', '.data/', '.engines/', '**/*.generated.ts', '**/*.cjs'] },
  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // kafkajs, mongoose and jest hand out functions that are meant to be passed on.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // mongoose declares schema fields as classes and is given plain objects everywhere.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-console': 'error',
    },
  },
  {
    // A file has one concern, and a function steps that are seen together: see "Style" in CONTRIBUTING.
    files: ['**/*.ts', '**/*.mjs'],
    rules: {
      'max-lines': ['error', 250],
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Excepted: the body of a describe block is a list of cases. It is as long as what is promised, and no step follows from another.
    files: ['**/*.{spec,cases,features}.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // What jest's asymmetric matchers and the driver's documents hold is for the assertion to say.
    files: ['**/test/**/*.ts', 'tests/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-return': 'off' },
  },
  {
    // Its packages are installed by `npm run test:clients` alone, which type-checks it; here its types are not known.
    files: ['tests/clients/**/*.ts'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    // A test of logic is never judged by how fast the machine is: see CONTRIBUTING, and tests/bench for what is about speed.
    files: ['**/*.{unit,contract,int,e2e,clients}.spec.ts', 'tests/engines/*.features.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='performance'][callee.property.name='now']",
          message: 'Await the condition or advance a manual clock; measure time in tests/bench.',
        },
        {
          selector:
            "BinaryExpression[operator='-'][right.type='Identifier'][left.callee.object.name='Date'][left.callee.property.name='now']",
          message: 'Await the condition or advance a manual clock; measure time in tests/bench.',
        },
        {
          selector: "CallExpression[callee.object.name='jest'][callee.property.name='setTimeout']",
          message: 'jest.config.mjs has one limit for every test, which judges none.',
        },
        {
          selector:
            'CallExpression[callee.name=/^(it|test|beforeAll|beforeEach|afterAll|afterEach)$/] > Literal.arguments[raw=/^[0-9]/]',
          message: 'jest.config.mjs has one limit for every test, which judges none.',
        },
      ],
    },
  },
  {
    // process.env is read in one file of each executable, so that every setting and its faults are found there.
    files: [
      'engines/*/src/**/*.ts',
      'packages/*/src/**/*.ts',
      'subgraphs/*/src/**/*.ts',
      'router/src/**/*.ts',
      'tools/*/src/**/*.ts',
    ],
    ignores: ['**/environment.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Read settings in environment.ts.',
        },
      ],
    },
  },
  {
    // A wait has a clock that a test advances, and an end by AbortSignal.
    files: ['packages/*/src/**/*.ts', 'subgraphs/*/src/**/*.ts', 'router/src/**/*.ts', 'tools/*/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { name: 'node:timers/promises', message: 'Wait by @rentalbook/timing: createPoller, until, retry or pause.' },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    extends: [eslint.configs.recommended],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
      },
    },
  },
  // One for each, because together they would link the same specification four times.
  ...subgraphs.map((name) => ({
    files: [`subgraphs/${name}/src/schema.graphql`],
    languageOptions: {
      parser: graphqlPlugin.parser,
      parserOptions: { graphQLConfig: { schema: `subgraphs/${name}/src/schema.graphql` } },
    },
    plugins: { '@graphql-eslint': graphqlPlugin },
    rules: {
      '@graphql-eslint/require-description': [
        'error',
        { types: true, FieldDefinition: true, InputValueDefinition: false, EnumValueDefinition: true },
      ],
      '@graphql-eslint/description-style': ['error', { style: 'inline' }],
    },
  })),
);
