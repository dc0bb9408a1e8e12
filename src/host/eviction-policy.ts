import {smartPolicy} from '../machines/eviction/ranking.policy.ts'
import type {EvictionPolicy} from '../model/eviction.ts'
import {callHost} from '../services/host-calls.ts'

/** A policy of the host application, which may throw: then the built-in one decides, and the host hears of its fault. */
export function cautious(policy: EvictionPolicy): EvictionPolicy {
  return (candidates, request) => callHost(() => policy(candidates, request)) ?? smartPolicy(candidates, request)
}
