import { describe, expect, it } from "vitest";
import { computer } from "../testing/computer.ts";

/** What every first course builds an image of. */
const SERVER = `
const http = require('http'), os = require('os');
console.log('Kubia server starting...');
let count = 0;
const www = http.createServer((request, response) => {
  console.log('Received request from ' + request.connection.remoteAddress + ' for ' + request.url);
  if (request.method === 'POST') return request.on('data', (d) => response.write(d)).on('end', () => response.end('!'));
  response.writeHead(request.url === '/teapot' ? 418 : 200, { 'X-Count': ++count });
  response.end("You've hit " + os.hostname() + '\\n');
});
www.listen(8080, () => console.log('listening on', www.address().port));
process.on('SIGTERM', () => www.close(() => { console.log('closed'); process.exit(0); }));
`;
const serving = { command: ["node", "/app/app.js"] };

describe("node", () => {
  it("serves what a script serves, and ends as the script says", async () => {
    const { run, get, clock } = computer();
    const { pod, log, runtime, id } = await run("node:22", serving, { "/app": { "app.js": SERVER } });
    expect(await get(pod.ip, 8080)).toMatchObject({ status: 200, text: "You've hit web\n" });
    const second = await get(pod.ip, 8080, "/teapot");
    expect([second.status, second.headers.find(([name]) => name === "X-Count")?.[1]]).toEqual([418, "2"]);
    expect(await get(pod.ip, 8080, "/", [], "POST", "echo")).toMatchObject({ status: 200, text: "echo!" });
    const stopped = runtime.stopContainer(id, 30_000);
    await clock.advance(1000);
    await stopped;
    expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 0 });
    expect(log()).toBe(
      [
        "Kubia server starting...",
        "listening on 8080",
        ...["/", "/teapot", "/"].map((path) => `Received request from ::ffff:172.18.0.1 for ${path}`),
        "closed\n",
      ].join("\n"),
    );
  });

  it("goes on after a thaw with all that it remembered", async () => {
    const before = computer();
    const first = await before.run("node:22", serving, { "/app": { "app.js": SERVER } });
    await before.get(first.pod.ip, 8080);
    const stored = [before.fabric, first.runtime].map(
      (p) => new Map([...p.drain()].filter(([, v]) => v !== undefined).map(([k, v]) => [k, structuredClone(v)])),
    );
    const after = computer(before.clock.now(), stored[0]);
    const runtime = after.boot("node:22");
    await after.soon(Promise.resolve(runtime.restore(stored[1] as Map<string, unknown>)), 10);
    const { headers } = await after.get(first.pod.ip, 8080);
    expect(headers.find(([name]) => name === "X-Count")?.[1]).toBe("2");
    expect(runtime.logs(first.id).lines(0)).toHaveLength(4);
  });

  // Each as a real node 20 on Linux answers it, but for the frames of its own library.
  it.each([
    [
      "node -e 'console.log([1.5, \"x\"], { a: { b: { c: { d: 1 } } } }, new Map([[1, 2]]), -0, [undefined, null], /x/g)'",
      "[ 1.5, 'x' ] { a: { b: { c: [Object] } } } Map(1) { 1 => 2 } -0 [ undefined, null ] /x/g\n",
    ],
    [
      "node -p '[...\"abcdefghijklmnopqrstuvwxyz\"]'",
      "[\n  'a', 'b', 'c', 'd', 'e', 'f',\n  'g', 'h', 'i', 'j', 'k', 'l',\n  'm', 'n', 'o', 'p', 'q', 'r',\n  's', 't', 'u', 'v', 'w', 'x',\n  'y', 'z'\n]\n",
    ],
    [
      "node -e 'setTimeout(()=>console.log(3),20);setImmediate(()=>console.log(2));process.nextTick(()=>console.log(1));console.log(0)'",
      "0\n1\n2\n3\n",
    ],
    ['node -e \'process.on("exit", (c) => console.log("bye", c)); setTimeout(() => process.exit(4), 50)\'; echo $?', "bye 4\n4\n"],
    ["echo 'console.log(process.argv.slice(2))' | node - a b", "[ 'a', 'b' ]\n"],
    [
      'cd /tmp; printf \'import os from "os";\\nimport { readFileSync } from "node:fs";\\nconst v = await Promise.resolve(5);\\nconsole.log(typeof os.cpus, typeof readFileSync, v);\\n\' > m.mjs; node m.mjs',
      "function function 5\n",
    ],
    [
      "cd /tmp; printf 'module.exports = { n: 7 }' > lib.js; printf 'const { n } = require(\"./lib\"); console.log(n, __filename, require.main === module)' > main.js; node main",
      "7 /tmp/main.js true\n",
    ],
    [
      'node -e \'const b = Buffer.from([0, 1, 255]); require("fs").writeFileSync("/tmp/b", b); console.log(require("fs").readFileSync("/tmp/b"))\'',
      "<Buffer 00 01 ff>\n",
    ],
    [
      'node -e \'try { require("fs").readFileSync("/nope") } catch (e) { console.log(e.message, e.code) }\'',
      "ENOENT: no such file or directory, open '/nope' ENOENT\n",
    ],
    [
      'node -e \'require("http").get("http://localhost:9/").on("error", (e) => console.log(e.message))\'',
      "connect ECONNREFUSED 127.0.0.1:9\n",
    ],
    ["node -e 'while (true) {}' >/dev/null 2>&1; echo $?", "1\n"],
    ["node --version", "v20.19.5\n"],
    [
      'cd /tmp; printf \'{"name":"web","version":"1.0.0","scripts":{"start":"echo up"}}\' > package.json; npm start',
      "\n> web@1.0.0 start\n> echo up\n\nup\n",
    ],
  ])("%s", async (script, out) => {
    const { run } = computer();
    const { exec } = await run("node:20", { command: ["sleep", "1000"] });
    expect(await exec("sh", "-c", script)).toEqual({ code: 0, out, err: "" });
  });

  it("says where an error was thrown, and what is missing", async () => {
    const { run } = computer();
    const { exec } = await run("node:20", { command: ["sleep", "1000"] });
    const script = 'const x = 1;\n\nfunction f() {\n  throw new Error("boom");\n}\nf();\n';
    const { code, err } = await exec("sh", "-c", `printf '${script}' > /tmp/e.js; node /tmp/e.js`);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^\/tmp\/e\.js:4\n  throw new Error\("boom"\);\n {2}\^\n\nError: boom\n {4}at f \(\/tmp\/e\.js:4:\d+\)\n/),
    ]);
    const missing = await exec("node", "-e", "require('express')");
    expect(missing.err).toContain("Error: Cannot find module 'express'\nRequire stack:\n- [eval]\n");
    expect((await exec("node", "-e", "require('zlib')")).err).toContain("Error: Node's module 'zlib' is not simulated in Timonel\n");
  });
});
