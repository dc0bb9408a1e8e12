import {fileURLToPath} from 'node:url'
import {build} from 'vite'

const fileOf = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
const [outDir] = process.argv.slice(2)

// The demo, but where it makes its Keepspace the driver stands in place of the package.
await build({
  root: fileOf('../../../demo'),
  logLevel: 'warn',
  build: {outDir: outDir ?? fileOf('../../../demo/dist-driven'), emptyOutDir: true, minify: false},
  plugins: [
    {
      name: 'driver-in-place-of-the-package',
      enforce: 'pre',
      resolveId: (source, importer) =>
        source === 'keepspace' && importer?.endsWith('/demo/src/app/keepspace.ts') ? fileOf('./driver.ts') : null,
    },
  ],
})
