// What every command needs before it can do its work: dependencies from the lockfile, generated types, a browser.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync, mkdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) return;
  fail(`Timonel needs Node 20.19 or newer (22.12 or newer in the 22 line); this is ${process.versions.node}.`);
}

export function fail(message) {
  console.error(message);
  process.exit(1);
}

export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) fail(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** `npm ci`, when node_modules is missing or was installed from another lockfile. */
export function installDependencies() {
  const lock = createHash("sha256")
    .update(readFileSync(`${root}package-lock.json`))
    .digest("hex");
  const stamp = `${root}node_modules/.timonel-lock`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  if (
    existsSync(`${root}node_modules/.package-lock.json`) &&
    statSync(`${root}node_modules/.package-lock.json`).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs
  ) {
    writeFileSync(stamp, lock);
    return;
  }
  // What a command prints is its own: npm speaks on stderr.
  run(process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    stdio: ["ignore", 2, "inherit"],
  });
  writeFileSync(stamp, lock);
}

export function generate(quiet = false) {
  mkdirSync(`${root}.cache`, { recursive: true });
  run(process.execPath, ["scripts/generate.mjs"], quiet ? { stdio: ["ignore", "ignore", "inherit"] } : {});
}

const CHROMIUMS = [
  process.env.CHROME_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

export function findChromium() {
  return CHROMIUMS.find((path) => path && existsSync(path));
}

/** An installed Chrome or Chromium; on Debian as root a missing one is installed from its packages. */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    console.log("No Chromium found: installing Debian's package.");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    run("apt-get", ["update", "-qq"], { env });
    run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"], { env });
    const installed = findChromium();
    if (installed) return installed;
  }
  return fail(
    "The browser tests need Chrome or Chromium: install it (https://www.google.com/chrome, or your system's chromium package), or name it in CHROME_PATH.",
  );
}

/** Newest modification time under the given paths, for staleness checks. */
export function newest(paths) {
  const out = execFileSync(process.execPath, ["-e", WALK, ...paths], { cwd: root, encoding: "utf8" });
  return Number(out);
}
const WALK = `const fs=require("fs");let m=0;const w=p=>{let s;try{s=fs.statSync(p)}catch{return}if(s.isDirectory())for(const f of fs.readdirSync(p))w(p+"/"+f);else if(s.mtimeMs>m)m=s.mtimeMs};process.argv.slice(1).forEach(w);console.log(m)`;
