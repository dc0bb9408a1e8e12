import {fileURLToPath} from 'node:url'
import {playwright} from '@vitest/browser-playwright'
import {defineConfig} from 'vitest/config'
import {chromiumArguments, findChromium} from './scripts/chromium.js'

/** Files of React 18 and of the ES modules build of Testing Library: only what Vite transforms can be pointed at another React. */
const react18Files = {
  react: fileURLToPath(new URL('./tests/react-18/node_modules/react', import.meta.url)),
  'react-dom': fileURLToPath(new URL('./tests/react-18/node_modules/react-dom', import.meta.url)),
  '@testing-library/react': fileURLToPath(
    new URL('./node_modules/@testing-library/react/dist/@testing-library/react.esm.js', import.meta.url),
  ),
}

const executablePath = findChromium()
const launchOptions = {args: chromiumArguments, ...(executablePath && {executablePath})}

/** Short versions of the campaigns: kills, torn files, simulated histories. Mostly they wait, so two run at once. */
const proofs = [
  'tests/{disks,examples,hangs,kill,leaving,soak,tabs}/**/*.test.ts',
  'tests/simulation/**/*.test.ts',
  'tests/services/storage/{file-crashes,file-kills,torn-tail}.test.ts',
]

/** What is measured in them is time: nothing else may run beside them. */
const timings = ['tests/hangs/shutdown-hangs.test.ts', 'tests/demo/inspector-load.e2e.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/**/*.browser.test.ts', 'tests/**/*.e2e.test.ts', 'tests/server/**', ...proofs],
          // Room for a busy machine; the slowest test takes a tenth of it on a quiet one.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'server',
          environment: 'node',
          include: ['tests/server/**/*.test.ts'],
          globalSetup: ['tests/server/support/postgres-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'proof',
          environment: 'node',
          include: proofs,
          exclude: timings,
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'react-19',
          environment: 'jsdom',
          include: ['tests/ui/**/*.test.tsx'],
          testTimeout: 30_000,
          // Testing Library unmounts what a test rendered only where it finds a global `afterEach`.
          globals: true,
          provide: {reactMajor: '19'},
        },
      },
      {
        resolve: {alias: react18Files},
        test: {
          name: 'react-18',
          environment: 'jsdom',
          include: ['tests/ui/**/*.test.tsx'],
          testTimeout: 30_000,
          // React 18 has no `Activity`.
          exclude: ['tests/ui/activity.test.tsx'],
          // Testing Library unmounts what a test rendered only where it finds a global `afterEach`.
          globals: true,
          provide: {reactMajor: '18'},
          server: {deps: {inline: [/@testing-library\/react/, /zustand/]}},
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
            provider: playwright({launchOptions}),
            instances: [{browser: 'chromium'}],
          },
        },
      },
      {
        test: {
          name: 'timing',
          environment: 'node',
          include: timings,
          fileParallelism: false,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'demo',
          environment: 'node',
          include: ['tests/{bench,demo}/**/*.e2e.test.ts'],
          exclude: timings,
          maxWorkers: 2,
          testTimeout: 60_000,
          expect: {poll: {timeout: 10_000}},
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
