// Bundles src/node/cli.ts for Node when it is older than its sources; a bundle takes well under a second.
import { existsSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync, mkdirSync } from "node:fs";
import { generate, root } from "./setup.mjs";

function newestUnder(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  let newest = stat.mtimeMs;
  for (const name of readdirSync(path)) {
    if (name === "generated" || name.endsWith(".test.ts")) continue;
    newest = Math.max(newest, newestUnder(`${path}/${name}`));
  }
  return newest;
}

/** Path of the fresh bundle of `entry` ("src/node/cli.ts") under dist/node. */
export async function bundleForNode(entry, name) {
  const out = `${root}dist/node/${name}.mjs`;
  const stamp = `${out}.stamp`;
  const sources = String(
    Math.max(...["src", "bench", "scripts/generate.mjs", "scripts/generate", "package-lock.json"].map((p) => newestUnder(root + p))),
  );
  if (existsSync(out) && existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return out;
  generate(true);
  const { rolldown } = await import("rolldown");
  const bundle = await rolldown({
    input: root + entry,
    platform: "node",
    external: [/^node:/, "bufferutil", "utf-8-validate", "playwright-core"],
    logLevel: "silent",
    transform: { define: { "import.meta.env.DEV": "false" } },
  });
  mkdirSync(`${root}dist/node`, { recursive: true });
  // Two commands may start at once: each writes its own file, and the last rename wins.
  const temporary = `${name}.${process.pid}`;
  await bundle.write({
    dir: `${root}dist/node`,
    entryFileNames: `${temporary}.mjs`,
    chunkFileNames: `${name}-[name]-[hash].mjs`,
    format: "esm",
    sourcemap: "inline",
    codeSplitting: true,
  });
  renameSync(`${root}dist/node/${temporary}.mjs`, out);
  writeFileSync(stamp, sources);
  return out;
}
