import {createServer} from 'node:net'
import {build} from './build.js'
import {installPackages, npmCommand} from './install.js'
import {rootFolder, run, runMain, runOrFail} from './processes.js'

/** Where the server of the demo keeps its database and its token. */
const dataFolder = `${rootFolder}.keepspace/`

/** Installs what is missing, builds the library, and serves the demo with its session server until it is stopped. */
async function start() {
  await installPackages()
  await build()
  const port = String(await freePort())
  const server = run(
    process.execPath,
    [`${rootFolder}server/bin/keepspace-server.js`, '--port', port, '--data', dataFolder],
    {environment: {LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn'}},
  )
  const [command, ...args] = npmCommand()
  const demo = runOrFail('The demo could not be served.', command, [...args, 'run', 'dev', '-w', 'demo'], {
    environment: {
      KEEPSPACE_SERVER_URL: `http://127.0.0.1:${port}`,
      KEEPSPACE_SERVER_TOKEN_FILE: `${dataFolder}token`,
    },
  })
  const failure = server.then(({exitCode}) => {
    throw new Error(`The session server ended (exit code ${exitCode}).`)
  })
  await Promise.race([demo, failure])
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

await runMain(import.meta.url, start)
