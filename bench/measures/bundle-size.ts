import {fileURLToPath} from 'node:url'
import {gzipSync} from 'node:zlib'
import {build, type Rolldown} from 'vite'
import {withoutDescriptions} from '../../scripts/build.js'
import {rowsOf} from '../row.ts'
import type {Measure} from './measure.ts'

const source = fileURLToPath(new URL('../../src/', import.meta.url))
const BYTES_PER_KB = 1_024
/** What an app brings itself. */
const peers = [/^react($|\/)/, /^react-dom($|\/)/, /^xstate($|\/)/, /^localforage$/]

/** What an app downloads of the published package, minified and gzipped, its own react, xstate and localforage not counted. */
export const bundleSize: Measure = {
  name: 'bundle size',
  run: async () => {
    const core = await gzippedKb(['index.ts'])
    const withReact = await gzippedKb(['index.ts', 'react.ts'])
    const withStorage = await gzippedKb(['index.ts', 'localforage.ts'])
    return [
      ...rowsOf({
        measure: 'size, gzipped: keepspace',
        unit: 'KB',
        samples: {keepspace: [core]},
        goals: {keepspace: {atMost: 12}},
      }),
      ...rowsOf({
        measure: 'size, gzipped: keepspace/react adds',
        unit: 'KB',
        samples: {keepspace: [withReact - core]},
        goals: {keepspace: {atMost: 4}},
      }),
      ...rowsOf({
        measure: 'size, gzipped: keepspace/localforage adds',
        unit: 'KB',
        samples: {keepspace: [withStorage - core]},
        goals: {keepspace: {atMost: 4}},
      }),
    ]
  },
}

/** One bundle of everything that these entries export. */
async function gzippedKb(entries: readonly string[]): Promise<number> {
  const id = 'virtual:everything'
  const code = entries.map((entry) => `export * from ${JSON.stringify(source + entry)}`).join('\n')
  const built = (await build({
    root: source,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    define: {'process.env.NODE_ENV': '"production"'},
    plugins: [
      {
        name: 'everything',
        resolveId: (asked) => (asked === id ? `\0${id}` : undefined),
        load: (asked) => (asked === `\0${id}` ? code : undefined),
      },
      {
        name: 'as published',
        enforce: 'pre',
        transform: (text, file) => (file.endsWith('.machine.ts') ? withoutDescriptions(text) : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      rolldownOptions: {
        input: id,
        external: peers,
        preserveEntrySignatures: 'strict',
        output: {format: 'es', minify: true},
      },
    },
  })) as Rolldown.RolldownOutput
  const chunks = built.output.flatMap((file) => (file.type === 'chunk' ? [file.code] : []))
  return gzipSync(chunks.join('\n'), {level: 9}).length / BYTES_PER_KB
}
