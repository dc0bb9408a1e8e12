import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import react from '@vitejs/plugin-react'
import {defineConfig, type Plugin, type ProxyOptions} from 'vite'

export default defineConfig({
  base: './',
  plugins: [react(), withoutPolicyInDevelopment()],
  server: {proxy: sessionServer(), headers: isolation()},
  preview: {headers: isolation()},
  build: {
    rolldownOptions: {
      input: ['index.html', 'inspector.html'].map((page) => fileURLToPath(new URL(page, import.meta.url))),
    },
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

/** Only an isolated page may measure its memory. It cuts the page off from tools in other windows, so it has to be asked for. */
function isolation(): Record<string, string> {
  return process.env.KEEPSPACE_ISOLATED === '1'
    ? {'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp'}
    : {}
}

/**
 * The session server of this machine, which `npm start` names. Its token never reaches the page; one that a person gave to
 * the page counts instead.
 */
function sessionServer(): Record<string, ProxyOptions> {
  const {KEEPSPACE_SERVER_URL: target, KEEPSPACE_SERVER_TOKEN_FILE: tokenFile} = process.env
  if (target === undefined || tokenFile === undefined) {
    return {}
  }
  return {
    '/api': {
      target,
      configure: (proxy) => {
        proxy.on('proxyReq', (request) => {
          if (!request.hasHeader('authorization')) {
            request.setHeader('authorization', `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`)
          }
        })
      },
    },
  }
}
