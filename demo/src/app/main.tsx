import {inspectInPages} from 'keepspace/inspector'
import {KeepspaceProvider, ServerSavesProvider, SessionsProvider} from 'keepspace/react'
import {StrictMode} from 'react'
import {createRoot} from 'react-dom/client'
import {ErrorBoundary} from 'react-error-boundary'
import '@xyflow/react/dist/base.css'
import '../styles/index.css'
import {App} from './App.tsx'
import {Crash} from './Crash.tsx'
import {applyStoredCap, keepspace} from './keepspace.ts'
import {serverSaves, sessions} from './sessions.ts'

void applyStoredCap()
inspectInPages(keepspace, {title: 'Keepspace demo'})

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary FallbackComponent={Crash}>
      <KeepspaceProvider keepspace={keepspace}>
        <SessionsProvider sessions={sessions}>
          <ServerSavesProvider serverSaves={serverSaves}>
            <App />
          </ServerSavesProvider>
        </SessionsProvider>
      </KeepspaceProvider>
    </ErrorBoundary>
  </StrictMode>,
)
