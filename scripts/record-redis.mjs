// Records what a real redis says to the commands of src/images/redis/testing/commands.txt. Usage: node scripts/record-redis.mjs DIRECTORY-OF-REDIS-BINARIES
import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const [bin] = process.argv.slice(2);
if (!bin) throw new Error("usage: node scripts/record-redis.mjs DIRECTORY-OF-REDIS-BINARIES");
const here = new URL("../src/images/redis/testing/", import.meta.url);
const server = spawn(`${bin}/redis-server`, ["--port", "7077", "--save", "", "--dir", "/tmp"], { stdio: "ignore" });
await wait(700);
const text = execFileSync(`${bin}/redis-cli`, ["-p", "7077", "--no-raw"], {
  input: readFileSync(new URL("commands.txt", here)),
  encoding: "utf8",
});
server.kill();
writeFileSync(new URL("recorded.txt", here), text);
