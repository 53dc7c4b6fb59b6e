import { describe, expect, it } from "vitest";
import { header } from "../../network/index.ts";
import { computer } from "../testing/computer.ts";

const site = (text: string) => ({ "/etc/caddy": { Caddyfile: text } });

describe("caddy", () => {
  it("serves its page, and ends when told", async () => {
    const { run, get, clock } = computer();
    const { pod, runtime, id, log } = await run("caddy:2");
    const page = await get(pod.ip, 80);
    expect([page.status, header(page.headers, "server"), header(page.headers, "content-type")]).toEqual([
      200,
      "Caddy",
      "text/html; charset=utf-8",
    ]);
    expect(page.text).toContain("Caddy works!");
    expect(await get(pod.ip, 80, "/none")).toMatchObject({ status: 404, text: "" });
    expect(log("stderr")).toMatch(/^\{"level":"info","ts":[\d.]+,"msg":"using config from file","file":"\/etc\/caddy\/Caddyfile"\}\n/);
    void runtime.stopContainer(id, 30_000);
    await clock.advance(1000);
    expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 0 });
    expect(log("stderr")).toMatch(/"msg":"shutdown complete","signal":"SIGTERM","exit_code":0\}\n$/);
  });
  it("responds, redirects, handles and logs as its Caddyfile says", async () => {
    const { run, get } = computer();
    const conf = `:8080 {
  log
  header X-By caddy
  redir /old /new permanent
  handle_path /api/* {
    respond "api {path}" 201
  }
  respond /health "OK"
  respond "hello {$NAME:world}"
}
http://other.test:8080 {
  respond "other"
}
`;
    const { pod, log } = await run("caddy:latest", {}, site(conf));
    expect(await get(pod.ip, 8080, "/api/x")).toMatchObject({ status: 201, text: "api /x" });
    expect((await get(pod.ip, 8080, "/health")).text).toBe("OK");
    const hello = await get(pod.ip, 8080, "/any");
    expect([hello.text, header(hello.headers, "x-by")]).toEqual(["hello world", "caddy"]);
    expect(header((await get(pod.ip, 8080, "/old")).headers, "location")).toBe("/new");
    expect(log("stderr")).toMatch(/"logger":"http\.log\.access","msg":"handled request","request":\{"remote_ip":"172\.18\.0\.1"/);
  });
  it.each([
    [":80 {\n  nonsense\n}\n", /unrecognized directive: nonsense/],
    ["example.com {\n  respond hi\n}\n", /automatic HTTPS for "example\.com" is not simulated by Timonel/],
    [":80 {\n", /Unexpected EOF/],
  ])("refuses %j", async (conf, why) => {
    const { run } = computer();
    const { runtime, id, log } = await run("caddy:2", {}, site(conf));
    expect(runtime.status(id)).toMatchObject({ state: "exited", exitCode: 1 });
    expect(log("stderr")).toMatch(why);
  });
});
