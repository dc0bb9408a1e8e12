import type {EvictionStrength} from '../../model/eviction.ts'
import type {MemoryDecision, MemoryReading, PressureLevel} from '../../model/memory.ts'

/** From which share of the limit, and from how many workspaces, each level holds. */
export type PressurePolicy = {
  readonly shares: Readonly<Record<Rising, number>>
  readonly counts: Readonly<Record<Rising, number>>
  /** A level is left downwards only when memory is this share below it, so that it does not flap. */
  readonly shareMargin: number
  /** The same in workspaces. */
  readonly countMargin: number
  /** So many workspaces are critical whatever else is measured. */
  readonly absoluteCount: number
  /** How often memory is measured, milliseconds. */
  readonly pollMs: number
}

type Rising = Exclude<PressureLevel, 'low'>

export const defaultPressure: PressurePolicy = {
  shares: {normal: 0.5, elevated: 0.65, high: 0.75, critical: 0.85},
  counts: {normal: 8, elevated: 13, high: 17, critical: 21},
  shareMargin: 0.03,
  countMargin: 1,
  absoluteCount: 25,
  pollMs: 10_000,
}

const rising: readonly Rising[] = ['normal', 'elevated', 'high', 'critical']
const order: readonly PressureLevel[] = ['low', ...rising]

/** The level of a reading. It rises at once and falls only with a margin below the level before. */
export function levelOf(reading: MemoryReading, before: PressureLevel, policy: PressurePolicy): PressureLevel {
  if (reading.runtimeCount >= policy.absoluteCount) {
    return 'critical'
  }
  const up = levelAt(reading, policy, 0)
  const down = levelAt(reading, policy, 1)
  if (order.indexOf(up) >= order.indexOf(before)) {
    return up
  }
  return order.indexOf(down) >= order.indexOf(before) ? before : down
}

/** The highest level reached when all thresholds are lowered by so many margins. */
function levelAt(reading: MemoryReading, policy: PressurePolicy, margins: number): PressureLevel {
  const {usedBytes, limitBytes, runtimeCount} = reading
  const isCounted = usedBytes === undefined || limitBytes === undefined || limitBytes <= 0
  const value = isCounted ? runtimeCount : usedBytes / limitBytes
  const thresholds = isCounted ? policy.counts : policy.shares
  const margin = (isCounted ? policy.countMargin : policy.shareMargin) * margins
  return rising.findLast((level) => value >= thresholds[level] - margin) ?? 'low'
}

/** What a level leads to: elevated warns, high evicts, critical evicts and lets nothing more in. */
export function decisionOf(level: PressureLevel): MemoryDecision {
  const rank = order.indexOf(level)
  return {warns: rank >= 2, evicts: rank >= 3, blocks: rank >= 4}
}

/**
 * How much memory of workspaces is wanted back, and how strongly. At high pressure as much as one of them takes, so that
 * each is followed by a new measurement; at critical pressure up to half of what all take.
 */
export function wishOf(
  level: PressureLevel,
  reading: MemoryReading,
): {readonly strength: EvictionStrength; readonly bytes: number} | undefined {
  if (!decisionOf(level).evicts) {
    return undefined
  }
  const isCritical = level === 'critical'
  const share = isCritical ? reading.ownBytes / 2 : reading.ownBytes / Math.max(1, reading.runtimeCount)
  return {strength: isCritical ? 'urgent' : 'proactive', bytes: Math.max(1, Math.round(share))}
}
