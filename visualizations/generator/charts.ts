import type {AnyStateMachine} from 'xstate'

/** A statechart of the library and the file it comes from. */
export type Chart = {
  /** Folder and file are called so, and the chart's id should be. */
  readonly name: string
  /** Path of the source file, from the root of the repository. */
  readonly source: string
  readonly machine: AnyStateMachine
}

const modules = import.meta.glob<Record<string, unknown>>('../../src/machines/*/*.machine.ts', {eager: true})

/** Every chart that a file `src/machines/<name>/<name>.machine.ts` exports, by name. */
export const charts: readonly Chart[] = Object.entries(modules)
  .flatMap(([path, exported]) =>
    Object.values(exported)
      .filter(isMachine)
      .map((machine) => toChart(path, machine)),
  )
  .sort((a, b) => a.name.localeCompare(b.name))

function toChart(path: string, machine: AnyStateMachine): Chart {
  const source = path.replace(/^(\.\.\/)+/, '')
  const name = source.split('/').at(-1)?.replace('.machine.ts', '') ?? source
  return {name, source, machine}
}

function isMachine(value: unknown): value is AnyStateMachine {
  return typeof value === 'object' && value !== null && 'root' in value && 'config' in value && 'provide' in value
}
