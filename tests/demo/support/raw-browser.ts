import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Readable, Writable} from 'node:stream'
import {chromiumArguments, chromiumPath} from '../../../scripts/chromium.js'

/** A tab whose visibility nobody emulates: in the background it is hidden, and can be frozen. */
export type RawTab = {
  /** Evaluates an expression, awaiting promises. */
  evaluate<Result>(expression: string): Promise<Result>
  show(): Promise<void>
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** Sends a command of the browser's protocol to this tab. */
  command(method: string, params: object): Promise<void>
}

/** A browser driven by its own protocol. Playwright keeps every page visible and focused. */
export type RawBrowser = AsyncDisposable & {
  /** Opens a tab in front of the others, which are hidden by it. */
  open(url: string): Promise<RawTab>
  /** Lets the browser put everything in order and end. */
  quit(): Promise<void>
  /** Ends the browser and everything it started, in the middle of whatever it does. */
  kill(): Promise<void>
}

export type RawBrowserOptions = {
  /** Folder of a profile that outlives the browser. @defaultValue a new one, removed with the browser */
  readonly profile?: string
  /** Flags besides the usual ones. */
  readonly flags?: readonly string[]
}

type Answer = {readonly id?: number; readonly result?: unknown; readonly error?: {readonly message: string}}

export async function startRawBrowser(options: RawBrowserOptions = {}): Promise<RawBrowser> {
  const profile = options.profile ?? (await mkdtemp(join(tmpdir(), 'keepspace-raw-')))
  const ownArguments = ['--headless=new', '--remote-debugging-pipe', `--user-data-dir=${profile}`]
  const args = [...chromiumArguments, ...ownArguments, ...(options.flags ?? [])]
  const child = spawn(chromiumPath(), [...args, 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  const send = connect(child.stdio[3] as Writable, child.stdio[4] as Readable)

  const open = async (url: string): Promise<RawTab> => {
    const {targetId} = await send<{targetId: string}>('Target.createTarget', {url})
    const {sessionId} = await send<{sessionId: string}>('Target.attachToTarget', {targetId, flatten: true})
    const setState = (state: 'frozen' | 'active') => send<void>('Page.setWebLifecycleState', {state}, sessionId)
    await send('Page.enable', {}, sessionId)
    return {
      evaluate: async <Result>(expression: string) => {
        const params = {expression, awaitPromise: true, returnByValue: true}
        type Evaluated = {result: {value: Result}; exceptionDetails?: {text: string}}
        const {result, exceptionDetails} = await send<Evaluated>('Runtime.evaluate', params, sessionId)
        if (exceptionDetails !== undefined) {
          throw new Error(`${exceptionDetails.text} ${JSON.stringify(result)}`)
        }
        return result.value
      },
      show: () => send<void>('Target.activateTarget', {targetId}),
      freeze: () => setState('frozen'),
      thaw: () => setState('active'),
      command: (method, params) => send<void>(method, params, sessionId),
    }
  }
  const kill = async () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL')
    }
    await ended
  }
  const quit = async () => {
    await send('Browser.close')
    await ended
  }
  return {
    open,
    quit,
    kill,
    async [Symbol.asyncDispose]() {
      await kill()
      if (options.profile === undefined) {
        await rm(profile, {recursive: true, force: true, maxRetries: 5})
      }
    },
  }
}

/** Messages are JSON texts, each ended by a zero. */
function connect(input: Writable, output: Readable) {
  const waiting = new Map<number, (answer: Answer) => void>()
  let rest = ''
  let count = 0
  output.setEncoding('utf8')
  output.on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\0')
    rest = texts.pop() ?? ''
    for (const text of texts) {
      const answer = JSON.parse(text) as Answer
      if (answer.id !== undefined) {
        waiting.get(answer.id)?.(answer)
        waiting.delete(answer.id)
      }
    }
  })
  return <Result>(method: string, params: object = {}, sessionId?: string): Promise<Result> =>
    new Promise((resolve, reject) => {
      count += 1
      waiting.set(count, ({result, error}) =>
        error === undefined ? resolve(result as Result) : reject(new Error(`${method}: ${error.message}`)),
      )
      input.write(`${JSON.stringify({id: count, method, params, sessionId})}\0`)
    })
}
