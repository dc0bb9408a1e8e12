import {act, fireEvent, screen, waitFor} from '@testing-library/react'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {ServerSavesPhase, ServerSavesSnapshot, UnsentWorkspace} from '../../src/model/server-saves.ts'
import {
  describeServerSave,
  describeServerSaves,
  ServerSaveBadge,
  ServerSavesProvider,
  useServerConflict,
  useServerSave,
  useServerSaves,
  useSignIn,
} from '../../src/react.ts'
import {createServerSaves} from '../../src/sessions.ts'
import {createOwnServer} from '../support/own-server.ts'
import {startSessions} from '../support/start-sessions.tsx'

const offline = {code: 'server.offline' as const, sentence: 'Away.', detail: undefined}
const waiting = {workspaceId: 'a', title: 'A', reason: 'waiting', error: undefined} as UnsentWorkspace
const snapshotOf = (phase: ServerSavesPhase, more: Partial<ServerSavesSnapshot> = {}): ServerSavesSnapshot => ({
  phase,
  unsent: [waiting, {...waiting, workspaceId: 'b' as UnsentWorkspace['workspaceId']}],
  unstored: [],
  error: undefined,
  ...more,
})

describe(describeServerSave.name, () => {
  test.each<[ServerSavesPhase, string, string]>([
    ['starting', 'quiet', 'On this device'],
    ['idle', 'quiet', 'On this device'],
    ['gathering', 'busy', 'Sending…'],
    ['sending', 'busy', 'Sending…'],
    ['waiting', 'waiting', 'Server is busy'],
    ['paused.unauthorized', 'trouble', 'Paused'],
    ['closed', 'quiet', 'On this device'],
  ])('says of one that waits while the way is “%s” in a %s tone: %s', (phase, tone, label) => {
    const words = describeServerSave(snapshotOf(phase), waiting, 'onDevice')
    expect([words.tone, words.label]).toEqual([tone, label])
    expect(words.sentence).toMatch(/\.$/)
  })

  test('claims the server only of what it has, and counts who waits', () => {
    const idle = snapshotOf('idle', {unsent: []})
    expect(describeServerSave(idle, undefined, 'onServer').tone).toBe('good')
    expect(describeServerSave(idle, undefined, 'onDevice')).toMatchObject({
      tone: 'quiet',
      label: 'Saved on this device',
    })
    expect(describeServerSaves(idle).label).toBe('On the server')
    const away = snapshotOf('waiting', {error: offline})
    expect(describeServerSave(away, waiting, 'onDevice').sentence).toMatch(/2 workspaces wait\.$/)
    expect(describeServerSaves(away)).toMatchObject({
      label: 'Offline',
      sentence: expect.stringMatching(/^2 workspaces are/),
    })
    expect(describeServerSaves({...idle, unstored: [waiting.workspaceId]}).label).toBe('Unsaved changes')
    expect(describeServerSaves(snapshotOf('idle', {unsent: [{...waiting, reason: 'conflict'}]})).label).toBe(
      'Changed elsewhere',
    )
    expect(describeServerSave(idle, {...waiting, reason: 'refused', error: offline}, 'onDevice')).toMatchObject({
      label: 'Not accepted',
      sentence: 'Away. Everything is kept on this device.',
    })
  })
})

describe('a workspace that is saved to the server by itself', () => {
  test('says so on its way, while the token is refused, and once it is there', async () => {
    const {own, workspaceId, edit, show} = await startSaving()
    const Notice = () => {
      const {isNeeded, signedIn} = useSignIn()
      const {unsent} = useServerSaves()
      return (
        <>
          <p className="facts">{`${isNeeded ? 'signed out' : 'signed in'}, ${unsent.length} waiting`}</p>
          <button type="button" onClick={signedIn}>
            sign in
          </button>
        </>
      )
    }
    show(
      <>
        <ServerSaveBadge workspaceId={workspaceId} />
        <Notice />
      </>,
    )
    const badge = (label: string) => waitFor(() => expect(screen.getByRole('status').textContent).toBe(label))
    const says = (text: string) => waitFor(() => expect(document.querySelector('.facts')?.textContent).toBe(text))
    await badge('Saved on the server')
    own.faults.push(401)
    await edit('two')
    await badge('Paused')
    await says('signed out, 1 waiting')
    expect(screen.getByRole('status').dataset).toMatchObject({tone: 'trouble', waiting: '1'})
    fireEvent.click(screen.getByText('sign in'))
    await badge('Saved on the server')
    await says('signed in, 0 waiting')
  })

  test('and was changed elsewhere shows both versions, and goes on with the one that is chosen', async () => {
    const {own, workspaceId, edit, show, text} = await startSaving()
    const Choice = () => {
      const {value} = useServerConflict(workspaceId)
      const {resolve} = useServerSave(workspaceId)
      return (
        <>
          <p>{value && `${value.difference.components.length} differs`}</p>
          <button type="button" onClick={() => void resolve('theirs')}>
            theirs
          </button>
        </>
      )
    }
    const Page = () => (useServerSave(workspaceId).unsent?.reason === 'conflict' ? <Choice /> : null)
    show(
      <>
        <ServerSaveBadge workspaceId={workspaceId} />
        <Page />
      </>,
    )
    await waitFor(() => expect(own.version(workspaceId)).toBe(1))
    own.change(workspaceId, (document) => JSON.parse(JSON.stringify(document).replace('"one"', '"elsewhere"')))
    await edit('here')
    await screen.findByText('1 differs')
    expect(screen.getByRole('status').textContent).toBe('Changed elsewhere')
    fireEvent.click(screen.getByText('theirs'))
    await waitFor(() => expect(text.getState()).toEqual({text: 'elsewhere'}))
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('Saved on the server'))
  })
})

async function startSaving() {
  const started = await startSessions()
  const {keepspace, workspaceId, text, page} = started
  const own = createOwnServer()
  const serverSaves = createServerSaves(keepspace, {server: own.server, gatherMs: 0})
  onTestFinished(() => serverSaves.close())
  return {
    ...started,
    own,
    serverSaves,
    edit: (value: string) =>
      act(async () => {
        text.set({text: value})
        await keepspace.workspace(workspaceId).save()
      }),
    show: (ui: Parameters<typeof page>[0]) =>
      page(<ServerSavesProvider serverSaves={serverSaves}>{ui}</ServerSavesProvider>),
  }
}
