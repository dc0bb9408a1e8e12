import {mkdir, writeFile} from 'node:fs/promises'
import {parseArgs} from 'node:util'
import {installChromium, installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

const resultFolder = `${rootFolder}bench/results/`

/**
 * Measures what Keepspace costs in a real browser and prints one table; `bench/results/latest.json` holds the same.
 * `--quick` takes a minute, `--full` adds the largest sizes, `--only <word>` runs the measures whose name contains it
 * and writes nothing.
 */
async function bench() {
  const {values} = parseArgs({
    options: {quick: {type: 'boolean'}, full: {type: 'boolean'}, only: {type: 'string'}},
  })
  await installPackages()
  await installChromium()
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../bench/run.ts')}} */
  const {module} = await runnerImport(`${rootFolder}bench/run.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const result = await module.runBench({
    sizes: values.full ? 'full' : values.quick ? 'quick' : 'usual',
    ...(values.only !== undefined && {only: values.only}),
    announce: (measure) => process.stdout.write(`${measure} …\n`),
  })
  process.stdout.write(`\n${module.formatResult(result)}\n`)
  if (values.only === undefined) {
    await mkdir(resultFolder, {recursive: true})
    await writeFile(`${resultFolder}latest.json`, `${JSON.stringify(result, undefined, 2)}\n`)
  }
}

await runMain(import.meta.url, bench)
