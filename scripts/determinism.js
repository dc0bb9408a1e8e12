import {parseArgs} from 'node:util'
import {measuredCommit, wholeNumber, writeEvidence} from './evidence.js'
import {installPackages} from './install.js'
import {rootFolder, runMain} from './processes.js'

/**
 * Runs the same histories of the simulation in this Node and in every other one that `--node <path>` names, and compares
 * what happened in them. The last line of its output is one JSON object. Fails where they differ.
 *
 * `--histories <number>`, `--seed <number>`, `--evidence <file>` writes the result with what it was measured on.
 */
async function determinism() {
  const {values} = parseArgs({
    options: {
      histories: {type: 'string', default: '100'},
      seed: {type: 'string', default: '1'},
      node: {type: 'string', multiple: true, default: []},
      evidence: {type: 'string'},
    },
  })
  const drawn = {histories: wholeNumber('histories', values.histories), seed: wholeNumber('seed', values.seed)}
  await installPackages()
  // Vite comes with the packages that were just installed.
  const {runnerImport} = await import('vite')
  /** @type {{module: typeof import('../tests/determinism/campaign.ts')}} */
  const {module} = await runnerImport(`${rootFolder}tests/determinism/campaign.ts`, {
    root: rootFolder,
    configFile: false,
    logLevel: 'warn',
    // Node 20 does not know `using` yet.
    oxc: {target: 'es2023'},
  })
  const places = await module.runInNodes(drawn, [process.execPath, ...values.node])
  const different = module.differences(places)
  const result = {...drawn, places: places.map(({name}) => name), different: different.length}
  if (values.evidence !== undefined) {
    const evidence = {...result, differentHistories: different, ...measuredCommit(['src', 'tests/simulation'])}
    await writeEvidence(values.evidence, evidence)
  }
  process.stdout.write(`${JSON.stringify(result)}\n`)
  process.exitCode = different.length === 0 ? 0 : 1
}

await runMain(import.meta.url, determinism)
