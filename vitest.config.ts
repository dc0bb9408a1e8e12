import {playwright} from '@vitest/browser-playwright'
import {defineConfig} from 'vitest/config'
import {chromiumArguments, chromiumPath} from './scripts/chromium.js'

const react18 = (name: string) => new URL(`./tests/react-18/node_modules/${name}/`, import.meta.url).pathname

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/**/*.browser.test.ts', 'tests/**/*.e2e.test.ts'],
        },
      },
      {
        test: {
          name: 'react-19',
          environment: 'jsdom',
          include: ['tests/ui/**/*.test.tsx'],
        },
      },
      {
        resolve: {alias: {'react-dom': react18('react-dom'), react: react18('react')}},
        test: {
          name: 'react-18',
          environment: 'jsdom',
          include: ['tests/ui/**/*.test.tsx'],
          server: {deps: {inline: [/@testing-library\/react/, /use-sync-external-store/]}},
        },
      },
      {
        test: {
          name: 'chromium',
          include: ['tests/**/*.browser.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({launchOptions: {executablePath: chromiumPath(), args: chromiumArguments}}),
            instances: [{browser: 'chromium'}],
          },
        },
      },
      {
        test: {
          name: 'demo',
          environment: 'node',
          include: ['tests/demo/**/*.e2e.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
