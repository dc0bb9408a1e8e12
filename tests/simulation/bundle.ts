import {readFile} from 'node:fs/promises'
import {build, type Plugin} from 'vite'
import type {PlantedFault} from './planted-faults.ts'

const rootFolder = new URL('../../', import.meta.url).pathname

/**
 * Bundles the simulation together with the product's own source, with a fault in it if one is given.
 *
 * @returns the file to run
 * @throws Error when the code that the fault replaces is not there exactly once
 */
export async function bundleSimulation(folder: string, fault?: PlantedFault): Promise<string> {
  await build({
    root: rootFolder,
    configFile: false,
    logLevel: 'error',
    define: {'process.env.NODE_ENV': '"production"'},
    plugins: fault === undefined ? [] : [plant(await plantedFiles(fault))],
    build: {
      ssr: `${rootFolder}tests/simulation/worker.ts`,
      outDir: folder,
      target: 'node20',
      minify: false,
      emptyOutDir: true,
      rolldownOptions: {output: {entryFileNames: 'worker.mjs'}},
    },
    ssr: {noExternal: true},
  })
  return `${folder}/worker.mjs`
}

async function plantedFiles({name, edits}: PlantedFault): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const {file, find, replace} of edits) {
    const path = `${rootFolder}${file}`
    const parts = (files.get(path) ?? (await readFile(path, 'utf8'))).split(find)
    if (parts.length !== 2) {
      throw new Error(`The fault “${name}” finds its place in ${file} ${parts.length - 1} times; plant it anew.`)
    }
    files.set(path, parts.join(replace))
  }
  return files
}

function plant(files: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'planted-fault',
    enforce: 'pre',
    load: (id) => files.get(id) ?? null,
  }
}
