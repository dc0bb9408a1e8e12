import {createKeepspace, deviceCap, type MemoryProbe} from 'keepspace'
import {localforageStorage} from 'keepspace/localforage'
import {createFaultSwitch, withFaults} from '../faults.ts'
import {definitions} from '../widgets/definitions.ts'
import {parameters} from './parameters.ts'

/** Faults asked for in the address; all off without. */
export const faults = createFaultSwitch(parameters)

/** What is in memory at once until a person chooses: fewer on a tablet than on a desktop computer. */
export const defaultCap = deviceCap()

/** The one Keepspace of this page. It lives outside React, so that no view can end it. */
export const keepspace = createKeepspace({
  namespace: 'demo',
  components: definitions,
  storage: withFaults(localforageStorage({name: parameters.database}), faults),
  cap: parameters.cap ?? defaultCap,
  flags: {smartEviction: parameters.smartEviction, memoryAwareEviction: parameters.memoryPercent !== undefined},
  ...(parameters.memoryPercent !== undefined && {memoryProbes: [pretended(parameters.memoryPercent)]}),
})

/** Takes the cap a person chose, once settings are read. The address wins, for tests. */
export async function applyStoredCap(): Promise<void> {
  await keepspace.whenStarted()
  const stored = keepspace.settings.get('cap')
  if (parameters.cap === undefined && typeof stored === 'number') {
    keepspace.setCap(stored)
  }
}

/** A memory that is as full as the address says, until a test says otherwise. */
function pretended(percent: number): MemoryProbe {
  return {source: 'heap', measure: async () => ({usedBytes: window.pretendedPercent ?? percent, limitBytes: 100})}
}

declare global {
  interface Window {
    /** For the console of curious people. */
    keepspace: typeof keepspace
    /** How full memory is said to be instead of `?memory=`. */
    pretendedPercent?: number
  }
}
window.keepspace = keepspace

// Somebody signed out in another tab: this one begins anew, with nothing of theirs.
keepspace.on('purged_elsewhere', () => location.reload())
