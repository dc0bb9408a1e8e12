import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {build} from './build.js'
import {rootFolder, runMain} from './processes.js'

/** Writes the OpenAPI document of the session server to `server/openapi.json`. */
async function openApi() {
  await build()
  const {startServer} = await import('keepspace-server')
  const dataFolder = await mkdtemp(join(tmpdir(), 'keepspace-openapi-'))
  const server = await startServer({dataFolder, port: 0})
  const answer = await fetch(`${server.url}/openapi.json`)
  await writeFile(`${rootFolder}server/openapi.json`, `${JSON.stringify(await answer.json(), undefined, 2)}\n`)
  await server.close()
  await rm(dataFolder, {recursive: true, force: true})
}

await runMain(import.meta.url, openApi)
