// Records what a real MariaDB says to src/images/mysql/testing/statements.sql. Usage: node scripts/record-mariadb.mjs CLIENT ARGUMENTS… (to reach a server with an empty root account)
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const [client, ...args] = process.argv.slice(2);
if (!client) throw new Error("usage: node scripts/record-mariadb.mjs CLIENT ARGUMENTS…");
const here = new URL("../src/images/mysql/testing/", import.meta.url);
const input = readFileSync(new URL("statements.sql", here));
const { stdout, stderr } = spawnSync(client, [...args, "-t", "-vv", "-f"], { input, encoding: "utf8" });
writeFileSync(new URL("recorded.txt", here), stdout);
writeFileSync(new URL("errors.txt", here), stderr);
