import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {build, preview} from 'vite'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** The page of the bench, built as an app is built for production, and served. */
export type PageServer = AsyncDisposable & {readonly url: string}

/** Builds and serves. The page is isolated, so that its clock counts in steps of 5 µs instead of 100. */
export async function servePage(): Promise<PageServer> {
  const outDir = await mkdtemp(join(tmpdir(), 'keepspace-bench-page-'))
  const shared = {root: folder, configFile: false, logLevel: 'warn'} as const
  await build({
    ...shared,
    mode: 'production',
    // Vite itself keeps to what it was loaded with.
    define: {'process.env.NODE_ENV': '"production"'},
    build: {outDir, emptyOutDir: true, rolldownOptions: {input: `${folder}page.html`}},
  })
  const server = await preview({
    ...shared,
    build: {outDir},
    preview: {
      port: 0,
      host: '127.0.0.1',
      headers: {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'},
    },
  })
  const [url] = server.resolvedUrls?.local ?? []
  if (url === undefined) {
    throw new Error('the preview server has no address')
  }
  return {
    url: `${url}page.html`,
    async [Symbol.asyncDispose]() {
      await server.close()
      await rm(outDir, {recursive: true, force: true})
    },
  }
}
