import type {StoragePort, StorageTarget} from '../model/storage-port.ts'
import {commitTests} from './storage-contract-commits.ts'
import type {ContractContext} from './storage-contract-kit.ts'
import {readTests} from './storage-contract-reads.ts'

/** The two functions of a test runner that the contract needs; those of Vitest and Jest fit as they are. */
export type ContractRunner = {
  test(name: string, body: () => Promise<void>): void
  readonly expect: ContractContext['expect']
}

/**
 * Registers one test for everything that {@link StoragePort} promises. Call it inside a `describe` per implementation.
 *
 * @param open - makes a target without any records; called once per test. Opening that target twice must give two
 * connections to the same records, as two tabs have.
 */
export function testStorageContract({test, expect}: ContractRunner, open: () => Promise<StorageTarget>): void {
  for (const [name, body] of Object.entries({...commitTests, ...readTests})) {
    test(name, async () => {
      const target = await open()
      const ports: StoragePort[] = []
      const connect = async () => {
        const port = await target.open()
        ports.push(port)
        return port
      }
      try {
        await body({port: await connect(), connect, expect})
      } finally {
        await Promise.all(ports.map((port) => port.close()))
      }
    })
  }
}
