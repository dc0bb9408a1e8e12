import type {Alarm} from '../model/alarms.ts'
import type {Time} from '../model/time.ts'
import type {AlarmRecords, Claim} from '../services/alarms/alarm-records.ts'

/** A ring for which storage is known to fail waits no longer for its claim. A claim that failed is repeated as often. */
export const CLAIM_WAIT_MS = 500

/**
 * A ring whose claim nobody answered for so long is heard unclaimed, perhaps in several tabs: better twice than never.
 * Longer than a call to storage may take before it is given up.
 */
export const CLAIM_BOUND_MS = 6_000

/** Lets a person hear what a claim of this tab won. */
export type Ringer = {
  /** Claims a moment, and rings once the claim is won. Answers when it has rung or is not to ring here. */
  ring(moment: Omit<Alarm, 'firedAt'>): Promise<Claim>
}

/** Makes the one way to a ring. A ring follows a won claim; only storage that gives no answer is not waited for. */
export function createRinger(context: {
  readonly time: Time
  readonly alarms: Pick<AlarmRecords, 'claim' | 'reclaim'>
  /** Storage refused what was written last, and was not heard to work since. */
  readonly isStorageFailing: () => boolean
  readonly mayRing: () => boolean
  readonly tell: (moment: Omit<Alarm, 'firedAt'>) => void
}): Ringer {
  const {time, alarms, isStorageFailing, mayRing} = context

  return {
    ring: (moment) =>
      new Promise((resolve) => {
        const startedMs = time.elapsed()
        const wasFailing = isStorageFailing()
        let isOver = false
        let isAsking = true
        let timer: unknown
        const end = (claim: Claim) => {
          if (!isOver) {
            isOver = true
            time.clearTimeout(timer)
            if (claim.rings && mayRing()) {
              context.tell(moment)
            }
            resolve(claim)
          }
        }
        const settle = (claim: Claim) => {
          isAsking = false
          if (claim.isStored || !claim.rings) {
            end(claim)
          }
        }
        const look = () => {
          if (!mayRing() || time.elapsed() - startedMs >= CLAIM_BOUND_MS || (wasFailing && isStorageFailing())) {
            end({rings: true, isStored: false})
            return
          }
          if (!isAsking) {
            isAsking = true
            void alarms.reclaim(moment).then(settle)
          }
          timer = time.setTimeout(look, CLAIM_WAIT_MS)
        }
        timer = time.setTimeout(look, CLAIM_WAIT_MS)
        void alarms.claim({...moment, firedAt: time.now()}).then(settle)
      }),
  }
}
