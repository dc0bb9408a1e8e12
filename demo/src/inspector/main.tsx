import {StrictMode} from 'react'
import {createRoot} from 'react-dom/client'
import {ErrorBoundary} from 'react-error-boundary'
import '../styles/index.css'
import {Crash} from '../app/Crash.tsx'
import {InspectorPage} from './InspectorPage.tsx'

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <ErrorBoundary FallbackComponent={Crash}>
      <InspectorPage />
    </ErrorBoundary>
  </StrictMode>,
)
