import type {ActivityEvent} from '../machines/activity/activity.machine.ts'
import type {SweepTrigger} from '../machines/autosave/autosave.machine.ts'
import type {Activity, ActivitySnapshot, WindowActivity} from '../model/activity.ts'
import type {PageEvent} from '../model/page-lifecycle.ts'
import type {Time} from '../model/time.ts'
import type {System} from './system.ts'

const activityEvents: Readonly<Record<PageEvent, ActivityEvent['type'] | undefined>> = {
  hidden: 'page.hidden',
  leaving: 'page.hidden',
  frozen: 'page.frozen',
  resumed: 'page.resumed',
  visible: 'page.shown',
  focused: 'page.focused',
  blurred: 'page.blurred',
  online: undefined,
  offline: undefined,
}

const sweepTriggers: Readonly<Partial<Record<PageEvent, SweepTrigger>>> = {
  hidden: 'hidden',
  resumed: 'resumed',
  visible: 'visible',
  online: 'online',
}

/** Tells the charts that depend on the page what happened to it. */
export function followPage({activity, autosave}: System, event: PageEvent, {now}: Time): void {
  const type = activityEvents[event]
  if (type !== undefined) {
    activity.send({type, atMs: now()})
  }
  const trigger = sweepTriggers[event]
  if (trigger !== undefined) {
    autosave.send({type: 'sweep.requested', trigger})
  }
}

/** What others see of the activity chart. */
export function createActivity({activity}: System): Activity {
  let snapshot: ActivitySnapshot | undefined
  const read = (): ActivitySnapshot => {
    const {value, context} = activity.getSnapshot()
    const state = value as WindowActivity
    if (snapshot?.state !== state || snapshot.since !== context.sinceMs) {
      snapshot = {state, since: context.sinceMs}
    }
    return snapshot
  }
  return {
    getSnapshot: read,
    subscribe: (listener) => {
      let told = read()
      const subscription = activity.subscribe(() => {
        const next = read()
        if (next.state !== told.state) {
          told = next
          listener()
        }
      })
      return () => subscription.unsubscribe()
    },
  }
}
