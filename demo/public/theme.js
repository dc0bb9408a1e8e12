// Runs before the first paint. The stored setting is the truth; this copy only spares people a flash of the other theme.
try {
  const theme = localStorage.getItem('keepspace-demo.theme')
  if (theme === 'light' || theme === 'dark') {
    document.documentElement.dataset.theme = theme
  }
} catch {
  // Storage is switched off: the system's theme is used.
}
