import {createKeepspace, memoryStorage} from 'keepspace'
import {answeredStorage, createFakeWitness, createSimulatedTime, type WaitingCall} from 'keepspace/testing'
import {act} from 'react'
import {createRoot} from 'react-dom/client'
import {note} from '../src/note.ts'
import {NotePage} from '../src/note-page.tsx'

export type Page = Awaited<ReturnType<typeof startPage>>

/** The page over storage that waits for an answer, on a clock that stands still. */
export async function startPage() {
  Object.assign(globalThis, {IS_REACT_ACT_ENVIRONMENT: true})
  let isReady = false
  const time = createSimulatedTime()
  const advanceAsync = (ms: number) => act(() => time.advanceAsync(ms))
  const storage = answeredStorage(memoryStorage({isPersistent: true}), (method) => isReady && method === 'commit')
  const keepspace = createKeepspace({
    namespace: 'test',
    components: [note],
    storage: storage.target,
    time,
    // The page remembers what must be stored, and would ask where that of the last path has gone.
    witness: createFakeWitness(),
  })
  keepspace.open('home', {create: {title: 'Home'}}).add(note, {id: 'first'})

  const page = document.createElement('div')
  await act(async () => createRoot(page).render(<NotePage keepspace={keepspace} />))
  await advanceAsync(1_000)
  isReady = true
  return {
    page,
    advanceAsync,
    /** The commit that waits for its answer, once what is saved together was gathered. */
    sent: async () => {
      await advanceAsync(10)
      return storage.waiting[0] as WaitingCall
    },
    type: () =>
      act(async () =>
        keepspace
          .workspace('home')
          .component(note, 'first')
          .set(({text}) => ({text: `${text}!`})),
      ),
  }
}
