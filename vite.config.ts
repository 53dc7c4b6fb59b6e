import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { lessonsPlugin } from "./scripts/lessons-plugin.mjs";

/** Vite's dev client needs inline scripts and a socket, so the policy of index.html holds for builds only. */
function policyOnlyInBuilds(): Plugin {
  return {
    name: "timonel:policy-only-in-builds",
    apply: "serve",
    transformIndexHtml: (html) => html.replace(/\s*<meta http-equiv="Content-Security-Policy"[^>]*>/, ""),
  };
}

export default defineConfig({
  // Relative, so that the app works below any path.
  base: "./",
  plugins: [
    policyOnlyInBuilds(),
    react(),
    lessonsPlugin(),
    VitePWA({
      strategies: "generateSW",
      // A new version waits until the learner says so: a forced reload would cut a running session.
      registerType: "prompt",
      injectRegister: false,
      includeAssets: ["icons/*.png", "icons/*.svg"],
      workbox: {
        globPatterns: ["**/*.{html,js,css,svg,png,ttf,woff2,json,webmanifest}"],
        // Monaco's workers are above Workbox's limit of 2 MiB, and offline means all of it.
        maximumFileSizeToCacheInBytes: 24 * 1024 * 1024,
        cleanupOutdatedCaches: true,
        navigateFallback: "index.html",
      },
      manifest: {
        id: "./",
        name: "Timonel: a Kubernetes cluster in your browser",
        short_name: "Timonel",
        description: "A Kubernetes v1.36 cluster that lives in a browser tab, to learn with.",
        start_url: "./",
        scope: "./",
        display: "standalone",
        background_color: "#0b1720",
        theme_color: "#0f2430",
        categories: ["education", "developer"],
        icons: [
          { src: "icons/192.png", sizes: "192x192", type: "image/png" },
          { src: "icons/512.png", sizes: "512x512", type: "image/png" },
          { src: "icons/maskable.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "icons/helm.svg", sizes: "any", type: "image/svg+xml" },
        ],
      },
    }),
  ],
  resolve: {
    alias: [
      // Lessons are read in a worker, where the browser's way to decode an entity, a document, is not there.
      { find: "decode-named-character-reference", replacement: fileURLToPath(import.meta.resolve("decode-named-character-reference")) },
      // monaco-yaml imports by the path that Monaco 0.57 closed in its exports.
      { find: /^monaco-editor\/esm\/vs\/(.*?)(?:\.js)?$/, replacement: "monaco-editor/$1.js" },
    ],
  },
  worker: { format: "es" },
  build: { outDir: "dist/app", target: "es2023", cssTarget: ["chrome125", "firefox126", "safari18"], sourcemap: false, chunkSizeWarningLimit: 8192 },
});
