import react from '@vitejs/plugin-react'
import {defineConfig, type Plugin} from 'vite'

export default defineConfig({
  base: './',
  plugins: [react(), withoutPolicyInDevelopment()],
  build: {
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 1200,
  },
})

/** The development server injects an inline script for hot updates, which the page's policy would refuse. */
function withoutPolicyInDevelopment(): Plugin {
  return {
    name: 'without-policy-in-development',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/, ''),
  }
}
