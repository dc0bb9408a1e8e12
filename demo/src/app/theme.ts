import {useSetting} from 'keepspace/react'
import {useEffect} from 'react'

export type Theme = 'system' | 'light' | 'dark'

/** Where `theme.js` looks before the first paint. */
const COPY_KEY = 'keepspace-demo.theme'

/** The chosen theme, and how to choose another one. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [stored, setStored] = useSetting<string>('theme', 'system')
  const theme: Theme = stored === 'light' || stored === 'dark' ? stored : 'system'
  const choose = (next: Theme) => {
    paint(next)
    void setStored(next)
  }
  return [theme, choose]
}

/** Keeps the page in the chosen theme. Once per page. */
export function useAppliedTheme(isStarted: boolean): void {
  const [theme] = useTheme()
  useEffect(() => {
    if (isStarted) {
      paint(theme)
    }
  }, [theme, isStarted])
}

function paint(theme: Theme): void {
  const {dataset} = document.documentElement
  if (theme === 'system') {
    delete dataset.theme
  } else {
    dataset.theme = theme
  }
  try {
    localStorage.setItem(COPY_KEY, theme)
  } catch {
    // Only the copy for the first paint is missing.
  }
}
