// What Oxlint cannot do: Svelte's own rules, in components and in the TypeScript beside them, and everything else in a
// component's script. Every other rule, and those that need types, are in .oxlintrc.json; the two lists are kept alike.
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  {
    ignores: [
      '**/*.js',
      '**/*.mjs',
      '**/*.ts',
      '!src/{app,routes,ui}/**/*.ts',
      'build/',
      '.svelte-kit/',
      'src/paraglide/',
    ],
  },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
      // A rune file cannot be imported by its folder name; `../..` hides who knows whom.
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['../..', '../../*'], message: 'Use a # name (package.json, imports).' }] },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      // Kit 2's resolve() is for apps under a base path; ours is always served at the root.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
);
