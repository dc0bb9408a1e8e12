// @vitest-environment node
import {Suspense} from 'react'
import {renderToString} from 'react-dom/server'
import {describe, expect, test} from 'vitest'
import {createKeepspace} from '../../src/keepspace.ts'
import {
  ComponentBoundary,
  KeepspaceProvider,
  SaveStatusBadge,
  useCatalogue,
  useComponentRegistration,
  useComponentState,
  useKeepspaceSnapshot,
  usePreventUnsavedChanges,
  useSetting,
  useThrottledComponentState,
  useWorkspace,
  WorkspaceBoundary,
  WorkspaceProvider,
} from '../../src/react.ts'
import {memoryStorage} from '../../src/services/storage/memory-storage.ts'
import {note, timer} from '../support/definitions.ts'
import '../support/render.tsx'

function Everything() {
  usePreventUnsavedChanges()
  const {status, components} = useWorkspace()
  const [state] = useComponentState(note, 'n1')
  const info = useComponentRegistration(note, {id: 'n2'})
  const {isRestored} = useThrottledComponentState(timer, 't1', {seconds: 1})
  const [theme] = useSetting('theme', 'light')
  const facts = {
    system: useKeepspaceSnapshot(),
    catalogue: useCatalogue().phase,
    phase: status.phase,
    components,
    state,
    info,
    isRestored,
    theme,
  }
  return <script type="application/json">{JSON.stringify(facts).replaceAll('"', "'")}</script>
}

function Suspended() {
  useComponentState(note, 'n1', {suspense: true})
  return <p>loaded</p>
}

describe('rendering on a server', () => {
  test('there is no window', () => {
    expect(typeof window).toBe('undefined')
  })

  test('everything says that it is loading, and nothing is loaded', async () => {
    const keepspace = start()
    const html = renderToString(
      <KeepspaceProvider keepspace={keepspace}>
        <WorkspaceProvider id="a">
          <WorkspaceBoundary>
            <ComponentBoundary>
              <Everything />
              <SaveStatusBadge />
            </ComponentBoundary>
          </WorkspaceBoundary>
        </WorkspaceProvider>
      </KeepspaceProvider>,
    )
    expect(html.replaceAll('&#x27;', "'")).toBe(
      "<script type=\"application/json\">{'system':{'storage':{'name':'','phase':'opening','isPersistent':false," +
        "'restore':{'emptied':[],'isEverythingGone':false,'emptiedCount':0,'regressedCount':0}}," +
        "'audit':{'phase':'unknown','done':0,'total':0,'isHoldingWrites':false}," +
        "'hot':[],'isOverCap':false,'cap':0},'catalogue':'loading','phase':'loading','components':[]," +
        "'isRestored':false,'theme':'light'}</script>" +
        '<span role="status" aria-live="polite" title="It is being loaded." data-keepspace="save-status" ' +
        'data-phase="loading" data-level="unsaved" data-persistent="false">Loading…</span>',
    )
    expect(keepspace.getSnapshot().hot).toEqual([])
    await keepspace.dispose()
  })

  test('with suspense the fallback is sent, and nothing is loaded', async () => {
    const keepspace = start()
    const html = renderToString(
      <KeepspaceProvider keepspace={keepspace}>
        <WorkspaceProvider id="a">
          <Suspense fallback={<i>wait</i>}>
            <Suspended />
          </Suspense>
        </WorkspaceProvider>
      </KeepspaceProvider>,
    )
    expect(html).toContain('<i>wait</i>')
    await keepspace.whenStarted()
    expect(keepspace.getSnapshot().hot).toEqual([])
    await keepspace.dispose()
  })
})

function start() {
  return createKeepspace({namespace: 'test', components: [note, timer], storage: memoryStorage()})
}
