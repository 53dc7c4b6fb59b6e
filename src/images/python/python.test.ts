import { describe, expect, it } from "vitest";
import { computer } from "../testing/computer.ts";

describe("python -m http.server", () => {
  it("serves a folder and logs as CPython does", async () => {
    const { run, get, clock } = computer(Date.UTC(2026, 0, 2, 3, 4, 0));
    const { pod, log, runtime, id } = await run(
      "python:3.12-alpine",
      { command: ["python3", "-u", "-m", "http.server", "8080", "--directory", "/srv"] },
      { "/srv": { "a.txt": "hi\n", "B.txt": "" } },
    );
    const page = await get(pod.ip, 8080);
    expect(page.text).toContain('<ul>\n<li><a href="a.txt">a.txt</a></li>\n<li><a href="B.txt">B.txt</a></li>\n</ul>');
    expect(page.headers.slice(0, 1)).toEqual([["Server", "SimpleHTTP/0.6 Python/3.12.12"]]);
    expect(await get(pod.ip, 8080, "/a.txt")).toMatchObject({ status: 200, text: "hi\n" });
    expect(await get(pod.ip, 8080, "/nope")).toMatchObject({
      status: 404,
      text: expect.stringContaining("<p>Message: File not found.</p>") as unknown,
    });
    expect(await get(pod.ip, 8080, "/a.txt", [], "POST", "x")).toMatchObject({ status: 501, reason: "Unsupported method ('POST')" });
    expect(log().replaceAll(/\d\d\/Jan\/2026 \d\d:\d\d:\d\d/g, "T")).toBe(
      [
        "Serving HTTP on 0.0.0.0 port 8080 (http://0.0.0.0:8080/) ...",
        '172.18.0.1 - - [T] "GET / HTTP/1.1" 200 -',
        '172.18.0.1 - - [T] "GET /a.txt HTTP/1.1" 200 -',
        "172.18.0.1 - - [T] code 404, message File not found",
        '172.18.0.1 - - [T] "GET /nope HTTP/1.1" 404 -',
        "172.18.0.1 - - [T] code 501, message Unsupported method ('POST')",
        '172.18.0.1 - - [T] "POST /a.txt HTTP/1.1" 501 -\n',
      ].join("\n"),
    );
    // As PID 1 it has no handler for TERM, and is killed in the end.
    void runtime.stopContainer(id, 5000);
    await clock.advance(6000);
    expect(runtime.status(id)).toMatchObject({ exitCode: 137 });
  });

  it("says what it is, and what it cannot run", async () => {
    const { exec } = await computer().run("python:3.11", { command: ["sleep", "1000"] });
    expect(await exec("python", "-V")).toEqual({ code: 0, out: "Python 3.11.14\n", err: "" });
    expect(await exec("python3", "/nope.py")).toEqual({
      code: 2,
      out: "",
      err: "/usr/local/bin/python3: can't open file '/nope.py': [Errno 2] No such file or directory\n",
    });
    expect(await exec("python3", "-c", "import sys; print(sys.argv, 1 + 1)", "a")).toEqual({ code: 0, out: "['-c', 'a'] 2\n", err: "" });
    expect((await exec("python3", "-c", "import numpy")).err).toBe(
      "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nModuleNotFoundError: No module named 'numpy'\n",
    );
    expect((await exec("python3", "-c", "import sqlite3")).err).toContain(
      "ModuleNotFoundError: Python's module 'sqlite3' is not simulated in Timonel\n",
    );
    expect(await exec("sh", "-c", "echo 'print(input())' > /tmp/e.py; echo hi | python3 /tmp/e.py; echo 'print(6 * 7)' | python3")).toEqual(
      {
        code: 0,
        out: "hi\n42\n",
        err: "",
      },
    );
  });

  it("cannot install what the internet has", async () => {
    const { run, clock } = computer();
    const { log, runtime, id } = await run("python:3.12", { command: ["pip", "install", "requests"] });
    await clock.advance(20_000);
    expect(log()).toMatch(
      /^(?:WARNING: Retrying .*\[Errno -?\d+\] [\w ]+'\)': \/simple\/requests\/\n){5}ERROR: Could not find a version that satisfies the requirement requests \(from versions: none\)\nERROR: No matching distribution found for requests\n$/,
    );
    expect(runtime.status(id)).toMatchObject({ exitCode: 1 });
  });

  it("pays for what it computes, and is never done with what never ends", async () => {
    const { run, clock } = computer();
    const { runtime, id } = await run("python:3.12", { command: ["python3", "-c", "while True: pass"] });
    const before = runtime.stats(id)?.cpu ?? 0;
    await clock.advance(2000);
    expect(runtime.status(id)).toMatchObject({ state: "running" });
    // In milliseconds: all of one CPU.
    expect((runtime.stats(id)?.cpu ?? 0) - before).toBeCloseTo(2000, -2);
  });

  // What takes more than there is, is killed by the kernel before the host feels it, or is a MemoryError.
  it.each([
    ["x = 'x' * 10**9", 64, 137, ""],
    ["x = bytearray(200 * 1024 * 1024)", 64, 137, ""],
    ["x = []\nwhile True: x.append('y' * 10**6)", 64, 137, ""],
    ["x = []\nwhile True: x.append(len(x))", 64, 137, ""],
    ["x = bytearray(40 * 1024 * 1024); print(len(x))", 64, 0, "41943040\n"],
    ["for i in range(1000): x = 'y' * 10**6\nprint('done')", 64, 0, "done\n"],
    ["x = 'x' * 10**10", 0, 137, ""],
    ["def f(): f()\ntry: f()\nexcept RecursionError as e: print(e)", 64, 0, "maximum recursion depth exceeded\n"],
    [
      "x = []\nfor i in range(100000): x = [x]\ntry: print(len(repr(x)))\nexcept RecursionError as e: print('too deep')",
      64,
      0,
      "too deep\n",
    ],
  ])("%s", async (script, megabytes, code, out) => {
    const { run, clock } = computer();
    const limit = megabytes === 0 ? {} : { memoryLimit: megabytes * 1024 * 1024 };
    const { runtime, id, log } = await run("python:3.12", { command: ["python3", "-u", "-c", script], ...limit });
    await clock.advance(20_000);
    expect([runtime.status(id)?.exitCode, log()]).toEqual([code, out]);
  });
});
