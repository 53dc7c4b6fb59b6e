// Records what a real PostgreSQL says to src/images/postgres/testing/statements.sql. Usage: node scripts/record-postgres.mjs PSQL ARGUMENTS… (PGPASSWORD in the environment)
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const [client, ...args] = process.argv.slice(2);
if (!client) throw new Error("usage: node scripts/record-postgres.mjs PSQL ARGUMENTS…");
const here = new URL("../src/images/postgres/testing/", import.meta.url);
const { stdout, stderr } = spawnSync(client, args, { input: readFileSync(new URL("statements.sql", here)), encoding: "utf8" });
writeFileSync(new URL("recorded.txt", here), stdout);
writeFileSync(new URL("errors.txt", here), stderr);
