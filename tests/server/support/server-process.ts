import {type ChildProcess, spawn} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const serverBin = fileURLToPath(new URL('../../../server/bin/keepspace-server.js', import.meta.url))

export type ServerProcess = {
  readonly url: string
  readonly token: string
  /** Ends it as a power cut ends it: no handler runs. */
  kill(): Promise<void>
}

/** The server as people run it: a process of its own. */
export async function startServerProcess(folder: string): Promise<ServerProcess> {
  const child = spawn(process.execPath, [serverBin, '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, LOG_LEVEL: 'silent', KEEPSPACE_REQUESTS_PER_MINUTE: '1000000000', DATABASE_URL: undefined},
  })
  const url = await listening(child)
  return {
    url,
    token: (await readFile(join(folder, 'token'), 'utf8')).trim(),
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      const found = /http:\/\/\S+/.exec(output)?.[0]
      if (found !== undefined) {
        resolve(found)
      }
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)))
  })
}
