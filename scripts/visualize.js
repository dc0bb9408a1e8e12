import {installChromium, installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

/** Draws all diagrams in `visualizations/` from the charts. `--all` also redraws pictures whose text is the same. */
async function visualize() {
  await installPackages()
  await installChromium()
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  const entry = `${rootFolder}visualizations/generator/generate.ts`
  /** @type {{module: typeof import('../visualizations/generator/generate.ts')}} */
  const {module} = await runnerImport(entry, {root: rootFolder, configFile: false, logLevel: 'warn'})
  const changed = await module.generate(`${rootFolder}visualizations/`, process.argv.includes('--all'))
  process.stdout.write(changed.length === 0 ? 'Everything was fresh.\n' : `${changed.join('\n')}\n`)
}

await runMain(import.meta.url, visualize)
