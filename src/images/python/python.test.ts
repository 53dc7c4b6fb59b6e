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
    expect((await exec("python3", "-c", "print(1)")).err).toBe(
      "python: scripts are not simulated in Timonel; python -m http.server and python --version are\n",
    );
  });
});
