import {smartPolicy} from '../machines/eviction/ranking.policy.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {EvictionPolicy, RankedCandidate} from '../model/eviction.ts'
import {callHost, reportToHost} from '../services/host-calls.ts'

/**
 * A policy of the host application, which may throw or answer with anything: then the built-in one decides, and the host
 * hears of its fault. What it leaves unsaid of a workspace, or whom it leaves out, is as the built-in one says.
 */
export function cautious(policy: EvictionPolicy): EvictionPolicy {
  return (candidates, request) => {
    const builtIn = smartPolicy(candidates, request)
    const given: unknown = callHost(() => policy(candidates, request))
    if (!Array.isArray(given)) {
      if (given !== undefined) {
        reportToHost(new KeepspaceError('usage', 'an eviction policy has to return an array'))
      }
      return builtIn
    }
    const left = new Map(builtIn.map((row) => [row.id, row]))
    const ranked = given.flatMap((row: Partial<RankedCandidate> | null | undefined) => {
      const own = row?.id === undefined ? undefined : left.get(row.id)
      if (own === undefined) {
        return []
      }
      left.delete(own.id)
      return completed(own, row ?? {})
    })
    return [...ranked, ...left.values()]
  }
}

function completed(own: RankedCandidate, {reason, tier, score, protections, bytes}: Partial<RankedCandidate>) {
  return {
    id: own.id,
    reason: reason ?? own.reason,
    tier: tier ?? own.tier,
    score: score ?? own.score,
    protections: Array.isArray(protections) ? protections : own.protections,
    bytes: bytes ?? own.bytes,
  }
}
