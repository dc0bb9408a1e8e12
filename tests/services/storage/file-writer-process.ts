import {writeSync} from 'node:fs'
import {fileStorage} from '../../../src/file.ts'
import {openedWorkload} from './file-kill-check.ts'

/**
 * A process that commits until it is killed, and says each acknowledgement as soon as it has it. First it checks what
 * its predecessor left: the state after commit `acknowledged`, or after the one that was under way.
 */
async function main(directory: string, acknowledged: number): Promise<void> {
  const port = await fileStorage({directory}).open()
  const {workload, shown} = await openedWorkload(port, directory, acknowledged)
  say(`opened ${shown}`)
  for (;;) {
    const {number, groups, durability} = workload.next()
    const results = await port.commit(groups, {durability})
    say(results.every(({status}) => status === 'committed') ? `acknowledged ${number}` : `refused ${number}`)
  }
}

/** Synchronous: what was said before a kill is not lost. */
function say(line: string): void {
  writeSync(1, `${line}\n`)
}

const [, , directory = '', acknowledged = '0'] = process.argv
main(directory, Number(acknowledged)).catch((error: unknown) => {
  say(`failed ${error instanceof Error ? error.stack : error}`)
  process.exitCode = 1
})
