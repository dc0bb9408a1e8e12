import type {TabBus, TabMessage} from '../../src/model/tab-bus.ts'
import type {ChoiceTape} from './choice-tape.ts'
import type {SimClient} from './sim-client.ts'
import type {SimClock} from './sim-clock.ts'

const latenciesMs = [0, 1, 3, 30]

/** Carries messages between the tabs of one browser: late, or not at all. */
export function createSimBus(clock: SimClock, tape: ChoiceTape): (client: SimClient) => TabBus {
  const subscribers = new Set<{readonly client: SimClient; readonly listener: (message: TabMessage) => void}>()
  return (client) => ({
    post: (message) => {
      for (const subscriber of client.isAlive ? subscribers : []) {
        if (subscriber.client === client || !subscriber.client.isAlive || tape.chance(20)) {
          continue
        }
        const deliver = () => {
          if (subscribers.has(subscriber)) {
            subscriber.listener(message)
          }
        }
        clock.setTimeout(() => subscriber.client.run(deliver), latenciesMs[tape.pick(latenciesMs.length)] ?? 0)
      }
    },
    subscribe: (listener) => {
      const subscriber = {client, listener}
      subscribers.add(subscriber)
      return () => void subscribers.delete(subscriber)
    },
    close: () => {
      for (const subscriber of subscribers) {
        if (subscriber.client === client) {
          subscribers.delete(subscriber)
        }
      }
    },
  })
}
