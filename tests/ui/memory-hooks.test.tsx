import {act, fireEvent, screen} from '@testing-library/react'
import {describe, expect, test} from 'vitest'
import {
  useAlarms,
  useEvictionExplanation,
  useMemoryBlocked,
  useMemoryStatus,
  useTelemetry,
  useWorkspaceManager,
  useWorkspaceStatus,
} from '../../src/react.ts'
import {note, timer} from '../support/definitions.ts'
import {pass, renderIn} from '../support/render.tsx'
import {finish, startWithNote} from '../support/start-keepspace.ts'

const ids = ['a', 'b', 'c']
type Started = Awaited<ReturnType<typeof startWithNote>>

/** Memory that is so full, until a test says otherwise. */
function startMeasured(percent: number) {
  const memory = {percent}
  const measure = async () => ({usedBytes: memory.percent, limitBytes: 100})
  const options = {memoryProbes: [{source: 'heap', measure}], flags: {memoryAwareEviction: true}} as const
  return {memory, options}
}

/** Two that are seen under a cap of one are enough to refuse the next. */
async function startBlocked(): Promise<Started> {
  const started = await startWithNote({cap: 1}, ids)
  act(() => void started.keepspace.activate('b'))
  await pass(started, 1_100)
  return started
}

describe(useMemoryStatus.name, () => {
  test('follows the level up and down', async () => {
    const {memory, options} = startMeasured(10)
    const started = await startWithNote(options, ids)
    const View = () => {
      const {level, isOn, decision, reading} = useMemoryStatus()
      return <p>{[isOn, level, decision.warns, reading?.source].join(' ')}</p>
    }
    renderIn(started, <View />)
    await pass(started)
    screen.getByText('true low false heap')
    for (const [percent, words] of [
      [70, 'true elevated true heap'],
      [10, 'true low false heap'],
    ] as const) {
      memory.percent = percent
      act(() => started.keepspace.measureMemory())
      await pass(started)
      screen.getByText(words)
    }
  })
})

describe(useEvictionExplanation.name, () => {
  test('says why, and changes when the workspace is pinned, let go and opened again', async () => {
    const started = await startWithNote({cap: 2}, ids)
    const {keepspace} = started
    const View = () => <p>{useEvictionExplanation('a')?.sentence}</p>
    renderIn(started, <View />)
    screen.getByText('It stays because you see it.')
    act(() => {
      keepspace.activate('b')
      keepspace.hide('a')
    })
    await pass(started, 100)
    screen.getByText(/^It is stored and let go first/)
    await act(() => finish(started.time, keepspace.catalogue.setWorkspacePinned(keepspace.workspace('a').id, true)))
    screen.getByText('It stays because you pinned it.')
    await act(() => finish(started.time, keepspace.catalogue.setWorkspacePinned(keepspace.workspace('a').id, false)))
    act(() => {
      keepspace.activate('c')
      keepspace.hide('b')
      keepspace.setCap(1)
    })
    await pass(started, 200)
    screen.getByText(/^It was let go because no more workspaces fit in memory/)
  })
})

describe(useMemoryBlocked.name, () => {
  test('names what is in memory, closes it, and is over once there is room', async () => {
    const started = await startBlocked()
    const View = () => {
      const {isBlocked, isCritical, inMemory, close} = useMemoryBlocked('b')
      return (
        <button type="button" onClick={() => inMemory[0] && void close(inMemory[0])}>
          {[isBlocked, isCritical, inMemory.join()].join(' ')}
        </button>
      )
    }
    renderIn(started, <View />)
    fireEvent.click(screen.getByText('true false a'))
    await pass(started, 200)
    screen.getByText('false false')
    expect(started.keepspace.getSnapshot().hot).toEqual(['b'])
  })

  test('lets a person look at it read-only, and open it under critical memory when nothing else is there', async () => {
    const {memory, options} = startMeasured(10)
    const started = await startWithNote({...options, cap: 4}, ids)
    const {keepspace} = started
    const View = () => {
      const {isBlocked, isCritical, inMemory, openReadOnly, open} = useMemoryBlocked('b')
      const {phase} = useWorkspaceStatus('b')
      return (
        <>
          <p>{[phase, isBlocked, isCritical, inMemory.join()].join(' ')}</p>
          <button type="button" onClick={openReadOnly}>
            look
          </button>
          <button type="button" onClick={open}>
            open
          </button>
        </>
      )
    }
    renderIn(started, <View />)
    memory.percent = 95
    act(() => keepspace.measureMemory())
    await pass(started, 100)
    act(() => {
      keepspace.activate('b')
      keepspace.hide('a')
    })
    await pass(started, 20)
    screen.getByText('loadFailed true true a')
    await pass(started, 30_000)
    screen.getByText('loadFailed true true')
    fireEvent.click(screen.getByText('look'))
    await pass(started, 20)
    screen.getByText('readOnly true true')
    fireEvent.click(screen.getByText('open'))
    await pass(started, 20)
    screen.getByText('hot false true')
  })
})

describe(useWorkspaceManager.name, () => {
  test('lists those in memory first, a page at a time, and what it does is done', async () => {
    const started = await startWithNote({}, ids)
    const View = () => {
      const {workspaces, page, pageCount, total, setPage, close, reopen, save, setPinned, phase} = useWorkspaceManager({
        pageSize: 2,
      })
      const [first] = workspaces
      return (
        <>
          <p>
            {[phase, total, page, pageCount, ...workspaces.map(({id, isInMemory}) => `${id}:${isInMemory}`)].join(' ')}
          </p>
          <button type="button" onClick={() => setPage(page + 1)}>
            next
          </button>
          {first && (
            <>
              <button type="button" onClick={() => void save(first.id)}>
                save
              </button>
              <button type="button" onClick={() => void setPinned(first.id, true)}>
                pin
              </button>
              <button type="button" onClick={() => void close(first.id)}>
                close
              </button>
              <button type="button" onClick={() => reopen(first.id)}>
                reopen
              </button>
            </>
          )}
        </>
      )
    }
    renderIn(started, <View />)
    screen.getByText('ready 3 0 2 a:true b:false')
    started.component.set({text: 'unsaved'})
    fireEvent.click(screen.getByText('save'))
    await pass(started, 20)
    expect(started.keepspace.getStatus('a')).toMatchObject({save: 'saved', level: 'flushed'})
    fireEvent.click(screen.getByText('pin'))
    await pass(started, 100)
    expect(started.keepspace.getStatus('a').isPinned).toBe(true)
    fireEvent.click(screen.getByText('close'))
    await pass(started, 100)
    screen.getByText('ready 3 0 2 a:false b:false')
    fireEvent.click(screen.getByText('reopen'))
    await pass(started, 100)
    screen.getByText('ready 3 0 2 a:true b:false')
    fireEvent.click(screen.getByText('next'))
    screen.getByText('ready 3 1 2 c:false')
  })
})

describe('operations and alarms', () => {
  test('are shown while they go on, and a ring until it is dismissed', async () => {
    const started = await startWithNote({components: [note, timer]}, ids)
    const View = () => {
      const {operations, runningCount} = useWorkspaceStatus('a')
      const alarms = useAlarms()
      return (
        <>
          <p>{[runningCount, ...operations.map(({name, resume}) => `${name} ${resume}`)].join(' ')}</p>
          <ul>
            {alarms.map((alarm) => (
              <li key={alarm.componentId}>
                <button type="button" onClick={() => void started.keepspace.alarms.dismiss(alarm)}>
                  rang {alarm.componentId}
                </button>
              </li>
            ))}
          </ul>
        </>
      )
    }
    renderIn(started, <View />)
    screen.getByText('0')
    act(() => started.workspace.add(timer, {id: 't', state: {seconds: 600, isTicking: true}}))
    await pass(started, 100)
    screen.getByText('1 timer remaining')
    let stop: () => void = () => undefined
    act(() => {
      stop = started.component.startOperation({name: 'upload'})
    })
    await pass(started, 100)
    screen.getByText(/^2 .*upload restart/)
    act(() => stop())
    await pass(started, 100)
    screen.getByText('1 timer remaining')
  })
})

describe(useTelemetry.name, () => {
  test('looks again and again while it is shown, and leaves no timer behind', async () => {
    const started = await startWithNote({}, ids)
    const View = () => <p>{useTelemetry({everyMs: 1_000}).counters.events.save_success ?? 0} saved</p>
    const {unmount} = renderIn(started, <View />)
    const before = Number.parseInt(screen.getByText(/saved$/).textContent ?? '', 10)
    act(() => started.component.set({text: 'once more'}))
    await pass(started, 900)
    screen.getByText(`${before} saved`)
    await pass(started, 1_500)
    screen.getByText(`${before + 1} saved`)
    const pending = started.time.pending().length
    unmount()
    expect(started.time.pending().length).toBe(pending - 1)
  })
})
