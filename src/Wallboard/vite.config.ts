import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import solid from 'vite-plugin-solid'

const sketchFolder = resolve(import.meta.dirname, '../../assets/sketch')
const host = process.env['VANTAGE_HOST'] ?? 'http://127.0.0.1:5080'

/** The built-in base map: served at /sketch/ in development, put beside the bundle by a build. */
function sketch(): Plugin {
  return {
    name: 'vantage-sketch',
    configureServer(server) {
      server.middlewares.use('/sketch/', (request, response, next) => {
        const file = resolve(sketchFolder, basename(request.url?.split('?')[0] ?? ''))
        if (!file.endsWith('.geojson') || !existsSync(file)) {
          next()
          return
        }
        response.setHeader('Content-Type', 'application/geo+json')
        createReadStream(file).pipe(response)
      })
    },
    generateBundle() {
      for (const name of readdirSync(sketchFolder).filter((file) => file.endsWith('.geojson'))) {
        this.emitFile({ type: 'asset', fileName: `sketch/${name}`, source: readFileSync(resolve(sketchFolder, name)) })
      }
    },
  }
}

/** The licences of all that is bundled, as they ask to be passed on with it. */
function licences(): Plugin {
  return {
    name: 'vantage-licences',
    generateBundle() {
      const folders = new Set([...this.getModuleIds()]
        .map((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace('\0', ''))?.[0])
        .filter((folder) => folder !== undefined))
      const parts = [...folders].sort().flatMap((folder) => {
        const manifest = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8')) as { name: string; version: string; license?: string }
        const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort()
          .map((file) => readFileSync(resolve(folder, file), 'utf8').trim())
        return [`${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})`, ...texts, '-'.repeat(80)]
      })
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: `${parts.join('\n\n')}\n` })
    },
  }
}

export default defineConfig({
  plugins: [solid(), sketch(), licences()],
  build: {
    outDir: '../Host/wwwroot',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2500,
    rolldownOptions: {
      input: ['index.html', 'stage/index.html', 'setup/index.html', 'm/index.html', 'm/install/index.html'].map((page) => resolve(import.meta.dirname, page)),
    },
  },
  server: {
    proxy: {
      '/api': host,
      '/hubs': { target: host, ws: true },
    },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts'],
  },
})
