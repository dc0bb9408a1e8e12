/**
 * How memory was measured, the best first.
 *
 * - `userAgent`: `performance.measureUserAgentSpecificMemory()`; everything of this page and its workers, after a garbage
 *   collection. Chromium only, and only in pages that are cross-origin isolated.
 * - `heap`: `performance.memory`; the JavaScript heap of the whole process, rounded. Chromium only, deprecated.
 * - `electron`: what the app was told by its main process.
 * - `estimate`: computed from how many workspaces and components are in memory, or from the size of their records.
 *   Works everywhere and sees nothing else.
 * - `count`: only how many workspaces are in memory.
 */
export type MemorySource = 'userAgent' | 'heap' | 'electron' | 'estimate' | 'count'

/** One answer of a source. */
export type MemoryMeasure = {readonly usedBytes: number; readonly limitBytes: number}

/** Asks one source. Undefined where it does not exist; it may reject, then the next one is asked. */
export type MemoryProbe = {
  readonly source: MemorySource
  readonly measure: () => Promise<MemoryMeasure | undefined>
}

/** How much memory is taken, from nothing to worry about to the end of it. */
export type PressureLevel = 'low' | 'normal' | 'elevated' | 'high' | 'critical'

/** Memory at one moment. Sizes in bytes. */
export type MemoryReading = {
  readonly source: MemorySource
  /** Undefined when only workspaces are counted. */
  readonly usedBytes: number | undefined
  readonly limitBytes: number | undefined
  readonly runtimeCount: number
  readonly componentCount: number
  /** What all workspaces in memory take by our own estimate from the size of their records. */
  readonly ownBytes: number
  readonly atMs: number
}

/** What a level leads to. */
export type MemoryDecision = {
  /** People are told to close some workspaces. */
  readonly warns: boolean
  /** Workspaces leave memory although the cap allows them. */
  readonly evicts: boolean
  /** No further workspace is opened for editing. */
  readonly blocks: boolean
}

/** Memory as people see it. A new object only when something in it changed. */
export type MemoryStatus = {
  /** Whether memory is measured: `memoryAwareEviction` is on. */
  readonly isOn: boolean
  /** `low` while memory is not measured. */
  readonly level: PressureLevel
  readonly decision: MemoryDecision
  /** Evictions failed several times in a row: nothing leaves memory until one works. One is tried now and then. */
  readonly isDegraded: boolean
  /** The newest measurement; undefined before the first one. */
  readonly reading: MemoryReading | undefined
  /** Workspaces that wait or were refused because memory is full. */
  readonly blocked: readonly string[]
}
