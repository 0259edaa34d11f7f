import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const typed = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': 'error',
};

export default ts.config(
  {
    ignores: [
      'build/',
      '.svelte-kit/',
      'src/paraglide/',
      'data/',
      'node_modules/',
      'test-results/',
      'playwright-report/',
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
    files: ['src/**/*.ts', 'workers/**/*.ts', 'tests/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: typed,
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    // Without types: eslint asks for a program of its own for each component, a minute and a half for all; svelte-check has them.
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      // Kit 2's resolve() is for apps under a base path; ours is always served at the root.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  { files: ['scripts/**', 'tests/**', 'src/relay/main.ts'], rules: { 'no-console': 'off' } },
);
