import type {MemoryMeasure, MemoryProbe} from '../../model/memory.ts'

/** What a heap may grow to where the browser does not say: the limit the estimate assumes too. */
export const ASSUMED_LIMIT_BYTES = 2_048 * 1_048_576

type MemoryPerformance = {
  readonly memory?: {readonly usedJSHeapSize?: number; readonly jsHeapSizeLimit?: number}
  readonly measureUserAgentSpecificMemory?: () => Promise<{readonly bytes: number}>
}

/** Everything of this page, measured by the browser after a garbage collection. Only in cross-origin isolated pages. */
export function userAgentProbe(scope: MemoryPerformance & object = globalThis.performance): MemoryProbe {
  return {
    source: 'userAgent',
    measure: async () => {
      if (scope.measureUserAgentSpecificMemory === undefined) {
        return undefined
      }
      const {bytes} = await scope.measureUserAgentSpecificMemory()
      return {usedBytes: bytes, limitBytes: scope.memory?.jsHeapSizeLimit ?? ASSUMED_LIMIT_BYTES}
    },
  }
}

/** The JavaScript heap of the process, rounded by the browser. Chromium only. */
export function heapProbe(scope: MemoryPerformance & object = globalThis.performance): MemoryProbe {
  return {
    source: 'heap',
    measure: async (): Promise<MemoryMeasure | undefined> => {
      const {usedJSHeapSize, jsHeapSizeLimit} = scope.memory ?? {}
      return usedJSHeapSize && jsHeapSizeLimit ? {usedBytes: usedJSHeapSize, limitBytes: jsHeapSizeLimit} : undefined
    },
  }
}
